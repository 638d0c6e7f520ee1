"""The drop folder: what is settled, what is never opened, what is the same content."""

from __future__ import annotations

import io
import os
import socket
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.storage import inbox

NOW = 1_800_000_000.0
SETTLE = 2.0


def drop(folder: Path, name: str | bytes, body: bytes = b"x", *, age: float = 60.0) -> None:
    """A file last written some seconds ago."""
    path = folder / os.fsdecode(name)
    path.write_bytes(body)
    stamp = int((NOW - age) * 1e9)
    os.utime(path, ns=(stamp, stamp))


def listed(folder: Path) -> list[str]:
    """The names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def look(folder: Path, **fields: object) -> InboxScan:
    """A look into the folder."""
    seen = fields.get("seen", {})
    before = fields.get("before")
    assert isinstance(seen, dict)
    assert before is None or isinstance(before, InboxScan)
    return inbox.scan(folder, seen, settle=SETTLE, now=NOW, before=before)


def names(files: tuple[WaitingFile, ...]) -> list[str]:
    """Their printable names."""
    return [file.name for file in files]


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    """Before `digest init` nothing waits."""
    assert InboxScan((), (), ()) == look(tmp_path / "inbox")


def test_files_wait_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Whatever order the file system lists them in."""
    for name in ("b.txt", "a.txt", "Z.txt", "ä.txt"):
        drop(tmp_path, name)
    assert ["Z.txt", "a.txt", "b.txt", "ä.txt"] == names(look(tmp_path).waiting)


@pytest.mark.parametrize(
    ("age", "expected"), [(2.0, True), (60.0, True), (1.9, False), (0.0, False), (-60.0, False)]
)
def test_a_file_is_settled_after_a_while(tmp_path: Path, age: float, expected: bool) -> None:
    """Two seconds after it was last written; a time in the future tells nothing yet."""
    drop(tmp_path, "page.txt", age=age)
    found = look(tmp_path)
    assert (expected, not expected) == (bool(found.waiting), bool(found.unsettled))


def test_a_file_from_the_future_settles_when_two_looks_agree(tmp_path: Path) -> None:
    """A wrong clock on another machine does not hold a page back for ever."""
    drop(tmp_path, "page.txt", age=-3600)
    assert ["page.txt"] == names(look(tmp_path, before=look(tmp_path)).waiting)


def test_a_file_from_the_future_that_grows_is_not_settled(tmp_path: Path) -> None:
    """The two looks do not agree about its size, or about its time."""
    drop(tmp_path, "size.txt", b"x", age=-3600)
    drop(tmp_path, "time.txt", b"x", age=-3600)
    before = look(tmp_path)
    drop(tmp_path, "size.txt", b"xx", age=-3600)
    drop(tmp_path, "time.txt", b"x", age=-3601)
    assert ["size.txt", "time.txt"] == names(look(tmp_path, before=before).unsettled)


def test_a_file_that_is_being_written_is_not_settled_by_a_second_look(tmp_path: Path) -> None:
    """Two looks count for times in the future only."""
    drop(tmp_path, "page.txt", age=0.5)
    assert ["page.txt"] == names(look(tmp_path, before=look(tmp_path)).unsettled)


def test_a_file_that_was_read_costs_a_look_at_its_time(tmp_path: Path) -> None:
    """Same name, size and time: it does not wait again; anything else and it does."""
    for name in ("same.txt", "longer.txt", "later.txt", "new.txt"):
        drop(tmp_path, name)
    stamp = (tmp_path / "same.txt").stat().st_mtime_ns
    seen = {
        "same.txt": SeenFile(1, stamp, b""),
        "longer.txt": SeenFile(2, stamp, b""),
        "later.txt": SeenFile(1, stamp - 1, b""),
        "gone.txt": SeenFile(1, stamp, b""),
    }
    assert ["later.txt", "longer.txt", "new.txt"] == names(look(tmp_path, seen=seen).waiting)


@pytest.mark.parametrize(
    "name",
    [".hidden", "#page.txt#", "page.txt~", "page.tmp", "page.TMP", "page.part", "page.crdownload",
     "page.download", ".page.txt.swp", "page.partial", "page.temp"],
)  # fmt: skip
def test_hidden_and_temporary_names_are_ignored(tmp_path: Path, name: str) -> None:
    """They neither wait nor are they reported."""
    drop(tmp_path, name)
    assert InboxScan((), (), ()) == look(tmp_path)


def test_a_browsers_folder_and_our_own_are_ignored(tmp_path: Path) -> None:
    """The pictures of a saved page, and what was put away; files of such names are read."""
    (tmp_path / "page_files").mkdir()
    (tmp_path / "done").mkdir()
    drop(tmp_path / "done", "old.txt")
    drop(tmp_path, "my_files")
    found = look(tmp_path)
    assert (["my_files"], ()) == (names(found.waiting), found.skipped)


def test_what_is_no_file_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    """Links, folders, pipes and sockets: none of them waits, each is named."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    drop(tmp_path, "secret.txt")
    (folder / "a-link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "b-dangling.txt").symlink_to(tmp_path / "nowhere")
    (folder / "c-folder").mkdir()
    os.mkfifo(folder / "d-pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "e-socket"))
        found = look(folder)
    assert ((), ()) == (found.waiting, found.unsettled)
    expected = [
        ("a-link.txt", "a link: copy the file itself"),
        ("b-dangling.txt", "a dangling link"),
        ("c-folder", "a folder: only files are read"),
        ("d-pipe", "a pipe (FIFO): only files are read"),
        ("e-socket", "a device or socket: only files are read"),
    ]
    assert expected == list(found.skipped)


def test_a_link_put_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    """Between the look and the reading somebody may have swapped it."""
    drop(tmp_path, "page.txt")
    (waiting,) = look(tmp_path).waiting
    (tmp_path / "page.txt").rename(tmp_path / "other.txt")
    (tmp_path / "page.txt").symlink_to(tmp_path / "other.txt")
    with pytest.raises(OSError, match="symbolic links"):
        inbox.open_file(waiting)


def test_a_pipe_put_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    """It is refused at once."""
    drop(tmp_path, "page.txt")
    (waiting,) = look(tmp_path).waiting
    (tmp_path / "page.txt").unlink()
    os.mkfifo(tmp_path / "page.txt")
    with pytest.raises(OSError, match="not a regular file"):
        inbox.open_file(waiting)


def test_a_file_taken_away_while_looking_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It simply does not wait any more."""
    drop(tmp_path, "gone.txt")
    drop(tmp_path, "page.txt")
    scan = os.scandir

    def scan_then_lose(folder: Path) -> object:
        listing = list(scan(folder))
        (tmp_path / "gone.txt").unlink(missing_ok=True)
        return _Listing(listing)

    monkeypatch.setattr(os, "scandir", scan_then_lose)
    assert ["page.txt"] == names(look(tmp_path).waiting)


class _Listing(list[os.DirEntry[str]]):
    """A folder's entries as `os.scandir` gives them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"two\nlines.txt", r"two\nlines.txt"),
        (b"red\x1b[31m.txt", r"red\x1b[31m.txt"),
        (b"caf\xe9.txt", r"caf\xe9.txt"),
        ("naïve 😀.txt".encode(), "naïve 😀.txt"),
        (b"n" * 251 + b".txt", "n" * 251 + ".txt"),
    ],
    ids=["newline", "escape", "invalid bytes", "unicode", "255 bytes"],
)
def test_any_name_can_be_read_stored_and_put_away(
    tmp_path: Path, name: bytes, expected: str
) -> None:
    """Names are never paths or text that cannot be encoded."""
    drop(tmp_path, name, b"body")
    (waiting,) = look(tmp_path).waiting
    assert expected == waiting.name
    assert waiting.name.encode()
    with inbox.open_file(waiting) as stream:
        assert stream.read() == b"body"
    read = {waiting.name: SeenFile(waiting.size, waiting.modified_ns, b"")}
    inbox.archive(tmp_path, read)
    assert [os.fsdecode(name)] == listed(tmp_path / "done")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_line_ends_make_no_other_content(ending: bytes) -> None:
    """A page saved on another system is the same page."""
    lines = [b"first", b"", b"third", b""]
    assert _content(b"\n".join(lines)) == _content(ending.join(lines))


@pytest.mark.parametrize("before", range(-3, 2))
def test_line_ends_across_the_border_of_two_pieces(before: int) -> None:
    """A carriage return may be the last byte of one piece, its newline the first of the next."""
    filled = b"x" * ((1 << 20) + before)
    expected = _content(filled + b"\n\nend\n")
    assert expected == _content(filled + b"\r\n\r\nend\r\n") == _content(filled + b"\r\rend\r")


def test_other_bytes_are_other_content() -> None:
    """An added blank line, or a missing end of line, is a difference."""
    bodies = [b"", b"\n", b"\n\n", b"a", b"a\n", b"a\n\n", b"\na", b"a b"]
    assert len(bodies) == len(set(map(_content, bodies)))


@given(st.text(alphabet="a\r\n", max_size=12))
def test_content_is_that_of_the_unified_text(written: str) -> None:
    """However carriage returns and newlines follow each other."""
    unified = written.replace("\r\n", "\n").replace("\r", "\n")
    assert _content(unified.encode()) == _content(written.encode())


def test_the_stream_is_left_at_its_start() -> None:
    """Whoever reads next reads all of it."""
    stream = io.BytesIO(b"body")
    assert inbox.content_hash(stream)
    assert stream.read() == b"body"


def _content(body: bytes) -> bytes:
    return inbox.content_hash(io.BytesIO(body))


def seen(folder: Path, name: str) -> dict[str, SeenFile]:
    """A file of the folder as it was read."""
    status = (folder / name).stat()
    return {name: SeenFile(status.st_size, status.st_mtime_ns, b"")}


def test_only_what_was_read_is_put_away(tmp_path: Path) -> None:
    """Not a file that changed since, nor one that nobody read; nothing is deleted."""
    for name in ("read.txt", "changed.txt", "unread.txt"):
        drop(tmp_path, name)
    read = seen(tmp_path, "read.txt") | seen(tmp_path, "changed.txt")
    drop(tmp_path, "changed.txt", b"more")
    inbox.archive(tmp_path, read)
    assert ["read.txt"] == listed(tmp_path / "done")
    assert ["changed.txt", "done", "unread.txt"] == listed(tmp_path)


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    """The page of the same name of last week stays."""
    for body in (b"1", b"2", b"3"):
        drop(tmp_path, "page.txt", body)
        inbox.archive(tmp_path, seen(tmp_path, "page.txt"))
    bodies = {path.name: path.read_bytes() for path in (tmp_path / "done").iterdir()}
    assert {"page.txt": b"1", "page-2.txt": b"2", "page-3.txt": b"3"} == bodies


@pytest.mark.parametrize("name", ["n" * 251 + ".txt", "ü" * 125 + ".html", "a." + "x" * 253])
def test_a_long_name_has_room_for_the_number(tmp_path: Path, name: str) -> None:
    """A name of 255 bytes is shortened, not refused."""
    for body in (b"1", b"2"):
        drop(tmp_path, name, body)
        inbox.archive(tmp_path, seen(tmp_path, name))
    found = {path.read_bytes() for path in (tmp_path / "done").iterdir()}
    assert {b"1", b"2"} == found
    assert ["done"] == listed(tmp_path)


def test_links_and_folders_are_not_put_away(tmp_path: Path) -> None:
    """Even where something read bore their name."""
    drop(tmp_path, "page.txt")
    read = seen(tmp_path, "page.txt")
    (tmp_path / "page.txt").rename(tmp_path / "other.txt")
    (tmp_path / "page.txt").symlink_to("other.txt")
    inbox.archive(tmp_path, read)
    assert ["other.txt", "page.txt"] == listed(tmp_path)
