"""``digest check``: configuration, topics and templates, without running."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.settings import Settings


@click.command()
@click.option("--notify", is_flag=True, help="Send a test to the heartbeat and the webhook.")
@click.option("--fetch", is_flag=True, help="Make one request to each source.")
@click.option(
    "--mail",
    is_flag=True,
    help="Log in to the mail server and the mailbox, and name the DNS records they need.",
)
@click.pass_obj
def check(context: CliContext, notify: bool, fetch: bool, mail: bool) -> None:
    """Check configuration, topics and templates, without running.

    Exit status 2 if something cannot be used, 1 if a test could not be sent, a source has no
    usable answer, or the mail server or the mailbox lets nobody in. A line with "!" is a warning.
    A run goes on without a library that cannot be read, which is status 2 here.

    \b
    Example:
      digest check
    """
    from digest.operations import check

    settings = context.settings()
    for line in check.findings(settings):
        terminal.write_line(line)
    answered = not fetch or _try_sources(context, settings)
    if notify:
        from digest.operations import notify as notices

        if not notices.send_test(settings, context.site_time(settings), context.log.log_step):
            sys.exit(1)
        terminal.write_line("ok  the test was sent")
    if not answered or (mail and not _try_mail(settings)):
        sys.exit(1)


def _try_mail(settings: Settings) -> bool:
    """Print whether mails can be sent and read, and which DNS records they need."""
    from digest.operations.mail import connection

    trial = connection.try_server(settings)
    terminal.write_line(f"{'ok ' if trial.is_good else '!  '} mail: {trial.sentence}")
    mailbox = connection.try_mailbox(settings)
    if mailbox:
        mark = "ok " if mailbox.is_good else "!  "
        terminal.write_line(f"{mark} mail.mailbox: {mailbox.sentence}")
    terminal.write_line(
        "    These DNS records should exist; nobody was asked for them. A provider has"
    )
    terminal.write_line("    made those of a domain that is theirs.")
    for record in connection.needed_records(settings.mail):
        terminal.write_line(f"    {record}")
    return trial.is_good and (mailbox is None or mailbox.is_good)


def _try_sources(context: CliContext, settings: Settings) -> bool:
    """Print what each source answers; return False if one fails, or there is none."""
    from digest.operations import check

    trials = []
    for trial in check.try_sources(settings, context.site_time(settings)):
        trials.append(trial.is_good)
        mark = "ok " if trial.is_good else "!  "
        terminal.write_line(f"{mark} {trial.source}: {trial.sentence}")
    if not trials:
        terminal.write_line("!   nobody was asked: no source is configured, or none is enabled")
    return bool(trials) and all(trials)
