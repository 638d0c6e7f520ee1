"""``digest mail cancel``: send no more of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("issue", metavar="ISSUE")
@click.pass_obj
def cancel(context: CliContext, issue: str) -> None:
    """Send no more of an issue: what is not sent yet stays unsent.

    ISSUE is a date such as 2026-11-20, or daily/2026-11-20 where several editions have it. A sender
    that is at work stops with it. The pages of the issue stay as they are.

    \b
    Example:
      digest mail cancel 2026-11-20
    """
    from digest.operations.mail import orders
    from digest.text.counting import count

    settings = context.settings()
    try:
        number = orders.cancel(settings, issue, context.site_time(settings))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    context.echo(f"{count(number, 'delivery', 'deliveries')} cancelled")
