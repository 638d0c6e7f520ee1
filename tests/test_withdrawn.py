"""A withdrawn paper stays away under every key it has, also those it turns out to have."""

from __future__ import annotations

from tests.folders import Folder, answer, page, paper, tree

DAY = "2026-11-18"
ID, OTHER = "2611.00007", "Kelp Beds at Ebb"
TITLE = paper(1).title


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
