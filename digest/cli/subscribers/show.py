"""``digest subscribers show``: one subscriber."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.person_data import PersonData

_NEWEST = 10  # deliveries that are shown


@click.command()
@options.address_argument
@click.pass_obj
def show(context: CliContext, address: str) -> None:
    """Show a subscriber: state, consent, what they get, and the newest mails to them.

    \b
    Example:
      digest subscribers show ada@example.org
    """
    from digest.operations.subscribers import listing
    from digest.operations.subscribers.wish_checks import describe_wish

    settings = context.settings()
    with options.wrong_usage("ADDRESS"):
        person = listing.collect_data(settings, address)
    for line in _lines(person, describe_wish(settings, person.wish)):
        terminal.write_line(line)


def _lines(person: PersonData, wish: str) -> Iterator[str]:
    yield person.address
    yield f"  state      {person.state} since {person.since}"
    if person.suppressed is not None:
        yield f"  suppressed {person.suppressed}: gets no mail"
    yield f"  origin     {person.origin}"
    if not person.consents:
        yield "  consent    none recorded"
    for consent in person.consents:
        yield f"  consent    {consent.moment[:10]}, {consent.how}: {consent.words}"
    yield f"  gets       {wish}"
    for mail in person.deliveries[-_NEWEST:]:
        reason = f" ({mail.reason})" if mail.reason else ""
        yield f"  mail       {mail.edition} {mail.issue}: {mail.state} {mail.since}{reason}"
    for report in person.reports[-_NEWEST:]:
        yield f"  report     {report.moment}: {report.kind} {report.status}".rstrip()
