"""Dumps that lack papers: the operator learns of all, readers of those that show it themselves."""

from __future__ import annotations

import json
from datetime import date, timedelta

from tests.support.folders import Folder, page

DAY = "2026-11-18"  # a Wednesday
SENTENCE = "A page was cut off, so papers may be missing."


def cut(text: bytes) -> bytes:
    """Return a page without the end of its last abstract."""
    return text[: text.rindex(b".", 0, text.rindex(b"authors")) - 5]


def issue_of(folder: Folder, day: str) -> tuple[str, str]:
    """Return the verdict of an issue and its page."""
    data = json.loads((folder.output / "daily" / f"{day}.json").read_bytes())
    return data["verdict"], (folder.output / "daily" / f"{day}.html").read_text("utf-8")


def with_habit(folder: Folder) -> None:
    """Take in a page of ten papers on each of the nine Wednesdays before."""
    for back in range(9, 0, -1):
        day = (date.fromisoformat(DAY) - timedelta(weeks=back)).isoformat()
        folder.drop(f"{day}.txt", page(day, range(back * 10, back * 10 + 10)))
        folder.run(f"{day}T07:00")


def test_readers_hear_of_a_page_that_was_cut(folder: Folder) -> None:
    """And the operator of the file, with the reason."""
    folder.drop(f"{DAY}.txt", cut(page(DAY, [1, 2, 3])))
    assert "partial" == folder.run(f"{DAY}T07:00", status=3)["verdict"]
    verdict, shown = issue_of(folder, DAY)
    assert "partial" == verdict
    assert SENTENCE in shown


def test_a_whole_copy_in_the_same_issue_makes_up_for_it(folder: Folder) -> None:
    """The page was captured twice: cut, and then whole."""
    folder.drop(f"{DAY}.txt", cut(page(DAY, [1, 2, 3])))
    folder.drop(f"{DAY}-2.txt", page(DAY, [1, 2, 3, 4]))
    folder.run(f"{DAY}T07:00", status=3)
    verdict, shown = issue_of(folder, DAY)
    assert "new" == verdict
    assert SENTENCE not in shown


def test_only_the_operator_hears_of_an_unusual_page(folder: Folder) -> None:
    """Two papers on a Wednesday that always had ten may be a holiday."""
    with_habit(folder)
    folder.drop(f"{DAY}.txt", page(DAY, [1, 2]))
    report = folder.run(f"{DAY}T07:00")
    verdict, shown = issue_of(folder, DAY)
    assert ("partial", "new") == (report["verdict"], verdict)
    assert SENTENCE not in shown


def test_the_short_last_page_of_a_day_is_usual(folder: Folder) -> None:
    """The first page of the same day came with it."""
    with_habit(folder)
    folder.drop(f"{DAY}.txt", page(DAY, [1, 2]))
    folder.drop(f"{DAY}-2.txt", page(DAY, range(100, 112)))
    assert "new" == folder.run(f"{DAY}T07:00")["verdict"]
