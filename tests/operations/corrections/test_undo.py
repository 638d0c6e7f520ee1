"""`digest undo`: the newest issue is taken back as if it had never been made."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.support.folders import (
    EDITIONS,
    SHORE,
    CommandResult,
    Folder,
    answer,
    api_entry,
    page,
    paper,
    titles,
)

DATED = '[[edition]]\nname = "daily"\ncatch_up = "dated"\n'
MONDAY, TUESDAY, WEDNESDAY = "2026-11-16", "2026-11-17", "2026-11-18"
# Everything that is recorded with an issue. The edition's row has its cursor and its numbers.
RECORDED = (
    "edition", "issue", "issued", "due", "topic_count", "title_phrase", "risen", "waiting",
    "before_issue",
)  # fmt: skip


def rows(folder: Folder) -> dict[str, list[Any]]:
    """Return what the ledger has recorded with issues."""
    with sqlite3.connect(folder.root / "state" / "ledger.sqlite3") as ledger:
        contents = {name: sorted(ledger.execute(f"SELECT * FROM {name}")) for name in RECORDED}
    ledger.close()
    return contents


def undo(folder: Folder, *words: str, now: str, status: int = 0) -> CommandResult:
    """Take an issue back; check the exit status, and that a rebuild changes nothing."""
    result = folder.digest("undo", *words, now=now)
    assert status == result.status, result
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=now).status
    assert before == folder.tree()
    return result


@pytest.fixture
def two_days(folder: Folder) -> Folder:
    """Make a folder with an issue of Monday in two editions, and Tuesday's dump taken in.

    Tuesday's issue will list a paper of Monday as updated and one as rising.
    """
    folder.sort_by(SHORE)
    folder.configure(EDITIONS)
    folder.drop("a.json", answer(MONDAY, [api_entry(number, 5) for number in range(6)]))
    folder.run(f"{MONDAY}T08:00", "--due")
    changed = [api_entry(1, 5, "Kelp Forests, Revised"), api_entry(2, 90)]
    folder.drop(
        "b.json", answer(TUESDAY, changed + [api_entry(number, 7) for number in range(6, 11)])
    )
    assert [] == folder.run(f"{TUESDAY}T06:00", "--due")["issues"]
    return folder


@pytest.mark.parametrize("words", [(), ("--due",)], ids=["plain", "due"])
def test_everything_is_as_before_the_issue(two_days: Folder, words: tuple[str, ...]) -> None:
    """Output and ledger; an issue made again at the same moment has the same bytes."""
    before, recorded = two_days.tree(), rows(two_days)
    two_days.run(f"{TUESDAY}T08:00", *words)
    issue = two_days.data()[-1]
    assert ([1], [1]) == ([len(issue["updated"])], [len(issue["rising"])])
    after, recorded_after = two_days.tree(), rows(two_days)
    assert before.keys() < after.keys()
    assert recorded != recorded_after
    result = undo(two_days, now=f"{TUESDAY}T09:00")
    assert (before, recorded) == (two_days.tree(), rows(two_days))
    assert f"Taken back: issue 2 of daily, {TUESDAY}\nWaiting for the next run: 5 papers\n" in (
        result.out
    )
    assert f"The feeds have shown its 5 papers since {TUESDAY} 08:00" in result.out
    two_days.run(f"{TUESDAY}T08:00", *words)
    assert (after, recorded_after) == (two_days.tree(), rows(two_days))


def test_a_due_run_makes_the_issue_again_and_a_later_one_keeps_the_guids(two_days: Folder) -> None:
    """Its papers have their guids, with the new moment; the issue's own item is a new one."""
    two_days.run(f"{TUESDAY}T08:00", "--due")
    feeds = [two_days.output / name for name in ("feed.xml", "issues.xml")]
    before = [feedparser.parse(feed.read_bytes()).entries for feed in feeds]
    undo(two_days, now=f"{TUESDAY}T09:00")
    report = two_days.run(f"{TUESDAY}T10:00", "--due")
    assert [(TUESDAY, 2)] == [(issue["date"], issue["number"]) for issue in report["issues"]]
    after = [feedparser.parse(feed.read_bytes()).entries for feed in feeds]
    assert {each.id for each in before[0]} == {each.id for each in after[0]}
    first, again = (feed[0].published[17:22] for feed in (before[0], after[0]))
    assert ("08:00", "10:00") == (first, again)
    assert 1 == len({each.id for each in before[1]} - {each.id for each in after[1]})


def test_two_issues_of_one_run_are_taken_back_one_by_one(folder: Folder) -> None:
    """The papers of the second are behind the cursor that the first has moved."""
    folder.configure(DATED)
    folder.drop("a.txt", page("2026-11-15", range(2)))
    folder.run("2026-11-15T08:00", "--due")
    folder.drop(f"b-{MONDAY}.txt", page(MONDAY, range(2, 5)))
    folder.drop(f"c-{TUESDAY}.txt", page(TUESDAY, range(5, 9)))
    recorded = rows(folder)
    folder.run(f"{TUESDAY}T08:00", "--due")
    assert [2, 3, 4] == list(map(len, folder.titles()))
    after = folder.tree()
    undo(folder, now=f"{TUESDAY}T09:00")
    assert [titles(range(2)), titles(range(2, 5))] == folder.titles()
    undo(folder, now=f"{TUESDAY}T09:00")
    assert recorded == rows(folder)
    folder.run(f"{TUESDAY}T08:00", "--due")
    assert after == folder.tree()
    undo(folder, now=f"{TUESDAY}T09:00")
    folder.drop("d.txt", page(WEDNESDAY, [9]))
    folder.run(f"{WEDNESDAY}T06:30")
    assert titles(range(5, 10)) == folder.titles()[-1]


def test_dropped_papers_are_withdrawn_until_they_are_brought_back(two_days: Folder) -> None:
    """No later run issues them; brought back, they wait for the next one."""
    two_days.run(f"{TUESDAY}T08:00")
    result = undo(two_days, "--drop", now=f"{TUESDAY}T09:00")
    keys = [line.split()[0] for line in result.out.splitlines() if line.startswith("  arxiv:")]
    assert [f"arxiv:2611.{number:05}" for number in range(6, 11)] == keys
    two_days.drop("again.json", answer(TUESDAY, [api_entry(number, 8) for number in range(5, 12)]))
    two_days.run(f"{TUESDAY}T10:00")
    assert [titles([11])] == two_days.titles()[1:]
    for key in keys[:3]:
        assert "waits" not in two_days.digest("explain", key).out
        assert 0 == two_days.digest("withdraw", "--undo", key, now=f"{TUESDAY}T11:00").status
        assert "not in   daily: waits for the next issue" in two_days.digest("explain", key).out
    two_days.run(f"{TUESDAY}T12:00")
    assert [titles([11]), titles(range(6, 9))] == two_days.titles()[1:]
    assert "not in   daily" not in two_days.digest("explain", keys[0]).out


def test_an_issue_whose_papers_a_weekly_issue_links_to_stays(folder: Folder) -> None:
    """The message names the issue to take back first; after that it can be taken back."""
    folder.configure(EDITIONS)
    folder.drop("a.txt", page("2026-11-14", range(4)))
    folder.run("2026-11-14T08:00", "--due")
    folder.run(f"{MONDAY}T08:00", "--due")
    assert ["daily", "weekly"] == sorted(path.name for path in folder.output.glob("*ly"))
    before = folder.tree()
    result = undo(folder, now=f"{MONDAY}T09:00", status=1)
    assert result.err == (
        "digest: daily: issue 1 of weekly links to papers of issue 1; take that one back first"
        " (digest undo weekly); nothing was changed\n"
    )
    assert before == folder.tree()
    undo(folder, "weekly", now=f"{MONDAY}T09:00")
    undo(folder, now=f"{MONDAY}T09:00")
    assert not list(folder.output.glob("*ly/*"))
    folder.run(f"{MONDAY}T10:00")
    assert [titles(range(4))] == folder.titles() == folder.titles("weekly")


def test_what_cannot_be_taken_back_is_named(folder: Folder, tmp_path: Path) -> None:
    """No issue, a backfilled one, one of an earlier version, an edition that does not exist."""
    nothing = "digest: daily: it has no issue; nothing was changed\n"
    assert (1, "", nothing) == folder.digest("undo", now=f"{MONDAY}T09:00")
    assert not (folder.root / "state" / "ledger.sqlite3").exists()
    folder.drop("a.txt", page(MONDAY, range(3)))
    folder.run(f"{MONDAY}T08:00")
    before = folder.tree()
    unknown = folder.digest("undo", "dayly", now=f"{MONDAY}T09:00")
    assert (2, True) == (unknown.status, "there are: daily" in unknown.err)
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    with ledger:
        ledger.execute("DELETE FROM before_issue")
    ledger.close()
    earlier = undo(folder, now=f"{MONDAY}T09:00", status=1)
    assert f"issue 1 of {MONDAY} was made by an earlier version" in earlier.err
    assert before == folder.tree()
    old = tmp_path / "old.txt"
    old.write_bytes(page("2026-11-02", range(7, 9)))
    folder.digest("backfill", str(old), now=f"{MONDAY}T09:00")
    backfilled = undo(folder, now=f"{MONDAY}T09:00", status=1)
    assert "issue 2 of 2026-11-02, its newest, was backfilled" in backfilled.err
    assert 2 == len(folder.data())


def test_after_a_wrong_clock_there_is_a_way_back(folder: Folder) -> None:
    """A due run in the year 2200; the right date is due, with nothing of 2200 in it."""
    folder.configure(EDITIONS)
    folder.drop("a.txt", page(MONDAY, range(3)))
    right = folder.copy(folder.root.parent / "right")
    folder.run("2200-01-01T08:00", "--due")
    result = undo(folder, now=f"{MONDAY}T08:00")
    assert "The feeds have shown its 3 papers; readers" in result.out
    folder.run(f"{MONDAY}T08:00", "--due")
    right.run(f"{MONDAY}T08:00", "--due")
    assert right.tree() == folder.tree()
    assert [] == [name for name, body in folder.tree().items() if b"2200" in body]
    for each in (folder, right):
        each.drop("b.txt", page(TUESDAY, range(2, 6)))
        each.run(f"{TUESDAY}T08:00", "--due")
    assert right.tree() == folder.tree()
    status = json.loads(folder.digest("status", "--json", now=f"{TUESDAY}T08:00").out)
    # A weekly edition is not due on the day it begins.
    assert [TUESDAY, None] == [each["last_due"] for each in status["editions"]]
    assert 2 == status["counts"]["issue"]


def test_only_files_of_the_product_are_removed(two_days: Folder) -> None:
    """A page that somebody changed stays and is named; a file of somebody else stays."""
    two_days.run(f"{TUESDAY}T08:00")
    changed, foreign = f"daily/{TUESDAY}.md", f"daily/{WEDNESDAY}.html"
    (two_days.output / changed).write_text("My own words.")
    (two_days.output / foreign).write_text("My own page.")
    result = two_days.digest("undo", now=f"{TUESDAY}T09:00")
    assert f"output/{changed}: was changed by somebody else" in result.err
    assert {changed, foreign} == {
        name for name in two_days.tree() if TUESDAY in name or WEDNESDAY in name
    }


def test_papers_that_were_withdrawn_or_filtered_stay_away(folder: Folder) -> None:
    """A paper withdrawn from the issue does not wait; new filters judge the others anew."""
    folder.sort_by(SHORE)
    folder.drop("a.txt", page(MONDAY, range(8)))
    folder.run(f"{MONDAY}T08:00")
    folder.digest("withdraw", paper(3).title, now=f"{MONDAY}T08:30")
    assert "Waiting for the next run: 7 papers" in undo(folder, now=f"{MONDAY}T09:00").out
    word = paper(5).title.split(":")[0].lower()
    folder.configure(f'[[edition]]\nexclude = ["{word}"]\n')
    folder.run(f"{MONDAY}T10:00")
    (issue,) = folder.data()
    assert ([titles([0, 1, 2, 4, 6, 7])], 1) == (folder.titles(), issue["filtered"])


def test_an_issue_that_was_merged_into_is_taken_back(folder: Folder) -> None:
    """Two papers of it turned out to be one since: only that one waits."""
    folder.drop("a.txt", page(MONDAY, [1]))
    folder.drop("b.json", answer(MONDAY, [api_entry(7, 1, "Kelp Beds at Ebb")]))
    folder.run(f"{MONDAY}T08:00")
    assert [2] == list(map(len, folder.titles()))
    folder.drop("c.json", answer(MONDAY, [api_entry(7, 1, paper(1).title)]))
    folder.run(f"{MONDAY}T09:00", status=4)
    assert "Waiting for the next run: 1 paper\n" in undo(folder, now=f"{MONDAY}T10:00").out
    folder.run(f"{MONDAY}T11:00")
    assert [1] == list(map(len, folder.titles()))


def test_an_issue_that_was_never_published_is_taken_back(two_days: Folder) -> None:
    """A broken template stopped the publication; nothing of it was seen."""
    before = two_days.tree()
    template = two_days.root / "templates" / "issue.html"
    template.parent.mkdir()
    template.write_text("{% if %}")
    assert 2 == two_days.digest("run", now=f"{TUESDAY}T08:00").status
    template.unlink()
    result = undo(two_days, now=f"{TUESDAY}T09:00")
    assert "It was not published yet.\n" in result.out
    assert before == two_days.tree()


def test_an_undo_that_was_cut_off_is_published_by_the_next_run(two_days: Folder) -> None:
    """A broken template stops the publication after the issue was deleted."""
    before = two_days.tree()
    two_days.run(f"{TUESDAY}T08:00")
    template = two_days.root / "templates" / "index.html"
    template.parent.mkdir()
    template.write_text("{% if %}")
    assert 2 == two_days.digest("undo", now=f"{TUESDAY}T09:00").status
    assert f"daily/{TUESDAY}.html" in two_days.tree()
    template.unlink()
    assert [] == two_days.run(f"{TUESDAY}T06:30", "--due")["issues"]
    assert before == two_days.tree()


def test_an_issue_of_an_earlier_due_date_is_made_again(folder: Folder) -> None:
    """A run after a pause decided on the later due dates too; these rows do not prevent it."""
    twice = '[[edition]]\nname = "twice"\ndays = ["mon", "thu"]\ncatch_up = "dated"\n'
    folder.configure(f'[[edition]]\nname = "daily"\n{twice}')
    folder.drop("a.txt", page("2026-11-06", range(3)))
    folder.run("2026-11-06T12:00", "--due")  # a Friday
    made = folder.run("2026-11-17T12:00", "--due")["issues"]
    assert [("twice", "2026-11-12")] == [(issue["edition"], issue["date"]) for issue in made]
    undo(folder, "twice", now="2026-11-17T13:00")
    assert made == folder.run("2026-11-17T12:00", "--due")["issues"]
