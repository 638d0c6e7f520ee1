"""Strange files in the folders beside the inbox: nobody's file is lost, and no run stops."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.support.folders import DROPPED, Folder, page, paper, titles

MON, TUE, WED = "2026-11-16", "2026-11-17", "2026-11-18"
FOREIGN = (
    "CNAME", "blog/2025-01-01.html", "blog/2025.zip", ".git/refs/2025-01.txt",
    "daily/2025-w01.html", "topics/2026-11.html", "daily/2026-11-17-2.html",
)  # fmt: skip


def run_on(folder: Folder, day: str, numbers: range) -> None:
    """Drop a page with these papers, and run at eight o'clock."""
    folder.drop(f"papers-{day}.txt", page(day, numbers))
    folder.run(f"{day}T08:00")


def put_foreign_files(folder: Folder, elsewhere: Path) -> dict[str, bytes]:
    """Put files with names like ours into the output, and a link to more; return them."""
    elsewhere.mkdir()
    (elsewhere / "2024-05-01.jpg").write_bytes(b"jpg")
    (folder.output / "photos").symlink_to(elsewhere)
    for name in FOREIGN:
        (folder.output / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.output / name).write_bytes(b"mine")
    return dict.fromkeys(FOREIGN, b"mine") | {"photos/2024-05-01.jpg": b"jpg"}


@pytest.mark.parametrize("damaged", [False, True])
def test_a_restore_leaves_the_files_of_others(
    folder: Folder, tmp_path: Path, damaged: bool
) -> None:
    """It removes the pages that came after the backup, also when the ledger is damaged."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(3, 6))
    foreign = put_foreign_files(folder, tmp_path / "photos")
    if damaged:
        (folder.root / "state" / "ledger.sqlite3").write_bytes(b"x" * 8192)
    name = "ledger-20261116T090000Z.sqlite3"
    assert 0 == folder.digest("restore", "--yes", name, now=f"{WED}T07:00").status
    report = folder.digest("run", now=f"{WED}T08:00")
    assert 0 == report.status
    assert foreign == {name: (folder.output / name).read_bytes() for name in foreign}
    ours = [name for name in folder.tree() if TUE in name and name not in FOREIGN]
    assert [] == ours
    assert [titles(range(3)), titles(range(3, 6))] == folder.titles()


def test_a_page_that_somebody_changed_survives_a_restore(folder: Folder) -> None:
    """The run names it, once."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(3, 6))
    (folder.output / "daily" / f"{TUE}.html").write_text("mine", "utf-8")
    name = "ledger-20261116T090000Z.sqlite3"
    folder.digest("restore", "--yes", name, now=f"{WED}T07:00")
    expected = (
        f"output/daily/{TUE}.html: was changed by somebody else:"
        " it is no page any more and was not removed\n"
    )
    assert expected == folder.digest("run", now=f"{WED}T08:00").err
    assert "" == folder.digest("run", now=f"{WED}T09:00").err
    assert "mine" == (folder.output / "daily" / f"{TUE}.html").read_text("utf-8")
    assert not (folder.output / "daily" / f"{TUE}.md").exists()


def test_a_folder_in_the_way_of_a_page_is_named_until_it_is_gone(folder: Folder) -> None:
    """All other pages are published meanwhile, and the page once there is room for it."""
    (folder.output / "index.html").mkdir(parents=True)
    (folder.output / "index.html" / "mine").write_bytes(b"mine")
    folder.drop("a.txt", page(MON, range(3)))
    word = "output/index.html: a folder: 1 page cannot be written until it is moved away\n"
    for hour in ("08:00", "09:00"):
        assert (0, word) == folder.digest("run", now=f"{MON}T{hour}")[::2]
        assert [titles(range(3))] == folder.titles()
    (folder.output / "index.html" / "mine").unlink()
    (folder.output / "index.html").rmdir()
    assert (0, "") == folder.digest("run", now=f"{MON}T10:00")[::2]
    assert b"<html" in folder.tree()["index.html"]
    report = folder.run(f"{MON}T11:00")
    assert "quiet" == report["verdict"]


def test_strange_notes_stop_nothing(folder: Folder) -> None:
    """A pipe is not waited for, in a process of its own, and the good note appears."""
    notes = folder.root / "notes"
    notes.mkdir()
    (notes / f"{MON}.md").write_text("A *good* note.", "utf-8")
    (notes / f".#{MON}.md").symlink_to("nowhere")
    (notes / "old.md").mkdir()
    os.mkfifo(notes / "x.md")
    (notes / os.fsdecode(b"b\xff.md")).write_text("x", "utf-8")
    folder.drop("a.txt", page(MON, range(3)))
    result = folder.process("run", now=f"{MON}T08:00", PYTHONPATH=str(Path(__file__).parents[2]))
    assert 0 == result.status, result
    assert 4 == result.err.count("notes/")
    assert b"A <em>good</em> note." in folder.tree()[f"daily/{MON}.html"]
    for command in (["rebuild"], ["withdraw", paper(1).title]):
        again = folder.digest(*command, now=f"{MON}T09:00")
        assert (0, result.err) == (again.status, again.err)
        assert "" == folder.digest("-q", "rebuild", now=f"{MON}T10:00").err


@pytest.mark.parametrize("year", [-1, 1901, 2300, 2400, 12_000])
def test_a_file_of_any_year_stops_nothing(folder: Folder, year: int) -> None:
    """Junk is quarantined, a page is read and dated as if it came today, by `parse` too."""
    folder.configure("[inbox]\nsettle_seconds = 0.1\n")
    stamp = (year - 1970) * 31_556_952
    try:
        folder.drop("junk.txt", b"junk", modified=stamp)
    except (OSError, OverflowError):
        pytest.fail("the file system of the tests should know such years")
    folder.drop("page.txt", page(MON, range(3)), modified=stamp)
    folder.run(f"{MON}T08:00", status=3)
    assert [titles(range(3))] == folder.titles()
    again = folder.run(f"{MON}T09:00")
    assert 0 == again["accounting"]["dumps"]
    parsed = folder.digest("parse", str(folder.inbox / "page.txt"))
    assert (0, True) == (parsed.status, '"sightings":[{' in parsed.out)


def test_only_files_that_were_read_are_moved(folder: Folder) -> None:
    """The content decides: a new page with the name, size and time of another is read."""
    folder.configure('[inbox]\ndone = "move"\n')
    one, other = page(MON, [10]), page(MON, [12])
    other = other.ljust(len(one), b" ")
    one = one.ljust(len(other), b" ")
    folder.drop("page.txt", one)
    folder.run(f"{MON}T08:00")
    folder.drop("page.txt", other)
    folder.run(f"{TUE}T08:00")
    assert [[paper(10).title], [paper(12).title]] == folder.titles()
    done = {path.name: path.read_bytes() for path in (folder.inbox / "done").iterdir()}
    assert {"page.txt": one, "page-2.txt": other} == done


def test_names_that_look_alike_are_two_files(folder: Folder) -> None:
    """A newline in a name, and a backslash with an n."""
    folder.configure('[inbox]\ndone = "move"\n')
    for number, name in enumerate(["a\nb.txt", r"a\nb.txt"]):
        folder.drop(name, page(MON, [number + 10]).ljust(2000), modified=DROPPED)
    folder.run(f"{MON}T08:00")
    assert [sorted([paper(10).title, paper(11).title])] == folder.titles()
    assert {"a\nb.txt", r"a\nb.txt"} == {path.name for path in (folder.inbox / "done").iterdir()}


STRANGE_BACKUPS = (
    "ledger-99999999T999999Z.sqlite3", "ledger-00000101T000000Z.sqlite3",
    "ledger-20261301T000000Z.sqlite3", "ledger-20261116T080000Z-0.sqlite3",
    "ledger-20261116T080000Z-99999999999999999999.sqlite3",
    "ledger-２０２６１１１６T080000Z.sqlite3",
)  # fmt: skip


def test_strange_backups_stop_nothing(folder: Folder, tmp_path: Path) -> None:
    """Not their names, nor folders, links and pipes with the name of one."""
    run_on(folder, MON, range(3))
    place = folder.root / "state" / "backups"
    place.mkdir()
    for name in STRANGE_BACKUPS:
        (place / name).write_bytes(b"mine")
    (tmp_path / "mine").write_bytes(b"mine")
    (place / "ledger-20200101T000000Z.sqlite3").mkdir()
    (place / "ledger-20200102T000000Z.sqlite3").symlink_to(tmp_path / "mine")
    os.mkfifo(place / "ledger-20200103T000000Z.sqlite3")
    folder.configure("[state]\nbackups = 1\nbackup_days = 0\n")
    run_on(folder, TUE, range(3, 6))
    assert (place / "ledger-20261117T080000Z.sqlite3").is_file()
    for words in (["restore", "--list"], ["status"], ["backup"], ["restore", "--yes"]):
        result = folder.digest(*words, now=f"{TUE}T09:00")
        assert (0, "") == (result.status, result.err), words
    for kind in (Path.is_dir, Path.is_symlink, Path.is_fifo):
        assert any(map(kind, place.iterdir())), kind
    assert b"mine" == (tmp_path / "mine").read_bytes()


def test_strange_templates_stop_nothing(folder: Folder) -> None:
    """A folder, a pipe, a link to nowhere, a large file and odd names beside the templates."""
    place = folder.root / "templates"
    place.mkdir()
    (place / "issue.html").mkdir()
    os.mkfifo(place / "index.html")
    (place / "issue.md").symlink_to("nowhere")
    (place / os.fsdecode(b"\xff.html")).write_bytes(b"x")
    (place / "film.mp4").write_bytes(b"x")
    os.truncate(place / "film.mp4", 1 << 40)
    run_on(folder, MON, range(3))
    assert [titles(range(3))] == folder.titles()


@pytest.mark.parametrize("now", ["1970-01-01T08:00", "9998-12-31T23:59-12:00"])
def test_a_run_at_the_ends_of_the_calendar(folder: Folder, now: str) -> None:
    """It takes its usual time, and the next one at the right time does its work."""
    folder.configure(
        '[[edition]]\nname = "daily"\nwhen_empty = "note"\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\n'
        '[[edition]]\nname = "monthly"\nperiod = "month"\n'
    )
    run_on(folder, MON, range(3))
    folder.drop("more.txt", page(TUE, range(3, 6)))
    folder.run(now, "--due")
    with (folder.root / "state" / "runs.jsonl").open("rb") as history:
        assert 2 == len(history.readlines())
    assert 0 == folder.digest("status", now=now).status
    run_on(folder, WED, range(6, 9))


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize(("year", "status"), [("1969", 2), ("1970", 0), ("9998", 0), ("9999", 2)])
def test_the_year_of_a_moment_is_one_that_can_be_used(
    folder: Folder, zone: str, year: str, status: int
) -> None:
    """Also at its first and its last minute, in zones far from UTC."""
    folder.configure(f'[site]\ntimezone = "{zone}"\n')
    for day in ("01-01T00:00", "12-31T23:59"):
        for command in (["run", "--due"], ["status"], ["rebuild"]):
            assert status == folder.digest(*command, now=f"{year}-{day}").status


def test_a_copy_in_quarantine_follows_no_link(folder: Folder, tmp_path: Path) -> None:
    """Its name is known before, by the content of the file."""
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    folder.drop("junk.txt", b"junk")
    place = folder.root / "state" / "quarantine"
    content = hashlib.blake2b(b"junk", digest_size=16).hexdigest()
    place.mkdir(parents=True)
    for name in (content, f"{content}.reason.txt"):
        (place / name).symlink_to(mine)
    folder.run(f"{MON}T08:00", status=3)
    assert (b"mine", b"junk") == (mine.read_bytes(), (place / content).read_bytes())


def test_links_in_the_state_folder_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    """Neither for the run history nor for the quarantine; the issue comes out all the same."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine").write_bytes(b"mine")
    (folder.root / "state" / "runs.jsonl").symlink_to(tmp_path / "mine")
    (folder.root / "state" / "quarantine").symlink_to(tmp_path / "elsewhere")
    folder.drop("junk.txt", b"junk")
    folder.drop("page.txt", page(MON, range(3)))
    result = folder.digest("run", now=f"{MON}T08:00")
    assert "junk.txt: cannot be read: state/quarantine is a link" in result.err
    assert (0, [titles(range(3))]) == (result.status, folder.titles())
    assert (b"mine", []) == (
        (tmp_path / "mine").read_bytes(),
        [*(tmp_path / "elsewhere").iterdir()],
    )
