"""Files that are no listing: each is named with its reason, everything else is published."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest

from digest.storage import inbox
from digest.storage.ledger import database
from tests.support.folders import DROPPED, Folder, answer, page, titles, tree

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
CUT = "Kiln99: A Title And An Abstract Without An End\n\nWe study how amber and birch beh"
UNREADABLE = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40,
    "letter.txt": b"Dear editor,\n\nthank you for the papers of last week.\n\nYours, Ida\n",
    "other-page.html": b"<!doctype html><html><body><h1>Weather</h1><p>Rain.</p></body></html>",
    "other.json": b'{"weather": ["rain", "sun"]}',
    "broken.json": b'[{"paper": {"id": "2611.00001", "title": ',
    "utf-16.bin": "\ufeffWeather".encode("utf-16-be") + b"\xd8\x00",
}


@pytest.fixture
def good(folder: Folder) -> Folder:
    """A folder in which one good page waits beside whatever a test adds."""
    folder.drop("good.txt", page(DAY, [1, 2]))
    return folder


def reasons(err: str) -> dict[str, str]:
    """The lines on standard error: file, line number included, to reason."""
    return dict(re.findall(r"^(.*?): (.+)$", err, re.MULTILINE))


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_with_nothing_readable_is_quarantined(good: Folder, name: str) -> None:
    """Status 3 and a line with the reason; the copy stands beside it; the rest is published."""
    good.drop(name, UNREADABLE[name])
    answered = good.digest("run", now=NOW)
    assert 3 == answered.status
    (said,) = reasons(answered.err).items()
    assert said[0].startswith(name)
    assert [titles([1, 2])] == good.titles()
    copies = tree(good.root / "state" / "quarantine")
    (note,) = [body.decode() for place, body in copies.items() if place.endswith(".reason.txt")]
    assert [UNREADABLE[name]] == [
        body for place, body in copies.items() if not place.endswith(".reason.txt")
    ]
    assert name in note
    assert said[1] in note
    assert UNREADABLE[name] == (good.inbox / name).read_bytes()


def test_it_is_tried_again_only_when_its_bytes_change(good: Folder) -> None:
    """Touched or renamed it is left alone; mended it is read."""
    good.drop("papers.txt", b"nothing of the kind")
    assert 3 == good.digest("run", now=NOW).status
    assert 0 == good.digest("run", now=NOW).status
    good.drop("papers.txt", b"nothing of the kind", modified=DROPPED + 5)
    (good.inbox / "papers.txt").rename(good.inbox / "renamed.txt")
    answered = good.digest("run", now=NOW)
    assert (0, "") == (answered.status, answered.err)
    good.drop("renamed.txt", page(DAY, [3]))
    assert 0 == good.digest("run", now=NOW).status
    assert [titles([1, 2]), titles([3])] == good.titles()


def test_it_is_tried_again_by_another_version(good: Folder) -> None:
    """What an earlier version could not read this one may; once."""
    good.drop("papers.txt", b"nothing of the kind")
    assert 3 == good.digest("run", now=NOW).status
    ledger = sqlite3.connect(good.root / "state" / "ledger.sqlite3")
    with ledger:
        ledger.execute("UPDATE quarantine SET version = '0.0.1'")
    ledger.close()
    assert 3 == good.digest("run", now=NOW).status
    assert 0 == good.digest("run", now=NOW).status


def in_quarantine(folder: Folder) -> list[str]:
    """The names that the status tells of."""
    found = json.loads(folder.digest("status", "--json", now=NOW).out)["quarantine"]
    return [one["dump"] for one in found]


def test_what_somebody_has_seen_to_is_told_no_longer(good: Folder) -> None:
    """Without its note it is no news, and the file is left alone all the same."""
    good.drop("photo.txt", b"nothing of the kind")
    good.drop("other.txt", b"nothing of another kind")
    assert 3 == good.digest("run", now=NOW).status
    assert ["other.txt", "photo.txt"] == in_quarantine(good)
    for note in (good.root / "state" / "quarantine").glob("*.reason.txt"):
        if note.read_text().startswith("photo.txt"):
            note.unlink()
    assert ["other.txt"] == in_quarantine(good)
    assert 0 == good.digest("run", now=NOW).status
    assert ["other.txt"] == in_quarantine(good)


@pytest.mark.parametrize("command", ["run", "backfill"])
def test_what_can_be_read_at_last_leaves_the_quarantine(good: Folder, command: str) -> None:
    """Its copy and its note go; a file of somebody else's there stays."""
    content = page(DAY, [3])
    good.drop("papers.txt", content)
    folder = good.root / "state" / "quarantine"
    assert 0 == good.digest("rebuild", now=NOW).status
    with database.opened(good.root / "state") as ledger:
        mark = inbox.content_hash(BytesIO(content))
        ledger.quarantine.record_quarantine(
            "papers.txt", mark, "too new", "0.0.1", f"{DAY}T07:00+00:00"
        )
    folder.mkdir()
    for name in (mark.hex(), f"{mark.hex()}.reason.txt", "mine.reason.txt"):
        (folder / name).write_bytes(b"")
    assert ["papers.txt"] == in_quarantine(good)
    paths = [str(good.inbox)] if command == "backfill" else []
    assert 0 == good.digest(command, *paths, now=NOW).status
    assert ["mine.reason.txt"] == [file.name for file in folder.iterdir()]
    assert [] == in_quarantine(good)
    (folder / mark.hex()).touch()  # as a run leaves it that is killed before it gets there
    good.drop("more.txt", page(DAY, [4]))
    assert 0 == good.digest("run", now=NOW).status
    assert ["mine.reason.txt"] == [file.name for file in folder.iterdir()]


def test_nothing_but_unreadable_files(folder: Folder) -> None:
    """The verdict says so, and all of them are named."""
    for name, content in UNREADABLE.items():
        folder.drop(name, content)
    report = folder.run(NOW, status=3)
    assert ("unreadable", []) == (report["verdict"], report["issues"])
    assert sorted(UNREADABLE) == sorted(one["dump"] for one in report["quarantined"])
    assert all(one["reason"] for one in report["quarantined"])


def test_a_page_cut_in_the_middle(folder: Folder) -> None:
    """Its last record is a reject with its line, counted, and no paper."""
    content = page(DAY, [1, 2]) + f"\n\n{CUT}".encode()
    folder.drop("papers.txt", content)
    answered = folder.digest("run", now=NOW)
    assert 3 == answered.status
    line = content.decode().splitlines().index(CUT.split("\n", maxsplit=1)[0]) + 1
    assert [f"papers.txt, line {line}"] == list(reasons(answered.err))
    assert "3 entries = 2 new + 0 changed + 0 known + 0 repeated + 1 rejected" in answered.out
    assert [titles([1, 2])] == folder.titles()
    assert 0 == folder.digest("run", now=NOW).status


def test_an_answer_cut_in_the_middle(folder: Folder) -> None:
    """The entries before the cut are papers."""
    entries = [
        {"id": f"2611.0000{n}", "title": f"Tide tables {n}", "summary": "We read them. All."}
        for n in range(3)
    ]
    content = answer(DAY, entries)
    folder.drop("api.json", content[: content.rindex(b"Tide tables 2") + 4])
    report = folder.run(NOW, status=3)
    assert (2, 1) == (report["accounting"]["new"], report["accounting"]["rejected"])
    assert [["Tide tables 0", "Tide tables 1"]] == folder.titles()


def test_an_answer_that_says_it_is_empty_is_no_damage(good: Folder) -> None:
    """A dump with no entries."""
    good.drop("api.json", b"[]\n")
    report = good.run(NOW)
    assert (2, 2) == (report["accounting"]["dumps"], report["accounting"]["entries"])
    assert [] == report["quarantined"]


def test_what_is_no_file_is_never_opened(good: Folder, tmp_path: Path) -> None:
    """A folder, links, a pipe: a line each, status 0, and nothing outside is read."""
    outside = tmp_path / "outside.txt"
    outside.write_bytes(page(DAY, [9]))
    (good.inbox / "folder").mkdir()
    (good.inbox / "folder" / "inside.txt").write_bytes(page(DAY, [8]))
    (good.inbox / "dangling").symlink_to(tmp_path / "nowhere")
    (good.inbox / "link.txt").symlink_to(outside)
    os.mkfifo(good.inbox / "pipe")
    answered = good.digest("run", now=NOW)
    assert 0 == answered.status
    assert ["dangling", "folder", "link.txt", "pipe"] == sorted(reasons(answered.err))
    assert [titles([1, 2])] == good.titles()


def test_names_that_are_ignored(good: Folder) -> None:
    """Hidden and temporary names, and what a browser saves beside a page."""
    for name in (".hidden.txt", "a.txt.part", "b.crdownload", "c.tmp", "d.txt~", "#e#"):
        good.drop(name, page(DAY, [5]))
    (good.inbox / "Page_files").mkdir()
    good.drop("Page_files/style.css", b"p {}")
    answered = good.digest("run", now=NOW)
    assert (0, "") == (answered.status, answered.err)
    assert [titles([1, 2])] == good.titles()


def test_a_name_that_is_no_text(good: Folder) -> None:
    """Its bytes are shown as escapes, in messages, notes and the ledger."""
    good.drop(os.fsdecode(b"caf\xe9.txt"), b"nothing of the kind")
    good.drop(os.fsdecode(b"\xff\xfe.txt"), page(DAY, [3]))
    answered = good.process("run", now=NOW, LC_ALL="C")
    assert 3 == answered.status, answered
    assert [r"caf\xe9.txt"] == list(reasons(answered.err))
    assert [titles([1, 2, 3])] == good.titles()
    assert r"\xff\xfe.txt, line" in good.digest("explain", titles([3])[0]).out


def test_a_file_that_may_not_be_read(good: Folder) -> None:
    """A line with the machine's reason; the next run tries again."""
    if os.geteuid() == 0:
        (good.inbox / "gone.txt").symlink_to(good.inbox / "gone.txt")
        assert ["gone.txt"] == list(reasons(good.digest("run", now=NOW).err))
        return
    file = good.drop("locked.txt", page(DAY, [3]))
    file.chmod(0)
    assert ["locked.txt"] == list(reasons(good.digest("run", now=NOW).err))
    file.chmod(0o600)
    assert 1 == good.run(NOW)["accounting"]["new"]


def test_a_file_still_being_written_waits(good: Folder) -> None:
    """`--due` leaves it for the next wake and says so; a plain run waits and reads it."""
    good.configure("[inbox]\nsettle_seconds = 0.4\n")
    (good.inbox / "fresh.txt").write_bytes(page(DAY, [3]))
    os.utime(good.inbox / "fresh.txt", (4_000_000_000, 4_000_000_000))
    (good.inbox / "fresh.txt").touch()
    answered = good.digest("run", "--due", now=NOW)
    assert 0 == answered.status
    report = good.run(NOW)
    assert 3 == sum(made["papers"] for made in report["issues"]) + sum(
        len(issue) for issue in good.titles()[:-1]
    )


def test_a_file_from_the_future_is_read_when_it_stands_still(good: Folder) -> None:
    """Two looks that agree settle it."""
    good.configure("[inbox]\nsettle_seconds = 0.1\n")
    good.drop("tomorrow.txt", page(DAY, [3]), modified=4_000_000_000)
    assert 3 == good.run(NOW)["accounting"]["new"]


def test_names_are_never_paths(good: Folder) -> None:
    """A name made to climb or to be a command stays a name."""
    for name in ("$(touch x).txt", "-rf.txt", "x..%2f..%2fx.txt", "a\n\x1b[2Jb.txt", "<b>.txt"):
        good.drop(name, b"nothing of the kind, " + name.encode())
    before = {path.name for path in good.root.iterdir()}
    answered = good.digest("run", now=NOW)
    assert 3 == answered.status
    assert 5 == answered.err.count("\n")
    assert r"a\n\x1b[2Jb.txt: " in answered.err
    assert before | {"state", "output"} == {path.name for path in good.root.iterdir()}
    found = json.loads(good.digest("status", "--json", now=NOW).out)["quarantine"]
    assert 5 == len(found)
    assert all(re.fullmatch(r"[0-9a-f]{32}(\.reason\.txt)?", name)
               for name in tree(good.root / "state" / "quarantine"))  # fmt: skip


def test_a_run_that_was_killed_before_it_told_is_made_good(good: Folder) -> None:
    """What it could not read is told by the next run, with exit status 3."""
    assert 0 == good.digest("run", now=NOW).status
    good.drop("papers.txt", b"nothing of the kind")
    ledger = sqlite3.connect(good.root / "state" / "ledger.sqlite3")
    with ledger:
        ledger.execute(
            "CREATE TRIGGER stop BEFORE INSERT ON file BEGIN SELECT RAISE(ABORT, 'stopped'); END"
        )
    assert 1 == good.process("run", now=NOW).status
    with ledger:
        ledger.execute("DROP TRIGGER stop")
    ledger.close()
    answered = good.digest("run", now=NOW)
    assert 3 == answered.status
    assert "papers.txt" in answered.err
    assert 0 == good.digest("run", now=NOW).status
