"""Runs of the first step: what was read, what could not be, and what it tells of the sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.files import SeenFile
from digest.model.issues import Accounting
from digest.model.papers import Dump, Reject
from digest.storage.ledger import intakes, status_queries
from tests.support.builders import MOMENT, dump, ledger, sighting, take_in

SEEN = SeenFile(10, 20, b"content")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty ledger."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def record(
    opened: sqlite3.Connection, page: Dump, *, kind: str = "live", short: bool = False
) -> None:
    """An intake of one dump whose bytes are its name."""
    number = intakes.begin(opened, MOMENT, kind, "1.0")
    intakes.record_dump(opened, number, page, page.name.encode(), modified=None, short=short)
    intakes.finish(opened, number, Accounting(dumps=1, entries=page.entries, new=page.entries))


def test_an_intake_keeps_its_sums(opened: sqlite3.Connection) -> None:
    """Each its own, under the next number."""
    first = take_in(opened, dump(sighting(), rejects=(Reject(3, "cut"),)))
    second = take_in(opened, dump(sighting()), moment="2026-11-23T07:30:00+00:00")
    assert (first + second, False) == intakes.since(opened, 0)
    assert (second, False) == intakes.since(opened, 1)
    assert 2 == intakes.last(opened)


def test_before_the_first_run(opened: sqlite3.Connection) -> None:
    """There is nothing, and nothing fails."""
    assert 0 == intakes.last(opened)
    assert (Accounting(), False) == intakes.since(opened, 0)
    assert intakes.history(opened).newest_moment is None
    assert ({}, {}) == (intakes.newest_page_dates(opened), intakes.files(opened, "1.0"))


def test_sums_since_are_of_live_intakes_after_the_cursor(opened: sqlite3.Connection) -> None:
    """A foot tells of what its issue covers: neither of earlier runs nor of history."""
    take_in(opened, dump(sighting("A")))
    second = take_in(opened, dump(sighting("A"), sighting("B"), sighting("B")))
    take_in(opened, dump(sighting("C")), kind="history")
    fourth = take_in(opened, dump(sighting("D")))
    assert (second + fourth, False) == intakes.since(opened, 1)


@pytest.mark.parametrize(("kind", "expected"), [("live", True), ("history", False)])
def test_a_dump_that_fell_short_is_told_once(
    opened: sqlite3.Connection, kind: str, expected: bool
) -> None:
    """By the issue that covers it; a backfilled one is no concern of a new issue."""
    record(opened, dump(sighting()), kind=kind, short=True)
    assert expected is intakes.since(opened, 0)[1]
    assert not intakes.since(opened, 1)[1]


def test_content_is_known_whatever_its_name(opened: sqlite3.Connection) -> None:
    """What was taken in is known by its bytes."""
    record(opened, dump(sighting()))
    assert intakes.is_known_content(opened, b"page.txt")
    assert not intakes.is_known_content(opened, b"other")


def test_a_habit_is_of_one_source(opened: sqlite3.Connection) -> None:
    """Empty answers and history make none; the newest dump stands first."""
    for number, (source, count) in enumerate([("a", 3), ("b", 9), ("a", 0), ("a", 5)]):
        page = dump(*[sighting(str(n)) for n in range(count)], name=str(number), source=source)
        record(opened, page)
    record(opened, dump(sighting(), name="old", source="a"), kind="history")
    history = intakes.history(opened)
    assert ([5, 3], [9], []) == tuple(history.habit(source) for source in "abc")
    assert (frozenset({"2026-11-22"}), MOMENT) == (history.page_dates, history.newest_moment)


def test_the_newest_page_of_each_source(opened: sqlite3.Connection) -> None:
    """Of live runs; undated pages and history say nothing about being late."""
    for number, (source, day) in enumerate(
        [("a", "2026-11-20"), ("a", "2026-11-18"), ("b", "2026-11-21"), ("c", None)]
    ):
        record(opened, dump(sighting(), name=str(number), source=source, page_date=day))
    record(
        opened,
        dump(sighting(), name="old", source="a", page_date="2026-11-25"),
        kind="history",
    )
    assert {"a": "2026-11-20", "b": "2026-11-21"} == intakes.newest_page_dates(opened)


def test_read_files_are_remembered(opened: sqlite3.Connection) -> None:
    """By name; a later reading takes the place of the earlier."""
    intakes.remember(opened, [("a.txt", SEEN), ("b\n.txt", SEEN)])
    intakes.remember(opened, [("a.txt", SEEN._replace(size=11))])
    expected = {"a.txt": SEEN._replace(size=11), "b\n.txt": SEEN}
    assert expected == intakes.files(opened, "1.0")


def test_only_what_was_taken_in_is_put_away(opened: sqlite3.Connection) -> None:
    """A file in quarantine stays in the inbox, where a person looks."""
    record(opened, dump(sighting()))
    intakes.remember(opened, [("page.txt", SeenFile(1, 2, b"page.txt")), ("bad.txt", SEEN)])
    assert {"page.txt": SeenFile(1, 2, b"page.txt")} == intakes.read_files(opened)


def test_what_could_not_be_read_is_tried_again_by_another_version(
    opened: sqlite3.Connection,
) -> None:
    """The same version neither opens nor reports it again."""
    intakes.remember(opened, [("bad.txt", SEEN)])
    intakes.record_quarantine(opened, "bad.txt", SEEN.content_hash, "no paper in it", "1.0", MOMENT)
    assert intakes.quarantined(opened, SEEN.content_hash, "1.0")
    assert {"bad.txt": SEEN} == intakes.files(opened, "1.0")
    assert not intakes.quarantined(opened, SEEN.content_hash, "1.1")
    assert {} == intakes.files(opened, "1.1")
    expected = [(SEEN.content_hash, "bad.txt", "no paper in it", MOMENT)]
    assert expected == status_queries.quarantine(opened)


def test_what_fails_again_is_quarantined_for_the_new_version(opened: sqlite3.Connection) -> None:
    """One entry, not one a version."""
    intakes.remember(opened, [("bad.txt", SEEN)])
    for version in ("1.0", "1.1"):
        intakes.record_quarantine(opened, "bad.txt", SEEN.content_hash, "why", version, MOMENT)
    assert {"bad.txt": SEEN} == intakes.files(opened, "1.1")
    assert 1 == len(status_queries.quarantine(opened))


def test_what_can_be_read_at_last_is_released(opened: sqlite3.Connection) -> None:
    """Once: afterwards it was never there."""
    intakes.record_quarantine(opened, "bad.txt", b"x", "why", "1.0", MOMENT)
    assert [True, False] == [intakes.release(opened, b"x") for _ in range(2)]
    assert [] == status_queries.quarantine(opened)


def test_what_could_not_be_read_since_a_moment(opened: sqlite3.Connection) -> None:
    """To the second; the zone in which a moment is written makes no difference."""
    for content, at in ((b"a", "2026-11-22T07:30:00.5+00:00"), (b"b", "2026-11-22T09:30:01+01:00")):
        intakes.record_quarantine(opened, "bad.txt", content, "why", "1.0", at)
    assert [2, 1, 0] == [
        intakes.unreadable_since(opened, since)
        for since in (None, "2026-11-22T07:30:00+00:00", "2026-11-22T10:30:00+01:00")
    ]
