"""What every command is given: the working folder, the moment, and how much to say."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.log import LogWriter, escaped
from digest.errors import SettingsError

if TYPE_CHECKING:
    from digest.model.settings import Settings

NAME = "digest"  # in every message, also when started as `python -m digest` or by another program


class CliContext:
    """The working folder a command is given, its settings and the moment of the run."""

    def __init__(self, root: str, now: str | None, verbosity: int, log: LogWriter) -> None:
        self.root, self.now, self.verbosity, self.log = Path(root), now, verbosity, log

    def settings(self) -> Settings:
        """The folder's settings; raises `SettingsError` for what cannot be meant."""
        from digest import settings

        return settings.load(self.root)

    def moment(self, settings: Settings) -> datetime:
        """``--now``, else the clock, in the site's zone; without an offset it is site time."""
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(settings.site.timezone)
        if self.now is None:
            return datetime.now(UTC).astimezone(zone)
        try:
            given = datetime.fromisoformat(self.now)
        except ValueError as error:
            hint = "like 2026-11-22T07:00 or 2026-11-22T07:00+01:00"
            raise SettingsError("--now", f"no moment: {self.now!r}", hint=hint) from error
        return given.replace(tzinfo=zone) if given.tzinfo is None else given.astimezone(zone)

    def say(self, line: str, *, detail: bool = False) -> None:
        """A line for a person: not with ``-q``, details only with ``-v``."""
        if self.verbosity >= (1 if detail else 0):
            click.echo(escaped(line))

    def note(self, line: str) -> None:
        """A line of a command that stays: said, or logged where a log is kept."""
        if self.log.is_asked_for:
            self.log.tell("serve", message=line)
        else:
            self.say(line)


def paste_command(*words: str) -> str:
    """The command that does something else in the same folder, to be pasted."""
    import shlex

    given = iter(sys.argv[1:])
    root = [["--root", next(given, "")] for word in given if word == "--root"]
    root += [[word] for word in sys.argv[1:] if word.startswith("--root=")]
    return shlex.join([NAME, *(root[0] if root else ()), *words])
