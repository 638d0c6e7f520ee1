"""List the commands; import the module of a command only when click asks for it."""

from __future__ import annotations

from importlib import import_module

import click

# Each names a module of digest/cli, and in it the function that is the command.
NAMES = (
    "backfill", "backup", "check", "classify", "config", "explain", "init", "parse", "preview",
    "rebuild", "restore", "run", "search", "serve", "status", "topics", "undo", "withdraw",
)  # fmt: skip


class Commands(click.Group):
    """The group of all commands, known by name before any of their modules is imported.

    `digest run` imports the module of `run` alone; `digest --help` imports all of them.
    """

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names of all commands, in alphabetical order."""
        return list(NAMES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name; None if there is none."""
        if name not in NAMES:
            return None
        command: click.Command = getattr(import_module(f"digest.cli.{name}"), name)
        return command
