"""Feeds of one's own: the items of the site's feeds, chosen by the address, kept and bounded."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from digest.operations.reading.own_feed import FeedSource
from digest.storage.ledger import database
from digest.web.data import kept_feeds
from digest.web.data.kept_feeds import KeptFeeds
from digest.web.files.documents import Document, make_document
from tests.support.folders import EDITIONS, SHORE, Folder, answer, api_entry, items, paper
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

DAYS = ("2026-11-17", "2026-11-18", "2026-11-19")
TWO = WEB + EDITIONS.replace('[site]\nurl = "https://example.org/papers/"\n', "")
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
PATHS = {"rss": "/feed.xml", "atom": "/atom.xml", "json": "/feed.json"}


def make(root: Path) -> Folder:
    """Return a folder with three issues of 12 papers, some of them under "The shore"."""
    folder = Folder(root)
    folder.configure(TWO)
    folder.sort_by(SHORE)
    for number, day in enumerate(DAYS):
        papers = range(number * 12, number * 12 + 12)
        folder.drop(f"{day}.json", answer(day, [api_entry(each, each) for each in papers]))
        folder.run(f"{day}T08:00")
    return folder


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve such a folder. No test changes it."""
    with web_folder(make(tmp_path_factory.mktemp("feeds")), TWO) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[WebFolder]:
    """Serve such a folder that a test may change."""
    with web_folder(make(tmp_path), TWO) as served:
        yield served


def entries(answer: WebAnswer) -> dict[str, Any]:
    """Return the items of a feed by their guids, in its order, however it is written."""
    assert 200 == answer.status, answer
    if answer.body.startswith(b"{"):
        return {item["id"]: item for item in json.loads(answer.body)["items"]}
    root = etree.fromstring(answer.body)
    found: dict[str, Any] = {}
    for item in root.iter("item", "{*}entry"):
        guid = item.findtext("guid") or item.findtext("{*}id")
        assert guid is not None
        found[guid] = etree.tostring(item, method="c14n", exclusive=True, with_tail=False)
    return found


def parsed(answer: WebAnswer) -> Any:
    """Return the tree of a page."""
    return html.fromstring(answer.text)


def of_papers(web: WebFolder, is_wanted: Callable[[dict[str, Any], str], object]) -> set[str]:
    """Return the guids of the papers in issues that are wanted, by the paper and its topic."""
    return {
        item["guid"]
        for issue in web.folder.data()
        for section in issue["sections"]
        for item in section["papers"]
        if is_wanted(item, section["topic"])
    }


@pytest.mark.parametrize("form", TYPES)
def test_an_item_is_that_of_the_feed_of_all_papers(web: WebFolder, form: str) -> None:
    """Every byte of it, in each format; without a choice all of them are there, in the order."""
    whole = web.ask(PATHS[form])
    everything = web.ask(f"/feed?format={form}")
    assert list(entries(whole).items()) == list(entries(everything).items())
    assert TYPES[form] == everything.headers["content-type"]
    part = web.ask(f"/feed?words=kelp&format={form}")
    chosen = entries(part)
    assert 0 < len(chosen) < len(entries(whole))
    assert chosen == {guid: item for guid, item in entries(whole).items() if guid in chosen}
    read = feedparser.parse(part.body) if form != "json" else None
    assert read is None or (not read.bozo and "Harbour Papers: “kelp”" == read.feed.title)


def test_topics_and_words_choose_and_muted_ones_leave_out(web: WebFolder) -> None:
    """As in the wish of a subscriber: what matches one of the choices, and none of the muted."""

    def has(word: str) -> set[str]:
        pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
        return of_papers(web, lambda item, _: pattern.search(f"{item['title']} {item['abstract']}"))

    shore = of_papers(web, lambda _, topic: topic == "shore")
    osprey, quill = has("osprey"), has("quill")
    assert shore
    assert shore == entries(web.ask("/feed?topics=shore")).keys()
    assert osprey - shore
    assert shore | osprey == entries(web.ask("/feed?topics=shore&words=osprey")).keys()
    for query in ("words=osprey,quill", "words=osprey&words=quill", "words=quill%3B%20osprey"):
        assert osprey | quill == entries(web.ask(f"/feed?{query}")).keys()
    assert osprey & quill
    left = entries(web.ask("/feed?words=osprey&mute_words=quill")).keys()
    assert osprey - quill == left
    assert {} == entries(web.ask("/feed?authors=Nobody"))


def test_an_edition_has_its_own(own: WebFolder) -> None:
    """The weekly issue has no live feed on the site; here it has one, with the same guids."""
    assert {} == entries(own.ask("/feed?edition=weekly"))
    own.folder.run("2026-11-23T08:00")
    weekly = entries(own.ask("/feed?edition=weekly"))
    assert entries(own.ask("/feed")).keys() == weekly.keys()
    assert b"<sy:updatePeriod>weekly</sy:updatePeriod>" in own.ask("/feed?edition=weekly").body


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", "feed"),
        ("words=&topics=&authors=&format=rss&edition=daily", "feed"),
        ("words=osprey&topics=shore", "feed?topics=shore&words=osprey"),
        ("words=quill&words=b+c,osprey,quill", "feed?words=b%20c,osprey,quill"),
        ("format=json&words=a%26b", "feed?format=json&words=a%26b"),
        ("format=atom&edition=weekly", "feed?edition=weekly&format=atom"),
    ],
)
def test_a_feed_names_one_address_for_all_ways_to_ask(
    web: WebFolder, query: str, address: str
) -> None:
    """Its parameters are sorted, defaults left out; that address gives the same feed."""
    found = web.ask(f"/feed?{query}")
    if found.body.startswith(b"{"):
        (name,) = [json.loads(found.body)["feed_url"]]
    else:
        selves = etree.fromstring(found.body).iter("{http://www.w3.org/2005/Atom}link")
        (name,) = [link.get("href") for link in selves if link.get("rel") == "self"]
    assert f"http://localhost:8000/{address}" == name
    again = web.ask(f"/{address}")
    assert (found.body, found.headers["etag"]) == (again.body, again.headers["etag"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("topics=shor", "There is no topic 'shor'; did you mean shore?"),
        ("topics=x", "There is no topic 'x'; there are: shore, other."),
        ("format=pdf", "There is no format 'pdf'; there are: rss, atom, json."),
        ("format=jsn", "There is no format 'jsn'; did you mean json?"),
        ("format=rss&format=atom", "A feed has one format."),
        ("edition=dayly", "There is no edition 'dayly'; did you mean daily?"),
        ("edition=daily&edition=weekly", "A feed has one edition."),
        ("topic=shore", "There is no parameter 'topic'; did you mean topics?"),
        ("words=!", "Words: write words, not '!'."),
        (f"words={','.join(f'w{n}' for n in range(51))}", "A feed has at most 50 topics, words"),
        (f"words={'a' * 2000}", "An address has at most 2000 characters of choices."),
        ("words=%3Cb%3E%07", "Words: write words, not '<b>\\x07'."),
    ],
)
def test_what_cannot_be_asked_for_is_said(web: WebFolder, query: str, words: str) -> None:
    """With the nearest that can, on a page that shows nothing unescaped."""
    refused = web.ask(f"/feed?{query}")
    assert words in parsed(refused).text_content()
    assert "<b>" not in refused.text


def test_a_feed_is_sent_once_and_then_known(web: WebFolder) -> None:
    """By its tag and its date; packed for whom takes it; scripts of other sites may read it."""
    first = web.ask("/feed?topics=shore")
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If_None_Match": tag}, {"If_Modified_Since": modified}):
        again = web.ask("/feed?topics=shore", **headers)
        assert (304, b"", tag) == (again.status, again.body, again.headers["etag"])
        assert not {"content-type", "content-length", "content-encoding"} & again.headers.keys()
    assert 200 == web.ask("/feed?topics=shore", If_None_Match='"other"').status
    head = web.ask("/feed?topics=shore", "HEAD")
    assert (200, b"", first.headers["content-length"]) == (
        head.status,
        head.body,
        head.headers["content-length"],
    )
    packed = web.ask("/feed?topics=shore", Accept_Encoding="gzip")
    assert first.body == gzip.decompress(packed.body)
    assert ("gzip", f'{tag[:-1]}-gz"', "Accept-Encoding") == (
        packed.headers["content-encoding"],
        packed.headers["etag"],
        packed.headers["vary"],
    )
    assert "*" == first.headers["access-control-allow-origin"]


def test_a_feed_follows_what_is_published(own: WebFolder) -> None:
    """New issues come, withdrawn papers go, moved ones change their topic; at once."""
    shore = entries(own.ask("/feed?topics=shore"))
    title = own.folder.data()[-1]["sections"][0]["papers"][0]["title"]
    new = paper(70)
    own.folder.drop("b.json", answer("2026-11-20", [api_entry(70, 1, f"{new.title} kelp")]))
    own.folder.run("2026-11-20T08:00")
    assert 1 + 36 == len(entries(own.ask("/feed")))
    own.folder.digest("withdraw", title, now="2026-11-20T09:00")
    assert 36 == len(entries(own.ask("/feed")))
    assert title not in own.ask("/feed").text
    grown = entries(own.ask("/feed?topics=shore"))
    assert grown.keys() - shore.keys()
    (moved,) = [
        item
        for item in items(own.folder.data()[0])
        if item["guid"] not in {*grown} and item["title"] != title
    ][:1]
    own.folder.digest("move", moved["title"], "shore", now="2026-11-20T10:00")
    assert {*grown, moved["guid"]} == entries(own.ask("/feed?topics=shore")).keys()
    own.folder.digest("undo", "--yes", now="2026-11-20T11:00")
    assert new.title not in own.ask("/feed").text


def test_a_run_that_publishes_nothing_changes_no_date(own: WebFolder) -> None:
    """The ledger is written to, and the feed stays the same, with its tag and its date."""
    first = own.ask("/feed?words=osprey")
    with closing(database.open_to_write(own.folder.root / "state")) as ledger:
        ledger.connection.execute("INSERT INTO fact (name, value) VALUES ('a', 'b')")
    again = own.ask("/feed?words=osprey", If_Modified_Since=first.headers["last-modified"])
    assert (304, first.headers["etag"]) == (again.status, again.headers["etag"])


def test_an_issue_that_is_not_published_is_not_in_it(own: WebFolder) -> None:
    """Nor one that was backfilled: its papers are old."""
    whole = entries(own.ask("/feed"))
    with closing(database.open_to_write(own.folder.root / "state")) as ledger:
        ledger.connection.execute("UPDATE issue SET published = 0 WHERE number = 3")
        ledger.connection.execute("UPDATE issue SET kind = 'history' WHERE number = 2")
    first = {item["guid"] for item in items(own.folder.data()[0])}
    assert first < whole.keys()
    assert first == entries(own.ask("/feed")).keys()


def test_before_the_first_issue_it_is_empty(folder: Folder) -> None:
    """It is valid all the same, and no ledger is made."""
    with web_folder(folder) as web:
        for form in TYPES:
            assert {} == entries(web.ask(f"/feed?words=kelp&format={form}"))
        assert "last-modified" not in web.ask("/feed").headers
        assert not (folder.root / "state" / "ledger.sqlite3").exists()


def test_days_without_papers_are_told_only_where_all_papers_are(own: WebFolder) -> None:
    """A feed with a choice is quiet then."""
    own.folder.configure(TWO.replace('name = "daily"', 'name = "daily"\nwhen_empty = "note"'))
    own.folder.digest("run", "--due", now="2026-11-20T08:00")
    assert b"No new papers" in own.ask("/feed").body
    assert b"No new papers" not in own.ask("/feed?topics=shore").body


def test_the_page_makes_the_addresses(web: WebFolder) -> None:
    """A form that works without a script; what was chosen stays chosen; readers find the feeds."""
    empty = parsed(web.ask("/feed/new"))
    assert [] == empty.xpath('//section[@aria-labelledby="addresses"]')
    (form,) = empty.forms
    assert ("GET", "/feed/new") == (form.method, form.action)
    sent = "edition=daily&topics=shore&words=osprey%2C+quill&authors=&mute_words="
    made = parsed(web.ask(f"/feed/new?{sent}"))
    addresses = made.xpath('//section[@aria-labelledby="addresses"]//a/@href')
    assert [
        "http://localhost:8000/feed?topics=shore&words=osprey,quill",
        "http://localhost:8000/feed?format=atom&topics=shore&words=osprey,quill",
        "http://localhost:8000/feed?format=json&topics=shore&words=osprey,quill",
    ] == addresses
    assert addresses == made.xpath('//link[@rel="alternate"]/@href')[:3]
    (form,) = made.forms
    assert ["shore"] == [box.get("value") for box in form.xpath(".//input[@checked]")]
    assert "osprey, quill" == form.fields["words"]
    for address in addresses:
        assert 200 == web.ask(address.removeprefix("http://localhost:8000")).status


def test_pages_lead_to_it_once_there_is_a_web_side(folder: Folder) -> None:
    """The front page and the list of topics; without a new issue, and without a rebuild."""
    folder.drop("a.json", answer(DAYS[0], [api_entry(each, each) for each in range(3)]))
    folder.run(f"{DAYS[0]}T08:00")
    pages = ("index.html", "topics/index.html")
    link = '<a href="http://localhost:8000/feed/new">'
    assert not any(link in (folder.output / page).read_text("utf-8") for page in pages)
    folder.configure(TWO)
    folder.digest("run", now=f"{DAYS[0]}T09:00")
    assert all(link in (folder.output / page).read_text("utf-8") for page in pages)


def test_a_wrong_choice_is_said_on_the_page(web: WebFolder) -> None:
    """Above the form, which keeps what was typed."""
    found = web.ask("/feed/new?topics=shore&words=%21")
    assert 400 == found.status
    tree = parsed(found)
    assert ["Words: write words, not '!'."] == [
        problem.text_content() for problem in tree.xpath('//p[@role="alert"]')
    ]
    assert "!" == tree.forms[0].fields["words"]


class _CountedFeed:
    """A feed that says how often it was made, and waits for a signal if there is one."""

    def __init__(self, address: str, mark: str = "1", body: bytes = b"a feed") -> None:
        self.address, self.body = address, body
        self.mark: str | None = mark
        self.source = FeedSource()
        self.made = 0
        self.may_go = threading.Event()
        self.may_go.set()
        self.begun = threading.Event()

    def find_source(self) -> FeedSource:
        """Return what it is made from."""
        return self.source

    def write(self, source: FeedSource) -> Document:  # noqa: ARG002 - as of every feed
        """Make it, once that is allowed."""
        self.begun.set()
        self.may_go.wait(30)
        self.made += 1
        return make_document(self.body, "text/plain", is_packed=False)


def test_a_feed_is_made_once_however_many_ask() -> None:
    """Also if they ask at the same time; and again only when something was published."""
    feeds, feed = KeptFeeds(), _CountedFeed("feed")
    feed.may_go.clear()
    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(feeds.get, feed) for _ in range(2)]
        feed.begun.wait(30)
        feed.may_go.set()
        assert [b"a feed"] * 2 == [each.result().body for each in answers]
    assert 1 == feed.made
    feed.mark = "2"
    assert b"a feed" == feeds.get(feed).body
    assert 1 == feed.made
    feed.mark, feed.source = "3", FeedSource(kept=None, issues=(None,))  # type: ignore[arg-type]
    feeds.get(feed)
    assert 2 == feed.made


@contextmanager
def crowded(feeds: KeptFeeds) -> Iterator[None]:
    """Ask for so many slow feeds at once that no more are taken during the block.

    Those beyond are refused at once, and the others get their feeds in the end.
    """
    slow = [_CountedFeed(f"slow{number}") for number in range(kept_feeds.WAITING + 3)]
    for feed in slow:
        feed.may_go.clear()
    with ThreadPoolExecutor(len(slow)) as threads:
        asked = [threads.submit(feeds.get, feed) for feed in slow]
        refused = list(itertools.islice(as_completed(asked), 3))
        yield
        for feed in slow:
            feed.may_go.set()
    assert [TimeoutError] * 3 == [type(each.exception()) for each in refused]
    assert kept_feeds.WAITING == sum(feed.made for feed in slow)


def test_many_different_feeds_at_once_do_not_keep_all_threads() -> None:
    """With a few at work or waiting, the others are told at once to come later."""
    feeds, more = KeptFeeds(), _CountedFeed("more")
    with crowded(feeds), pytest.raises(TimeoutError):
        feeds.get(more)
    assert b"a feed" == feeds.get(more).body


def test_feeds_in_memory_are_bounded() -> None:
    """A burst of different queries drops those that were asked for longest ago."""
    feeds = KeptFeeds()
    body = b"x" * (kept_feeds.LARGEST // 4)
    made = [_CountedFeed(f"feed?words={number}", body=body) for number in range(6)]
    for feed in made:
        feeds.get(feed)
        feeds.get(made[0])  # still asked for, so it stays
    assert [1] * 6 == [feed.made for feed in made]
    feeds.get(made[1])
    feeds.get(made[0])
    assert [1, 2, 1, 1, 1, 1] == [feed.made for feed in made]
    assert kept_feeds.LARGEST >= feeds.size


def test_feeds_without_papers_are_bounded_too() -> None:
    """Each takes memory besides its few bytes: anybody can ask for any number of them."""
    feeds = KeptFeeds()
    made = [_CountedFeed(f"feed?words={number}", body=b"") for number in range(kept_feeds.MOST + 1)]
    for feed in (*made, *made[-2:]):
        feeds.get(feed)
    assert {1} == {feed.made for feed in made}
    feeds.get(made[0])
    assert 2 == made[0].made


def test_a_feed_in_memory_keeps_no_issues_there(own: WebFolder) -> None:
    """Else each would hold all it was made from, also what was replaced when papers moved."""
    own.ask("/feed?words=tide")
    with own.context.shelf.opened() as shelf:
        assert shelf is not None
        former = weakref.ref(shelf.kept)
        del shelf
    title = json.loads(own.ask("/api/papers?limit=1").body)["papers"][0]["title"]
    own.folder.digest("withdraw", title, now="2026-11-20T09:00")
    own.ask("/api/papers?limit=1")
    gc.collect()
    assert former() is None


def test_too_many_at_once_is_an_answer(web: WebFolder) -> None:
    """It says when to ask again, and is no fault in the log."""
    with crowded(web.context.feeds):
        web.log.clear()
        found = web.ask("/feed?words=never,asked,before")
    assert (503, "10") == (found.status, found.headers["retry-after"])
    assert "Many feeds are being made" in found.text
    assert [] == [step for step, facts in web.log if facts["level"] == "error"]
