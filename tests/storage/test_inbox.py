"""The inbox: settled and skipped files, hashes of content, and the archive in ``done/``."""

from __future__ import annotations

import ast
import io
import os
import re
import socket
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import input_rules
from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.storage import archive, inbox

NOW = 1_800_000_000.0
SETTLE = 2.0


def drop(folder: Path, name: str | bytes, body: bytes = b"x", *, age: float = 60.0) -> None:
    """Write a file as if it was last changed ``age`` seconds before `NOW`."""
    path = folder / os.fsdecode(name)
    path.write_bytes(body)
    stamp = int((NOW - age) * 1e9)
    os.utime(path, ns=(stamp, stamp))


def file_names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def scan(folder: Path, **fields: object) -> InboxScan:
    """Scan the folder at the time `NOW`."""
    seen = fields.get("seen", {})
    before = fields.get("before")
    assert isinstance(seen, dict)
    assert before is None or isinstance(before, InboxScan)
    return inbox.scan(folder, seen, settle=SETTLE, now=NOW, before=before)


def names(files: tuple[WaitingFile, ...]) -> list[str]:
    """Return the printable names of files."""
    return [file.name for file in files]


def test_a_missing_folder_has_no_files(tmp_path: Path) -> None:
    """Before `digest init`, a scan finds nothing and raises nothing."""
    assert InboxScan((), (), ()) == scan(tmp_path / "inbox")


def test_files_wait_in_the_order_of_their_names(tmp_path: Path) -> None:
    """They do not wait in the order in which the file system lists them."""
    for name in ("b.txt", "a.txt", "Z.txt", "ä.txt"):
        drop(tmp_path, name)
    assert ["Z.txt", "a.txt", "b.txt", "ä.txt"] == names(scan(tmp_path).waiting)


@pytest.mark.parametrize(
    ("age", "expected"), [(2.0, True), (60.0, True), (1.9, False), (0.0, False), (-60.0, False)]
)
def test_a_file_is_settled_two_seconds_after_it_was_written(
    tmp_path: Path, age: float, expected: bool
) -> None:
    """A file with a time in the future is not settled by one scan."""
    drop(tmp_path, "page.txt", age=age)
    result = scan(tmp_path)
    assert (expected, not expected) == (bool(result.waiting), bool(result.unsettled))


def test_a_file_from_the_future_is_settled_when_two_scans_agree(tmp_path: Path) -> None:
    """A page written with a wrong clock is read all the same."""
    drop(tmp_path, "page.txt", age=-3600)
    assert ["page.txt"] == names(scan(tmp_path, before=scan(tmp_path)).waiting)


def test_a_file_from_the_future_that_grows_is_not_settled(tmp_path: Path) -> None:
    """Its size or its time differs between the two scans."""
    drop(tmp_path, "size.txt", b"x", age=-3600)
    drop(tmp_path, "time.txt", b"x", age=-3600)
    before = scan(tmp_path)
    drop(tmp_path, "size.txt", b"xx", age=-3600)
    drop(tmp_path, "time.txt", b"x", age=-3601)
    assert ["size.txt", "time.txt"] == names(scan(tmp_path, before=before).unsettled)


def test_a_file_that_is_being_written_is_not_settled_by_a_second_scan(tmp_path: Path) -> None:
    """A second scan settles only files with a time in the future."""
    drop(tmp_path, "page.txt", age=0.5)
    assert ["page.txt"] == names(scan(tmp_path, before=scan(tmp_path)).unsettled)


def test_a_file_that_was_read_does_not_wait_again(tmp_path: Path) -> None:
    """It does when its size or its time has changed."""
    for name in ("same.txt", "longer.txt", "later.txt", "new.txt"):
        drop(tmp_path, name)
    stamp = (tmp_path / "same.txt").stat().st_mtime_ns
    seen = {
        "same.txt": SeenFile(1, stamp, b""),
        "longer.txt": SeenFile(2, stamp, b""),
        "later.txt": SeenFile(1, stamp - 1, b""),
        "gone.txt": SeenFile(1, stamp, b""),
    }
    assert ["later.txt", "longer.txt", "new.txt"] == names(scan(tmp_path, seen=seen).waiting)


@pytest.mark.parametrize(
    "name",
    [".hidden", "#page.txt#", "page.txt~", "page.tmp", "page.TMP", "page.part", "page.crdownload",
     "page.download", ".page.txt.swp", "page.partial", "page.temp"],
)  # fmt: skip
def test_hidden_and_temporary_names_are_ignored(tmp_path: Path, name: str) -> None:
    """They neither wait nor are reported as skipped."""
    drop(tmp_path, name)
    assert InboxScan((), (), ()) == scan(tmp_path)


def test_a_browsers_folder_and_our_own_are_ignored(tmp_path: Path) -> None:
    """The pictures of a saved page and ``done/`` are; a file of such a name is not."""
    (tmp_path / "page_files").mkdir()
    (tmp_path / "done").mkdir()
    drop(tmp_path / "done", "old.txt")
    drop(tmp_path, "my_files")
    result = scan(tmp_path)
    assert (["my_files"], ()) == (names(result.waiting), result.skipped)


def test_entries_that_are_not_regular_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    """Links, folders, pipes and sockets are never opened, and each is reported."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    drop(tmp_path, "secret.txt")
    (folder / "a-link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "b-dangling.txt").symlink_to(tmp_path / "nowhere")
    (folder / "c-folder").mkdir()
    os.mkfifo(folder / "d-pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "e-socket"))
        result = scan(folder)
    assert ((), ()) == (result.waiting, result.unsettled)
    expected = [
        ("a-link.txt", "a link: copy the file itself"),
        ("b-dangling.txt", "a dangling link"),
        ("c-folder", "a folder: only files are read"),
        ("d-pipe", "a pipe (FIFO): only files are read"),
        ("e-socket", "a device or socket: only files are read"),
    ]
    assert expected == [(problem.dump, problem.reason) for problem in result.skipped]


def test_a_link_put_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    """Somebody may swap the file after the scan and before it is opened."""
    drop(tmp_path, "page.txt")
    (waiting,) = scan(tmp_path).waiting
    (tmp_path / "page.txt").rename(tmp_path / "other.txt")
    (tmp_path / "page.txt").symlink_to(tmp_path / "other.txt")
    with pytest.raises(OSError, match="symbolic links"):
        inbox.open_file(waiting)


def test_a_pipe_put_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    """Opening it raises an error at once."""
    drop(tmp_path, "page.txt")
    (waiting,) = scan(tmp_path).waiting
    (tmp_path / "page.txt").unlink()
    os.mkfifo(tmp_path / "page.txt")
    with pytest.raises(OSError, match="not a regular file"):
        inbox.open_file(waiting)


def test_a_file_removed_during_a_scan_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out of the result."""
    drop(tmp_path, "gone.txt")
    drop(tmp_path, "page.txt")
    scandir = os.scandir

    def scan_then_remove(folder: Path) -> object:
        listing = list(scandir(folder))
        (tmp_path / "gone.txt").unlink(missing_ok=True)
        return _Listing(listing)

    monkeypatch.setattr(os, "scandir", scan_then_remove)
    assert ["page.txt"] == names(scan(tmp_path).waiting)


class _Listing(list[os.DirEntry[str]]):
    """The entries of a folder, as a context manager like that of `os.scandir`."""

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
        (rb"two\nlines.txt", r"two\\nlines.txt"),
        ("\x9b.txt".encode(), r"\u009b.txt"),
        (b"\x9b.txt", r"\x9b.txt"),
        ("naïve 😀.txt".encode(), "naïve 😀.txt"),
        (b"n" * 251 + b".txt", "n" * 251 + ".txt"),
    ],
    ids=["newline", "escape", "invalid bytes", "backslash", "control", "byte", "unicode", "long"],
)
def test_a_file_of_any_name_can_be_read_recorded_and_archived(
    tmp_path: Path, name: bytes, expected: str
) -> None:
    """The name in a result is printable text that can be stored."""
    drop(tmp_path, name, b"body")
    (waiting,) = scan(tmp_path).waiting
    assert expected == waiting.name
    assert waiting.name.encode()
    with inbox.open_file(waiting) as stream:
        assert stream.read() == b"body"
    content = input_rules.content_hash(io.BytesIO(b"body"))
    read = {waiting.name: SeenFile(waiting.size, waiting.modified_ns, content)}
    archive.archive(tmp_path, read)
    assert [os.fsdecode(name)] == file_names(tmp_path / "done")


_BYTES = st.binary(min_size=1, max_size=6).filter(lambda name: not {0, 47} & set(name))


@given(st.one_of(_BYTES, st.text("\n\\nx9bu0\x9b\xad", min_size=1, max_size=6).map(str.encode)))
def test_two_names_are_never_shown_alike(name: bytes) -> None:
    """What is shown tells the bytes of the name."""
    shown = inbox.printable(os.fsdecode(name))
    assert shown.isprintable()
    parts = re.findall(r"\\(?:\\|x..|u....|U.{8}|.)|[^\\]", shown)
    assert name == b"".join(_bytes_of(part) for part in parts)


def _bytes_of(part: str) -> bytes:
    if part.startswith("\\x") and part >= "\\x80":
        return bytes.fromhex(part[2:])
    return (ast.literal_eval(f"'{part}'") if part.startswith("\\") else part).encode()


@pytest.mark.parametrize("year", [-290_000, 1, 1901, 1969, 1970, 2262, 2300, 9999, 10_000, 290_000])
def test_a_file_of_any_year_can_be_stored(tmp_path: Path, year: int) -> None:
    """Its time fits into the ledger. A file system may know less; then nothing is tried."""
    file = tmp_path / "page.txt"
    file.write_bytes(b"x")
    try:
        os.utime(file, (0, (year - 1970) * 31_556_952))
    except (OSError, OverflowError):
        return
    before = scan(tmp_path)
    (found,) = before.waiting or before.unsettled
    assert -(2**63) <= found.modified_ns < 2**63
    assert ["page.txt"] == names(scan(tmp_path, before=before).waiting)
    assert () == scan(tmp_path, seen={"page.txt": SeenFile(*found[2:], b"")}, before=before).waiting


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-1e20, False), (-1.0, False), (0.0, False), (6.8e8, False), (7e8, True), (NOW, True),
     (NOW + 3600, True), (NOW + 2e5, False), (1e12, False), (1e30, False)],
)  # fmt: skip
def test_a_time_before_arxiv_or_in_the_future_is_not_plausible(
    seconds: float, expected: bool
) -> None:
    """An hour ahead is a clock that is a little wrong, and 1970 an archive without times."""
    assert expected == (inbox.plausible_time(seconds, NOW) is not None)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_line_ends_do_not_change_the_content_hash(ending: bytes) -> None:
    """A page saved on another system has the same content."""
    lines = [b"first", b"", b"third", b""]
    assert _content(b"\n".join(lines)) == _content(ending.join(lines))


@pytest.mark.parametrize("before", range(-3, 2))
def test_line_ends_are_unified_across_the_border_of_two_chunks(before: int) -> None:
    """A carriage return may end one chunk and its newline begin the next."""
    filled = b"x" * ((1 << 20) + before)
    expected = _content(filled + b"\n\nend\n")
    assert expected == _content(filled + b"\r\n\r\nend\r\n") == _content(filled + b"\r\rend\r")


def test_different_contents_have_different_hashes() -> None:
    """An added blank line or a missing end of line is a difference."""
    bodies = [b"", b"\n", b"\n\n", b"a", b"a\n", b"a\n\n", b"\na", b"a b"]
    assert len(bodies) == len(set(map(_content, bodies)))


@given(st.text(alphabet="a\r\n", max_size=12))
def test_the_content_hash_is_that_of_the_text_with_unified_line_ends(written: str) -> None:
    """This holds for every sequence of carriage returns and newlines."""
    unified = written.replace("\r\n", "\n").replace("\r", "\n")
    assert _content(unified.encode()) == _content(written.encode())


def test_hashing_a_stream_rewinds_it() -> None:
    """The parser then reads it from its start."""
    stream = io.BytesIO(b"body")
    assert input_rules.content_hash(stream)
    assert stream.read() == b"body"


def _content(body: bytes) -> bytes:
    return input_rules.content_hash(io.BytesIO(body))
