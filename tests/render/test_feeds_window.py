"""A live document is a window, archive documents are final, and together they hold everything."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.model.issues import Accounting, Issue, Item, Page, Section
from digest.model.settings import Site
from digest.render import feeds
from digest.render.feeds import window, writers
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


def weeks_before(newest: Issue, issues: list[Issue]) -> dict[str, list[Issue]]:
    """Return the issues of every ISO week that is over, oldest week first."""
    ordered = sorted(issues, key=lambda issue: issue.date)
    weeks = {
        week: list(members)
        for week, members in groupby(ordered, lambda issue: feeds.week(issue.date))
    }
    return {week: members for week, members in weeks.items() if week < feeds.week(newest.date)}


def archives(newest: Issue, issues: list[Issue]) -> dict[str, bytes]:
    """Return the archive documents that exist after the issue ``newest``, by path."""
    weeks = weeks_before(newest, issues)
    chain: list[str | None] = [None, *weeks]
    documents = (
        feeds.archive(week, members, writers.FeedWriters(SITE), before=before)
        for before, (week, members) in zip(chain, weeks.items(), strict=False)
    )
    return {page.path: page.body for pages in documents for page in pages}


def test_weeks_are_iso_weeks() -> None:
    """The days around New Year belong to the week of their Thursday (ISO 8601)."""
    expected = {
        "2026-11-22": "2026-w47",
        "2026-11-23": "2026-w48",
        "2027-01-03": "2026-w53",
        "2024-12-30": "2025-w01",
        "2025-01-05": "2025-w01",
    }
    assert expected == {day: feeds.week(day) for day in expected}


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


def test_the_newest_issue_is_never_cut() -> None:
    """All entries of the newest issue are in, even if their summaries exceed the limit."""
    issues = [make_issue(day, 1500, size=400) for day in days(date(2026, 11, 22), 1)]
    page = feeds.live(issues, writers.FeedWriters(SITE), archive=None)[0]
    assert all_guids(issues) == rss_guids(page)
    assert b"content:encoded>" not in page.body


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
    assert rss.path == feeds.archive_path("2026-w47")
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


def random_issues(seed: int) -> list[Issue]:
    """Return eight months of issues of 0 to 70 papers, at times none or two on a day."""
    chance = random.Random(seed)
    issues = []
    for day in sorted(days(date(2027, 3, 14), 240)):
        for part in range(chance.choices((0, 1, 2), (2, 6, 1))[0]):
            count = chance.choices((0, 3, 17, 70), (1, 4, 6, 1))[0]
            issues.append(
                make_issue(day, count, first=1000 * part, size=chance.choice((0, 600, 1600)))
            )
    return issues


@pytest.mark.parametrize("seed", range(3))
def test_live_and_archive_together_hold_everything(seed: int) -> None:
    """At any time all items are in a live or an archive document, and no archive changes."""
    issues = random_issues(seed)
    published: dict[str, bytes] = {}
    for stop in range(1, len(issues) + 1, 23):
        so_far = issues[:stop]
        newest = so_far[-1]
        now = archives(newest, so_far)
        assert published.items() <= now.items()
        published = now
        weeks = list(weeks_before(newest, so_far))
        live = feeds.live(
            reversed(so_far), writers.FeedWriters(SITE), archive=weeks[-1] if weeks else None
        )[0]
        guids = set(rss_guids(live))
        for path, body in now.items():
            if path.endswith(".xml") and not path.endswith(".atom.xml"):
                guids.update(rss_guids(Page(path, body)))
        assert set(all_guids(so_far)) == guids


def older_xml(body: bytes) -> str | None:
    """Return the address of the archive document before an RSS or Atom document."""
    links = etree.fromstring(body).iter(f"{ATOM}link")
    return next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None)


def older_json(body: bytes) -> str | None:
    """Return the address of the archive document before a JSON Feed."""
    address: str | None = json.loads(body).get("next_url")
    return address


def test_walking_back_from_the_live_document_reaches_every_archive() -> None:
    """Following prev-archive (RFC 5005) from the live document visits all archives."""
    issues = random_issues(7)
    documents = archives(issues[-1], issues)
    weeks = list(weeks_before(issues[-1], issues))
    pages = feeds.live(reversed(issues), writers.FeedWriters(SITE), archive=weeks[-1])
    for page, find in zip(pages, (older_xml, older_xml, older_json), strict=True):
        reached = 0
        older = find(page.body)
        while older is not None:
            reached += 1
            older = find(documents[older.removeprefix(SITE.url)])
        assert len(weeks) == reached


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
