"""``digest subscribers``: the people who get the issues by mail; one module per command."""

from __future__ import annotations

import click

from digest.cli.command_group import CommandGroup
from digest.cli.global_options import global_options


class SubscriberCommands(CommandGroup):
    """The group of the commands on subscribers."""

    package = "digest.cli.subscribers"
    names = (
        "add", "import", "export", "list", "show", "change", "remove", "forget", "suppress",
        "unsuppress", "reasons",
    )  # fmt: skip


@click.group(cls=SubscriberCommands, params=global_options(after=True))
def subscribers(**_: object) -> None:
    """Add, import, list, change and remove the people who get the issues by mail.

    Their addresses stand in state/people.sqlite3 and nowhere else.
    """
