"""A withdrawn paper stays away under all its keys until it is brought back to where it stood."""

from __future__ import annotations

import pytest

from tests.support.folders import Folder, answer, page, paper, titles, tree

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


def bring_back(folder: Folder, key: str, now: str) -> None:
    """Bring a paper back; check that a rebuild changes nothing then."""
    assert 0 == folder.digest("withdraw", "--undo", key, now=now).status
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=now).status
    assert before == folder.tree()


@pytest.mark.parametrize("key", KEYS)
def test_a_paper_that_is_brought_back_stands_where_it_stood(folder: Folder, key: str) -> None:
    """Every byte is as before, with later issues and for two papers that became one."""
    folder.configure('[[edition]]\nname = "daily"\n[[edition]]\nname = "week"\nperiod = "week"\n')
    drop_both(folder)
    folder.drop("more.txt", page(DAY, range(2, 6)))
    folder.run(f"{DAY}T08:00")
    unite(folder)
    folder.drop("next.txt", page(NEXT, range(6, 9)))
    folder.run(f"{NEXT}T08:00")
    before = folder.tree()
    assert 0 == folder.digest("withdraw", key, now=f"{NEXT}T09:00").status
    assert before != folder.tree()
    bring_back(folder, key, f"{NEXT}T10:00")
    assert before == folder.tree()
    assert ID in folder.digest("search", "kelp").out
    bring_back(folder, key, f"{NEXT}T11:00")  # one that is not withdrawn stays where it is
    assert before == folder.tree()


def test_a_paper_withdrawn_before_it_was_issued_waits_again(folder: Folder) -> None:
    """In each edition that would have issued it, also when there were issues meanwhile."""
    folder.configure(
        f'[[edition]]\nname = "daily"\n[[edition]]\nname = "no"\nexclude = ["{TITLE}"]\n'
    )
    folder.drop("first.txt", page("2026-11-17", [8]))
    folder.run("2026-11-17T08:00", "--due")
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T06:00", "--due")
    assert 0 == folder.digest("withdraw", TITLE, now=f"{DAY}T06:30").status
    for day, number in ((DAY, 3), (NEXT, 4)):
        folder.drop(f"{day}.txt", page(day, [number]))
        folder.run(f"{day}T08:00", "--due")
    assert "not in" not in folder.digest("explain", TITLE).out
    bring_back(folder, TITLE, f"{NEXT}T09:00")
    assert "not in   daily: waits for the next issue" in folder.digest("explain", TITLE).out
    folder.drop("b.txt", page(AFTER, [1, 5]))
    folder.run(f"{AFTER}T08:00", "--due")
    expected = [[8], [2, 3], [4], [1, 5]]
    assert [titles(numbers) for numbers in expected] == folder.titles()
    expected[-1] = [5]
    assert [titles(numbers) for numbers in expected] == folder.titles("no")
    assert "left out by the edition's filters" in folder.digest("explain", TITLE).out


def test_a_paper_that_filters_left_out_stays_out(folder: Folder) -> None:
    """It was judged before it was withdrawn, so it does not come with later filters."""
    folder.configure(f'[[edition]]\nexclude = ["{TITLE}"]\n')
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T08:00")
    folder.digest("withdraw", TITLE, now=f"{DAY}T09:00")
    folder.configure("")
    folder.drop("b.txt", page(NEXT, [3]))
    folder.run(f"{NEXT}T08:00")
    bring_back(folder, TITLE, f"{NEXT}T09:00")
    folder.drop("c.txt", page(AFTER, [4]))
    folder.run(f"{AFTER}T08:00")
    assert [titles([2]), titles([3]), titles([4])] == folder.titles()


def test_a_part_of_a_title_withdraws_nothing(folder: Folder) -> None:
    """Also if only one paper has it: what could be meant is listed, and the status is 1."""
    drop_both(folder)
    folder.run(f"{DAY}T08:00")
    folder.digest("withdraw", ID, now=f"{DAY}T08:30")
    before = folder.tree()
    part = TITLE[3:-3]
    for words in (["withdraw", part], ["withdraw", "--undo", part], ["withdraw", "--yes", part]):
        status, out, err = folder.digest(*words, now=f"{DAY}T09:00")
        assert (1, "") == (status, out)
        assert f"{part!r} is only a part of a title; use the key or the whole title" in err
        assert f"{TITLE}  (daily {DAY})\n" in err
    listed = folder.digest("withdraw", "e", now=f"{DAY}T09:00").err
    assert f"  arxiv:{ID}  {OTHER}  (withdrawn)\n" in listed
    assert before == folder.tree()
    shouted = f"  {TITLE.upper()}! "
    assert 0 == folder.digest("withdraw", shouted, now=f"{DAY}T09:00").status


def test_a_title_of_two_papers_withdraws_neither(folder: Folder) -> None:
    """Both have an id; their keys are listed."""
    entries = [{"id": number, "title": OTHER, "summary": number} for number in (ID, "2611.00008")]
    folder.drop("a.json", answer(DAY, entries))
    folder.run(f"{DAY}T08:00")
    before = folder.tree()
    status, _, err = folder.digest("withdraw", OTHER, now=f"{DAY}T09:00")
    assert (1, True) == (status, "2 papers have the title" in err)
    assert f"  arxiv:2611.00008  {OTHER}  (daily {DAY})\n" in err
    assert before == folder.tree()
