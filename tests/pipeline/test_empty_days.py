"""A day without papers says which kind it was: in the issue, in the feeds, in the status."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree

from digest.model.issues import Accounting, Issue
from digest.model.settings import Site
from digest.render import feeds, wording
from digest.render.feeds import notices, writers
from tests.support.builders import issue, item
from tests.support.folders import Folder, answer, page, paper

DAY = "2026-11-18"  # a Wednesday
NEXT = "2026-11-19"
NOTES = '[[edition]]\nwhen_empty = "note"\n'
SITE = Site()


@pytest.fixture
def begun(folder: Folder) -> Folder:
    """A folder with an issue of two papers, that notes empty days."""
    folder.configure(NOTES)
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T07:00", "--due")
    return folder


def said(folder: Folder, day: str) -> tuple[str, str]:
    """The verdict and the sentence of a day's issue, the same on its page and in Markdown."""
    data = json.loads((folder.output / "daily" / f"{day}.json").read_bytes())
    text = (folder.output / "daily" / f"{day}.md").read_text("utf-8").split("\n")[2]
    assert text.replace("\\", "") in (folder.output / "daily" / f"{day}.html").read_text("utf-8")
    return data["verdict"], text


def items(folder: Folder, name: str = "feed.xml") -> list[Any]:
    """The entries of a feed as a reader sees them, newest first."""
    parsed = feedparser.parse(io.BytesIO((folder.output / name).read_bytes()))
    assert not parsed.bozo
    return list(parsed.entries)


def revised(number: int) -> bytes:
    """A page with a paper whose abstract has changed."""
    old, new = paper(number).abstract, "Nothing of what we said holds. Error rises to 90%."
    return page(NEXT, [number]).replace(old.encode(), new.encode())


KINDS = {
    "quiet": ("", None, "quiet", "No page has come since the issue before."),
    "holiday": (
        '[inbox]\nholidays = ["2026-11-19"]\n', None, "weekend",
        "No new papers: a holiday, or a weekday on which the listing always rests.",
    ),
    "no-input": (
        '[inbox]\nexpect_every = "20h"\n', None, "no-input",
        "No page has come for longer than expected, so papers may be missing.",
    ),
    "stale": (
        "", page(NEXT, [1, 2]), "stale",
        "Pages came, but everything on them had been seen before.",
    ),
    "unreadable": (
        "", b"no paper in it", "unreadable", "Something came, but nothing of it could be read.",
    ),
    "revised": (
        "", revised(1), "revised",
        "No new papers came, only revised texts of known ones. 1 earlier paper changed.",
    ),
    "filtered": (
        "", page(NEXT, [3]), "new",
        "New papers came, but none that this edition’s choices let through.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_day_has_its_sentence(begun: Folder, kind: str) -> None:
    """In the issue; once in each feed of papers and of issues; the verdict in the status."""
    inbox, dropped, verdict, sentence = KINDS[kind]
    exclude = f'exclude = ["{paper(3).title.partition(":")[0]}"]\n' if kind == "filtered" else ""
    begun.configure(inbox + NOTES + exclude)
    if dropped:
        begun.drop("b.txt", dropped)
    begun.digest("run", "--due", now=f"{NEXT}T07:00")
    assert (verdict, sentence) == said(begun, NEXT)
    for name in ("feed.xml", "atom.xml", "issues.xml"):
        assert sentence == items(begun, name)[0].summary, name
    data = json.loads((begun.output / "feed.json").read_bytes())["items"][0]
    assert "No new papers: Thursday 19 November 2026" == data["title"]
    assert wording.day(NEXT) in items(begun)[0].title
    status = json.loads((begun.output / "status.json").read_bytes())
    assert (verdict, NEXT) == (status["editions"][0]["verdict"], status["editions"][0]["newest"])


def test_a_weekend_is_called_one(begun: Folder) -> None:
    """By its date: a Saturday on which the source rests."""
    begun.configure(f'[inbox]\nrest_days = ["sat", "sun"]\n{NOTES}')
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        begun.run(f"{day}T07:00", "--due")
    assert ("weekend", "No new papers: the listing rests at the weekend.") == said(
        begun, "2026-11-21"
    )


def test_what_could_not_be_read_is_told_once(begun: Folder) -> None:
    """By the next issue, not by all after it; also when another run found it."""
    begun.drop("b.txt", b"no paper in it")
    begun.run(f"{DAY}T15:00", "--due", status=3)
    for day, expected in ((NEXT, "unreadable"), ("2026-11-20", "quiet")):
        begun.run(f"{day}T07:00", "--due")
        assert expected == said(begun, day)[0]


EMPTY = {
    "list": b"[]",
    "status": b'{"status": "no_data"}',
    "message": b'{"message": "No papers found for this date", "papers": []}',
    "nested": b'{"data": {"papers": []}, "total": 0}',
}


@pytest.mark.parametrize("answered", EMPTY)
def test_an_answer_that_says_it_is_empty_is_whole(folder: Folder, answered: str) -> None:
    """It falls short of no habit: a run after six full answers is not partial."""
    entries = [
        {"title": one.title, "abstract": one.abstract, "authors": ["Ada Vance"]}
        for one in map(paper, range(30))
    ]
    for number in range(6):
        some = entries[number * 5 : number * 5 + 5]
        full = answer(DAY, ({"id": f"2611.{n:05}"} | one for n, one in enumerate(some, number * 5)))
        listed = full if answered == "list" else json.dumps({"papers": some}).encode()
        folder.drop(f"papers-2026-11-{number + 10}.json", listed)
    assert 30 == folder.run(f"{DAY}T08:00")["accounting"]["new"]
    folder.drop(f"papers-{NEXT}.json", EMPTY[answered])
    report = folder.run(f"{NEXT}T08:00", status=4)
    sources = json.loads((folder.output / "status.json").read_bytes())["sources"]
    assert (1, 0) == (report["accounting"]["dumps"], report["accounting"]["entries"])
    assert 1 == len(sources), sources
    assert "stale" == report["verdict"]


def test_a_gap_has_one_notice(begun: Folder) -> None:
    """However long; the feed of issues has each of them, and the next gap its own notice."""
    first = date.fromisoformat(NEXT)
    for back in range(16):
        begun.run(f"{first + timedelta(days=back)}T07:00", "--due")
    assert 1 == sum("No new papers" in one.title for one in items(begun))
    assert 17 == len(items(begun, "issues.xml"))
    begun.drop("b.txt", page("2026-12-05", [5]))
    for day in ("2026-12-05", "2026-12-06", "2026-12-07"):
        begun.run(f"{day}T07:00", "--due")
    notes = [one for one in items(begun) if "No new papers" in one.title]
    assert ["Sunday 6 December 2026", "Thursday 19 November 2026"] == [
        one.title.partition(": ")[2] for one in notes
    ]
    assert 2 == len({one.id for one in notes})


def test_a_notice_never_changes(begun: Folder) -> None:
    """The same guid and moment in every feed and archive, whatever is rebuilt or moved."""
    for day in (NEXT, "2026-11-20", "2026-11-23", "2026-11-30"):
        begun.run(f"{day}T07:00", "--due")
    before = {name: body for name, body in begun.tree().items() if name.endswith("xml")}
    kept = {(one.id, one.published) for one in items(begun) if "No new" in one.title}
    assert 1 == len(kept)
    archived = items(begun, "archive/2026-w47.xml")
    assert kept == {(one.id, one.published) for one in archived if "No new" in one.title}
    shutil.rmtree(begun.output)
    assert 0 == begun.digest("rebuild", now="2026-12-01T07:00").status
    assert before == {name: body for name, body in begun.tree().items() if name.endswith("xml")}
    begun.configure(f'[site]\nurl = "https://example.org/"\n{NOTES}')
    assert 0 == begun.digest("rebuild", now="2026-12-01T07:00").status
    assert kept == {(one.id, one.published) for one in items(begun) if "No new" in one.title}


def test_topics_have_no_notice(begun: Folder) -> None:
    """A topic without papers on a day is every topic on most days."""
    begun.run(f"{NEXT}T07:00", "--due")
    for file in begun.output.glob("topics/*/feed.xml"):
        assert b"No new papers" not in file.read_bytes()


def test_an_issue_whose_papers_were_all_withdrawn_is_no_gap(folder: Folder) -> None:
    """Its page says so, and no feed claims that nothing came."""
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    assert 0 == folder.digest("withdraw", folder.titles()[0][0], now=f"{DAY}T09:00").status
    sentence = "Every paper of this issue was withdrawn since."
    assert ("new", sentence) == said(folder, DAY)
    assert [] == items(folder)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (issue(verdict="quiet"), 1),
        (issue(verdict="quiet", chart=(("2026-11-21", 3),)), 1),
        (issue(verdict="quiet", chart=(("2026-11-20", 3), ("2026-11-21", 0))), 0),
        (issue(verdict="new", accounting=Accounting(new=1)), 0),
        (issue(verdict="new", accounting=Accounting(new=1), muted=1), 1),
        (issue(item(), verdict="new"), 1),
    ],
)
def test_where_a_notice_stands(found: Issue, expected: int) -> None:
    """Where a gap begins, by the issue alone; papers are papers."""
    entries = notices.entries_or_notice(found, SITE)
    assert expected == len(entries)
    if not found.sections:
        assert all(one.guid == notices.gap_guid(found) for one in entries)


def test_a_notice_keeps_the_rules_of_its_feeds() -> None:
    """No element is missing that an item must have."""
    rss, atom, data = feeds.live([issue(verdict="quiet")], writers.FeedWriters(SITE), archive=None)
    (found,) = etree.fromstring(rss.body).iterfind(".//item")
    assert {"title", "link", "guid", "pubDate", "description"} <= {
        str(part.tag).rpartition("}")[2] for part in found
    }
    assert b"urn:papers-digest:notice:" in atom.body
    assert "content_html" in json.loads(data.body)["items"][0]
