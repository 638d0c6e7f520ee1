"""Runs of the first step: what was read, what could not be, and what it tells of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.files import SeenFile
from digest.model.issues import Accounting
from digest.model.papers import Dump, Reject
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, ledger, sighting, take_in

SEEN = SeenFile(10, 20, b"content")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def record(opened: Ledger, page: Dump, *, kind: str = "live", short: bool = False) -> None:
    """An intake of one dump whose bytes are its name."""
    number = opened.intakes.begin(MOMENT, kind, "1.0")
    opened.intakes.record_dump(number, page, page.name.encode(), modified=None, short=short)
    opened.intakes.finish(number, Accounting(dumps=1, entries=page.entries, new=page.entries))


def test_an_intake_keeps_its_sums(opened: Ledger) -> None:
    """Each its own, under the next number."""
    first = take_in(opened, dump(sighting(), rejects=(Reject(3, "cut"),)))
    second = take_in(opened, dump(sighting()), moment="2026-11-23T07:30:00+00:00")
    assert (first + second, False) == opened.intakes.sums_since(0)
    assert (second, False) == opened.intakes.sums_since(1)
    assert 2 == opened.intakes.last_number()


def test_before_the_first_run(opened: Ledger) -> None:
    """There is nothing, and nothing fails."""
    assert 0 == opened.intakes.last_number()
    assert (Accounting(), False) == opened.intakes.sums_since(0)
    assert opened.intakes.history().newest_moment is None
    assert ({}, {}) == (
        opened.intakes.newest_page_dates(),
        opened.seen_files.list_seen_files("1.0"),
    )


def test_sums_since_are_of_live_intakes_after_the_cursor(opened: Ledger) -> None:
    """A foot tells of what its issue covers: neither of earlier runs nor of history."""
    take_in(opened, dump(sighting("A")))
    second = take_in(opened, dump(sighting("A"), sighting("B"), sighting("B")))
    take_in(opened, dump(sighting("C")), kind="history")
    fourth = take_in(opened, dump(sighting("D")))
    assert (second + fourth, False) == opened.intakes.sums_since(1)


@pytest.mark.parametrize(("kind", "expected"), [("live", True), ("history", False)])
def test_a_dump_that_fell_short_is_told_once(opened: Ledger, kind: str, expected: bool) -> None:
    """By the issue that covers it; a backfilled one is no concern of a new issue."""
    record(opened, dump(sighting()), kind=kind, short=True)
    assert expected is opened.intakes.sums_since(0)[1]
    assert not opened.intakes.sums_since(1)[1]


def test_content_is_known_whatever_its_name(opened: Ledger) -> None:
    """What was taken in is known by its bytes."""
    record(opened, dump(sighting()))
    assert opened.intakes.is_known_content(b"page.txt")
    assert not opened.intakes.is_known_content(b"other")


def test_a_habit_is_of_one_source(opened: Ledger) -> None:
    """Empty answers and history make none; the newest dump stands first."""
    for number, (source, count) in enumerate([("a", 3), ("b", 9), ("a", 0), ("a", 5)]):
        page = dump(*[sighting(str(n)) for n in range(count)], name=str(number), source=source)
        record(opened, page)
    record(opened, dump(sighting(), name="old", source="a"), kind="history")
    history = opened.intakes.history()
    assert ([5, 3], [9], []) == tuple(history.habit(source) for source in "abc")
    assert (frozenset({"2026-11-22"}), MOMENT) == (history.page_dates, history.newest_moment)


def test_the_newest_page_of_each_source(opened: Ledger) -> None:
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
    assert {"a": "2026-11-20", "b": "2026-11-21"} == opened.intakes.newest_page_dates()


def test_read_files_are_remembered(opened: Ledger) -> None:
    """By name; a later reading takes the place of the earlier."""
    opened.seen_files.remember_files([("a.txt", SEEN), ("b\n.txt", SEEN)])
    opened.seen_files.remember_files([("a.txt", SEEN._replace(size=11))])
    expected = {"a.txt": SEEN._replace(size=11), "b\n.txt": SEEN}
    assert expected == opened.seen_files.list_seen_files("1.0")


def test_only_what_was_taken_in_is_put_away(opened: Ledger) -> None:
    """A file in quarantine stays in the inbox, where a person looks."""
    record(opened, dump(sighting()))
    opened.seen_files.remember_files([("page.txt", SeenFile(1, 2, b"page.txt")), ("bad.txt", SEEN)])
    assert {"page.txt": SeenFile(1, 2, b"page.txt")} == opened.seen_files.list_read_files()


def test_what_could_not_be_read_is_tried_again_by_another_version(
    opened: Ledger,
) -> None:
    """The same version neither opens nor reports it again."""
    opened.seen_files.remember_files([("bad.txt", SEEN)])
    opened.quarantine.record_quarantine("bad.txt", SEEN.content, "no paper in it", "1.0", MOMENT)
    assert opened.quarantine.is_quarantined(SEEN.content, "1.0")
    assert {"bad.txt": SEEN} == opened.seen_files.list_seen_files("1.0")
    assert not opened.quarantine.is_quarantined(SEEN.content, "1.1")
    assert {} == opened.seen_files.list_seen_files("1.1")
    expected = [(SEEN.content, "bad.txt", "no paper in it", MOMENT)]
    assert expected == opened.status.list_quarantine()


def test_what_fails_again_is_quarantined_for_the_new_version(opened: Ledger) -> None:
    """One entry, not one a version."""
    opened.seen_files.remember_files([("bad.txt", SEEN)])
    for version in ("1.0", "1.1"):
        opened.quarantine.record_quarantine("bad.txt", SEEN.content, "why", version, MOMENT)
    assert {"bad.txt": SEEN} == opened.seen_files.list_seen_files("1.1")
    assert 1 == len(opened.status.list_quarantine())


def test_what_can_be_read_at_last_is_released(opened: Ledger) -> None:
    """Once: afterwards it was never there."""
    opened.quarantine.record_quarantine("bad.txt", b"x", "why", "1.0", MOMENT)
    assert [True, False] == [opened.quarantine.release(b"x") for _ in range(2)]
    assert [] == opened.status.list_quarantine()


def test_what_could_not_be_read_since_a_moment(opened: Ledger) -> None:
    """To the second; the zone in which a moment is written makes no difference."""
    for content, at in ((b"a", "2026-11-22T07:30:00.5+00:00"), (b"b", "2026-11-22T09:30:01+01:00")):
        opened.quarantine.record_quarantine("bad.txt", content, "why", "1.0", at)
    assert [2, 1, 0] == [
        opened.quarantine.count_since(since)
        for since in (None, "2026-11-22T07:30:00+00:00", "2026-11-22T10:30:00+01:00")
    ]
