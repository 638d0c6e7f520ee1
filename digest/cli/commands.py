"""The list of commands; the module of a command is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

# Each is a function of this name in a module of this name.
NAMES = (
    "backfill", "backup", "check", "classify", "explain", "init", "parse", "rebuild", "restore",
    "run", "search", "serve", "status", "topics", "withdraw",
)  # fmt: skip


class Commands(click.Group):
    """The group of all commands."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names of all commands, in alphabetical order."""
        return list(NAMES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name; None if there is none."""
        if name not in NAMES:
            return None
        command: click.Command = getattr(import_module(f"digest.cli.{name}"), name)
        return command
