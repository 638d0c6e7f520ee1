"""List the commands; import the module of a command only when click asks for it."""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import chain

import click

from digest.cli.global_options import HelpfulCommand, unknown_name, with_global_options

# Each names a module of digest/cli, and in it the function that is the command. The help lists
# them under these headings, in this order.
GROUPS = {
    "To begin": ("init", "completion"),
    "Every day": ("run", "serve", "fetch", "publish", "summarise", "status", "preview"),
    "Questions, which change nothing": (
        "explain", "search", "topics", "parse", "classify", "check", "config",
    ),
    "Corrections and history": ("withdraw", "move", "undo", "rebuild", "backfill"),
    "Backups": ("backup", "restore"),
}  # fmt: skip
NAMES = tuple(sorted(chain.from_iterable(GROUPS.values())))


class Commands(HelpfulCommand, click.Group):
    """The group of all commands, known by name before any of their modules is imported.

    `digest run` imports the module of `run` alone; `digest --help` imports all of them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names of all commands, in alphabetical order."""
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name, with the global options; None if there is none."""
        if cmd_name not in NAMES:
            return None
        command: click.Command = getattr(import_module(f"digest.cli.{cmd_name}"), cmd_name)
        return with_global_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command, the command and its arguments.

        Raises `click.UsageError`, with the nearest command and the list, if there is none.
        """
        if args[0] not in NAMES and not ctx.resilient_parsing:
            raise unknown_name("command", args[0], NAMES, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of `GROUPS`, each with its whole summary."""
        width = max(map(len, NAMES))  # the same below all headings
        for heading, names in GROUPS.items():
            found = ((name.ljust(width), self.get_command(ctx, name)) for name in names)
            with formatter.section(heading):
                formatter.write_dl([(name, summary(command)) for name, command in found if command])


def summary(command: click.Command) -> str:
    """Return the first paragraph of a command's help, on one line."""
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())
