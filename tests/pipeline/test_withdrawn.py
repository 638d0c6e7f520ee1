"""A withdrawn paper stays away under all its keys, also under those that are found out later."""

from __future__ import annotations

import pytest

from tests.support.folders import Folder, answer, page, paper, tree

DAY, NEXT, AFTER = "2026-11-18", "2026-11-19", "2026-11-20"
ID, OTHER = "2611.00007", "Kelp Beds at Ebb"
TITLE = paper(1).title
KEYS = [ID, TITLE, OTHER]


def by_title(title: str) -> bytes:
    """Return a page that shows a paper with this title and without id."""
    return page(DAY, [1]).replace(TITLE.encode(), title.encode())


def by_id(title: str) -> bytes:
    """Return an answer that shows the paper with the id under this title."""
    return answer(DAY, [{"id": ID, "title": title, "summary": "Kelp is dry at ebb."}])


def drop_both(folder: Folder) -> None:
    """Drop two papers, one with only a title and one with an id."""
    folder.drop("title.txt", by_title(TITLE))
    folder.drop("id.json", by_id(OTHER))


def unite(folder: Folder) -> None:
    """Drop an answer that shows the title of the first with the id of the second."""
    folder.drop("both.json", by_id(TITLE))


def files_naming_it(folder: Folder) -> list[str]:
    """Return the files of the output that have either title in them."""
    words = (TITLE.encode(), OTHER.encode())
    return [name for name, body in folder.tree().items() if any(word in body for word in words)]


def check_that_it_stays_away(folder: Folder) -> None:
    """Check that no later sighting and no rebuild brings the paper back, under any key."""
    assert [] == files_naming_it(folder)
    issues = len(folder.data())
    for number, body in enumerate((by_title(TITLE), by_title(OTHER), by_id(OTHER), by_id("New"))):
        folder.drop(f"again-{number}.txt", body + b"\n" * (number + 1))
    folder.run(f"{AFTER}T08:00", status=4)
    assert ([], issues) == (files_naming_it(folder), len(folder.data()))
    assert ID not in folder.digest("search", "kelp").out
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=f"{AFTER}T09:00").status
    assert before == folder.tree()


@pytest.mark.parametrize("key", KEYS)
def test_two_papers_that_became_one_are_withdrawn_together(folder: Folder, key: str) -> None:
    """By any key of either."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    unite(folder)
    folder.run(f"{NEXT}T08:00", status=4)
    assert files_naming_it(folder)
    assert 0 == folder.digest("withdraw", key, now=f"{NEXT}T09:00").status
    check_that_it_stays_away(folder)


@pytest.mark.parametrize("key", [TITLE, ID])
def test_an_issued_paper_that_is_the_same_as_a_withdrawn_one_is_removed(
    folder: Folder, key: str
) -> None:
    """Whether the older or the newer one was withdrawn."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    assert 0 == folder.digest("withdraw", key, now=f"{DAY}T09:00").status
    assert files_naming_it(folder)
    unite(folder)
    folder.run(f"{NEXT}T08:00", status=4)
    check_that_it_stays_away(folder)


@pytest.mark.parametrize("key", [TITLE, ID])
def test_a_paper_that_is_the_same_as_a_withdrawn_one_is_not_issued(
    folder: Folder, key: str
) -> None:
    """It was taken in, but its edition was not due yet."""
    folder.drop("other.txt", page(DAY, [2]))
    folder.run(f"{DAY}T07:00", "--due")
    drop_both(folder)
    folder.run(f"{DAY}T08:00", "--due")
    assert 0 == folder.digest("withdraw", key, now=f"{DAY}T09:00").status
    unite(folder)
    folder.run(f"{NEXT}T07:00", "--due", status=4)
    check_that_it_stays_away(folder)


def test_a_withdrawal_that_was_cut_off_is_published_by_the_next_run(folder: Folder) -> None:
    """A broken template stops the first publication."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    template = folder.root / "templates" / "index.html"
    template.parent.mkdir()
    template.write_text("{% if %}")
    assert 2 == folder.digest("withdraw", ID, now=f"{DAY}T09:00").status
    template.unlink()
    assert 0 == folder.digest("run", now=f"{DAY}T10:00").status
    assert [] == [name for name, body in tree(folder.output).items() if OTHER.encode() in body]
    assert TITLE in str(folder.titles())
