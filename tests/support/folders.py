"""A working folder for tests, and dumps of invented papers to drop into it."""

from __future__ import annotations

import atexit
import functools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from digest.cli import main
from digest.model.settings import Site
from digest.pipeline import context
from digest.render.site import pages
from digest.render.site.template_cache import BytecodeCache
from digest.settings import resources

SHORE = """
[[topic]]
id = "shore"
name = "The shore"
words = ["harbour, wharf, kelp, gull, tarn"]
"""
EDITIONS = """
[site]
url = "https://example.org/papers/"
[[edition]]
name = "daily"
[[edition]]
name = "weekly"
period = "week"
at = "07:10"
"""
DROPPED = 1_700_000_000  # modification time of dropped files: 2023, so they are settled
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


class InventedPaper(NamedTuple):
    """An invented paper."""

    number: int
    title: str
    abstract: str


def paper(number: int) -> InventedPaper:
    """Return the invented paper of this number: always the same, and unlike all others."""
    dice = random.Random(number)
    name, *subject = (word.capitalize() for word in dice.sample(_WORDS, 4))
    words = " ".join(dice.choices(_WORDS, k=40))
    abstract = f"We study how the {words} behave together. Error falls from {number + 11}% to 7%."
    return InventedPaper(number, f"{name}{number}: {' '.join(subject)}", abstract)


def page(day: str, numbers: Iterable[int]) -> bytes:
    """Return a listing page of this day (``2026-11-18``), as select-all and copy give it."""
    page_date = date.fromisoformat(day)
    head = ["new", "Daily Papers", "byAK and the research community", _month_and_day(page_date)]
    return "\n\n".join([*head, *(_record(paper(n), page_date) for n in numbers)]).encode()


def _record(entry: InventedPaper, day: date) -> str:
    metadata = f"  • {entry.number % 7 + 2} authors\n·\n{_month_and_day(day - timedelta(days=1))}"
    comments = f" {entry.number}" if entry.number else ""
    return f"{entry.number * 3 + 1}\n\n{entry.title}\n\n{entry.abstract}\n\n{metadata}{comments}"


def _month_and_day(day: date) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{months[day.month - 1]} {day.day}"


def api_entry(number: int, votes: int, title: str | None = None) -> dict[str, Any]:
    """Return a paper of an API answer."""
    new = paper(number)
    fields = {"title": title or new.title, "summary": new.abstract, "upvotes": votes}
    return {"id": f"2611.{number:05}", **fields}


def answer(day: str, entries: Iterable[dict[str, Any]]) -> bytes:
    """Return an answer of the daily_papers API; the entries are the values of its key ``paper``."""
    stamp = f"{day}T00:00:00.000Z"
    return json.dumps(
        [{"paper": entry, "publishedAt": stamp, "numComments": 0} for entry in entries]
    ).encode()


class CommandResult(NamedTuple):
    """The exit status and the output of a command."""

    status: int
    out: str
    err: str


@functools.cache
def compiled_templates() -> Path:
    """Return a folder with the shipped templates, compiled."""
    folder = Path(tempfile.mkdtemp(prefix="papers-digest-templates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pages.Pages((resources.shipped("templates"),), Site(), cache=BytecodeCache(folder)).check()
    return folder


class Folder:
    """A working folder in which `digest` runs, in this process or in one of its own.

    Its configuration is empty, if there was none, so it has the default settings.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.inbox, self.output = root, root / "inbox", root / "output"
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.configuration = root / "config" / "digest.toml"
        self.configuration.parent.mkdir(exist_ok=True)
        self.configuration.touch()
        # A folder that has run before: compiling the templates anew costs each test 50 ms.
        cache = root / "state" / context.TEMPLATE_CACHE
        shutil.copytree(compiled_templates(), cache, dirs_exist_ok=True)

    def drop(self, name: str, content: bytes, *, modified: float = DROPPED) -> Path:
        """Put a file into the inbox, last written long ago by default."""
        file = self.inbox / name
        file.write_bytes(content)
        os.utime(file, (modified, modified))
        return file

    def configure(self, toml: str) -> None:
        """Write the configuration of the folder."""
        self.configuration.write_text(toml, encoding="utf-8")

    def sort_by(self, topics: str) -> None:
        """Write the topics of the folder."""
        file = self.root / "config" / "topics.toml"
        file.write_text(topics, encoding="utf-8")

    def digest(self, *words: str, now: str | None = None) -> CommandResult:
        """Run the console script in this process, with its error handling."""
        return run_command(["--root", str(self.root), *(["--now", now] if now else []), *words])

    def run(self, now: str, *words: str, status: int = 0) -> dict[str, Any]:
        """Run `digest run` at this moment; check its exit status and return its report."""
        result = self.digest("run", "--json", *words, now=now)
        assert status == result.status, result
        report: dict[str, Any] = json.loads(result.out)
        return report

    def process(
        self, *words: str, now: str | None = None, cwd: Path | None = None, **env: str
    ) -> CommandResult:
        """Run `digest` in a process of its own; ``env`` is its whole environment."""
        command = [*self.command(), *(["--now", now] if now else []), *words]
        done = subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, check=False, timeout=MINUTE
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self) -> list[str]:
        """Return the command that starts `digest` as a process, with warnings as errors."""
        return [sys.executable, "-W", "error", "-m", "digest", "--root", str(self.root)]

    def tree(self) -> dict[str, bytes]:
        """Return the bytes of each file in ``output/`` but the status, by path."""
        return {name: body for name, body in tree(self.output).items() if name not in STATUS}

    def marks(self) -> dict[str, tuple[int, int]]:
        """Return the size and time of writing of each file in ``output/`` but the status."""
        stats = {name: (self.output / name).stat() for name in self.tree()}
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}

    def data(self, edition: str = "daily") -> list[dict[str, Any]]:
        """Return an edition's issues as data, oldest first."""
        files = (self.output / edition).glob("*.json")
        issues = [json.loads(file.read_bytes()) for file in files]
        return sorted(issues, key=lambda issue: int(issue["number"]))

    def titles(self, edition: str = "daily") -> list[list[str]]:
        """Return the titles of each issue of an edition, oldest issue first.

        Those of one issue are in alphabetical order, as in `titles`.
        """
        return [sorted(item["title"] for item in items(issue)) for issue in self.data(edition)]

    def copy(self, root: Path) -> Folder:
        """Copy the folder with the times of its files."""
        shutil.copytree(self.root, root, symlinks=True)
        return Folder(root)


class _Program:
    """The console script in place of a click command, so that `CliRunner` runs all of it."""

    name = "digest"

    @staticmethod
    def main(args: Sequence[str], **_: Any) -> None:
        before, sys.argv = sys.argv, ["digest", *args]
        try:
            main.main()
        finally:
            sys.argv = before


def run_command(words: Sequence[str], stdin: bytes = b"") -> CommandResult:
    """Run `digest` with these arguments in this process; an unexpected exception is raised."""
    program: Any = _Program()
    done = CliRunner().invoke(program, words, input=stdin, catch_exceptions=False)
    return CommandResult(done.exit_code, done.stdout, done.stderr)


def items(issue: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all papers of an issue as data."""
    return [item for section in issue["sections"] for item in section["papers"]]


def titles(numbers: Iterable[int]) -> list[str]:
    """Return the titles of the invented papers with these numbers, in alphabetical order."""
    return sorted(paper(number).title for number in numbers)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file below a folder, by path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
