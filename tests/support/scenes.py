"""Folders before a run, with what an unbroken run makes of them: what a broken one must come to."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.folders import SHORE, STATUS, Folder, page, tree

FRIDAY, NOW = "2026-11-13T08:00", "2026-11-18T08:00"
CONFIGURATION = """
[inbox]
done = "move"
[[edition]]
name = "daily"
[[edition]]
name = "shore"
topics = ["shore"]
"""
LOCAL = re.compile(rb'http://localhost:8000/([^"#<&\s]+\.(?:html|xml|json))|<a href="([^":#]+)"')
TABLES = {
    "intake": "*",
    "dump": "*",
    "reject": "*",
    "paper": "*",
    "paper_key": "*",
    "sighting": "*",
    "edition": "*",
    "issue": "*",
    "issued": "*",
    "due": "*",
    "page": "path, size, hash",
    "file": "name, size, content",
    "quarantine": "*",
}


class Scene(NamedTuple):
    """A folder before a run, the command's words, and the same folder after an unbroken run."""

    before: Folder
    words: tuple[str, ...]
    after: Folder


def held(folder: Folder) -> dict[str, list[Any]]:
    """All that the ledger holds, but for the times of the output's files."""
    with sqlite3.connect(folder.root / "state" / "ledger.sqlite3") as ledger:
        tables = {
            name: ledger.execute(f"SELECT {what} FROM {name}") for name, what in TABLES.items()
        }
        found = {name: sorted(rows, key=repr) for name, rows in tables.items()}
    ledger.close()
    return found


def written(folder: Folder) -> dict[str, bytes]:
    """Everything in the folder but the ledger itself, caches, and what tells of single runs.

    Of the ledger's backups the names.
    """
    apart = (
        "state/ledger", "state/runs", "state/.runs", "state/cache",
        *(f"output/{name}" for name in STATUS),
    )  # fmt: skip
    files = tree(folder.root)
    return {
        name: b"" if name.startswith("state/backups/") else body
        for name, body in files.items()
        if not name.startswith(apart)
    }


def _first(root: Path) -> Folder:
    """A folder in which nothing was ever run."""
    folder = Folder(root)
    folder.output.mkdir()
    folder.sort_by(SHORE)
    folder.drop("a.txt", page("2026-11-13", range(5)))
    folder.drop("b.txt", page("2026-11-13", range(3, 6)))
    return folder


def _later(root: Path) -> Folder:
    """A folder with an issue of the week before, new papers, and a file of something else."""
    folder = _first(root)
    folder.configure(CONFIGURATION)
    folder.run(FRIDAY)
    folder.drop("c.txt", page("2026-11-18", [1, *range(6, 10)]))
    folder.drop("broken.txt", b"a page of something else")
    return folder


SCENES = {"first": (_first, ("run",), 0), "later": (_later, ("run",), 3)}


def made(name: str, place: Path) -> Scene:
    """A scene below this folder, with the run that nothing disturbs."""
    make, words, status = SCENES[name]
    before = make(place / "before")
    after = before.copy(place / "after")
    assert status == after.digest(*words, now=NOW).status
    return Scene(before, ("--now", NOW, *words), after)


def check_broken(scene: Scene, output: Path, told: object) -> None:
    """Whether what a broken run has left is fit to be read.

    No page is half, and no link leads to a page that is not there yet. ``told`` is for the
    report of a failure.
    """
    old, new = scene.before.tree(), scene.after.tree()
    broken = {
        name: body
        for name, body in tree(output).items()
        if not name.endswith(".digest-staged") and name not in STATUS
    }
    for name, body in broken.items():
        assert body in (old.get(name), new.get(name)), (told, name)
    for name in broken.keys() & {"feed.xml", "atom.xml", "feed.json", "issues.xml", "index.html"}:
        for absolute, relative in LOCAL.findall(broken[name]):
            assert (absolute or relative).decode() in broken, (told, name)


def check_mended(scene: Scene, folder: Folder, told: object) -> None:
    """Whether the next run has ended where an unbroken one would have: in the same bytes."""
    assert written(scene.after) == written(folder), told
    assert held(scene.after) == held(folder), told


def check(scene: Scene, scratch: Path, outcome: dict[str, Any]) -> None:
    """Whether a fault of `fault_driver` left no trace."""
    check_broken(scene, scratch / f"{outcome['number']}.broken", outcome)
    assert outcome["again"] in (0, 3), outcome
    check_mended(scene, Folder(scratch / str(outcome["number"])), outcome)
