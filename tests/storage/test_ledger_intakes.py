"""Intakes: their sums and dumps, files that were read, and files in quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.files import SeenFile
from digest.model.issues import Accounting
from digest.model.papers import Dump, Reject, Shortfall
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, ledger, sighting, take_in

WHOLE, UNUSUAL, EVIDENT = Shortfall
SEEN = SeenFile(10, 20, b"content")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give an empty ledger."""
    with closing(ledger(tmp_path, "daily")) as new:
        yield new


def record(opened: Ledger, page: Dump, *, kind: str = "live", short: Shortfall = WHOLE) -> None:
    """Record an intake of one dump, with its name as its content hash."""
    number = opened.intakes.begin(MOMENT, kind, "1.0")
    opened.intakes.record_dump(number, page, page.name.encode(), modified=None, shortfall=short)
    opened.intakes.finish(number, Accounting(dumps=1, entries=page.entries, new=page.entries))


def test_each_intake_has_its_sums_and_the_next_number(opened: Ledger) -> None:
    """Sums since a number are those of the later intakes."""
    first = take_in(opened, dump(sighting(), rejects=(Reject(3, "cut"),)))
    second = take_in(opened, dump(sighting()), moment="2026-11-23T07:30:00+00:00")
    assert (first + second, False) == opened.intakes.sums_between(0, 9)
    assert (second, False) == opened.intakes.sums_between(1, 9)
    assert 2 == opened.intakes.last_number()


def test_before_the_first_run_queries_give_empty_results(opened: Ledger) -> None:
    """None of them fails."""
    assert 0 == opened.intakes.last_number()
    assert (Accounting(), False) == opened.intakes.sums_between(0, 9)
    assert opened.intakes.history().newest_moment is None
    assert ({}, {}) == (
        opened.intakes.newest_page_dates(),
        opened.seen_files.list_seen_files("1.0"),
    )


def test_sums_are_of_live_intakes_between_two_numbers(opened: Ledger) -> None:
    """Earlier intakes, backfills and those of the next period are not in an issue's accounting."""
    take_in(opened, dump(sighting("A")))
    second = take_in(opened, dump(sighting("A"), sighting("B"), sighting("B")))
    take_in(opened, dump(sighting("C")), kind="history")
    fourth = take_in(opened, dump(sighting("D")))
    assert (second + fourth, False) == opened.intakes.sums_between(1, 9)
    assert (second, False) == opened.intakes.sums_between(1, 3)


def test_the_moments_of_live_intakes_come_newest_first(opened: Ledger) -> None:
    """After a number; backfills have none."""
    moments = [f"2026-11-{day}T07:30:00+00:00" for day in range(10, 14)]
    for moment, kind in zip(moments, ("live", "live", "history", "live"), strict=True):
        take_in(opened, dump(sighting(moment)), moment=moment, kind=kind)
    assert [(4, moments[3]), (2, moments[1])] == opened.intakes.moments_after(1)


@pytest.mark.parametrize(
    ("kind", "short", "expected"),
    [
        ("live", EVIDENT, True),
        ("live", UNUSUAL, False),
        ("live", WHOLE, False),
        ("history", EVIDENT, False),
    ],
)
def test_readers_hear_of_papers_that_are_missing_by_evidence(
    opened: Ledger, kind: str, short: Shortfall, expected: bool
) -> None:
    """Not of a dump that is only unusual, of a backfilled one, or of an earlier issue's."""
    record(opened, dump(sighting()), kind=kind, short=short)
    assert expected is opened.intakes.sums_between(0, 9)[1]
    assert not opened.intakes.sums_between(1, 9)[1]


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (dump(sighting("A"), sighting("B"), name="whole"), False),
        (dump(sighting("A"), name="smaller"), True),
        (dump(sighting("A"), sighting("B"), name="other", source="another.org"), True),
        (dump(sighting("A"), sighting("B"), name="later", page_date="2026-11-23"), True),
    ],
)
def test_a_whole_copy_of_the_page_replaces_a_cut_one(
    opened: Ledger, whole: Dump, expected: bool
) -> None:
    """It is of the same source and day, and has as many entries."""
    record(opened, dump(sighting("A"), sighting("B"), name="cut"), short=EVIDENT)
    record(opened, whole)
    assert expected is opened.intakes.sums_between(0, 9)[1]


def test_content_is_known_by_its_hash(opened: Ledger) -> None:
    """The name of its file makes no difference."""
    record(opened, dump(sighting()))
    assert opened.intakes.is_known_content(b"page.txt")
    assert not opened.intakes.is_known_content(b"other")


def test_a_habit_is_of_one_source(opened: Ledger) -> None:
    """It has the largest complete dump of each day; backfills are left out."""
    dumps = [("a", 3, WHOLE), ("b", 9, WHOLE), ("a", 0, WHOLE), ("a", 5, WHOLE), ("a", 7, EVIDENT)]
    for number, (source, count, short) in enumerate(dumps):
        page = dump(*[sighting(str(n)) for n in range(count)], name=str(number), source=source)
        record(opened, page, short=short)
    record(opened, dump(sighting(), name="old", source="c"), kind="history")
    undated = dump(sighting(), name="undated", source="a", page_date=None)
    number = opened.intakes.begin("2026-11-24T07:30:00+00:00", "live", "1.0")
    opened.intakes.record_dump(number, undated, b"undated", modified=None, shortfall=WHOLE)
    history = opened.intakes.history()
    assert {"a": {"2026-11-22": 5, "2026-11-24": 1}, "b": {"2026-11-22": 9}} == history.entries
    assert (frozenset({"2026-11-22"}), "2026-11-24T07:30:00+00:00") == (
        history.page_dates,
        history.newest_moment,
    )


def test_newest_page_dates_are_those_of_live_dumps(opened: Ledger) -> None:
    """Pages without a date and backfills are left out."""
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
    """They are remembered by name, and a later reading replaces the earlier one."""
    opened.seen_files.remember_files([("a.txt", SEEN), ("b\n.txt", SEEN)])
    opened.seen_files.remember_files([("a.txt", SEEN._replace(size=11))])
    expected = {"a.txt": SEEN._replace(size=11), "b\n.txt": SEEN}
    assert expected == opened.seen_files.list_seen_files("1.0")


def test_read_files_are_those_that_were_taken_in(opened: Ledger) -> None:
    """A file in quarantine is not one of them, so it stays in the inbox."""
    record(opened, dump(sighting()))
    opened.seen_files.remember_files([("page.txt", SeenFile(1, 2, b"page.txt")), ("bad.txt", SEEN)])
    assert {"page.txt": SeenFile(1, 2, b"page.txt")} == opened.seen_files.list_read_files()


def test_a_quarantined_file_is_seen_for_its_version_only(opened: Ledger) -> None:
    """The same version does not open it again; another one tries it."""
    opened.seen_files.remember_files([("bad.txt", SEEN)])
    opened.quarantine.record_quarantine(
        "bad.txt", SEEN.content_hash, "no paper in it", "1.0", MOMENT
    )
    assert opened.quarantine.is_quarantined(SEEN.content_hash, "1.0")
    assert {"bad.txt": SEEN} == opened.seen_files.list_seen_files("1.0")
    assert not opened.quarantine.is_quarantined(SEEN.content_hash, "1.1")
    assert {} == opened.seen_files.list_seen_files("1.1")
    expected = [(SEEN.content_hash, "bad.txt", "no paper in it", MOMENT)]
    assert expected == opened.status.list_quarantine()


def test_a_file_that_fails_again_is_quarantined_for_the_new_version(opened: Ledger) -> None:
    """It has one row, not one for each version."""
    opened.seen_files.remember_files([("bad.txt", SEEN)])
    for version in ("1.0", "1.1"):
        opened.quarantine.record_quarantine("bad.txt", SEEN.content_hash, "why", version, MOMENT)
    assert {"bad.txt": SEEN} == opened.seen_files.list_seen_files("1.1")
    assert 1 == len(opened.status.list_quarantine())


def test_a_released_file_is_not_in_quarantine_any_more(opened: Ledger) -> None:
    """Releasing it again has no effect and returns False."""
    opened.quarantine.record_quarantine("bad.txt", b"x", "why", "1.0", MOMENT)
    assert [True, False] == [opened.quarantine.release(b"x") for _ in range(2)]
    assert [] == opened.status.list_quarantine()


def test_quarantined_files_are_counted_since_a_moment(opened: Ledger) -> None:
    """Moments are compared in whole seconds, across time zones."""
    for content, at in ((b"a", "2026-11-22T07:30:00.5+00:00"), (b"b", "2026-11-22T09:30:01+01:00")):
        opened.quarantine.record_quarantine("bad.txt", content, "why", "1.0", at)
    assert [2, 1, 0] == [
        opened.quarantine.count_since(since)
        for since in (None, "2026-11-22T07:30:00+00:00", "2026-11-22T10:30:00+01:00")
    ]


def test_a_dump_knows_how_many_papers_it_was_the_first_to_show(opened: Ledger) -> None:
    """None of them is counted twice; of a dump that was not taken in nothing is known."""
    pages = dump(sighting("A"), sighting("B"), sighting("B")), dump(sighting("B"))
    assert [2, 0] == [take_in(opened, page).new for page in pages]
    contents = [f"{n} {page.name} {page.page_date}".encode() for n, page in enumerate(pages, 1)]
    assert [2, 0] == [opened.intakes.new_papers(content) for content in contents]
    assert opened.intakes.new_papers(b"another") is None
