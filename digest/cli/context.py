"""The global options of a call: working folder, moment, how much to print."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import digest
from digest.cli import terminal
from digest.cli.log import LogWriter
from digest.errors import SettingsError

if TYPE_CHECKING:
    from digest.model.settings import Settings

_SHOWN = 100  # characters of a wrong argument
NAME = "digest"  # in every message, also when started as `python -m digest` or by another program


class CliContext:
    """The global options of one call, and the objects that commands make from them.

    ``now`` is ``--now`` as it was typed. ``verbosity`` is the number of ``-v`` less that of ``-q``.
    Nothing is read or checked before a method is called.
    """

    def __init__(self, root: str, now: str | None, verbosity: int, log: LogWriter) -> None:
        self.root, self.now, self.verbosity, self.log = Path(root), now, verbosity, log

    def publication(self) -> digest.Publication:
        """Open the working folder; raises `SettingsError` as `settings` does."""
        self._require_folder()
        return digest.open(self.root)

    def settings(self) -> Settings:
        """Read the configuration; raises `SettingsError` if it is missing or wrong."""
        self._require_folder()
        return self.settings_or_defaults()

    def settings_or_defaults(self) -> Settings:
        """Read the configuration, for a command that works without a working folder.

        Raises `SettingsError` if there is a configuration and it is wrong.
        """
        from digest import settings

        return settings.load(self.root)

    def _require_folder(self) -> None:
        """Raise `SettingsError` if the folder has no configuration, before anything is created."""
        from digest import settings
        from digest.settings import toml

        if toml.exists(self.root / settings.CONFIG / settings.DIGEST_TOML):
            return
        from digest.model.settings import State
        from digest.storage.ledger import locations

        folder, state = self.root.absolute(), State().path
        make = shell_command("init", str(folder))
        reason = f"is not a working folder: there is no {settings.CONFIG}/{settings.DIGEST_TOML}"
        hint = f"name yours with --root, or make one: {make}"
        if (folder / state / locations.FILE).exists():
            reason = f"has a ledger in {state}/, but no {settings.CONFIG}/{settings.DIGEST_TOML}"
            hint = f"put the file back, or begin with a new one: {make}"
        elif not folder.is_dir():
            reason = "there is no such folder"
        raise SettingsError(str(folder), reason, hint=hint)

    def moment(self) -> datetime | None:
        """Return the moment of ``--now`` as it is written there; None without the option.

        Raises `SettingsError` if it is not a date and time, or in a year that cannot be used.
        """
        from digest import publication

        if self.now is None:
            return None
        hint = "like 2026-11-22T07:00 or 2026-11-22T07:00+01:00"
        try:
            moment = datetime.fromisoformat(self.now)
        except ValueError as error:
            reason = f"not a date and time: {self.now[:_SHOWN]!r}"
            raise SettingsError("--now", reason, hint=hint) from error
        if moment.year not in publication.YEARS:
            first, last = publication.YEARS[0], publication.YEARS[-1]
            reason = f"the year must be from {first} to {last}, not {moment.year}"
            raise SettingsError("--now", reason, hint=hint)
        return moment

    def site_time(self, settings: Settings) -> datetime:
        """Return the moment of ``--now``, else the clock's, in the site's time zone."""
        from digest import publication

        return publication.site_time(settings, self.moment())

    def echo(self, line: str, *, detail: bool = False) -> None:
        """Print an escaped line to standard output: none with ``-q``, a detail only with ``-v``."""
        if self.verbosity >= (1 if detail else 0):
            terminal.write_line(line)

    def log_line(self, line: str) -> None:
        """Print a line of `digest serve`, or log it if a log was asked for."""
        if self.log.is_asked_for:
            self.log.log_step("serve", message=line)
        else:
            self.echo(line)


def shell_command(*words: str) -> str:
    """Return a `digest` command, quoted for a shell."""
    import shlex

    return shlex.join([NAME, *words])


def paste_command(*words: str) -> str:
    """Return a `digest` command with the ``--root`` of this call, quoted for a shell."""
    # From the command as it was typed: click has dropped its context when an error is shown.
    arguments = iter(sys.argv[1:])
    root: list[str] = []
    for word in arguments:
        if word == "--root":
            root = [word, next(arguments, "")]
        elif word.startswith("--root="):
            root = [word]  # of several, the last counts
    return shell_command(*root, *words)
