"""Put fetched files into the inbox, and delete them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from digest.storage import inbox_files


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Give a state folder."""
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Give the path of an inbox that does not exist yet."""
    return tmp_path / "in" / "box"


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_gets_its_name_and_nothing_else_stays(inbox: Path, state: Path) -> None:
    """The folder is made, and the file is as any other program would have made it."""
    assert ("a.xml", True) == inbox_files.put(inbox, state, "a.xml", b"one")
    assert b"one" == (inbox / "a.xml").read_bytes()
    assert ["a.xml"] == names(inbox)
    (inbox / "plain").touch()
    assert (inbox / "plain").stat().st_mode == (inbox / "a.xml").stat().st_mode


def test_no_file_is_replaced(inbox: Path, state: Path) -> None:
    """Nor is a folder, or a link to nowhere, or a file that was moved to done/."""
    (inbox / "done").mkdir(parents=True)
    (inbox / "a.xml").write_bytes(b"mine")
    (inbox / "a-2.xml").mkdir()
    (inbox / "a-3.xml").symlink_to("nowhere")
    (inbox / "done" / "a-4.xml").write_bytes(b"mine")
    assert ("a-5.xml", True) == inbox_files.put(inbox, state, "a.xml", b"new")
    assert b"mine" == (inbox / "a.xml").read_bytes()
    assert b"new" == (inbox / "a-5.xml").read_bytes()
    assert not (inbox / "nowhere").exists()


def test_the_same_bytes_are_there_only_once(inbox: Path, state: Path) -> None:
    """A process that was killed put them there, under the name or under a numbered one."""
    inbox_files.put(inbox, state, "a.xml", b"one")
    inbox_files.put(inbox, state, "a.xml", b"two")
    assert ("a.xml", False) == inbox_files.put(inbox, state, "a.xml", b"one")
    assert ("a-2.xml", False) == inbox_files.put(inbox, state, "a.xml", b"two")
    assert ["a-2.xml", "a.xml"] == names(inbox)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_a_file_system_without_links_will_do(
    inbox: Path, state: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Such as exFAT; nothing is replaced there either."""

    def link(*_: object) -> None:
        raise OSError(number, "no links here")

    monkeypatch.setattr(os, "link", link)
    assert ("a.xml", True) == inbox_files.put(inbox, state, "a.xml", b"one")
    assert ("a-2.xml", True) == inbox_files.put(inbox, state, "a.xml", b"two")
    assert ["a-2.xml", "a.xml"] == names(inbox)
    assert b"two" == (inbox / "a-2.xml").read_bytes()


def test_a_write_that_fails_leaves_nothing(
    inbox: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error comes after the bytes were written beside, when they are synced."""

    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space"):
        inbox_files.put(inbox, state, "a.xml", b"one")
    assert [] == names(inbox)


def test_a_leftover_is_removed(inbox: Path, state: Path) -> None:
    """Only that of this working folder."""
    inbox_files.put(inbox, state, "a.xml", b"one")
    key = (state / "staging-key").read_text()
    for name in (f".digest-staged-{key}-00", ".digest-staged-other-00"):
        (inbox / name).mkdir()
        (inbox / name / "1").write_bytes(b"half")
    inbox_files.remove_leftovers(inbox, state)
    assert [".digest-staged-other-00", "a.xml"] == names(inbox)


def test_a_file_is_deleted_while_it_is_the_same(inbox: Path, state: Path) -> None:
    """In the inbox and in done/; line ends are no difference, as everywhere."""
    (inbox / "done").mkdir(parents=True)
    content = inbox_files.content_of(b"one\n")
    (inbox / "a.xml").write_bytes(b"one\r\n")
    (inbox / "done" / "a.xml").write_bytes(b"other\n")
    (inbox / "b.xml").write_bytes(b"one\n")
    assert inbox_files.lies_there(inbox, "a.xml", content)
    inbox_files.delete(inbox, "a.xml", content)
    assert not inbox_files.lies_there(inbox, "a.xml", content)
    assert ["b.xml", "done"] == names(inbox)
    assert ["a.xml"] == names(inbox / "done")
    (inbox / "done" / "a.xml").write_bytes(b"one\n")
    inbox_files.delete(inbox, "a.xml", content)
    assert [] == names(inbox / "done")
    assert state.exists()


@pytest.mark.parametrize("name", ["../outside.xml", "/tmp/outside.xml", "..", "", "a\\0b"])
def test_a_name_leads_nowhere_else(inbox: Path, name: str) -> None:
    """A state that somebody wrote names no file outside of the inbox."""
    (inbox / "done").mkdir(parents=True)
    outside = inbox.parent / "outside.xml"
    outside.write_bytes(b"one")
    inbox_files.delete(inbox, name, inbox_files.content_of(b"one"))
    (inbox / "link.xml").symlink_to(outside)
    inbox_files.delete(inbox, "link.xml", inbox_files.content_of(b"one"))
    assert outside.exists()
    assert (inbox / "link.xml").is_symlink()


def test_no_file_takes_the_place_of_the_folder_done(inbox: Path, state: Path) -> None:
    """No file could be moved any more."""
    assert ("done-2", True) == inbox_files.put(inbox, state, "done", b"one")
    assert ["done-2"] == names(inbox)
