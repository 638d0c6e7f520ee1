"""The outcome of each file of the inbox, and what one run and the next do with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest import settings
from digest.model.files import SeenFile
from digest.pipeline import read_inbox
from digest.pipeline.context import RunContext
from digest.pipeline.read_inbox import InboxReading
from digest.pipeline.session import open_context
from tests.support.folders import Folder, page

DAY = "2026-11-18"
MOMENT = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)


@pytest.fixture
def context(folder: Folder) -> Iterator[RunContext]:
    """The context of a run in a folder that takes files of up to one MiB."""
    folder.configure("[limits]\nfile_mb = 1\n")
    with open_context(settings.load(folder.root), MOMENT) as context:
        yield context


def read_all(context: RunContext, seen: dict[str, SeenFile] | None = None) -> InboxReading:
    """Read every file of the inbox that is not among those seen."""
    scan = read_inbox.scan_inbox(context, seen or {}, patient=False)
    return read_inbox.add_up(read_inbox.read_files(context, scan.waiting))


def test_files_with_the_same_bytes_are_parsed_once(folder: Folder, context: RunContext) -> None:
    """The second counts as a known dump, and both are seen."""
    for name in ("a.txt", "b.txt"):
        folder.drop(name, page(DAY, [1, 2]))
    reading = read_all(context)
    assert ["a.txt"] == [file.file.name for file in reading.parsed]
    assert 1 == reading.known_dumps
    assert ["a.txt", "b.txt"] == [name for name, _ in reading.seen]


def test_an_unreadable_file_is_quarantined_once(folder: Folder, context: RunContext) -> None:
    """A copy of it in the same run is seen and gives no second problem."""
    for name in ("a.txt", "b.txt"):
        folder.drop(name, b"no paper in it")
    reading = read_all(context)
    assert [("quarantined", "a.txt")] == [
        (problem.kind, problem.dump) for problem in reading.quarantined
    ]
    assert (0, 2) == (reading.known_dumps, len(reading.seen))


def test_a_file_above_the_limit_is_quarantined_without_a_copy(
    folder: Folder, context: RunContext
) -> None:
    """Only a note is written, and the file is seen."""
    folder.drop("large.txt", page(DAY, [1]) + b"\n" * (1 << 20))
    reading = read_all(context)
    assert ["large.txt"] == [problem.dump for problem in reading.quarantined]
    assert ["large.txt"] == [name for name, _ in reading.seen]
    (note,) = (folder.root / "state" / "quarantine").iterdir()
    assert note.name.endswith(".reason.txt")


def test_a_file_that_cannot_be_opened_is_not_seen(folder: Folder, context: RunContext) -> None:
    """So the next run reads it, and does not read the others again."""
    folder.drop("a.txt", page(DAY, [1]))
    lost = folder.drop("b.txt", page(DAY, [2]))
    scan = read_inbox.scan_inbox(context, {}, patient=False)
    lost.unlink()
    reading = read_inbox.add_up(read_inbox.read_files(context, scan.waiting))
    assert [("skipped", "b.txt")] == [(problem.kind, problem.dump) for problem in reading.skipped]
    folder.drop("b.txt", page(DAY, [2]))
    later = read_all(context, dict(reading.seen))
    assert ["b.txt"] == [file.file.name for file in later.parsed]


def test_only_a_recorded_problem_is_not_reported_again(folder: Folder, context: RunContext) -> None:
    """A run that is killed before it records an unreadable file leaves it to the next one."""
    folder.drop("a.txt", b"no paper in it")
    assert 1 == len(read_all(context).quarantined)
    reading = read_all(context)
    assert 1 == len(reading.quarantined)
    with context.ledger.transaction():
        read_inbox.record_unreadable(context, reading.unreadable)
    assert () == read_all(context).quarantined
