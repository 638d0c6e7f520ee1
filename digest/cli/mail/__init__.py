"""``digest mail``: the group of the commands for mail and chat, a module each."""

from __future__ import annotations

import click

from digest.cli.command_group import CommandGroup
from digest.cli.global_options import global_options


class MailCommands(CommandGroup):
    """The commands of `digest mail`."""

    package = "digest.cli.mail"
    names = ("test", "preview", "send", "status", "resend", "cancel", "receive")


@click.group(cls=MailCommands, params=global_options(after=True))
def mail(**_: object) -> None:
    """Send issues by mail and to chat, see what became of them, and read what comes back."""
