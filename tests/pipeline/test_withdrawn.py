"""A withdrawn paper stays away under every key it has, also those it turns out to have."""

from __future__ import annotations

import pytest

from tests.support.folders import Folder, answer, page, paper, tree

DAY, NEXT, AFTER = "2026-11-18", "2026-11-19", "2026-11-20"
ID, OTHER = "2611.00007", "Kelp Beds at Ebb"
TITLE = paper(1).title
KEYS = [ID, TITLE, OTHER]


def by_title(title: str) -> bytes:
    """A page that shows this title and no id."""
    return page(DAY, [1]).replace(TITLE.encode(), title.encode())


def by_id(title: str) -> bytes:
    """An answer that shows the id under this title."""
    return answer(DAY, [{"id": ID, "title": title, "summary": "Kelp is dry at ebb."}])


def drop_both(folder: Folder) -> None:
    """What looks like two papers yet: one with a title alone, one with an id."""
    folder.drop("title.txt", by_title(TITLE))
    folder.drop("id.json", by_id(OTHER))


def unite(folder: Folder) -> None:
    """The page that shows the title of the one with the id of the other."""
    folder.drop("both.json", by_id(TITLE))


def shown(folder: Folder) -> list[str]:
    """The pages and feeds that name it, under either title."""
    words = (TITLE.encode(), OTHER.encode())
    return [name for name, body in folder.tree().items() if any(word in body for word in words)]


def stays_away(folder: Folder) -> None:
    """No page names it, nor do later sightings under any key bring it back; `rebuild` agrees."""
    assert [] == shown(folder)
    issues = len(folder.data())
    for number, body in enumerate((by_title(TITLE), by_title(OTHER), by_id(OTHER), by_id("New"))):
        folder.drop(f"again-{number}.txt", body + b"\n" * (number + 1))
    folder.run(f"{AFTER}T08:00", status=4)
    assert ([], issues) == (shown(folder), len(folder.data()))
    assert ID not in folder.digest("search", "kelp").out
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=f"{AFTER}T09:00").status
    assert before == folder.tree()


@pytest.mark.parametrize("key", KEYS)
def test_a_paper_leaves_with_what_turned_out_to_be_it(folder: Folder, key: str) -> None:
    """Two entries of an issue are one paper, which is withdrawn by any key of either."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    unite(folder)
    folder.run(f"{NEXT}T08:00", status=4)
    assert shown(folder)
    assert 0 == folder.digest("withdraw", key, now=f"{NEXT}T09:00").status
    stays_away(folder)


@pytest.mark.parametrize("key", [TITLE, ID])
def test_what_turns_out_to_be_a_withdrawn_paper_leaves_with_it(folder: Folder, key: str) -> None:
    """Whichever of the two was withdrawn, the older or the younger."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    assert 0 == folder.digest("withdraw", key, now=f"{DAY}T09:00").status
    assert shown(folder)
    unite(folder)
    folder.run(f"{NEXT}T08:00", status=4)
    stays_away(folder)


@pytest.mark.parametrize("key", [TITLE, ID])
def test_what_turns_out_to_be_a_withdrawn_paper_is_not_issued(folder: Folder, key: str) -> None:
    """It waited for the hour when the other was withdrawn."""
    folder.drop("other.txt", page(DAY, [2]))
    folder.run(f"{DAY}T07:00", "--due")
    drop_both(folder)
    folder.run(f"{DAY}T08:00", "--due")
    assert 0 == folder.digest("withdraw", key, now=f"{DAY}T09:00").status
    unite(folder)
    folder.run(f"{NEXT}T07:00", "--due", status=4)
    stays_away(folder)


def test_a_withdrawal_that_was_cut_off_is_published_by_the_next_run(folder: Folder) -> None:
    """The ledger knows of it, the pages do not yet."""
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
