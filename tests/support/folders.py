"""A working folder under test, and dumps of papers that do not exist to drop into it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from digest.cli import main

SHORE = """
[[topic]]
id = "shore"
name = "The shore"
words = ["harbour, wharf, kelp, gull, tarn"]
"""
DROPPED = 1_700_000_000  # when files were last written: long settled, whatever the clock says
STATUS = ("status.html", "status.json")  # of the last run, never the same twice
MINUTE = 60  # seconds no command of a test may take

_WORDS = tuple(
    "amber anchor atlas barge basin beacon birch bramble bridge canal candle cedar chalk cinder"
    " cobalt compass copper coral cradle delta drift ember fathom fern ferry flint furrow gable"
    " garnet glacier granite gravel gull hamlet harbour hazel heron hinge hollow indigo ivory"
    " juniper kelp kiln lantern larch ledger lichen lintel loom maple marble marsh meadow mill"
    " mortar moss nettle oak orchard osprey otter paddle parchment pebble pier plover quarry quartz"
    " quill raft reed ridge rudder saffron sail slate sluice sparrow spindle spruce tallow tarn"
    " thicket thistle tiller timber torrent turret valley vellum wharf wicker willow yarrow".split()
)


class Made(NamedTuple):
    """A paper nobody wrote."""

    number: int
    title: str
    abstract: str


def paper(number: int) -> Made:
    """The paper of this number: always the same words, like those of no other number."""
    dice = random.Random(number)
    name, *subject = (word.capitalize() for word in dice.sample(_WORDS, 4))
    words = " ".join(dice.choices(_WORDS, k=40))
    abstract = f"We study how the {words} behave together. Error falls from {number + 11}% to 7%."
    return Made(number, f"{name}{number}: {' '.join(subject)}", abstract)


def page(day: str, numbers: Iterable[int]) -> bytes:
    """A listing page of this day (``2026-11-18``) as select-all, copy and paste gives it."""
    shown = date.fromisoformat(day)
    head = ["new", "Daily Papers", "byAK and the research community", _month_and_day(shown)]
    return "\n\n".join([*head, *(_record(paper(n), shown) for n in numbers)]).encode()


def _record(made: Made, shown: date) -> str:
    metadata = f"  • {made.number % 7 + 2} authors\n·\n{_month_and_day(shown - timedelta(days=1))}"
    comments = f" {made.number}" if made.number else ""
    return f"{made.number * 3 + 1}\n\n{made.title}\n\n{made.abstract}\n\n{metadata}{comments}"


def _month_and_day(day: date) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{months[day.month - 1]} {day.day}"


def answer(day: str, entries: Iterable[dict[str, Any]]) -> bytes:
    """An answer of the daily_papers API; each entry gives what stands under ``paper``."""
    stamp = f"{day}T00:00:00.000Z"
    return json.dumps(
        [{"paper": entry, "publishedAt": stamp, "numComments": 0} for entry in entries]
    ).encode()


class Told(NamedTuple):
    """What a command answered."""

    status: int
    out: str
    err: str


class Folder:
    """A working folder, and `digest` run in it: in this process or in one of its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.inbox, self.output = root, root / "inbox", root / "output"
        self.inbox.mkdir(parents=True, exist_ok=True)

    def drop(self, name: str, content: bytes, *, modified: float = DROPPED) -> Path:
        """A file in the inbox, last written long ago."""
        file = self.inbox / name
        file.write_bytes(content)
        os.utime(file, (modified, modified))
        return file

    def configure(self, toml: str) -> None:
        """Gives the folder a configuration of its own."""
        file = self.root / "config" / "digest.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(toml, encoding="utf-8")

    def sort_by(self, topics: str) -> None:
        """Gives the folder topics of its own."""
        file = self.root / "config" / "topics.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(topics, encoding="utf-8")

    def digest(self, *words: str, now: str | None = None) -> Told:
        """The whole command line, console script's error handling included, in this process."""
        given = ["--root", str(self.root), *(["--now", now] if now else []), *words]
        return told(given)

    def run(self, now: str, *words: str, status: int = 0) -> dict[str, Any]:
        """`digest run` at this moment, with the exit status it should have; its report."""
        answered = self.digest("run", "--json", *words, now=now)
        assert status == answered.status, answered
        report: dict[str, Any] = json.loads(answered.out)
        return report

    def process(
        self, *words: str, now: str | None = None, cwd: Path | None = None, **env: str
    ) -> Told:
        """The same as a process of its own; ``env`` is all it knows of the world."""
        command = [*self.command(), *(["--now", now] if now else []), *words]
        done = subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, check=False, timeout=MINUTE
        )
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self) -> list[str]:
        """How this folder's `digest` starts as a process, with warnings as errors."""
        return [sys.executable, "-W", "error", "-m", "digest", "--root", str(self.root)]

    def tree(self) -> dict[str, bytes]:
        """Everything in ``output/`` but the status: path to bytes."""
        return {name: body for name, body in tree(self.output).items() if name not in STATUS}

    def marks(self) -> dict[str, tuple[int, int]]:
        """Everything in ``output/``: path to size and time of writing."""
        status = {name: (self.output / name).stat() for name in self.tree()}
        return {name: (found.st_size, found.st_mtime_ns) for name, found in status.items()}

    def data(self, edition: str = "daily") -> list[dict[str, Any]]:
        """An edition's issues as data, oldest first."""
        files = (self.output / edition).glob("*.json")
        issues = [json.loads(file.read_bytes()) for file in files]
        return sorted(issues, key=lambda issue: int(issue["number"]))

    def titles(self, edition: str = "daily") -> list[list[str]]:
        """The titles of each issue of an edition in alphabetical order, oldest issue first."""
        return [sorted(item["title"] for item in items(issue)) for issue in self.data(edition)]

    def copy(self, root: Path) -> Folder:
        """The same folder once more, times of files included."""
        shutil.copytree(self.root, root, symlinks=True)
        return Folder(root)


class _Program:
    """What `CliRunner` runs: the console script, not only the command behind it."""

    name = "digest"

    @staticmethod
    def main(args: Sequence[str], **_: Any) -> None:
        before, sys.argv = sys.argv, ["digest", *args]
        try:
            main.main()
        finally:
            sys.argv = before


def told(words: Sequence[str]) -> Told:
    """`digest` with these words in this process; what it does not expect is raised here."""
    done = CliRunner().invoke(_Program(), words, catch_exceptions=False)  # type: ignore[arg-type]
    return Told(done.exit_code, done.stdout, done.stderr)


def items(issue: dict[str, Any]) -> list[dict[str, Any]]:
    """All papers of an issue as data."""
    return [item for section in issue["sections"] for item in section["papers"]]


def titles(numbers: Iterable[int]) -> list[str]:
    """The titles of made papers in alphabetical order."""
    return sorted(paper(number).title for number in numbers)


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder: path to bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
