"""A live document is a window, archive documents are final, and together they hold everything."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import Accounting, Issue, Item, Section
from digest.model.settings import Site
from digest.render import feeds
from digest.render.feeds import archive_layout, window, writers
from tests.support import builders

SITE = Site(title="Lanternfish Letters", url="https://letters.example/")
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
WORDS = "slow lamps count the ships that pass the northern harbour at night " * 20


def make_issue(day: date, count: int, *, first: int = 0, size: int = 1200) -> Issue:
    """Return an issue with ``count`` papers, each with an abstract of ``size`` characters."""
    papers = tuple(
        Item(
            guid=f"urn:uuid:{day:%Y%m%d}-0000-5000-8000-{first + number:012x}",
            title=f"On Harbours, Part {number} of {day}",
            url="https://papers.example/harbours",
            abstract=(WORDS * (size // len(WORDS) + 1))[:size],
            authors=("Mara Lindqvist",),
        )
        for number in reversed(range(count))
    )
    return Issue(
        edition="daily",
        date=day.isoformat(),
        number=day.toordinal(),
        moment=f"{day}T07:00:00+00:00",
        verdict="new",
        accounting=Accounting(),
        sections=(Section(topic="ports", name="Ports", papers=papers),),
    )


def days(newest: date, count: int) -> Iterator[date]:
    """Yield ``count`` days, newest first."""
    return (newest - timedelta(days=back) for back in range(count))


def rss_guids(page: Page) -> list[str]:
    """Return the guids of an RSS document, in its order."""
    return [guid.text or "" for guid in etree.fromstring(page.body).iter("guid")]


def all_guids(issues: list[Issue]) -> list[str]:
    """Return the guids of all papers of all issues, in the order of feeds."""
    ordered = sorted(issues, key=lambda issue: issue.moment, reverse=True)
    return [guid for issue in ordered for guid in sorted(item.guid for item in issue.papers)]


def link_to(issue: Issue, *, is_history: bool = False) -> IssueLink:
    """Return the link to an issue, with its size in the ledger."""
    return IssueLink(
        issue.edition,
        issue.date,
        issue.key,
        issue.number,
        len(issue.papers),
        issue.verdict,
        is_history=is_history,
        size=len(msgspec.json.encode(issue)),
    )


class Feeds(NamedTuple):
    """The live documents of some issues and their archive documents, by path."""

    live: tuple[Page, ...]
    archive: dict[str, bytes]

    def walk(self, live: int = 0) -> Iterator[bytes]:
        """Yield a live document and all archive documents that it leads to, as RFC 5005 says."""
        find = older_json if live == 2 else older_xml
        body: bytes | None = self.live[live].body
        while body is not None:
            yield body
            address = find(body)
            body = self.archive[address.removeprefix(SITE.url)] if address else None


def publish(issues: Sequence[Issue], history: Container[str] = ()) -> Feeds:
    """Return the feeds of these issues; ``history`` are the keys of the backfilled ones."""
    by_key = {issue.key: issue for issue in sorted(issues, key=lambda issue: issue.date)}
    links = [link_to(issue, is_history=key in history) for key, issue in by_key.items()]
    layout, feed_writers = archive_layout.lay_out(links), writers.FeedWriters(SITE)
    archive = {
        page.path: page.body
        for document in layout.documents
        for page in feeds.archive(
            document.name,
            [by_key[link.key] for link in document.issues],
            feed_writers,
            before=document.before,
            part=document.part,
            parts=document.parts,
        )
    }
    live = feeds.live(
        (issue for key, issue in reversed(by_key.items()) if key not in history),
        feed_writers,
        archive=layout.newest,
        unarchived=layout.unarchived,
    )
    return Feeds(live, archive)


def test_weeks_are_iso_weeks() -> None:
    """The days around New Year belong to the week of their Thursday (ISO 8601)."""
    expected = {
        "2026-11-22": "2026-w47",
        "2026-11-23": "2026-w48",
        "2027-01-03": "2026-w53",
        "2024-12-30": "2025-w01",
        "2025-01-05": "2025-w01",
    }
    assert expected == {day: archive_layout.week(day) for day in expected}


def test_a_small_feed_holds_everything_in_full() -> None:
    """Issues older than 14 days stay in a document while it is under the limit."""
    issues = [make_issue(day, 2) for day in days(date(2026, 11, 22), 40)]
    rss, atom, json_feed = feeds.live(issues, writers.FeedWriters(SITE), archive=None)
    assert all_guids(issues) == rss_guids(rss)
    assert 80 == len(list(etree.fromstring(rss.body).iter(CONTENT)))
    assert 80 == len(list(etree.fromstring(atom.body).iter(f"{ATOM}content")))
    assert 80 == json_feed.body.count(b'"content_html"')


def test_older_entries_fill_the_document_up_to_the_limit() -> None:
    """The first older entry that does not fit ends it, in all formats, and no more are read."""
    read: list[Issue] = []

    def endless() -> Iterator[Issue]:
        for day in days(date(2026, 11, 22), 4000):
            read.append(make_issue(day, 7))
            yield read[-1]

    pages = feeds.live(endless(), writers.FeedWriters(SITE), archive=None)
    guids = rss_guids(pages[0])
    sizes = [len(page.body) for page in pages]
    assert all_guids(read)[: len(guids)] == guids
    assert len(guids) > 14 * 7
    assert len(guids) == pages[2].body.count(b'"content_html"')
    assert 0 <= len(all_guids(read)) - len(guids) < 7
    assert window.LIMIT - 3000 < max(sizes) < window.LIMIT
    assert guids == [item["id"] for item in json.loads(pages[2].body)["items"]]


def test_all_entries_of_fourteen_days_are_in_and_the_oldest_are_shortened() -> None:
    """The oldest entries of a heavy fortnight keep only their summary, and none older is in."""
    issues = [make_issue(day, 40) for day in days(date(2026, 11, 22), 20)]
    pages = feeds.live(iter(issues), writers.FeedWriters(SITE), archive=None)
    items = list(etree.fromstring(pages[0].body).iter("item"))
    full = [item.find(CONTENT) is not None for item in items]
    assert all_guids(issues[:14]) == rss_guids(pages[0])
    assert all(item.findtext("description") for item in items)
    assert sorted(full, reverse=True) == full
    assert 0 < full.count(True) < len(full)
    assert window.LIMIT - 3000 < max(len(page.body) for page in pages) < window.LIMIT
    entries = list(etree.fromstring(pages[1].body).iter(f"{ATOM}entry"))
    assert full == [entry.find(f"{ATOM}content") is not None for entry in entries]
    brief = [item for item in json.loads(pages[2].body)["items"] if "content_text" in item]
    assert full.count(False) == len(brief)
    assert all(item["content_text"] for item in brief)


def sizes(pages: Iterable[Page]) -> list[int]:
    """Return the sizes of documents in bytes."""
    return [len(page.body) for page in pages]


def full(page: Page) -> list[bool]:
    """Return of each item of an RSS document whether it has its full content."""
    return [item.find(CONTENT) is not None for item in etree.fromstring(page.body).iter("item")]


def test_beyond_the_limit_whole_issues_follow_and_only_the_newest_is_in_full() -> None:
    """Of 14 days with 150 papers each, as many whole issues are in as stay under a mebibyte."""
    issues = [make_issue(day, 150) for day in days(date(2026, 11, 22), 14)]
    pages = feeds.live(iter(issues), writers.FeedWriters(SITE), archive=None)
    guids, brief = rss_guids(pages[0]), 150 * 700
    assert window.LARGEST - brief < max(sizes(pages)) < window.LARGEST
    assert 0 == len(guids) % 150
    assert all_guids(issues[: len(guids) // 150]) == guids
    assert [True] * 150 + [False] * (len(guids) - 150) == full(pages[0])


def test_an_issue_that_does_not_fit_in_full_keeps_all_its_entries() -> None:
    """The first of a thousand papers are in full, and no older issue is in."""
    newest, older = (make_issue(day, 1000) for day in days(date(2026, 11, 22), 2))
    pages = feeds.live([newest, older], writers.FeedWriters(SITE), archive=None)
    assert all_guids([newest]) == rss_guids(pages[0])
    shown = full(pages[0])
    assert sorted(shown, reverse=True) == shown
    assert 0 < shown.count(True) < 1000
    assert window.LARGEST - 3000 < max(sizes(pages)) < window.LARGEST


@pytest.mark.parametrize("before", [0, 5])
def test_of_an_issue_that_alone_does_not_fit_the_first_entries_are_in(before: int) -> None:
    """Also if a small issue came after it: readers would else see none of it."""
    small = [make_issue(day, before) for day in days(date(2026, 11, 23), 1) if before]
    large = make_issue(date(2026, 11, 22), 3000)
    pages = feeds.live([*small, large], writers.FeedWriters(SITE), archive=None)
    guids = rss_guids(pages[0])
    assert before < len(guids) < 3000
    assert all_guids([*small, large])[: len(guids)] == guids
    assert window.LARGEST - 1000 < max(sizes(pages)) < window.LARGEST


def test_issues_that_are_in_no_archive_document_are_in_whole() -> None:
    """They come before the full content of the newest issue, and even exceed the limit."""
    issues = [make_issue(day, 700, size=300) for day in days(date(2026, 11, 22), 4)]
    kept = {issue.key for issue in issues[:3]}
    pages = feeds.live(issues, writers.FeedWriters(SITE), archive=None, unarchived=kept)
    assert all_guids(issues[:3]) == rss_guids(pages[0])
    assert [False] * 2100 == full(pages[0])


def test_days_are_counted_from_the_newest_issue() -> None:
    """All entries of the 14th day are in, those of the 15th only while they fit."""
    newest = date(2026, 11, 22)
    issues = [
        make_issue(newest, 300),
        make_issue(newest - timedelta(days=13), 3),
        make_issue(newest - timedelta(days=14), 3),
    ]
    assert all_guids(issues[:2]) == rss_guids(
        feeds.live(issues, writers.FeedWriters(SITE), archive=None)[0]
    )


def test_a_live_document_links_to_the_newest_archive() -> None:
    """It has prev-archive (RFC 5005) or next_url (JSON) only where there is an archive."""
    issue = make_issue(date(2026, 11, 22), 1)
    rss, atom, json_feed = feeds.live([issue], writers.FeedWriters(SITE), archive="2026-w46")
    assert (
        b'rel="prev-archive" type="application/rss+xml" href="https://letters.example/archive/2026-w46.xml"'
        in rss.body
    )
    assert b'href="https://letters.example/archive/2026-w46.atom.xml"' in atom.body
    assert "https://letters.example/archive/2026-w46.json" == json.loads(json_feed.body)["next_url"]
    for page in feeds.live([issue], writers.FeedWriters(SITE), archive=None):
        assert b"archive/" not in page.body


def test_an_archive_document_has_the_links_of_rfc_5005() -> None:
    """It has fh:archive, current, self and prev-archive, and in Atom the id of the live feed."""
    issues = [make_issue(day, 2) for day in days(date(2026, 11, 22), 3)]
    rss, atom, json_feed = feeds.archive(
        "2026-w47", issues, writers.FeedWriters(SITE), before="2026-w45"
    )
    assert ["archive/2026-w47.xml", "archive/2026-w47.atom.xml", "archive/2026-w47.json"] == [
        page.path for page in (rss, atom, json_feed)
    ]
    assert [page.path for page in (rss, atom, json_feed)] == feeds.archive_paths("2026-w47")
    for page, suffix, live in ((rss, ".xml", "feed.xml"), (atom, ".atom.xml", "atom.xml")):
        root = etree.fromstring(page.body)
        links = {link.get("rel"): link.get("href") for link in root.iter(f"{ATOM}link")}
        assert next(root.iter(ARCHIVE), None) is not None
        assert f"https://letters.example/{live}" == links["current"]
        assert f"https://letters.example/archive/2026-w47{suffix}" == links["self"]
        assert f"https://letters.example/archive/2026-w45{suffix}" == links["prev-archive"]
        assert "next-archive" not in links
    feed = json.loads(json_feed.body)
    assert "https://letters.example/archive/2026-w47.json" == feed["feed_url"]
    assert "https://letters.example/archive/2026-w45.json" == feed["next_url"]
    assert "https://letters.example/atom.xml" == etree.fromstring(atom.body).findtext(f"{ATOM}id")


def test_an_archive_holds_everything_in_full() -> None:
    """An archive document has no window and no limit."""
    issues = [make_issue(day, 200) for day in days(date(2026, 11, 22), 7)]
    rss, atom, json_feed = feeds.archive("2026-w47", issues, writers.FeedWriters(SITE), before=None)
    assert all_guids(issues) == rss_guids(rss)
    assert 1400 == len(list(etree.fromstring(rss.body).iter(CONTENT)))
    assert 1400 == len(list(etree.fromstring(atom.body).iter(f"{ATOM}content")))
    assert 1400 == json_feed.body.count(b'"content_html"')


def older_xml(body: bytes) -> str | None:
    """Return the address of the archive document before an RSS or Atom document."""
    links = etree.fromstring(body).iter(f"{ATOM}link")
    return next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None)


def older_json(body: bytes) -> str | None:
    """Return the address of the archive document before a JSON Feed."""
    address: str | None = json.loads(body).get("next_url")
    return address


# All limits a sixteenth of what they are, so that few papers reach them.
SMALL = (
    mock.patch.multiple(window, LIMIT=window.LIMIT // 16, LARGEST=window.LARGEST // 16),
    mock.patch.multiple(
        archive_layout, LIMIT=archive_layout.LIMIT // 16, LARGEST=archive_layout.LARGEST // 16
    ),
)
LIVES = st.lists(
    st.tuples(
        st.integers(0, 3),  # days after the issue before: 0 makes the next issue of the same day
        st.sampled_from((0, 1, 6, 20, 55, 120)),  # papers
        st.sampled_from((0, 1500)),  # characters of an abstract
        st.sampled_from((True, False, False, False)),  # backfilled
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=12, deadline=None)
@given(LIVES)
def test_nothing_is_lost_between_live_and_archive_documents(
    shapes: list[tuple[int, int, int, bool]],
) -> None:
    """A reader that goes back from the live feed has all items, and no document is too large."""
    issues: list[Issue] = []
    history: set[str] = set()
    day, ordinal = date(2026, 11, 2), 1
    for step, count, size, is_history in shapes:
        ordinal = ordinal + 1 if issues and step == 0 else 1
        day += timedelta(days=step)
        issue = make_issue(day, count, first=5000 * ordinal, size=size)
        moment = f"{day}T{7 + ordinal:02}:00:00+00:00"
        issues.append(msgspec.structs.replace(issue, ordinal=ordinal, moment=moment))
        if is_history:
            history.add(issues[-1].key)
    with SMALL[0], SMALL[1]:
        documents = publish(issues, history)
    assert max(sizes(documents.live)) < window.LARGEST // 16
    assert max(map(len, documents.archive.values()), default=0) <= (4 << 20) // 16
    for place, find in enumerate((xml_ids, xml_ids, json_ids)):
        walked = [find(body) for body in documents.walk(place)]
        assert set(all_guids(issues)) == {guid for guids in walked for guid in guids}
        assert len(documents.archive) // 3 == len(walked) - 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5000)), min_size=2, max_size=40))
def test_an_archive_document_never_changes_when_issues_follow(
    shapes: list[tuple[int, int]],
) -> None:
    """All documents are there again, with the same issues and the same link, after each issue."""
    links: list[IssueLink] = []
    day, before = date(2026, 11, 2), frozenset[archive_layout.ArchiveDocument]()
    for step, kib in shapes:
        day += timedelta(days=step)
        key = f"{day}-{len(links)}"
        links.append(IssueLink("daily", str(day), key, len(links), 1, "new", size=kib << 10))
        layout = archive_layout.lay_out(links)
        assert before <= set(layout.documents)
        before = frozenset(layout.documents)
        archived = [link.key for document in before for link in document.issues]
        assert {link.key for link in links} == {*archived, *layout.unarchived}
        assert layout.unarchived.isdisjoint(archived)


def xml_ids(body: bytes) -> list[str]:
    """Return the ids of the entries of an RSS or Atom document."""
    root = etree.fromstring(body)
    elements = [
        *root.iter("guid"),
        *(entry.find(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")),
    ]
    return [element.text or "" for element in elements if element is not None]


def json_ids(body: bytes) -> list[str]:
    """Return the ids of the items of a JSON Feed."""
    return [item["id"] for item in json.loads(body)["items"]]


def names(*shapes: tuple[str, int], history: Container[str] = ()) -> dict[str, list[str]]:
    """Return the dates in each archive document of issues of these dates and numbers of KiB."""
    links = [
        IssueLink("daily", day, day, n, 1, "new", is_history=day in history, size=kib << 10)
        for n, (day, kib) in enumerate(shapes)
    ]
    return {
        document.name: [link.date for link in document.issues]
        for document in archive_layout.lay_out(links).documents
    }


def test_a_week_is_one_document_once_it_is_over() -> None:
    """Before that the live feed holds it, but never backfilled issues."""
    days = [("2026-11-16", 300), ("2026-11-18", 300), ("2026-11-22", 300)]
    assert {} == names(*days)
    assert {"2026-w47": ["2026-11-18"]} == names(*days, history={"2026-11-18"})
    whole = {"2026-w47": [day for day, _ in days]}
    assert whole == names(*days, ("2026-11-23", 9))
    assert whole == names(*days, history=[day for day, _ in days])


def test_documents_of_a_large_week_are_there_before_it_is_over() -> None:
    """One is full when the next issue would exceed the limit; a large issue is one at once."""
    days = [("2026-11-16", 600), ("2026-11-17", 300), ("2026-11-18", 300)]
    first = {"2026-w47": ["2026-11-16", "2026-11-17"]}
    assert {} == names(*days[:2])
    assert first == names(*days)
    large = ("2026-11-19", 2500)
    assert first | {
        "2026-w47-part-2": ["2026-11-18"],
        "2026-w47-part-3": ["2026-11-19"],
    } == names(*days, large)


def test_an_issue_too_large_for_a_document_has_several() -> None:
    """The newest document, to which the live feed leads, has its first papers."""
    issue = make_issue(date(2026, 11, 20), 1900, size=300)
    documents = publish([issue])
    assert ["", "-part-2"] == [
        path.removeprefix("archive/2026-w47").removesuffix(".xml")
        for path in documents.archive
        if not path.endswith((".atom.xml", ".json"))
    ]
    _, newest, oldest = (xml_ids(body) for body in documents.walk())
    assert [item.guid for item in issue.papers] != all_guids([issue])
    assert all_guids([issue]) == newest + oldest


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from((0, 900, 4000))), min_size=1, max_size=25
    )
)
def test_no_document_passes_the_limit_unless_summaries_alone_do(
    shapes: list[tuple[int, int]],
) -> None:
    """Documents of any issues stay under the limit, and all formats hold the same entries."""
    newest = date(2026, 11, 22)
    issues = [
        make_issue(newest - timedelta(days=2 * back), count, size=size)
        for back, (count, size) in enumerate(shapes)
    ]
    pages = feeds.live(issues, writers.FeedWriters(SITE), archive=None)
    assert max(len(page.body) for page in pages) < window.LIMIT
    guids = rss_guids(pages[0])
    assert all_guids(issues)[: len(guids)] == guids
    assert set(all_guids(issues[:7])) <= set(guids)
    assert guids == [item["id"] for item in json.loads(pages[2].body)["items"]]


def test_entries_of_two_months_are_built_once() -> None:
    """The feed of each topic reads two months again, and gets the same entries."""
    feed_writers = writers.FeedWriters(SITE)
    issues = [builders.issue(builders.item(number)) for number in range(62)]
    first = [feed_writers.entries(issue)[0] for issue in issues]
    second = [feed_writers.entries_under(issue, issue.sections[0].topic)[0] for issue in issues]
    assert all(entry is same for entry, same in zip(first, second, strict=True))
