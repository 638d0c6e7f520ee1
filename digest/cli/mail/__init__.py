"""``digest mail``: send issues by mail, and read what comes back; one module per command."""

from __future__ import annotations

import click

from digest.cli.command_group import CommandGroup
from digest.cli.global_options import global_options


class MailCommands(CommandGroup):
    """The group of the commands on mail."""

    package = "digest.cli.mail"
    names = ("receive",)


@click.group(cls=MailCommands, params=global_options(after=True))
def mail(**_: object) -> None:
    """Send issues by mail, and read what comes back."""
