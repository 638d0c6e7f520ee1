"""Files that are no listing: a run names each with its reason and publishes the others."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest

from digest.model import input_rules
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
    """Return a folder with one good page in its inbox."""
    folder.drop("good.txt", page(DAY, [1, 2]))
    return folder


def reasons(err: str) -> dict[str, str]:
    """Return the reasons on standard error by file name (and line number)."""
    return dict(re.findall(r"^(.*?): (.+)$", err, re.MULTILINE))


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_with_nothing_readable_is_quarantined(good: Folder, name: str) -> None:
    """The run ends with 3, prints the reason, keeps a copy and a note, and publishes the rest."""
    good.drop(name, UNREADABLE[name])
    result = good.digest("run", now=NOW)
    assert 3 == result.status
    ((place, reason),) = reasons(result.err).items()
    assert place.startswith(name)
    assert [titles([1, 2])] == good.titles()
    copies = tree(good.root / "state" / "quarantine")
    (note,) = [body.decode() for path, body in copies.items() if path.endswith(".reason.txt")]
    assert [UNREADABLE[name]] == [
        body for path, body in copies.items() if not path.endswith(".reason.txt")
    ]
    assert name in note
    assert reason in note
    assert UNREADABLE[name] == (good.inbox / name).read_bytes()


def test_an_unreadable_file_is_tried_again_when_its_content_changes(good: Folder) -> None:
    """A new time or a new name alone does not make a run try again."""
    good.drop("papers.txt", b"nothing of the kind")
    assert 3 == good.digest("run", now=NOW).status
    assert 0 == good.digest("run", now=NOW).status
    good.drop("papers.txt", b"nothing of the kind", modified=DROPPED + 5)
    (good.inbox / "papers.txt").rename(good.inbox / "renamed.txt")
    result = good.digest("run", now=NOW)
    assert (0, "") == (result.status, result.err)
    good.drop("renamed.txt", page(DAY, [3]))
    assert 0 == good.digest("run", now=NOW).status
    assert [titles([1, 2]), titles([3])] == good.titles()


def test_an_unreadable_file_is_tried_again_by_another_version(good: Folder) -> None:
    """Once: the same version does not try a second time."""
    good.drop("papers.txt", b"nothing of the kind")
    assert 3 == good.digest("run", now=NOW).status
    ledger = sqlite3.connect(good.root / "state" / "ledger.sqlite3")
    with ledger:
        ledger.execute("UPDATE quarantine SET version = '0.0.1'")
    ledger.close()
    assert 3 == good.digest("run", now=NOW).status
    assert 0 == good.digest("run", now=NOW).status


def in_quarantine(folder: Folder) -> list[str]:
    """Return the names of the quarantined files that the status lists."""
    status = json.loads(folder.digest("status", "--json", now=NOW).out)
    return [problem["dump"] for problem in status["quarantine"]]


def test_a_quarantined_file_without_its_note_is_not_listed(good: Folder) -> None:
    """Deleting the note confirms it; the file is not tried again either."""
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
def test_a_file_that_becomes_readable_leaves_the_quarantine(good: Folder, command: str) -> None:
    """Its copy and its note are deleted; other files in the folder stay."""
    content = page(DAY, [3])
    good.drop("papers.txt", content)
    folder = good.root / "state" / "quarantine"
    assert 0 == good.digest("rebuild", now=NOW).status
    with database.opened(good.root / "state") as ledger:
        content_hash = input_rules.content_hash(BytesIO(content))
        ledger.quarantine.record_quarantine(
            "papers.txt", content_hash, "too new", "0.0.1", f"{DAY}T07:00+00:00"
        )
    folder.mkdir()
    for name in (content_hash.hex(), f"{content_hash.hex()}.reason.txt", "mine.reason.txt"):
        (folder / name).write_bytes(b"")
    assert ["papers.txt"] == in_quarantine(good)
    paths = [str(good.inbox)] if command == "backfill" else []
    assert 0 == good.digest(command, *paths, now=NOW).status
    assert ["mine.reason.txt"] == [file.name for file in folder.iterdir()]
    assert [] == in_quarantine(good)
    (folder / content_hash.hex()).touch()  # a run that was killed before deleting it leaves this
    good.drop("more.txt", page(DAY, [4]))
    assert 0 == good.digest("run", now=NOW).status
    assert ["mine.reason.txt"] == [file.name for file in folder.iterdir()]


def test_a_run_with_only_unreadable_files_names_them_all(folder: Folder) -> None:
    """Its verdict is ``unreadable``, and it makes no issue."""
    for name, content in UNREADABLE.items():
        folder.drop(name, content)
    report = folder.run(NOW, status=3)
    assert ("unreadable", []) == (report["verdict"], report["issues"])
    assert sorted(UNREADABLE) == sorted(problem["dump"] for problem in report["quarantined"])
    assert all(problem["reason"] for problem in report["quarantined"])


def test_the_last_record_of_a_truncated_page_is_rejected(folder: Folder) -> None:
    """The reject is named with its line and counted in the accounting."""
    content = page(DAY, [1, 2]) + f"\n\n{CUT}".encode()
    folder.drop("papers.txt", content)
    result = folder.digest("run", now=NOW)
    assert 3 == result.status
    line = content.decode().splitlines().index(CUT.split("\n", maxsplit=1)[0]) + 1
    assert [f"papers.txt, line {line}"] == list(reasons(result.err))
    assert "3 entries = 2 new + 0 changed + 0 known + 0 repeated + 1 rejected" in result.out
    assert [titles([1, 2])] == folder.titles()
    assert 0 == folder.digest("run", now=NOW).status


def test_the_entries_before_the_end_of_a_truncated_answer_are_read(folder: Folder) -> None:
    """Two are new, the third is rejected."""
    entries = [
        {"id": f"2611.0000{n}", "title": f"Tide tables {n}", "summary": "We read them. All."}
        for n in range(3)
    ]
    content = answer(DAY, entries)
    folder.drop("api.json", content[: content.rindex(b"Tide tables 2") + 4])
    report = folder.run(NOW, status=3)
    assert (2, 1) == (report["accounting"]["new"], report["accounting"]["rejected"])
    assert [["Tide tables 0", "Tide tables 1"]] == folder.titles()


def test_an_empty_answer_is_a_dump_without_entries(good: Folder) -> None:
    """It is not quarantined."""
    good.drop("api.json", b"[]\n")
    report = good.run(NOW)
    assert (2, 2) == (report["accounting"]["dumps"], report["accounting"]["entries"])
    assert [] == report["quarantined"]


def test_folders_links_and_pipes_are_never_opened(good: Folder, tmp_path: Path) -> None:
    """The run names each and ends with 0; it reads nothing outside the inbox."""
    outside = tmp_path / "outside.txt"
    outside.write_bytes(page(DAY, [9]))
    (good.inbox / "folder").mkdir()
    (good.inbox / "folder" / "inside.txt").write_bytes(page(DAY, [8]))
    (good.inbox / "dangling").symlink_to(tmp_path / "nowhere")
    (good.inbox / "link.txt").symlink_to(outside)
    os.mkfifo(good.inbox / "pipe")
    result = good.digest("run", now=NOW)
    assert 0 == result.status
    assert ["dangling", "folder", "link.txt", "pipe"] == sorted(reasons(result.err))
    assert [titles([1, 2])] == good.titles()


def test_hidden_and_temporary_names_are_ignored(good: Folder) -> None:
    """So is the folder of files that a browser saves with a page."""
    for name in (".hidden.txt", "a.txt.part", "b.crdownload", "c.tmp", "d.txt~", "#e#"):
        good.drop(name, page(DAY, [5]))
    (good.inbox / "Page_files").mkdir()
    good.drop("Page_files/style.css", b"p {}")
    result = good.digest("run", now=NOW)
    assert (0, "") == (result.status, result.err)
    assert [titles([1, 2])] == good.titles()


def test_a_file_name_that_is_not_utf_8_is_shown_with_escapes(good: Folder) -> None:
    """In messages, and in the ledger."""
    good.drop(os.fsdecode(b"caf\xe9.txt"), b"nothing of the kind")
    good.drop(os.fsdecode(b"\xff\xfe.txt"), page(DAY, [3]))
    result = good.process("run", now=NOW, LC_ALL="C")
    assert 3 == result.status, result
    assert [r"caf\xe9.txt"] == list(reasons(result.err))
    assert [titles([1, 2, 3])] == good.titles()
    assert r"\xff\xfe.txt, line" in good.digest("explain", titles([3])[0]).out


def test_a_file_without_permission_is_named_and_tried_again(good: Folder) -> None:
    """The next run reads it once the permission is there."""
    if os.geteuid() == 0:
        (good.inbox / "gone.txt").symlink_to(good.inbox / "gone.txt")
        assert ["gone.txt"] == list(reasons(good.digest("run", now=NOW).err))
        return
    file = good.drop("locked.txt", page(DAY, [3]))
    file.chmod(0)
    assert ["locked.txt"] == list(reasons(good.digest("run", now=NOW).err))
    file.chmod(0o600)
    assert 1 == good.run(NOW)["accounting"]["new"]


def test_a_file_still_being_written_is_read_later(good: Folder) -> None:
    """``run --due`` leaves it for the next run; a plain run waits until it is complete."""
    good.configure("[inbox]\nsettle_seconds = 0.4\n")
    (good.inbox / "fresh.txt").write_bytes(page(DAY, [3]))
    os.utime(good.inbox / "fresh.txt", (4_000_000_000, 4_000_000_000))
    (good.inbox / "fresh.txt").touch()
    result = good.digest("run", "--due", now=NOW)
    assert 0 == result.status
    report = good.run(NOW)
    assert 3 == sum(issue["papers"] for issue in report["issues"]) + sum(
        len(titles_of_issue) for titles_of_issue in good.titles()[:-1]
    )


def test_a_file_dated_in_the_future_is_read_once_it_stops_changing(good: Folder) -> None:
    """Two scans with the same size and time are enough."""
    good.configure("[inbox]\nsettle_seconds = 0.1\n")
    good.drop("tomorrow.txt", page(DAY, [3]), modified=4_000_000_000)
    assert 3 == good.run(NOW)["accounting"]["new"]


def test_a_file_name_is_never_used_as_a_path_or_a_command(good: Folder) -> None:
    """The quarantine names its files by their hash, and no file appears elsewhere."""
    for name in ("$(touch x).txt", "-rf.txt", "x..%2f..%2fx.txt", "a\n\x1b[2Jb.txt", "<b>.txt"):
        good.drop(name, b"nothing of the kind, " + name.encode())
    before = {path.name for path in good.root.iterdir()}
    result = good.digest("run", now=NOW)
    assert 3 == result.status
    assert 5 == result.err.count("\n")
    assert r"a\n\x1b[2Jb.txt: " in result.err
    assert before | {"state", "output"} == {path.name for path in good.root.iterdir()}
    assert 5 == len(in_quarantine(good))
    assert all(re.fullmatch(r"[0-9a-f]{32}(\.reason\.txt)?", name)
               for name in tree(good.root / "state" / "quarantine"))  # fmt: skip


def test_a_run_after_a_failed_one_reports_the_unreadable_file(good: Folder) -> None:
    """The next run names it and ends with 3, the one after it with 0."""
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
    result = good.digest("run", now=NOW)
    assert 3 == result.status
    assert "papers.txt" in result.err
    assert 0 == good.digest("run", now=NOW).status
