"""List the commands; import the module of a command only when click asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import click

from digest.cli.command_group import CommandGroup, summary

# Each names a module of digest/cli, and in it the function that is the command. The help lists
# them under these headings, in this order.
GROUPS = {
    "To begin": ("init", "completion"),
    "Every day": ("run", "serve", "fetch", "publish", "summarise", "status", "preview", "web"),
    "Questions, which change nothing": (
        "explain", "search", "topics", "parse", "classify", "check", "config",
    ),
    "Mail": ("mail", "subscribers"),
    "Corrections and history": ("withdraw", "move", "undo", "rebuild", "backfill"),
    "Backups": ("backup", "restore"),
}  # fmt: skip
NAMES = tuple(sorted(chain.from_iterable(GROUPS.values())))


class Commands(CommandGroup):
    """The group of all commands.

    `digest run` imports the module of `run` alone; `digest --help` imports all of them.
    """

    package, names = "digest.cli", NAMES

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of `GROUPS`, each with its whole summary."""
        width = max(map(len, NAMES))  # the same below all headings
        for heading, names in GROUPS.items():
            found = ((name.ljust(width), self.get_command(ctx, name)) for name in names)
            with formatter.section(heading):
                formatter.write_dl([(name, summary(command)) for name, command in found if command])


def walk(group: click.Group, parent: click.Context) -> Iterator[tuple[str, click.Context]]:
    """Yield name and context of each command, those of groups with both names: "mail send"."""
    for name in group.list_commands(parent):
        if command := group.get_command(parent, name):
            context = click.Context(command, info_name=name, parent=parent)
            if not isinstance(command, click.Group):
                yield name, context
                continue
            for inner, below in walk(command, context):
                yield f"{name} {inner}", below
