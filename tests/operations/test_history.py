"""Backfills, and withdrawn papers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import feedparser
import pytest

from digest.operations.corrections import backfill
from tests.support import folders
from tests.support.folders import Folder, paper, tree

NOW = "2026-11-22T08:00"


def answer(day: str, numbers: Iterable[int]) -> bytes:
    """Return an API answer with these invented papers, each with an id."""
    papers = [paper(number) for number in numbers]
    return folders.answer(
        day,
        [
            {
                "id": _id(entry.number),
                "title": entry.title,
                "summary": entry.abstract,
                "submittedOnDailyAt": day,
            }
            for entry in papers
        ],
    )


def _id(number: int) -> str:
    return f"2601.{number:05}"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make pages of two old days with papers in common, in a folder that is not the inbox."""
    pages = tmp_path / "old"
    pages.mkdir()
    (pages / "b.json").write_bytes(answer("2026-01-06", range(3, 8)))
    (pages / "a.json").write_bytes(answer("2026-01-05", range(5)))
    return pages


def test_old_days_become_issues_of_their_dates(folder: Folder, old: Path) -> None:
    """In the order of their page dates, each paper once. The live feeds do not have them."""
    assert 0 == folder.digest("backfill", str(old), now=NOW).status
    assert [("2026-01-05", 5), ("2026-01-06", 3)] == [
        (issue["date"], sum(len(section["papers"]) for section in issue["sections"]))
        for issue in folder.data()
    ]
    assert [] == feedparser.parse((folder.output / "feed.xml").read_bytes()).entries
    week = (folder.output / "archive" / "2026-w02.xml").read_bytes()
    assert 8 == len(feedparser.parse(week).entries)


def test_history_is_dated_at_the_hour_of_its_edition(folder: Folder, old: Path) -> None:
    """On its own day in the site's time zone, in the archive and in the feed of issues.

    In the archive the first paper of an issue has that moment, the others a second less each.
    """
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n[[edition]]\nat = "06:30"\n')
    folder.digest("backfill", str(old), now=NOW)
    days = ["Tue, 06 Jan 2026 06:30:00 +0100", "Mon, 05 Jan 2026 06:30:00 +0100"]
    issues = feedparser.parse((folder.output / "issues.xml").read_bytes()).entries
    assert days == [item.published for item in issues]
    papers = feedparser.parse((folder.output / "archive/2026-w02.xml").read_bytes()).entries
    times = [item.published[5:25] for item in papers]
    assert [f"06 Jan 2026 06:{second}" for second in ("30:00", "29:59", "29:58")] == times[:3]
    assert [
        f"05 Jan 2026 06:{second}" for second in ("30:00", "29:59", "29:58", "29:57", "29:56")
    ] == times[3:]


def test_silent_history_is_seen_and_never_issued(folder: Folder, old: Path) -> None:
    """A later dump with the same papers has nothing new."""
    folder.digest("backfill", "--silent", str(old), now=NOW)
    assert [] == folder.data()
    folder.drop("today.json", answer("2026-11-22", range(10)))
    report = folder.run(NOW)
    assert (2, 8) == (report["accounting"]["new"], report["accounting"]["known"])
    assert [2] == [issue["papers"] for issue in report["issues"]]


def test_a_repeated_backfill_changes_nothing(folder: Folder, old: Path) -> None:
    """Also if two files hold the same bytes."""
    (old / "copy.json").write_bytes((old / "a.json").read_bytes())
    folder.digest("backfill", str(old), now=NOW)
    before = folder.tree()
    again = folder.digest("backfill", str(old), now=NOW)
    assert (0, before) == (again.status, folder.tree())


def test_a_file_that_cannot_be_opened_is_reported(folder: Folder, old: Path) -> None:
    """The other files are taken in."""
    os.mkfifo(old / "pipe.json")
    result = folder.digest("backfill", *map(str, old.iterdir()), now=NOW)
    assert (0, 2) == (result.status, len(folder.data()))
    assert result.err.startswith("pipe.json: cannot be read: ")


def test_a_backfill_names_a_library_that_it_did_without(folder: Folder, old: Path) -> None:
    """Once, however many days of history are ranked without it; the issues come out."""
    folder.configure('[profile]\nlibrary = "my.bib"')
    result = folder.digest("backfill", str(old), now=NOW)
    assert (0, 2) == (result.status, len(folder.data()))
    assert "my.bib: cannot be read: No such file or directory\n" == result.err


def test_a_backfill_does_not_change_the_live_feeds(folder: Folder, old: Path) -> None:
    """Its papers are older than the live issue."""
    folder.drop("today.json", answer("2026-11-22", range(20, 24)))
    folder.run(NOW)
    before = feedparser.parse((folder.output / "feed.xml").read_bytes()).entries
    folder.digest("backfill", str(old), now=NOW)
    after = feedparser.parse((folder.output / "feed.xml").read_bytes()).entries
    assert [entry.id for entry in before] == [entry.id for entry in after]


def test_a_withdrawn_paper_is_removed_for_good(folder: Folder) -> None:
    """Pages and feeds leave it out and say so; the same dump does not bring it back."""
    folder.drop("a.json", answer("2026-11-22", range(4)))
    folder.run(NOW)
    withdrawn = paper(2)
    assert 0 == folder.digest("withdraw", _id(withdrawn.number), now=NOW).status
    pages = tree(folder.output)
    assert [] == [name for name, body in pages.items() if withdrawn.title.encode() in body]
    assert b"1 paper withdrawn" in pages["daily/2026-11-22.html"]
    folder.drop("b.json", answer("2026-11-22", range(5)))
    assert [1] == [summary["papers"] for summary in folder.run(NOW)["issues"]]
    assert [3, 1] == [sum(map(len, _sections(issue))) for issue in folder.data()]


def test_withdrawing_an_unknown_paper_is_an_error(folder: Folder) -> None:
    """The message repeats the key."""
    folder.drop("a.json", answer("2026-11-22", range(2)))
    folder.run(NOW)
    result = folder.digest("withdraw", "9901.99999", now=NOW)
    assert (1, "digest: no paper has the key or title '9901.99999'\n") == (
        result.status,
        result.err,
    )


def _sections(issue: dict[str, object]) -> list[list[object]]:
    sections = json.loads(json.dumps(issue["sections"]))
    return [section["papers"] for section in sections]


def test_what_is_no_file_is_named_by_a_backfill(folder: Folder, old: Path) -> None:
    """Links, pipes and folders of a folder are not read; a link that is given as a path is."""
    os.mkfifo(old / "pipe.json")
    (old / "folder").mkdir()
    (old / "link.json").symlink_to(old / "a.json")
    result = folder.digest("backfill", str(old), now=NOW)
    assert [
        "folder: a folder: only files are read",
        "link.json: a link: copy the file itself",
        "pipe.json: a pipe (FIFO): only files are read",
    ] == result.err.splitlines()
    given = folder.root / "given.json"
    (old / "c.json").write_bytes(answer("2026-01-07", [20]))
    given.symlink_to(old / "c.json")
    result = folder.digest("backfill", str(given), now=NOW)
    assert (0, "") == (result.status, result.err)
    assert "1 issue, " in result.out
    assert 3 == len(folder.data())


def test_a_file_that_turns_unreadable_during_a_backfill_is_named(
    folder: Folder, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large backfill reads each file twice; somebody may change one between."""
    monkeypatch.setattr(backfill, "_IN_MEMORY", 0)
    read_dates = backfill._read_dates

    def read_and_damage(*given: Any) -> Any:
        dates = read_dates(*given)
        (old / "a.json").write_bytes(b"junk now")
        return dates

    monkeypatch.setattr(backfill, "_read_dates", read_and_damage)
    result = folder.digest("backfill", str(old), now=NOW)
    assert (3, 1) == (result.status, len(folder.data()))
    assert result.err.startswith("a.json: not a listing")
    assert 1 == folder.digest("status", now=NOW).out.count("a.json")
