"""The folder of the editor's notes: what is no note is passed over with a word."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from digest.storage import notes


def reasons(folder: Path) -> dict[str, str]:
    """Return the reason of each entry that was passed over."""
    return {problem.dump: problem.reason for problem in notes.read_notes(folder).problems}


def test_notes_are_read_by_their_key(tmp_path: Path) -> None:
    """A byte order mark and wrong bytes do no harm; other and hidden files are no notes."""
    (tmp_path / "2026-11-20.md").write_bytes(b"\xef\xbb\xbfcaf\xe9")
    for name in ("readme.txt", ".draft.md", "2026-11-21.md~"):
        (tmp_path / name).write_bytes(b"x")
    assert ({"2026-11-20": "caf\ufffd"}, ()) == notes.read_notes(tmp_path)
    assert ({}, ()) == notes.read_notes(tmp_path / "missing")


def test_what_is_no_note_is_passed_over(tmp_path: Path) -> None:
    """The good note beside it is read; no link is followed, and no pipe is waited for."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret", "utf-8")
    (folder / "2026-11-20.md").write_text("good", "utf-8")
    (folder / ".#2026-11-20.md").symlink_to("user@host.1234")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "out.md").symlink_to(tmp_path / "secret")
    (folder / "zero.md").symlink_to("/dev/zero")
    (folder / "old.md").mkdir()
    os.mkfifo(folder / "x.md")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "s.md"))
    (folder / os.fsdecode(b"b\xff\n.md")).write_text("x", "utf-8")
    (folder / "long.md").write_bytes(b"x" * (notes.MAX_BYTES + 1))
    os.truncate(folder / "long.md", 1 << 40)  # a hole: nobody reads a TiB
    assert {"2026-11-20": "good"} == notes.read_notes(folder).texts
    assert {
        "notes/.#2026-11-20.md": "a dangling link",
        r"notes/b\xff\n.md": "its name is not UTF-8",
        "notes/long.md": "too long: a note has at most 32 KiB",
        "notes/loop.md": "a dangling link",
        "notes/old.md": "a folder: only files are read",
        "notes/out.md": "a link: copy the file itself",
        "notes/s.md": "a device or socket: only files are read",
        "notes/x.md": "a pipe (FIFO): only files are read",
        "notes/zero.md": "a link: copy the file itself",
    } == reasons(folder)


def test_a_folder_of_notes_that_is_none_is_passed_over(tmp_path: Path) -> None:
    """It may be a link or a file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "2026-11-20.md").write_text("x", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("x", "utf-8")
    for name in ("link", "file"):
        assert {} == notes.read_notes(tmp_path / name).texts
        assert ["notes"] == list(reasons(tmp_path / name))
