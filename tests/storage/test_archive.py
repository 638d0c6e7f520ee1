"""The archive of the inbox in ``done/``: what was read is moved, and nothing else."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from digest.model import input_rules
from digest.model.files import SeenFile
from digest.storage import archive

STAMP = 1_700_000_000 * 10**9  # the time of all files, in nanoseconds


def drop(folder: Path, name: str | bytes, body: bytes = b"x") -> None:
    """Write a file with the time `STAMP`."""
    path = folder / os.fsdecode(name)
    path.write_bytes(body)
    os.utime(path, ns=(STAMP, STAMP))


def file_names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def seen(folder: Path, name: str) -> dict[str, SeenFile]:
    """Return a file of the folder as the ledger remembers it after reading."""
    status = (folder / name).stat()
    content = input_rules.content_hash(io.BytesIO((folder / name).read_bytes()))
    return {name: SeenFile(status.st_size, status.st_mtime_ns, content)}


def test_only_files_that_were_read_are_archived(tmp_path: Path) -> None:
    """A file that changed since, or was never read, stays; nothing is deleted."""
    for name in ("read.txt", "changed.txt", "unread.txt"):
        drop(tmp_path, name)
    read = seen(tmp_path, "read.txt") | seen(tmp_path, "changed.txt")
    drop(tmp_path, "changed.txt", b"more")
    archive.archive(tmp_path, read)
    assert ["read.txt"] == file_names(tmp_path / "done")
    assert ["changed.txt", "done", "unread.txt"] == file_names(tmp_path)


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    """An archived page of the same name is not replaced."""
    for body in (b"1", b"2", b"3"):
        drop(tmp_path, "page.txt", body)
        archive.archive(tmp_path, seen(tmp_path, "page.txt"))
    bodies = {path.name: path.read_bytes() for path in (tmp_path / "done").iterdir()}
    assert {"page.txt": b"1", "page-2.txt": b"2", "page-3.txt": b"3"} == bodies


@pytest.mark.parametrize("name", ["n" * 251 + ".txt", "ü" * 125 + ".html", "a." + "x" * 253])
def test_a_long_name_has_room_for_the_number(tmp_path: Path, name: str) -> None:
    """A name of 255 bytes is shortened."""
    for body in (b"1", b"2"):
        drop(tmp_path, name, body)
        archive.archive(tmp_path, seen(tmp_path, name))
    bodies = {path.read_bytes() for path in (tmp_path / "done").iterdir()}
    assert {b"1", b"2"} == bodies
    assert ["done"] == file_names(tmp_path)


def test_links_are_not_archived(tmp_path: Path) -> None:
    """A link stays even when a file of its name was read."""
    drop(tmp_path, "page.txt")
    read = seen(tmp_path, "page.txt")
    (tmp_path / "page.txt").rename(tmp_path / "other.txt")
    (tmp_path / "page.txt").symlink_to("other.txt")
    archive.archive(tmp_path, read)
    assert ["other.txt", "page.txt"] == file_names(tmp_path)


def test_a_file_of_another_content_is_not_archived(tmp_path: Path) -> None:
    """It has the name, the size and the time of a file that was read, and is known by that."""
    drop(tmp_path, "page.txt", b"read")
    read = seen(tmp_path, "page.txt")
    assert set() == archive.replaced_names(tmp_path, read)
    drop(tmp_path, "page.txt", b"READ")
    assert {"page.txt"} == archive.replaced_names(tmp_path, read)
    assert archive.archive(tmp_path, read) is None
    assert ["page.txt"] == file_names(tmp_path)


@pytest.mark.parametrize("kind", ["file", "dangling link", "link"])
def test_nothing_in_the_archive_is_replaced(tmp_path: Path, kind: str) -> None:
    """A link of the name is somebody's, also one that leads nowhere."""
    (tmp_path / "done").mkdir()
    taken, mine = tmp_path / "done" / "page.txt", tmp_path / ".mine"
    mine.write_bytes(b"mine")
    if kind == "file":
        taken.write_bytes(b"mine")
    else:
        taken.symlink_to(mine if kind == "link" else "nowhere")
    drop(tmp_path, "page.txt", b"read")
    archive.archive(tmp_path, seen(tmp_path, "page.txt"))
    assert ["page-2.txt", "page.txt"] == file_names(tmp_path / "done")
    assert kind == "file" or taken.is_symlink()
    assert b"mine" == mine.read_bytes()


def test_an_archive_outside_the_inbox_is_not_used(tmp_path: Path) -> None:
    """``done`` may be a link to another folder, or a file."""
    folder, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    drop(elsewhere, "theirs.txt")
    (folder / "done").symlink_to(elsewhere)
    drop(folder, "page.txt")
    problem = archive.archive(folder, seen(folder, "page.txt"))
    assert problem is not None
    assert ("done", "no folder: files that were read are not moved") == (
        problem.dump,
        problem.reason,
    )
    assert [] == archive.unarchive(folder, lambda _: False)
    assert (["theirs.txt"], ["done", "page.txt"]) == (file_names(elsewhere), file_names(folder))


def test_only_unknown_files_are_moved_back(tmp_path: Path) -> None:
    """Links and pipes in ``done/`` stay, and no file of the inbox is replaced."""
    (tmp_path / "done").mkdir()
    for name in ("known.txt", "unknown.txt"):
        drop(tmp_path / "done", name, name.encode())
    drop(tmp_path, "unknown.txt", b"other")
    (tmp_path / "done" / "link.txt").symlink_to(tmp_path / "unknown.txt")
    os.mkfifo(tmp_path / "done" / "pipe.txt")
    known = input_rules.content_hash(io.BytesIO(b"known.txt"))
    assert ["unknown.txt"] == archive.unarchive(tmp_path, lambda content: content == known)
    assert b"other" == (tmp_path / "unknown.txt").read_bytes()
    assert b"unknown.txt" == (tmp_path / "unknown-2.txt").read_bytes()
    assert ["known.txt", "link.txt", "pipe.txt"] == file_names(tmp_path / "done")
