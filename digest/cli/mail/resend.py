"""``digest mail resend``: send mails of an issue again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.mail.send import OTHERS_SEND, exit_status, log_of, print_report
from digest.errors import Busy

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("issue", metavar="ISSUE")
@click.argument("address", metavar="[ADDRESS]", required=False)
@click.option("--unknown", is_flag=True, help="What may have arrived or not: the same mails again.")
@click.option("--failed", is_flag=True, help="What was refused, once its cause is mended.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def resend(
    context: CliContext, issue: str, address: str | None, unknown: bool, failed: bool, yes: bool
) -> None:
    """Send mails of an issue again: those unknown, those that failed, or that of one address.

    ISSUE is a date such as 2026-11-20, or daily/2026-11-20 where several editions have it. A mail
    goes out under the same Message-ID as before, by which many programs show it once. Nothing is
    sent to somebody who has left or is suppressed. Asks first on a terminal if an address has the
    mail already.

    Exit status: as of digest mail send.

    \b
    Example:
      digest mail resend 2026-11-20 --unknown
      digest mail resend 2026-11-20 ada@example.org
    """
    from digest.operations.mail import orders, sending, switch
    from digest.text.counting import count

    choices = [which for which, chosen in (("unknown", unknown), ("failed", failed)) if chosen]
    choices += [address] if address is not None else []
    if len(choices) != 1:
        raise click.UsageError("Name one of these: --unknown, --failed or an address.")
    settings = context.settings()
    switch.require_delivery(settings)
    moment = context.site_time(settings)
    try:
        may_ask = not yes and terminal.can_ask()
        if may_ask and address is not None and orders.has_mail(settings, issue, address):
            terminal.confirm(f"{address} has the mail of {issue}. Send it again?")
        number = orders.resend(settings, issue, choices[0], moment)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    context.echo(f"{count(number, 'delivery', 'deliveries')} to be sent again")
    if not number:
        return
    try:
        report = sending.deliver(settings, moment, log_of(context), is_forced=True)
    except Busy:
        context.echo(OTHERS_SEND)
        return
    print_report(context, report)
    sys.exit(exit_status(report))
