"""Dumps that lack papers: the operator learns of all, readers of those that show it themselves."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

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


def feed_answer(stated: int) -> bytes:
    """Return an answer of arXiv with two records, one without a title, and a number of records."""
    entries = [
        f"<entry><id>http://arxiv.org/abs/2611.0000{number}v1</id><title>{title}</title>"
        "<summary>Kelp bends.</summary></entry>"
        for number, title in ((1, "Kelp at Ebb"), (2, ""))
    ]
    counts = {"itemsPerPage": 50, "totalResults": stated, "startIndex": 0}
    head = "".join(
        f"<opensearch:{name}>{count}</opensearch:{name}>" for name, count in counts.items()
    )
    atom, opensearch = "http://www.w3.org/2005/Atom", "http://a9.com/-/spec/opensearch/1.1/"
    root = f'<feed xmlns="{atom}" xmlns:opensearch="{opensearch}">'
    return f"{root}<title>arXiv Query</title>{head}{''.join(entries)}</feed>".encode()


def test_a_rejected_record_hides_no_other_reason(folder: Folder) -> None:
    """The file is named for its bad record, and for the papers that are not in it."""
    folder.drop("a.xml", feed_answer(9))
    result = folder.digest("run", now=f"{DAY}T07:00")
    assert 3 == result.status
    assert "a.xml, line 1: " in result.err
    assert "a.xml: the number of papers it states is 9, and it has 2\n" in result.err


def test_the_operator_hears_of_old_files_that_lack_papers(folder: Folder, tmp_path: Path) -> None:
    """A backfill names them as a run does."""
    old = tmp_path / "old.xml"
    old.write_bytes(feed_answer(9))
    result = folder.digest("backfill", str(old), now=f"{DAY}T07:00")
    assert "old.xml: the number of papers it states is 9, and it has 2\n" in result.err
