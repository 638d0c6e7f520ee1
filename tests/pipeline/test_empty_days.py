"""Days without papers: the issue, the feeds and the status give the reason."""

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
    """A folder that makes issues for empty days, with one issue of two papers."""
    folder.configure(NOTES)
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T07:00", "--due")
    return folder


def verdict_and_sentence(folder: Folder, day: str) -> tuple[str, str]:
    """Return the verdict and the sentence of a day's issue, after comparing page and Markdown."""
    data = json.loads((folder.output / "daily" / f"{day}.json").read_bytes())
    text = (folder.output / "daily" / f"{day}.md").read_text("utf-8").split("\n")[2]
    assert text.replace("\\", "") in (folder.output / "daily" / f"{day}.html").read_text("utf-8")
    return data["verdict"], text


def items(folder: Folder, name: str = "feed.xml") -> list[Any]:
    """Return the entries of a feed, newest first, as feedparser reads them."""
    parsed = feedparser.parse(io.BytesIO((folder.output / name).read_bytes()))
    assert not parsed.bozo
    return list(parsed.entries)


def revised(number: int) -> bytes:
    """Return a page that shows a paper with a changed abstract."""
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
def test_each_kind_of_empty_day_has_its_verdict_and_sentence(begun: Folder, kind: str) -> None:
    """They are in the issue, in the feeds of papers and of issues, and in the status."""
    inbox, dropped, verdict, sentence = KINDS[kind]
    exclude = f'exclude = ["{paper(3).title.partition(":")[0]}"]\n' if kind == "filtered" else ""
    begun.configure(inbox + NOTES + exclude)
    if dropped:
        begun.drop("b.txt", dropped)
    begun.digest("run", "--due", now=f"{NEXT}T07:00")
    assert (verdict, sentence) == verdict_and_sentence(begun, NEXT)
    for name in ("feed.xml", "atom.xml", "issues.xml"):
        assert sentence == items(begun, name)[0].summary, name
    data = json.loads((begun.output / "feed.json").read_bytes())["items"][0]
    assert "No new papers: Thursday 19 November 2026" == data["title"]
    assert wording.day(NEXT) in items(begun)[0].title
    status = json.loads((begun.output / "status.json").read_bytes())
    assert (verdict, NEXT) == (status["editions"][0]["verdict"], status["editions"][0]["newest"])


def test_an_empty_rest_day_has_the_verdict_weekend(begun: Folder) -> None:
    """The 21st is a Saturday, and the settings say that the source rests on it."""
    begun.configure(f'[inbox]\nrest_days = ["sat", "sun"]\n{NOTES}')
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        begun.run(f"{day}T07:00", "--due")
    assert ("weekend", "No new papers: the listing rests at the weekend.") == verdict_and_sentence(
        begun, "2026-11-21"
    )


RESTING = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>cs.CL updates on arXiv.org</title>
<link>http://rss.arxiv.org/rss/cs.CL</link><pubDate>{} 00:00:00 -0500</pubDate>
<skipDays><day>Saturday</day><day>Sunday</day></skipDays></channel></rss>
"""


@pytest.mark.parametrize("read_before", [False, True], ids=["at once", "by an earlier run"])
def test_a_feed_says_on_which_days_it_rests(begun: Folder, read_before: bool) -> None:
    """An empty feed of a day it skips explains the day, in the first week as well."""
    begun.drop("c.xml", RESTING.format("Sat, 21 Nov 2026").encode())
    if read_before:
        begun.run("2026-11-21T02:00", "--due")
    begun.run("2026-11-21T07:00", "--due")
    assert "weekend" == verdict_and_sentence(begun, "2026-11-21")[0]


def test_an_empty_feed_of_a_day_it_does_not_skip_explains_nothing(begun: Folder) -> None:
    """A Friday without papers is not called a rest day."""
    begun.drop("c.xml", RESTING.format("Fri, 20 Nov 2026").encode())
    begun.digest("run", "--due", now="2026-11-20T07:00")
    assert "weekend" != verdict_and_sentence(begun, "2026-11-20")[0]


def test_an_unreadable_file_is_reported_by_one_issue_only(begun: Folder) -> None:
    """The next issue reports it, also if an earlier run found the file; later issues do not."""
    begun.drop("b.txt", b"no paper in it")
    begun.run(f"{DAY}T15:00", "--due", status=3)
    for day, expected in ((NEXT, "unreadable"), ("2026-11-20", "quiet")):
        begun.run(f"{day}T07:00", "--due")
        assert expected == verdict_and_sentence(begun, day)[0]


EMPTY = {
    "list": b"[]",
    "status": b'{"status": "no_data"}',
    "message": b'{"message": "No papers found for this date", "papers": []}',
    "nested": b'{"data": {"papers": []}, "total": 0}',
}


@pytest.mark.parametrize("answered", EMPTY)
def test_an_answer_that_states_it_is_empty_lacks_no_papers(folder: Folder, answered: str) -> None:
    """After ten weeks of full answers, an empty one makes the run stale and not partial."""
    entries = [
        {"title": new.title, "abstract": new.abstract, "authors": ["Ada Vance"]}
        for new in map(paper, range(50))
    ]
    for number in range(10):
        some = entries[number * 5 : number * 5 + 5]
        full = answer(
            DAY, ({"id": f"2611.{n:05}"} | fields for n, fields in enumerate(some, number * 5))
        )
        listed = full if answered == "list" else json.dumps({"papers": some}).encode()
        folder.drop(f"papers-{date.fromisoformat(NEXT) - timedelta(weeks=number + 1)}.json", listed)
    assert 50 == folder.run(f"{DAY}T08:00")["accounting"]["new"]
    folder.drop(f"papers-{NEXT}.json", EMPTY[answered])
    report = folder.run(f"{NEXT}T08:00", status=4)
    sources = json.loads((folder.output / "status.json").read_bytes())["sources"]
    assert (1, 0) == (report["accounting"]["dumps"], report["accounting"]["entries"])
    assert 1 == len(sources), sources
    assert "stale" == report["verdict"]


def test_consecutive_empty_days_have_one_notice_in_the_feed(begun: Folder) -> None:
    """The feed of issues lists each of the days. The next gap gets a notice of its own."""
    first = date.fromisoformat(NEXT)
    for back in range(16):
        begun.run(f"{first + timedelta(days=back)}T07:00", "--due")
    assert 1 == sum("No new papers" in entry.title for entry in items(begun))
    assert 17 == len(items(begun, "issues.xml"))
    begun.drop("b.txt", page("2026-12-05", [5]))
    for day in ("2026-12-05", "2026-12-06", "2026-12-07"):
        begun.run(f"{day}T07:00", "--due")
    notes = [entry for entry in items(begun) if "No new papers" in entry.title]
    assert ["Sunday 6 December 2026", "Thursday 19 November 2026"] == [
        entry.title.partition(": ")[2] for entry in notes
    ]
    assert 2 == len({entry.id for entry in notes})


def test_a_notice_keeps_its_id_and_moment(begun: Folder) -> None:
    """In every feed and archive, after a rebuild, and after the site has moved."""
    for day in (NEXT, "2026-11-20", "2026-11-23", "2026-11-30"):
        begun.run(f"{day}T07:00", "--due")
    before = {name: body for name, body in begun.tree().items() if name.endswith("xml")}
    notices_before = {
        (entry.id, entry.published) for entry in items(begun) if "No new" in entry.title
    }
    assert 1 == len(notices_before)
    archived = items(begun, "archive/2026-w47.xml")
    assert notices_before == {
        (entry.id, entry.published) for entry in archived if "No new" in entry.title
    }
    shutil.rmtree(begun.output)
    assert 0 == begun.digest("rebuild", now="2026-12-01T07:00").status
    assert before == {name: body for name, body in begun.tree().items() if name.endswith("xml")}
    begun.configure(f'[site]\nurl = "https://example.org/"\n{NOTES}')
    assert 0 == begun.digest("rebuild", now="2026-12-01T07:00").status
    assert notices_before == {
        (entry.id, entry.published) for entry in items(begun) if "No new" in entry.title
    }


def test_topic_feeds_have_no_notice(begun: Folder) -> None:
    """Most topics have no papers on most days."""
    begun.run(f"{NEXT}T07:00", "--due")
    for file in begun.output.glob("topics/*/feed.xml"):
        assert b"No new papers" not in file.read_bytes()


def test_an_issue_whose_papers_were_all_withdrawn_has_no_notice(folder: Folder) -> None:
    """Its page gives the reason, and the feeds are empty."""
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    assert 0 == folder.digest("withdraw", folder.titles()[0][0], now=f"{DAY}T09:00").status
    sentence = "Every paper of this issue was withdrawn since."
    assert ("new", sentence) == verdict_and_sentence(folder, DAY)
    assert [] == items(folder)


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (issue(verdict="quiet"), 1),
        (issue(verdict="quiet", chart=(("2026-11-21", 3),)), 1),
        (issue(verdict="quiet", chart=(("2026-11-20", 3), ("2026-11-21", 0))), 0),
        (issue(verdict="new", accounting=Accounting(new=1)), 0),
        (issue(verdict="new", accounting=Accounting(new=1), muted=1), 1),
        (issue(item(), verdict="new"), 1),
    ],
)
def test_the_first_issue_of_a_gap_has_the_notice(noted: Issue, expected: int) -> None:
    """Decided by the issue alone. An issue with papers has an entry for each of them."""
    entries = notices.entries_or_notice(noted, SITE)
    assert expected == len(entries)
    if not noted.sections:
        assert all(entry.guid == notices.gap_guid(noted) for entry in entries)


def test_a_notice_has_all_elements_that_feeds_require() -> None:
    """As RSS item, Atom entry and JSON Feed item."""
    rss, atom, data = feeds.live([issue(verdict="quiet")], writers.FeedWriters(SITE), archive=None)
    (entry,) = etree.fromstring(rss.body).iterfind(".//item")
    assert {"title", "link", "guid", "pubDate", "description"} <= {
        str(part.tag).rpartition("}")[2] for part in entry
    }
    assert b"urn:papers-digest:notice:" in atom.body
    assert "content_html" in json.loads(data.body)["items"][0]
