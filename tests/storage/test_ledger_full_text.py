"""The full-text index of the command `digest search`, beside the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from digest.storage.ledger import Ledger, full_text
from tests.support import builders
from tests.support.folders import Folder, page


def _search(folder: Path, *words: str) -> list[int]:
    return [found.paper.id for found in full_text.search(folder, words, 9)]


@pytest.fixture
def two_ferries(tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger with two papers."""
    ledger = builders.ledger(tmp_path, "daily")
    named = builders.sighting("Old Ferries", arxiv_id="2611.00009", authors=("Bo Imrie",))
    builders.take_in(ledger, builders.dump(named, builders.sighting("Copper Ferries")))
    yield ledger
    ledger.close()


def test_the_full_text_index_follows_the_ledger(two_ferries: Ledger, tmp_path: Path) -> None:
    """New words of a paper are found, and an alias leads to its paper."""
    assert [1] == _search(tmp_path, "imrie")
    named = builders.sighting("Old Ferries", arxiv_id="2611.00009", abstract="Boats of brass.")
    builders.take_in(two_ferries, builders.dump(named, builders.sighting("Tin Ferries")))
    assert [1] == _search(tmp_path, "brass")
    assert [3] == _search(tmp_path, "tin")
    two_ferries.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    assert [1] == _search(tmp_path, "copper")
    two_ferries.papers.withdraw(1, builders.MOMENT)
    assert [] == _search(tmp_path, "copper")


def test_an_index_that_does_not_match_is_built_again(two_ferries: Ledger, tmp_path: Path) -> None:
    """This holds for a damaged one, one of another version, and one of a replaced ledger."""
    file = tmp_path / full_text.FILE
    assert [1] == _search(tmp_path, "old")
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    assert [1] == _search(tmp_path, "old")
    assert [1] == _search(tmp_path, "old")
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA user_version = 99")
    assert [1] == _search(tmp_path, "old")
    two_ferries.connection.execute("DELETE FROM paper WHERE id = 1")
    two_ferries.connection.execute("UPDATE paper SET guid = 'another' WHERE id = 2")
    assert [] == _search(tmp_path, "old")
    assert [2] == _search(tmp_path, "copper")


@pytest.mark.usefixtures("two_ferries")
def test_searching_works_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The index is then built in memory."""
    (tmp_path / full_text.FILE).mkdir()  # stops root, too, as no permission would
    assert [1] == _search(tmp_path, "old")


@pytest.mark.usefixtures("two_ferries")
def test_an_index_with_damage_inside_is_built_again(tmp_path: Path) -> None:
    """Wherever the damage stands, the search is answered, and the next index is sound."""
    file = tmp_path / full_text.FILE
    assert [1] == _search(tmp_path, "old")
    sound = file.read_bytes()
    for start in range(0, len(sound), 4096):
        file.write_bytes(sound[:start] + bytes(4096) + sound[start + 4096 :])
        assert [1] == _search(tmp_path, "old")
        assert [2] == _search(tmp_path, "copper")


@pytest.mark.usefixtures("two_ferries")
def test_searches_at_once_may_all_meet_no_index(tmp_path: Path) -> None:
    """Each answers, and none deletes the index that another has begun."""
    for _ in range(20):
        (tmp_path / full_text.FILE).unlink(missing_ok=True)
        with ThreadPoolExecutor(8) as searches:
            found = list(searches.map(lambda _: _search(tmp_path, "old"), range(8)))
        assert [[1]] * 8 == found


def test_a_run_builds_no_full_text_index(folder: Folder) -> None:
    """Only a search builds it."""
    folder.drop("first.txt", page("2026-11-18", range(3)))
    assert 0 == folder.digest("run").status
    assert [] == list(folder.root.rglob(full_text.FILE))
    assert 0 == folder.digest("search", "study").status
    assert 1 == len(list(folder.root.rglob(full_text.FILE)))
