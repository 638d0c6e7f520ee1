"""The pages of a large issue's headings come and go with what makes its page large."""

from __future__ import annotations

import random

import pytest

from tests.support.folders import Folder, answer

DAY, NEXT = "2026-11-18", "2026-11-19"
ABSTRACT = 34_000  # characters; thirty of them are nearly 1 MiB
MIB = 1 << 20


def drop_papers(folder: Folder, count: int) -> None:
    """Drop an answer with so many papers, each with a long abstract of its own."""
    entries = []
    for number in range(count):
        dice = random.Random(number)
        words = " ".join(f"kelp{dice.randrange(10_000):04}" for _ in range(ABSTRACT // 9))
        entry = {"id": f"2611.{number:05}", "title": f"Ebb {number} of {words[:30]}"}
        entries.append(entry | {"summary": f"{words}."})
    folder.drop("papers.json", answer(DAY, entries))


def headings(folder: Folder) -> list[str]:
    """Return the pages of headings in the output, after a rebuild that finds all in order."""
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=f"{NEXT}T23:00").status
    assert before == folder.tree()
    assert len(before[f"daily/{DAY}.html"]) <= MIB
    return [name for name in before if name.startswith(f"daily/{DAY}/")]


@pytest.fixture
def nearly_full(folder: Folder) -> Folder:
    """Return a folder with an issue whose page is nearly 1 MiB."""
    drop_papers(folder, 30)
    folder.run(f"{DAY}T08:00")
    assert 0.97 * MIB < len(folder.tree()[f"daily/{DAY}.html"])
    assert [] == headings(folder)
    return folder


def test_a_note_may_divide_an_issue_and_its_removal_unites_it(nearly_full: Folder) -> None:
    """No page of a heading is left behind, though only some pages are rendered."""
    note = nearly_full.root / "notes" / f"{DAY}.md"
    note.parent.mkdir()
    note.write_text("Kelp. " * 5_000)
    nearly_full.run(f"{DAY}T09:00")
    assert [f"daily/{DAY}/t-other.html"] == headings(nearly_full)
    note.unlink()
    nearly_full.run(f"{DAY}T10:00")
    assert [] == headings(nearly_full)


def test_pages_of_headings_go_with_withdrawn_papers_and_issues(folder: Folder) -> None:
    """They come back with a paper that is brought back."""
    drop_papers(folder, 31)
    report = folder.run(f"{DAY}T08:00")
    assert [f"output/daily/{DAY}.{suffix}" for suffix in ("html", "md", "json")] == (
        report["issues"][0]["paths"]
    )
    divided = headings(folder)
    assert [f"daily/{DAY}/t-other.2.html", f"daily/{DAY}/t-other.html"] == divided
    for words, expected in ((["--yes"], []), (["--undo"], divided)):
        folder.digest("withdraw", *words, "2611.00003", now=f"{NEXT}T09:00")
        folder.run(f"{NEXT}T10:00")
        assert expected == headings(folder)
    assert 0 == folder.digest("undo", "--drop", now=f"{NEXT}T11:00").status
    folder.run(f"{NEXT}T12:00")
    assert [] == [name for name in folder.tree() if name.startswith("daily/")]
