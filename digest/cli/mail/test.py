"""``digest mail test``: one mail or one post, to see whether it arrives."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext

_RESULTS = {
    "sent": "sent to",
    "deferred": "not sent to",
    "failed": "refused for",
    "unknown": "perhaps sent to",
}


@click.command()
@click.argument("address", metavar="ADDRESS|CHANNEL")
@click.pass_obj
def test(context: CliContext, address: str) -> None:
    """Send the newest issue to an address or a channel, or a few words if there is none yet.

    The address need not be subscribed. CHANNEL is the name of a channel of the configuration.
    Nothing is recorded: the next issue comes as if there had been no test. Prints what the server
    said.

    Exit status: 0 the server has taken it, 1 it has not, 2 mail is not configured.

    \b
    Example:
      digest mail test me@example.org
      digest mail test lab
    """
    from digest.operations.mail import trial

    settings = context.settings()
    moment, chat = context.site_time(settings), trial.find_channel(settings, address)
    if chat is None and "@" not in address:
        names = ", ".join(each.name for each in settings.chat) or "there are none"
        reason = f"is no address, and no channel has this name (channels: {names})"
        raise click.UsageError(f"{address}: {reason}")
    try:
        if chat:
            outcome = trial.send_test_post(settings, moment, chat)
        else:
            outcome = trial.send_test(settings, moment, address)
    except ValueError as error:
        raise click.UsageError(f"{address}: {error}") from error
    line = f"{_RESULTS[outcome.state]} {address}: {outcome.reply}"
    terminal.write_line(line, error=outcome.state != "sent")
    sys.exit(0 if outcome.state == "sent" else 1)
