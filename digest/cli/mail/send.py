"""``digest mail send``: send what waits, without a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.context import paste_command
from digest.errors import Busy

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.people import DeliveryReport
    from digest.operations.mail.rehearsal import WaitingIssue
    from digest.pipeline.progress import StepLogger

OTHERS_SEND = "another process is sending the mails of this folder; it takes along what waits"


@click.command()
@click.option("--due", is_flag=True, help="Leave a server alone that took nothing just now.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Send so many mails at most."
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and change nothing.")
@click.pass_obj
def send(context: CliContext, due: bool, limit: int | None, dry_run: bool) -> None:
    """Send what waits of the published issues, by mail and to chat.

    A run does so by itself. Mails whose next try is later wait for it; a server that took nothing
    is tried at once, unless --due is given, as cron should. Ctrl-C stops after the mail that is
    being sent.

    Exit status: 0 done, 1 the mail server takes nothing, 2 nothing is configured, 3 some failed,
    or it is unknown of some whether they arrived.

    \b
    Example:
      digest mail send --dry-run
      digest mail send --limit 50
    """
    from digest.operations.mail import switch

    settings = context.settings()
    switch.require_delivery(settings)
    moment = context.site_time(settings)
    if dry_run:
        from digest.operations.mail import rehearsal

        _print_waiting(context, rehearsal.rehearse(settings, moment))
        return
    from digest.operations.mail import sending

    try:
        report = sending.deliver(settings, moment, log_of(context), limit=limit, is_forced=not due)
    except Busy:
        if not due:
            raise click.ClickException(OTHERS_SEND) from None
        context.echo(OTHERS_SEND, detail=True)  # cron starts the next one in a few minutes
        return
    print_report(context, report)
    sys.exit(exit_status(report))


def _print_waiting(context: CliContext, waiting: list[WaitingIssue]) -> None:
    from digest.text.counting import count

    for issue in waiting:
        parts = [count(issue.mails, "mail"), count(issue.posts, "post") if issue.posts else ""]
        later = f"; {issue.later:,} later" if issue.later else ""
        numbers = " and ".join(filter(None, parts))
        context.echo(f"{issue.edition} {issue.key}: {numbers} would be sent{later}")
    if not waiting:
        context.echo("Nothing waits.")


def print_report(context: CliContext, report: DeliveryReport) -> None:
    """Print what became of the deliveries of a pass, problems to standard error."""
    from digest.render.site.views import mailings

    context.echo(mailings.describe_counts(report.counts) or "Nothing was to be sent.")
    if report.outage:
        terminal.write_line(f"the mail server takes nothing: {report.outage}", error=True)
    for reason in dict.fromkeys(report.failed):  # each once
        terminal.write_line(f"failed: {reason}", error=True)
    if report.unknown:
        command = paste_command("mail", "status")
        line = f"unknown in all: {report.unknown:,}; {command} names the issues"
        terminal.write_line(line, error=True)


def log_of(context: CliContext) -> StepLogger:
    """Return the log if one was asked for: else what is printed says all of it."""
    from digest.pipeline.progress import no_log

    return context.log.log_step if context.log.is_asked_for else no_log


def exit_status(report: DeliveryReport) -> int:
    """Return the exit status of a command that has sent."""
    if report.has_problem:
        return 3
    return 1 if report.outage else 0
