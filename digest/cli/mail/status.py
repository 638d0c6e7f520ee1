"""``digest mail status``: what became of the newest issues, or of one, person by person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.people import MailingStatus
    from digest.operations.mail.details import DeliveryDetails, MailingDetails


@click.command()
@click.argument("issue", metavar="[ISSUE]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(context: CliContext, issue: str | None, as_json: bool) -> None:
    """Show what became of the newest issues, in numbers.

    ISSUE is a date such as 2026-11-20, or daily/2026-11-20 where several editions have it: then
    each delivery that is not sent is shown with its address and the last answer of the server;
    with -v the others as well.

    \b
    Example:
      digest mail status
      digest mail status 2026-11-20
    """
    import msgspec

    settings = context.settings()
    if issue is None:
        from digest.operations.mail import mailing_status

        # Also of a folder that mails no more.
        statuses = mailing_status.list_statuses(settings)
        if as_json:
            terminal.write_json(msgspec.json.encode({"mailings": statuses}))
            return
        for each in statuses:
            terminal.write_line(_line(each))
        if not statuses:
            context.echo("Nothing was mailed yet.")
        return
    from digest.operations.mail import details

    try:
        found = details.list_deliveries(settings, issue)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        terminal.write_json(msgspec.json.encode(found))
        return
    for line in _lines(found, with_sent=context.verbosity > 0):
        terminal.write_line(line)


def _line(status: MailingStatus) -> str:
    """Return an issue with its counts, such as "daily 2026-11-20: 36 sent; posts: 1 sent"."""
    from digest.render.site.views.mailings import describe_counts

    mails, posts = describe_counts(status.mail), describe_counts(status.chat)
    parts = [mails, f"posts: {posts}" if posts else ""]
    return f"{status.edition} {status.key}: {'; '.join(filter(None, parts)) or 'to nobody'}"


def _lines(found: MailingDetails, *, with_sent: bool) -> Iterator[str]:
    yield _line(found.counts)
    shown = [each for each in found.deliveries if with_sent or each.state != "sent"]
    width = max((len(each.state) for each in shown), default=0)
    for delivery in shown:
        yield f"  {delivery.state.ljust(width)}  {delivery.recipient}{_more(delivery)}"


def _more(delivery: DeliveryDetails) -> str:
    """Return since when a delivery is in its state, or when it is tried, and the last answer."""
    from digest.model.people import OPEN_STATES
    from digest.render import measures

    waits = delivery.state in OPEN_STATES
    when = f"from {measures.moment(delivery.due)}" if waits else measures.moment(delivery.since)
    return f", {when}{f': {delivery.reason}' if delivery.reason else ''}"
