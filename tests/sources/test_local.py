"""A mailbox and a folder are read without a trace, and what is being written is left."""

from __future__ import annotations

import errno
import io
import mailbox
import os
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.model.fetching import LocalFile
from digest.model.input_rules import content_hash
from digest.model.source_settings import Kind, Source
from digest.parsers.fields import dates, sources
from digest.sources import local, mbox

NOW = time.time() + 86_400  # everything that the tests write has settled by then
SETTLE = 2.0
HOLDER = """
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_RDWR)
getattr(fcntl, sys.argv[2])(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def mail(number: int, body: str = "Words.", date: str = "Fri, 27 Nov 2026 08:00:00 +0100") -> bytes:
    """Return a message."""
    dated = f"Date: {date}\n" if date else ""
    text = f"From: list@example.org\nSubject: Mail {number}\n{dated}\n{body}\n"
    return text.encode()


def files(
    kind: Kind, path: Path, known: set[bytes] | None = None, now: float = NOW
) -> list[LocalFile]:
    """Return what a source on the disk has."""
    source = Source("post", kind, path=path.name)
    is_known = (known or set()).__contains__
    return list(local.files(source, path.parent, is_known=is_known, now=now, settle=SETTLE))


def bodies(kind: Kind, path: Path) -> list[bytes]:
    """Return the contents alone."""
    return [file.body for file in files(kind, path)]


def maildir(path: Path, **mails: bytes) -> Path:
    """Write messages into the new/ of a Maildir."""
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    for name, body in mails.items():
        (path / "new" / name).write_bytes(body)
    return path


def mbox_of(path: Path, *mails: bytes) -> Path:
    """Write messages into an mbox, by the standard library."""
    box = mailbox.mbox(path)
    for body in mails:
        box.add(body)
    box.close()
    return path


def times(path: Path) -> list[tuple[str, int, int, int]]:
    """Return name, size, and times of a file or of all below a folder."""
    found = sorted([path, *path.rglob("*")]) if path.is_dir() else [path]
    return [(str(one), (at := one.stat()).st_size, at.st_mtime_ns, at.st_ctime_ns) for one in found]


# Maildir


def test_each_message_of_a_maildir_is_a_file(tmp_path: Path) -> None:
    """New ones and read ones, in the order they came; not those that wait to be deleted."""
    place = maildir(tmp_path / "Maildir", a1=mail(1), a3=mail(3), a2=mail(2))
    (place / "new" / "a2").rename(place / "cur" / "a2:2,S")
    (place / "cur" / "a4:2,ST").write_bytes(mail(4))
    (place / "tmp" / "a5").write_bytes(mail(5))
    (place / "new" / ".hidden").write_bytes(mail(6))
    (place / "new" / "folder").mkdir()
    (place / "new" / "link").symlink_to(place / "tmp" / "a5")
    assert [mail(1), mail(2), mail(3)] == bodies("mailbox", place)


def test_the_name_of_a_message_is_the_same_at_every_look(tmp_path: Path) -> None:
    """Also after it was read and moved; its day and its source can be told from it."""
    place = maildir(tmp_path / "Maildir", a1=mail(1))
    (file,) = files("mailbox", place)
    (place / "new" / "a1").rename(place / "cur" / "a1:2,RS")
    assert [file] == files("mailbox", place)
    assert "2026-11-27" == dates.iso_day_in_name(file.name)
    assert "post" == sources.from_file_name(file.name)
    (other,) = files("mailbox", maildir(tmp_path / "Other", a1=mail(2)))
    assert other.name != file.name


@pytest.mark.parametrize(
    "date", ["", "soon", "Fri, 99 Nov 2026 08:00:00 +0100", "Fri, 27 Nov 1986 08:00:00 +0100",
             "Fri, 27 Nov 2026 08:00:00 +9999999", "Ünmögli"],
)  # fmt: skip
def test_a_message_without_a_usable_day_has_a_name_all_the_same(tmp_path: Path, date: str) -> None:
    """It is of the same source."""
    (file,) = files("mailbox", maildir(tmp_path / "Maildir", a1=mail(1, date=date)))
    assert dates.iso_day_in_name(file.name) is None
    assert "post" == sources.from_file_name(file.name)


def test_known_messages_are_left_out(tmp_path: Path) -> None:
    """By the hash that the ledger has."""
    place = maildir(tmp_path / "Maildir", a1=mail(1), a2=mail(2))
    known = {content_hash(io.BytesIO(mail(1)))}
    assert [mail(2)] == [file.body for file in files("mailbox", place, known)]


# mbox


def test_each_message_of_an_mbox_is_a_file(tmp_path: Path) -> None:
    """As it was sent, without the quoting."""
    body = (
        "One.\n\nFrom me, on Mon Nov 30 2026: a line.\n>From you.\nFrom x Mon Nov 30 10:00:00 2026"
    )
    sent = [mail(1, body), mail(2), mail(3, body)]
    found = bodies("mailbox", mbox_of(tmp_path / "inbox", *sent))
    # The standard library quotes a line with "From" and leaves one that was quoted.
    assert [one.replace(b"\n>From you", b"\nFrom you") for one in sent] == found


def test_lines_with_from_that_begin_no_message_stay(tmp_path: Path) -> None:
    """Without a blank line before, a date in it, or a header behind it."""
    texts = [
        b"a\nFrom x@y Mon Nov 30 10:00:00 2026\nSubject: x",
        b"a\n\nFrom x@y, as was said\nSubject: x",
        b"a\n\nFrom x@y Mon Nov 30 10:00:00 2026\nno header",
    ]
    start = b"From a@b Mon Nov 30 10:00:00 2026\n"
    place = tmp_path / "inbox"
    place.write_bytes(
        b"\n".join(start + b"Subject: %d\n\n" % n + t + b"\n" for n, t in enumerate(texts))
    )
    assert [b"Subject: %d\n\n" % n + t + b"\n" for n, t in enumerate(texts)] == bodies(
        "mailbox", place
    )


def test_marks_that_a_mail_program_writes_make_no_new_message(tmp_path: Path) -> None:
    """The same message, read and unread, with either kind of line ends."""
    for end in (b"\n", b"\r\n"):
        start, text = (
            b"From a@b Mon Nov 30 10:00:00 2026\n",
            b"Subject: x\nDate: y\n\nStatus: kept\n",
        )
        read = text.replace(b"Subject", b"X-Keywords: a\n b\nSubject").replace(
            b"y\n\n", b"y\nStatus: RO\nX-Status: A\nContent-Length: 13\nX-UID: 7\n\n", 1
        )
        place = tmp_path / "inbox"
        place.write_bytes(b"\n".join([start + text, start + read]).replace(b"\n", end))
        first, second = bodies("mailbox", place)
        assert first == second
        assert first.replace(b"\r\n", b"\n") == text


MESSAGES = st.lists(
    st.text(st.sampled_from("From x:>\n\n 0"), max_size=60).map(lambda text: f"{text.strip()}."),
    max_size=6,
)


@given(MESSAGES, st.integers(200, 2000))
def test_any_messages_are_cut_where_the_standard_library_put_them_together(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], chunk: int
) -> None:
    """Wherever the borders of the pieces are that are looked through."""
    sent = [mail(number, text.replace("\n>", "\n")) for number, text in enumerate(texts)]
    place = mbox_of(tmp_path_factory.mktemp("mail") / "inbox", *sent)
    place.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mbox, "_CHUNK", chunk)
        assert sent == bodies("mailbox", place)


def test_a_large_mbox_is_not_read_into_memory(tmp_path: Path) -> None:
    """Nor is a message of it that is larger than any listing."""
    place = tmp_path / "inbox"
    start = b"From a@b Mon Nov 30 10:00:00 2026\nSubject: x\n\n"
    with place.open("wb") as stream:
        stream.write(start + b"first\n\n" + start)
        stream.seek(256 << 20, os.SEEK_CUR)  # a hole: zeros that take no room
        stream.write(b"\n\n" + start + b"last\n")
    tracemalloc.start()
    try:
        found = bodies("mailbox", place)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [b"Subject: x\n\nfirst\n", b"Subject: x\n\nlast\n"] == found
    assert peak < 16 << 20


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Return an mbox with a message."""
    return mbox_of(tmp_path / "inbox", mail(1))


@pytest.mark.parametrize("lock", ["lockf", "flock"])
def test_an_mbox_that_somebody_has_locked_is_left(box: Path, lock: str) -> None:
    """By either kind of lock; afterwards it is read."""
    command = [sys.executable, "-c", HOLDER, str(box), lock]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert "held\n" == holder.stdout.readline()
        assert [] == bodies("mailbox", box)
        holder.communicate()
    assert [mail(1)] == bodies("mailbox", box)


def test_an_mbox_with_a_lock_file_is_left(box: Path) -> None:
    """Unless the lock file was left behind an hour ago."""
    lock = box.with_name("inbox.lock")
    lock.touch()
    os.utime(lock, (NOW - 3500, NOW - 3500))
    assert [] == bodies("mailbox", box)
    os.utime(lock, (NOW - 3700, NOW - 3700))
    assert [mail(1)] == bodies("mailbox", box)


def test_an_mbox_that_grows_while_it_is_read_is_left(box: Path) -> None:
    """What came before is whole; the rest comes at the next look."""
    mbox_of(box, mail(2))
    found = local.files(
        Source("post", "mailbox", path="inbox"), box.parent,
        is_known=lambda _: False, now=NOW, settle=SETTLE,
    )  # fmt: skip
    assert mail(1) == next(found).body
    with box.open("ab") as stream:
        stream.write(b"From ")
    assert [] == list(found)


def test_what_was_just_written_is_left(tmp_path: Path, box: Path) -> None:
    """A mailbox, a message, and a file; a time of modification in the future says nothing."""
    place = maildir(tmp_path / "Maildir", a1=mail(1))
    for kind, path in (("mailbox", box), ("mailbox", place), ("folder", place / "new")):
        assert [] == files(kind, path, now=time.time())  # type: ignore[arg-type]
    os.utime(place / "new" / "a1", (NOW + 9e6, NOW + 9e6))
    assert [mail(1)] == bodies("mailbox", place)
    os.utime(place / "new" / "a1", (NOW - 1, NOW - 1))
    assert [] == bodies("mailbox", place)


def test_nothing_is_changed(tmp_path: Path, box: Path) -> None:
    """Neither a mailbox nor a folder, and no file stands beside it."""
    place = maildir(tmp_path / "Maildir", a1=mail(1))
    before = times(tmp_path)
    accessed = box.stat().st_atime_ns
    for kind, path in (("mailbox", box), ("mailbox", place), ("folder", place / "new")):
        assert files(kind, path)  # type: ignore[arg-type]
    assert before == times(tmp_path)
    assert accessed == box.stat().st_atime_ns


@pytest.mark.parametrize("kind", ["mailbox", "folder"])
def test_a_place_that_is_not_there_is_an_error(tmp_path: Path, kind: Kind) -> None:
    """Its reason names the place."""
    with pytest.raises(FetchError, match="gone: No such file"):
        files(kind, tmp_path / "gone")


def test_what_is_no_mailbox_is_an_error(tmp_path: Path) -> None:
    """A folder without new/ and cur/, or a pipe."""
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(FetchError, match="neither an mbox nor a Maildir"):
            files("mailbox", place)
    (tmp_path / "empty").touch()
    assert [] == files("mailbox", tmp_path / "empty")


# folder


def test_the_files_of_a_folder_keep_their_names(tmp_path: Path) -> None:
    """By name; hidden and incomplete ones, links, folders and pipes are left."""
    for name in ("b.txt", "a.json", ".hidden", "c.part", "#d#", "e~", "empty"):
        (tmp_path / name).write_text("" if name == "empty" else name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside.txt").touch()
    (tmp_path / "link.txt").symlink_to("b.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    expected = [LocalFile("a.json", b"a.json"), LocalFile("b.txt", b"b.txt")]
    assert expected == files("folder", tmp_path)


@pytest.mark.parametrize("kind", ["mailbox", "folder"])
def test_a_file_that_may_not_be_read_is_named_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """Such as a mail that was delivered for another user."""
    maildir(tmp_path, a=mail(1), b=mail(2))
    place = "." if kind == "mailbox" else "new"
    first, second = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    opened = os.open

    def refusing(path: str, *rest: int) -> int:
        if Path(path) == first:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", refusing)
    found = local.files(
        Source("post", kind, path=place), tmp_path,
        is_known=lambda _: False, now=NOW, settle=SETTLE,
    )  # fmt: skip
    assert second.read_bytes() == next(found).body
    with pytest.raises(FetchError, match=rf"{re.escape(first.name)} may not be read"):
        next(found)


def test_a_file_that_is_too_large_is_named_and_holds_up_no_other(tmp_path: Path) -> None:
    """It is told, because it would be missed."""
    (tmp_path / "a.txt").touch()
    os.truncate(tmp_path / "a.txt", local.MOST_OF_A_FILE + 1)
    (tmp_path / "b.txt").write_text("b")
    found = local.files(
        Source("post", "folder", path="."), tmp_path,
        is_known=lambda _: False, now=NOW, settle=SETTLE,
    )  # fmt: skip
    assert LocalFile("b.txt", b"b") == next(found)
    with pytest.raises(FetchError, match=r"a.txt is larger than 64 MiB: put it into the inbox"):
        next(found)


def test_one_look_brings_so_many_and_the_next_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded in number and in bytes; what is known does not count."""
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"{number}" * 10)
    monkeypatch.setattr(local, "MOST_FILES", 2)
    known = set[bytes]()
    looks = list(_looks(tmp_path, known))
    assert [["0.txt", "1.txt"], ["2.txt", "3.txt"], ["4.txt"], []] == looks
    monkeypatch.setattr(local, "MOST_FILES", 9)
    monkeypatch.setattr(local, "MOST_BYTES", 35)
    assert [3, 2, 0] == [len(names) for names in _looks(tmp_path, set())]


def _looks(place: Path, known: set[bytes]) -> Iterator[list[str]]:
    while True:
        found = files("folder", place, known)
        known |= {content_hash(io.BytesIO(file.body)) for file in found}
        yield [file.name for file in found]
        if not found:
            return
