"""``digest subscribers list``: who gets the issues, and who no longer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext

_STATES = ("pending", "active", "left", "bounced", "complained")


@click.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only people in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line for each person.")
@click.pass_obj
def list_(context: CliContext, state: str | None, as_json: bool) -> None:
    """List the subscribers with their state, and what they get.

    "pending" have not answered the mail that asks them, "left" unsubscribed, "bounced" cannot be
    reached, "complained" reported a mail as unwanted. Only "active" ones get mails, and
    none whose address is suppressed.

    \b
    Example:
      digest subscribers list --state bounced
    """
    import msgspec

    from digest.operations.subscribers import listing
    from digest.operations.subscribers.wish_checks import describe_wish
    from digest.render import wording

    settings = context.settings()
    found = listing.list_subscribers(settings, state)  # type: ignore[arg-type]
    for person in found:
        if as_json:
            terminal.write_json(msgspec.json.encode(person))
            continue
        place = f"{person.state} since {person.since[:10]}"
        place += " (suppressed: gets no mail)" if person.suppressed else ""
        wish = describe_wish(settings, person.wish)
        terminal.write_line(f"{person.address}  {place}  {person.origin}  {wish}")
    if not as_json:
        terminal.write_line(wording.count(len(found), "subscriber"))
