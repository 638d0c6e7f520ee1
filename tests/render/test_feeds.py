"""RSS, Atom, JSON Feed and OPML: what a reader may rely on, rule by rule.

The rules' names (R1, A1, J1, ...) are those of the project's conventions for feeds.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import feedparser
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from digest.model.issues import Accounting, Issue, Item, Page, Section, Teaser
from digest.model.papers import Organization
from digest.model.settings import Edition, Site
from digest.render import feeds, paths
from digest.render.feeds import entry, frequency, issue_entries, writers

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
PERIOD = "{http://purl.org/rss/1.0/modules/syndication/}updatePeriod"
FREQUENCY = "{http://purl.org/rss/1.0/modules/syndication/}updateFrequency"

SITE = Site(title="Lanternfish Letters", url="https://letters.example/d/", author="Ida Quill")
HOSTILE = (
    r"A < B & C: $\alpha$",
    "<think> before you speak",
    "an end ]]> in the middle",
    "\"double\" and 'single' quotes",
    "潮汐预测：一种缓慢的方法",
    "Kites 🪁 and the 👩‍🚀 problem",
    "&amp; written out, &lt;b&gt; too",
    "<script>alert(1)</script>",
)
FORBIDDEN = "bell \x07, null \x00, tab\x0b, half \ud800, no character \uffff, end"


def make_item(number: int = 1, **fields: Any) -> Item:
    """A paper that never was, with everything a listing can tell."""
    standard: dict[str, Any] = {
        "guid": f"urn:uuid:00000000-0000-5000-8000-{number:012x}",
        "title": f"Lighthouse Scheduling {number}",
        "arxiv_id": f"2611.{number:05}",
        "url": f"https://papers.example/2611.{number:05}",
        "abstract": "We count the ships. Then we count the lamps.",
        "one_line": Teaser("We count the ships.", "abstract"),
        "authors": ("Mara Lindqvist", "Tomas Okafor"),
        "n_authors": 5,
        "organization": Organization("northfield", "Northfield Lab"),
        "published": "2026-11-20",
        "code_url": "https://code.example/lighthouse",
        "also": ("vision",),
        "reasons": ("“lamps” in the abstract",),
    }
    return Item(**standard | fields)


def make_issue(*items: Item, **fields: Any) -> Issue:
    """An issue that puts all items under one heading."""
    section = Section(topic="agents", name="Agents & tool use", papers=items)
    standard: dict[str, Any] = {
        "edition": "daily",
        "date": "2026-11-22",
        "number": 7,
        "moment": "2026-11-22T07:00:00+01:00",
        "verdict": "new",
        "accounting": Accounting(),
        "sections": (section,) if items else (),
        "topics": {"agents": "Agents & tool use", "vision": "Vision & 3D"},
    }
    return Issue(**standard | fields)


def live(*issues: Issue, site: Site = SITE, **options: Any) -> tuple[bytes, bytes, bytes]:
    """The bodies of the three live documents: RSS, Atom, JSON."""
    rss, atom, json_feed = feeds.live(
        issues, writers.FeedWriters(site), **{"archive": None} | options
    )
    return rss.body, atom.body, json_feed.body


def guids(body: bytes) -> list[str]:
    """The ids of a document of any of the formats, in its order."""
    if body.startswith(b"{"):
        return [item["id"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body)
    return [
        found.text or "" for found in (*root.iter("guid"), *root.iterfind(f"{ATOM}entry/{ATOM}id"))
    ]


def parse(body: bytes) -> Any:
    """The document as feedparser reads it; bytes in a file, or it may take them for a path."""
    return feedparser.parse(io.BytesIO(body))


# A validator of our own: each broken rule by its name.


def broken_rss(body: bytes, site: Site = SITE) -> Iterator[str]:
    """The rules an RSS document breaks."""
    if not body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'):
        yield "R1 declaration"
    channel = etree.fromstring(body)[0]
    yield from broken_channel(channel, site)
    for item in channel.iterfind("item"):
        yield from broken_item(item)
    found = guids(body)
    if len(set(found)) != len(found):
        yield "R4 unique"
    dates = [parsedate_to_datetime(found.text or "") for found in channel.iter("pubDate")]
    built = channel.findtext("lastBuildDate")
    if (parsedate_to_datetime(built) if built else None) != max(dates, default=None):
        yield "R6 lastBuildDate"
    order = list(zip([-date.timestamp() for date in dates], found, strict=True))
    if sorted(order) != order:
        yield "R7 order"


def broken_channel(channel: etree._Element, site: Site) -> Iterator[str]:
    """The rules the head of a channel breaks."""
    for name in ("title", "link", "description", "language", "generator", "docs"):
        if [bool(found.text) for found in channel.iterfind(name)] != [True]:
            yield f"R2 {name}"
    home = channel.findtext("link", "")
    if not home.startswith(site.url) or not home.endswith("/"):
        yield "R2 home page"
    own = channel.find(f"{ATOM}link[@rel='self']")
    if own is None or own.get("type") != "application/rss+xml":
        yield "R2 self"
    if channel.find(ARCHIVE) is None and not (channel.findtext("ttl") and channel.findtext(PERIOD)):
        yield "R11 ttl"


def broken_item(item: etree._Element) -> Iterator[str]:
    """The rules one item breaks."""
    names = [child.tag for child in item]
    for name in ("title", "link", "description", "guid", "pubDate"):
        if names.count(name) != 1:
            yield f"R3 {name}"
    if "author" in names:
        yield "R3 author"
    guid = item.find("guid")
    if (
        guid is None
        or guid.get("isPermaLink") != "false"
        or not (guid.text or "").startswith("urn:")
    ):
        yield "R4 guid"
    if not re.fullmatch(
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", item.findtext("pubDate", "")
    ):
        yield "R5 pubDate"
    if CONTENT in names and names.index(CONTENT) < names.index("description"):
        yield "R9 order"
    for markup in (item.findtext("description", ""), item.findtext(CONTENT, "")):
        yield from broken_markup(markup)
    if any(not topic.get("domain", "").startswith("http") for topic in item.iterfind("category")):
        yield "R10 domain"


def broken_markup(markup: str) -> Iterator[str]:
    """The rules some HTML breaks: only our own elements, only web addresses, few entities."""
    if set(re.findall(r"&(\w+);", markup)) - {"amp", "lt", "gt", "quot", "apos"}:
        yield "R9 entities"
    if not markup:
        return
    for element in lxml_html.fragment_fromstring(markup, create_parent="div").iter():
        if element.tag not in {"div", "p", "a", "h3", "ul", "li"}:
            yield f"R9 element {element.tag}"
        if set(element.attrib) - {"href"}:
            yield "R9 attribute"
        if not element.get("href", "https://").startswith(("https://", "http://")):
            yield "R9 address"


def broken_atom(body: bytes) -> Iterator[str]:
    """The rules an Atom document breaks."""
    feed = etree.fromstring(body)
    relations = [link.get("rel") for link in feed.iterfind(f"{ATOM}link")]
    for name in ("id", "title", "updated", "author"):
        if len(feed.findall(ATOM + name)) != 1:
            yield f"A1 feed {name}"
    if relations.count("self") != 1 or relations.count("alternate") != 1:
        yield "A1 feed links"
    stamps = [found.text or "" for found in feed.iter(f"{ATOM}updated")]
    if any(datetime.fromisoformat(stamp).tzinfo is None for stamp in stamps):
        yield "A1 offset"
    for found in feed.iterfind(f"{ATOM}entry"):
        yield from broken_atom_entry(found)


def broken_atom_entry(found: etree._Element) -> Iterator[str]:
    """The rules one entry breaks."""
    for name in ("id", "title", "updated", "published"):
        if len(found.findall(ATOM + name)) != 1:
            yield f"A1 entry {name}"
    if found.find(f"{ATOM}link[@rel='alternate']") is None:
        yield "A1 entry link"
    if found.findtext(f"{ATOM}updated") != found.findtext(f"{ATOM}published"):
        yield "A2 updated"
    kinds = {child.tag: child.get("type") for child in found}
    if kinds.get(f"{ATOM}title") != "text" or kinds.get(f"{ATOM}summary") != "text":
        yield "A3 type"
    yield from broken_markup(found.findtext(f"{ATOM}content", ""))


def broken_json(body: bytes) -> Iterator[str]:
    """The rules a JSON Feed breaks."""
    feed = json.loads(body)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "J1 version"
    if not feed.get("title") or not isinstance(feed.get("items"), list):
        yield "J1 title"
    if feed.get("next_url") == feed.get("feed_url"):
        yield "J1 next_url"
    for holder in (feed, *feed["items"]):
        if not all(isinstance(author.get("name"), str) for author in holder["authors"]):
            yield "J1 authors"
    for item in feed["items"]:
        if not isinstance(item.get("id"), str) or not item["id"]:
            yield "J1 id"
        if not ("content_html" in item or "content_text" in item):
            yield "J1 content"
        if datetime.fromisoformat(item["date_published"]).tzinfo is None:
            yield "J1 offset"
        yield from broken_markup(item.get("content_html", ""))


def broken(pages: tuple[Page, ...], site: Site = SITE) -> list[str]:
    """The rules the three documents of one feed break."""
    rss, atom, json_feed = (page.body for page in pages)
    found = [*broken_rss(rss, site), *broken_atom(atom), *broken_json(json_feed)]
    if not guids(rss) == guids(atom) == guids(json_feed):
        found.append("X1 ids")
    return found


def test_the_documents_keep_every_rule() -> None:
    """Live documents, archive documents, a topic's feed and issues.xml are valid."""
    issue = make_issue(make_item(1), make_item(2, title=HOSTILE[0]))
    assert [] == broken(feeds.live([issue], writers.FeedWriters(SITE), archive="2026-w46"))
    assert [] == broken(feeds.archive("2026-w47", [issue], writers.FeedWriters(SITE), before=None))
    assert [] == list(broken_rss(feeds.issues([issue], SITE).body))
    topic = feeds.topic("agents", "Agents & tool use", [issue], writers.FeedWriters(SITE))
    assert [] == list(broken_rss(topic.body))


def test_an_empty_feed_keeps_every_rule() -> None:
    """Before the first issue there is a valid feed without items, and no clock was asked."""
    assert [] == broken(feeds.live([], writers.FeedWriters(SITE), archive=None))
    assert [] == list(broken_rss(feeds.issues([], SITE).body))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("R1 declaration", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>'),
        ("R2 docs", "<docs>", "<docs/><docs>"),
        (
            "R2 home page",
            "<link>https://letters.example/d/<",
            "<link>https://letters.example/d/feed.xml<",
        ),
        ("R2 self", 'rel="self"', 'rel="other"'),
        ("R3 author", "</item>", "<author>Mara Lindqvist</author></item>"),
        ("R3 title", "<item>", "<item><title/>"),
        ("R4 guid", 'isPermaLink="false"', 'isPermaLink="true"'),
        ("R4 unique", "0002</guid>", "0001</guid>"),
        ("R5 pubDate", "+0100</pubDate>", "CET</pubDate>"),
        ("R6 lastBuildDate", "07:00:00 +0100</lastBuildDate>", "07:00:01 +0100</lastBuildDate>"),
        ("R7 order", "0001</guid>", "0009</guid>"),
        ("R9 element script", "<description>", "<description>&lt;script&gt;&lt;/script&gt;"),
        ("R9 address", 'href="https://arxiv.org/abs', 'href="javascript:abs'),
        ("R9 entities", "<description>", "<description>&amp;nbsp;"),
        ("R10 domain", 'domain="https', 'domain="'),
        ("R11 ttl", "<ttl>1440</ttl>", ""),
    ],
)
def test_the_validator_sees_a_broken_rss_rule(rule: str, old: str, new: str) -> None:
    """The validator these tests rest on fails a document that breaks the rule."""
    body = live(make_issue(make_item(1), make_item(2)))[0].decode()
    assert old in body
    assert rule in list(broken_rss(body.replace(old, new).encode()))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("A1 feed id", "<id>https://letters.example/d/atom.xml</id>", ""),
        ("A1 feed links", 'rel="self"', 'rel="via"'),
        ("A1 entry link", '<link rel="alternate" href', '<link rel="related" href'),
        ("A1 offset", "+01:00</updated>", "</updated>"),
        ("A2 updated", "+01:00</published>", "+02:00</published>"),
        ("A3 type", '<summary type="text">', '<summary type="html">'),
    ],
)
def test_the_validator_sees_a_broken_atom_rule(rule: str, old: str, new: str) -> None:
    """The validator these tests rest on fails a document that breaks the rule."""
    body = live(make_issue(make_item(1), make_item(2)))[1].decode()
    assert old in body
    assert rule in list(broken_atom(body.replace(old, new).encode()))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("J1 version", "version/1.1", "version/1"),
        ("J1 next_url", "archive/2026-w46.json", "feed.json"),
        ("J1 authors", '"authors":[{"name":"Mara', '"authors":[{"named":"Mara'),
        ("J1 id", '"id":"urn', '"guid":"urn'),
        ("J1 content", '"content_html"', '"content"'),
        ("J1 offset", '+01:00"', '"'),
    ],
)
def test_the_validator_sees_a_broken_json_rule(rule: str, old: str, new: str) -> None:
    """The validator these tests rest on fails a document that breaks the rule."""
    body = live(make_issue(make_item(1)), archive="2026-w46")[2].decode()
    assert old in body
    assert rule in list(broken_json(body.replace(old, new).encode()))


def any_text() -> st.SearchStrategy[str]:
    """Text of all characters there are, control characters and lone surrogates included."""
    return st.one_of(
        st.sampled_from((*HOSTILE, FORBIDDEN)),
        st.text(st.characters(exclude_categories=()), max_size=40),
    )


@st.composite
def any_issue(draw: st.DrawFn) -> Issue:
    """An issue with anything at all in every field that comes from a dump."""
    items = tuple(
        make_item(
            number,
            title=draw(any_text()),
            url=draw(any_text() | st.just("https://papers.example/a?b=c&d=<e>")),
            abstract=draw(st.none() | any_text()),
            one_line=draw(st.none() | st.builds(Teaser, any_text(), st.just("summary"))),
            arxiv_id=draw(st.none() | any_text()),
            doi=draw(st.none() | any_text()),
            authors=tuple(draw(st.lists(any_text(), max_size=3))),
            organization=Organization("x", draw(any_text())),
            published_text=draw(any_text()),
            published=None,
            code_url=draw(any_text()),
            summary=draw(st.none() | any_text()),
            reasons=(draw(any_text()),),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    return make_issue(*items, topics={"agents": draw(any_text()), "vision": draw(any_text())})


@settings(max_examples=60, deadline=None)
@given(any_issue(), any_text())
def test_no_words_can_break_a_document(issue: Issue, words: str) -> None:
    """R1: whatever a dump or a configuration says, all documents stay valid and agree (X1)."""
    site = msgspec.structs.replace(SITE, title="Title " + words, author="Name " + words)
    assert [] == broken(feeds.live([issue], writers.FeedWriters(site), archive="2026-w46"))
    assert [] == list(broken_rss(feeds.issues([issue], site).body))
    assert [] == list(
        broken_rss(feeds.topic("agents", words, [issue], writers.FeedWriters(site)).body)
    )
    etree.fromstring(feeds.opml({"agents": words}, site).body)
    for body in (
        page.body for page in feeds.live([issue], writers.FeedWriters(site), archive=None)[:2]
    ):
        assert not parse(body).bozo


@pytest.mark.parametrize("title", HOSTILE)
def test_titles_read_back_as_they_were(title: str) -> None:
    """R8: a title is text, escaped once, in all formats."""
    rss, atom, json_feed = live(make_issue(make_item(title=title)))
    assert title == etree.fromstring(rss).findtext("channel/item/title")
    assert title == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}title")
    assert title == json.loads(json_feed)["items"][0]["title"]


@pytest.mark.parametrize("title", HOSTILE[:6])
def test_feedparser_reads_titles_as_they_were(title: str) -> None:
    """R13: the titles that look like no HTML survive a reader that guesses."""
    for body in live(make_issue(make_item(title=title)))[:2]:
        assert title == parse(body).entries[0].title


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_html_read_back_as_they_were(words: str) -> None:
    """R8, R9: a description is HTML whose text is the line; the content's text the abstract."""
    item = make_item(one_line=Teaser(words, "abstract"), abstract=words)
    rss, atom, json_feed = live(make_issue(item))
    found = etree.fromstring(rss).find("channel/item")
    assert found is not None
    first = json.loads(json_feed)["items"][0]
    content = found.findtext(CONTENT)
    assert words == html.unescape(found.findtext("description", ""))
    assert words == first["summary"]
    assert words == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}summary")
    assert content == first["content_html"]
    assert content == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}content")
    assert words == lxml_html.fragment_fromstring(content or "", create_parent="div")[0].text


def test_forbidden_characters_are_left_out() -> None:
    """R1: what XML cannot carry is missing, the words around it stay."""
    rss, atom, json_feed = live(make_issue(make_item(title=FORBIDDEN)))
    expected = "bell , null , tab, half , no character , end"
    assert expected == etree.fromstring(rss).findtext("channel/item/title")
    assert expected == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}title")
    assert expected == json.loads(json_feed)["items"][0]["title"]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(("http://a.example/", "https://b.example/deep/er", "http://localhost:8000/")),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.permutations(range(4)),
    st.sampled_from(("-08:00", "+00:00", "+05:45")),
)
def test_a_guid_outlives_every_change(url: str, words: str, order: list[int], offset: str) -> None:
    """R4: base URL, scheme, title, topic, order and time zone leave each guid as it is."""
    items = [make_item(number) for number in range(4)]
    before = set(guids(live(make_issue(*items))[0]))
    changed = (msgspec.structs.replace(items[place], title=words, url=url) for place in order)
    issue = make_issue(
        *changed,
        sections=(
            Section(
                topic="renamed",
                name=words,
                papers=tuple(msgspec.structs.replace(items[place], title=words) for place in order),
            ),
        ),
        moment=f"2026-11-22T07:00:00{offset}",
    )
    site = Site(title=words or "x", url=url, language="de", timezone="Asia/Kathmandu")
    for body in live(issue, site=site):
        assert before == set(guids(body))


def test_an_issue_guid_outlives_changes_of_the_site() -> None:
    """R4: the guid of an issue rests on its edition, name and moment alone."""
    issue = make_issue(make_item())
    other = Site(title="Other", url="http://elsewhere.example/")
    assert guids(feeds.issues([issue], SITE).body) == guids(feeds.issues([issue], other).body)
    assert issue_entries.issue_guid(issue) == issue_entries.issue_guid(
        make_issue(verdict="partial")
    )
    assert issue_entries.issue_guid(issue) != issue_entries.issue_guid(make_issue(ordinal=2))
    assert "urn:papers-digest:issue:cf5266479cc405ad3ec44f316881094e" == issue_entries.issue_guid(
        issue
    )


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-22T07:00:00+01:00", "2024-02-29T23:59:59-08:00", "2026-01-05T00:00:00.250000+05:45"],
)
def test_moments_are_spelled_as_the_standard_library_does(stamp: str) -> None:
    """R5, J1: RFC 822 with four-digit year and numeric zone, RFC 3339 with offset."""
    at = datetime.fromisoformat(stamp).replace(microsecond=0)
    assert format_datetime(at) == entry.spell_moment(stamp).rfc822
    assert at.isoformat() == entry.spell_moment(stamp).rfc3339


def test_the_date_of_an_item_is_the_moment_of_its_issue() -> None:
    """R5, A2: published and updated are when the issue was made."""
    rss, atom, json_feed = live(make_issue(make_item()))
    moment = "2026-11-22T07:00:00+01:00"
    assert "Sun, 22 Nov 2026 07:00:00 +0100" == etree.fromstring(rss).findtext(
        "channel/item/pubDate"
    )
    assert moment == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}published")
    assert moment == json.loads(json_feed)["items"][0]["date_published"]


def test_newest_first_by_instant_not_by_spelling() -> None:
    """R7: moments of different offsets compare as instants, equal ones by guid."""
    early = make_issue(make_item(3), moment="2026-11-22T08:30:00+05:45", date="2026-11-22")
    late = make_issue(make_item(2), make_item(1), moment="2026-11-22T07:00:00+01:00")
    expected = [make_item(number).guid for number in (1, 2, 3)]
    for body in live(late, early):
        assert expected == guids(body)
    for body in live(early, late):
        assert expected == guids(body)


def test_issues_of_one_moment_mix_by_guid() -> None:
    """R7: two dates made by one run are told apart by nothing but the guids."""
    one = make_issue(make_item(4), make_item(1), date="2026-11-22")
    two = make_issue(make_item(3), make_item(2), date="2026-11-21")
    expected = [make_item(number).guid for number in (1, 2, 3, 4)]
    for body in live(one, two):
        assert expected == guids(body)


def test_building_twice_gives_the_same_bytes() -> None:
    """R6: no clock, no counter, no hash order is in a document."""
    issue = make_issue(make_item(1), make_item(2))
    assert live(issue) == live(issue)


def test_the_channel_speaks_of_the_home_page() -> None:
    """R2: the link is the home page, the feed's own address is a link of the Atom module."""
    channel = etree.fromstring(live(make_issue(make_item()))[0])[0]
    own = channel.find(f"{ATOM}link")
    assert own is not None
    assert "https://letters.example/d/" == channel.findtext("link")
    assert "https://letters.example/d/feed.xml" == own.get("href")
    assert "Papers Digest" == channel.findtext("generator")


WEEK = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("editions", "expected"),
    [
        ([Edition()], ("daily", "1")),
        ([Edition(days=WEEK)], ("weekly", "5")),
        ([Edition(period="week")], ("weekly", "1")),
        ([Edition(period="week", days=WEEK)], ("weekly", "1")),
        ([Edition(period="month")], ("monthly", "1")),
        ([Edition(period="month"), Edition(days=WEEK), Edition(period="week")], ("weekly", "5")),
        ([Edition(period="month"), Edition(period="week"), Edition()], ("daily", "1")),
    ],
)
def test_the_period_is_the_schedule(editions: list[Edition], expected: tuple[str, str]) -> None:
    """R11: as often as the edition issues, of several the one that does so most often.

    ttl keeps no reader from an issue for more than a day. No day and no hour may be skipped:
    a plain run or a catch-up makes an issue at any time.
    """
    found = frequency.most_frequent(editions)
    issue = make_issue(make_item())
    topics = feeds.topic(
        "agents", "Agents", [issue], writers.FeedWriters(SITE), frequency=found
    ).body
    numbered = feeds.issues([issue], SITE, frequency=found).body
    for body in (live(issue, frequency=found)[0], numbered, topics):
        channel = etree.fromstring(body)[0]
        assert expected == (channel.findtext(PERIOD), channel.findtext(FREQUENCY))
        assert "1440" == channel.findtext("ttl")
        assert [] == [*channel.iter("skipDays"), *channel.iter("skipHours")]


def test_nothing_is_enclosed() -> None:
    """R12: no enclosure, no media and no image without its length and type; there is none."""
    issue = make_issue(make_item(code_url="https://code.example/film.mp4", summary="<img src=x>"))
    rss, atom, json_feed = live(issue)
    for body in (rss, feeds.issues([issue], SITE).body):
        names = {str(found.tag).rpartition("}")[2] for found in etree.fromstring(body).iter()}
        assert names.isdisjoint({"enclosure", "image", "thumbnail", "group", "player"})
        assert b"media" not in body.partition(b">")[0]
    relations = {link.get("rel") for link in etree.fromstring(atom).iter(f"{ATOM}link")}
    assert {"self", "alternate"} == relations
    (item,) = json.loads(json_feed)["items"]
    assert {"attachments", "image", "banner_image"}.isdisjoint(item)
    contents = [found.text or "" for found in etree.fromstring(rss).iter(CONTENT)]
    assert not any("<img" in markup for markup in (item["content_html"], *contents))


def test_categories_name_topics_by_address() -> None:
    """R10: the domain is the topic's address by its id; a new name changes only the words."""
    issue = make_issue(make_item())
    renamed = make_issue(make_item(), topics={"agents": "Doers", "vision": "Seers"})
    first, second = (
        etree.fromstring(live(each)[0]).findall("channel/item/category")
        for each in (issue, renamed)
    )
    domains = [f"https://letters.example/d/topics/{key}/" for key in ("agents", "vision")]
    assert domains == [topic.get("domain") for topic in first]
    assert domains == [topic.get("domain") for topic in second]
    assert ["Agents & tool use", "Vision & 3D"] == [topic.text for topic in first]
    assert ["Doers", "Seers"] == [topic.text for topic in second]


def test_a_topic_is_named_once() -> None:
    """R3: a paper that also belongs to its own heading has that category once."""
    issue = make_issue(make_item(also=("agents", "vision", "gone")))
    found = etree.fromstring(live(issue)[0]).findall("channel/item/category")
    assert ["Agents & tool use", "Vision & 3D"] == [topic.text for topic in found]


def test_each_author_is_a_creator_up_to_a_limit() -> None:
    """R3: one dc:creator a name; a list of hundreds is cut, and the content says how many."""
    names = tuple(f"Author {number}" for number in range(664))
    rss, atom, json_feed = live(make_issue(make_item(authors=names, n_authors=664)))
    found = [creator.text for creator in etree.fromstring(rss).iter(CREATOR)]
    assert list(names[: entry.NAMES]) == found
    assert "Author 59 and 604 others" in json.loads(json_feed)["items"][0]["content_html"]
    people = etree.fromstring(atom).iterfind(f"{ATOM}entry/{ATOM}author/{ATOM}name")
    assert found == [person.text for person in people]


@pytest.mark.parametrize(
    ("authors", "count", "expected"),
    [
        (("Mara Lindqvist",), 1, "<p>Mara Lindqvist</p>"),
        (("Mara Lindqvist",), None, "<p>Mara Lindqvist</p>"),
        (("Mara Lindqvist",), 2, "<p>Mara Lindqvist and 1 other</p>"),
        ((), 1, "<p>1 author</p>"),
        ((), 6, "<p>6 authors</p>"),
    ],
)
def test_authors_are_named_or_counted(
    authors: tuple[str, ...], count: int | None, expected: str
) -> None:
    """A listing may name its authors, some of them, or only say how many there are."""
    item = make_item(authors=authors, n_authors=count, organization=None, published=None)
    assert expected in json.loads(live(make_issue(item))[2])["items"][0]["content_html"]


def test_the_content_of_a_paper() -> None:
    """R9: abstract, people, reasons and absolute links, in this order."""
    item = make_item(doi="10.1000/lamp#1", late_from="2026-11-20")
    anchor = paths.anchor(item.guid)
    expected = (
        "<p>We count the ships. Then we count the lamps.</p>"
        "<p>Mara Lindqvist, Tomas Okafor and 3 others · Northfield Lab · 2026-11-20"
        " · late, from 2026-11-20</p>"
        "<p>Under Agents &amp; tool use: “lamps” in the abstract</p>"
        '<p><a href="https://arxiv.org/abs/2611.00001">arXiv</a>'
        ' · <a href="https://arxiv.org/pdf/2611.00001">PDF</a>'
        ' · <a href="https://doi.org/10.1000/lamp%231">DOI</a>'
        ' · <a href="https://code.example/lighthouse">Code</a>'
        ' · <a href="https://letters.example/d/daily/2026-11-22.html#'
        f'{anchor}">In the issue</a></p>'
    )
    assert expected == json.loads(live(make_issue(item))[2])["items"][0]["content_html"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://papers.example/lamps", '<a href="https://papers.example/lamps">papers.example<'),
        ("https://find.example?q=a&b", '<a href="https://find.example?q=a&amp;b">find.example<'),
    ],
)
def test_a_paper_without_an_id_is_linked_by_its_host(url: str, expected: str) -> None:
    """The link says where it leads, because it may be a page or a search for the title."""
    item = make_item(arxiv_id=None, url=url)
    assert expected in json.loads(live(make_issue(item))[2])["items"][0]["content_html"]


def test_a_paper_without_a_web_address_links_to_its_issue() -> None:
    """R9: no javascript: or data: address is ever linked."""
    item = make_item(url="javascript:alert(1)", code_url="data:text/html,x", arxiv_id=None)
    rss = live(make_issue(item))[0]
    link = etree.fromstring(rss).findtext("channel/item/link")
    anchor = paths.anchor(item.guid)
    assert f"https://letters.example/d/daily/2026-11-22.html#{anchor}" == link
    assert b"javascript" not in rss
    assert b"data:" not in rss


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "We count the ships."),
        ({"one_line": None}, "We count the ships. Then we count the lamps."),
        ({"one_line": None, "abstract": None, "summary": "Ships, counted."}, "Ships, counted."),
        (
            {"one_line": None, "abstract": None, "organization": None},
            "Mara Lindqvist, Tomas Okafor and 3 others · 2026-11-20",
        ),
    ],
)
def test_the_description_says_what_there_is(fields: dict[str, Any], expected: str) -> None:
    """A paper's line; without one the opening of its abstract; without that the facts."""
    rss = live(make_issue(make_item(**fields)))[0]
    assert expected == etree.fromstring(rss).findtext("channel/item/description")


@given(st.text(max_size=700))
def test_an_opening_is_short_and_true(text: str) -> None:
    """The opening of an abstract is its beginning, within the length, cut at a word."""
    cut = entry.abstract_opening(text)
    assert len(cut) <= entry.OPENING + 1
    assert cut == text or (cut[-1] == "…" and text.startswith(cut[:-1]))


def test_an_opening_ends_between_words() -> None:
    """Where words are parted by blanks no word is cut in two."""
    assert "word " * 59 + "word…" == entry.abstract_opening("word " * 100)


def test_issues_have_one_item_each() -> None:
    """issues.xml: title with date and count, headings with counts, titles, stable guid."""
    issue = make_issue(make_item(1), make_item(2, title=HOSTILE[0]))
    item = etree.fromstring(feeds.issues([issue], SITE).body).find("channel/item")
    assert item is not None
    assert "daily 2026-11-22: 2 papers" == item.findtext("title")
    assert "https://letters.example/d/daily/2026-11-22.html" == item.findtext("link")
    assert rf"Agents & tool use (2): Lighthouse Scheduling 1; {HOSTILE[0]}." == html.unescape(
        item.findtext("description", "")
    )
    assert (
        "<h3>Agents &amp; tool use (2)</h3><ul><li>Lighthouse Scheduling 1</li>"
        r"<li>A &lt; B &amp; C: $\alpha$</li></ul>"
    ) == item.findtext(CONTENT)


def test_an_issue_without_papers_gives_its_verdict() -> None:
    """A note of a quiet day is an item, too."""
    channel = etree.fromstring(feeds.issues([make_issue(verdict="quiet")], SITE).body)[0]
    assert "daily 2026-11-22: no papers" == channel.findtext("item/title")
    assert "No page has come since the issue before." == channel.findtext("item/description")


def test_issues_are_a_window() -> None:
    """issues.xml holds the newest of all editions and asks for no more than it shows."""

    def endless() -> Iterator[Issue]:
        for number in range(feeds.NEWEST_ISSUES):
            yield make_issue(make_item(), number=number, ordinal=number + 1)
        pytest.fail("read further than needed")

    assert feeds.NEWEST_ISSUES == len(guids(feeds.issues(endless(), SITE).body))


def test_a_topic_feed_holds_the_topic() -> None:
    """Papers under the heading and those that also belong to it, no others."""
    elsewhere = Section(topic="vision", name="Vision & 3D", papers=(make_item(3, also=()),))
    issue = make_issue(make_item(1), make_item(2, also=()))
    issue = msgspec.structs.replace(issue, sections=(*issue.sections, elsewhere))
    page = feeds.topic("vision", "Vision & 3D", [issue], writers.FeedWriters(SITE))
    channel = etree.fromstring(page.body)[0]
    assert "topics/vision/feed.xml" == page.path
    assert [make_item(1).guid, make_item(3).guid] == guids(page.body)
    assert "Lanternfish Letters: Vision & 3D" == channel.findtext("title")
    assert "https://letters.example/d/topics/vision/" == channel.findtext("link")


def test_opml_lists_every_feed() -> None:
    """D5: each outline has type, text, xmlUrl and htmlUrl; topics stand in the given order."""
    page = feeds.opml({"agents": "Agents & tool use", "other": "Other"}, SITE)
    root = etree.fromstring(page.body)
    outlines = list(root.iter("outline"))
    feeds_listed = [outline for outline in outlines if outline.get("type") == "rss"]
    assert "2.0" == root.get("version")
    assert ["feed.xml", "issues.xml", "topics/agents/feed.xml", "topics/other/feed.xml"] == [
        (outline.get("xmlUrl") or "").removeprefix(SITE.url) for outline in feeds_listed
    ]
    assert ["", "", "topics/agents/", "topics/other/"] == [
        (outline.get("htmlUrl") or "").removeprefix(SITE.url) for outline in feeds_listed
    ]
    assert all(outline.get("text") for outline in outlines)
    assert "Agents & tool use" == feeds_listed[2].get("text")


def test_opml_without_topics_has_no_folder() -> None:
    """D5: a reader that imports the list gets no empty folder."""
    root = etree.fromstring(feeds.opml({}, SITE).body)
    assert ["rss", "rss"] == [outline.get("type") for outline in root.iter("outline")]
