"""`digest.parse`: one dump from a path or from bytes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import digest
from tests.support.folders import DROPPED, answer, page, paper

CONTENT = page("2026-11-18", [1, 2])


def drop(folder: Path, name: str, content: bytes) -> Path:
    """Write a file that was last changed long ago."""
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (DROPPED, DROPPED))
    return file


def test_a_path_gives_the_dump_of_the_file(tmp_path: Path) -> None:
    """The path may be a text or a `Path`; the file name helps to find the year."""
    file = drop(tmp_path, "papers-2026-11-18.txt", CONTENT)
    dump = digest.parse(file)
    assert dump == digest.parse(str(file))
    assert (file.name, "2026-11-18", ()) == (dump.name, dump.page_date, dump.rejects)
    assert [paper(1).title, paper(2).title] == [sighting.title for sighting in dump.sightings]


def test_bytes_give_the_same_dump_as_a_file_of_them(tmp_path: Path) -> None:
    """Name and day of the file may be given with them."""
    file = drop(tmp_path, "papers.txt", CONTENT)
    day = date.fromtimestamp(DROPPED)  # noqa: DTZ012 - noon, the same day in every zone of ours
    assert digest.parse(file) == digest.parse(CONTENT, name="papers.txt", modified=day)
    assert digest.parse(file, name="papers-2026-11-18.txt") == digest.parse(
        CONTENT, name="papers-2026-11-18.txt", modified=day
    )


def test_bytes_without_a_name_are_called_dump() -> None:
    """A page date is found where the content states it."""
    dump = digest.parse(answer("2026-11-18", [{"id": "2611.00007", "title": "Kelp"}]))
    assert ("dump", "2026-11-18") == (dump.name, dump.page_date)
    assert ["2611.00007"] == [sighting.arxiv_id for sighting in dump.sightings]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"Dear editor, thank you."])
def test_content_without_papers_is_unreadable(content: bytes) -> None:
    """The error has the reason."""
    with pytest.raises(digest.Unreadable) as raised:
        digest.parse(content)
    assert raised.value.reason


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    """A text is always a path, never content."""
    with pytest.raises(FileNotFoundError):
        digest.parse(tmp_path / "none.txt")
    with pytest.raises(OSError, match="No such file"):
        digest.parse("Kelp at Low Tide\n\nWe measure kelp.")


def test_limits_reject_records_beyond_them() -> None:
    """The default limits are those of the configuration; others may be given."""
    entries = [{"id": f"2611.0000{n}", "title": "Kelp " * n} for n in (1, 9)]
    dump = digest.parse(answer("2026-11-18", entries), limits=digest.Limits(title_chars=20))
    assert (1, 1) == (len(dump.sightings), len(dump.rejects))
    assert "limits.title_chars" in dump.rejects[0].reason


def test_many_sightings_can_be_read_after_the_file_is_closed(tmp_path: Path) -> None:
    """They are in a temporary file; the order is that of the dump, each time."""
    entries = [{"id": f"2611.{n:05}", "title": f"Kelp {n}"} for n in range(10_500)]
    dump = digest.parse(drop(tmp_path, "api.json", answer("2026-11-18", entries)))
    (tmp_path / "api.json").unlink()
    for _ in range(2):
        ids = [sighting.arxiv_id for sighting in dump.sightings]
        assert [entry["id"] for entry in entries] == ids
    assert len(entries) == len(dump.sightings)
