"""Build folders before and after a run, to check that the next run completes a broken one.

A broken run is one that was ended by a fault. After the next run the folder must be the same as
after an unbroken one.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from digest.storage import staging
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
    "before_issue": "*",
    "waiting": "*",
    "topic_count": "*",
    "title_phrase": "*",
    "page": "path, size, hash",
    "file": "name, size, content",
    "quarantine": "*",
}


class Scene(NamedTuple):
    """A folder before a run, the words of the command, and the folder after an unbroken run."""

    before: Folder
    words: tuple[str, ...]
    after: Folder


def ledger_rows(folder: Folder) -> dict[str, list[Any]]:
    """Return the rows of the tables in `TABLES`, without the times of files."""
    with sqlite3.connect(folder.root / "state" / "ledger.sqlite3") as ledger:
        tables = {
            name: ledger.execute(f"SELECT {what} FROM {name}") for name, what in TABLES.items()
        }
        contents = {name: sorted(rows, key=repr) for name, rows in tables.items()}
    ledger.close()
    return contents


def written_files(folder: Folder) -> dict[str, bytes]:
    """Return every file of the folder but the ledger, the run history and the status pages.

    Backups of the ledger are given without their bytes, because their pages may differ.
    """
    apart = (
        "state/ledger", "state/runs", "state/cache", "state/published", "state/staging-key",
        *(f"output/{name}" for name in STATUS),
    )  # fmt: skip
    files = tree(folder.root)
    return {
        name: b"" if name.startswith("state/backups/") else body
        for name, body in files.items()
        if not name.startswith(apart)
    }


def _first(root: Path) -> Folder:
    """Make a folder in which nothing was run yet."""
    folder = Folder(root)
    folder.output.mkdir()
    folder.sort_by(SHORE)
    folder.drop("a.txt", page("2026-11-13", range(5)))
    folder.drop("b.txt", page("2026-11-13", range(3, 6)))
    return folder


def _later(root: Path) -> Folder:
    """Make a folder with an issue of last week, new papers, and an unreadable file."""
    folder = _first(root)
    folder.configure(CONFIGURATION)
    folder.run(FRIDAY)
    folder.drop("c.txt", page("2026-11-18", [1, *range(6, 10)]))
    folder.drop("broken.txt", b"a page of something else")
    return folder


SCENES = {"first": (_first, ("run",), 0), "later": (_later, ("run",), 3)}


def build(name: str, place: Path) -> Scene:
    """Make a scene below this folder, and run its command once without a fault."""
    make, words, status = SCENES[name]
    before = make(place / "before")
    after = before.copy(place / "after")
    assert status == after.digest(*words, now=NOW).status
    return Scene(before, ("--now", NOW, *words), after)


def check_broken(scene: Scene, output: Path, context: object) -> None:
    """Check that readers can use the output that a broken run has left.

    Each file is that of before the run or that of after it. Each link of the feeds and the front
    page leads to an existing file. ``context`` is shown if a check fails.
    """
    old, new = scene.before.tree(), scene.after.tree()
    broken = {
        name: body
        for name, body in tree(output).items()
        if not name.startswith(staging.PREFIX) and name not in STATUS
    }
    for name, body in broken.items():
        assert body in (old.get(name), new.get(name)), (context, name)
    for name in broken.keys() & {"feed.xml", "atom.xml", "feed.json", "issues.xml", "index.html"}:
        for absolute, relative in LOCAL.findall(broken[name]):
            assert (absolute or relative).decode() in broken, (context, name)


def check_mended(scene: Scene, folder: Folder, context: object) -> None:
    """Check that after the next run files and ledger are those of an unbroken run."""
    assert written_files(scene.after) == written_files(folder), context
    assert ledger_rows(scene.after) == ledger_rows(folder), context


def check(scene: Scene, scratch: Path, outcome: dict[str, Any]) -> None:
    """Check that a fault of `fault_driver` has no effect after the next run."""
    check_broken(scene, scratch / f"{outcome['number']}.broken", outcome)
    assert outcome["again"] in (0, 3), outcome
    check_mended(scene, Folder(scratch / str(outcome["number"])), outcome)
