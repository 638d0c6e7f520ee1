"""``digest subscribers forget``: delete everything about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@options.address_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(context: CliContext, address: str, yes: bool) -> None:
    """Delete everything about a person, at once and for good.

    A salted hash stays, from which the address cannot be read: by it no import and no restored
    backup brings them back. Asks first on a terminal.

    \b
    Example:
      digest subscribers forget ada@example.org
    """
    from digest.operations.subscribers import leaving

    settings = context.settings()
    if not yes and terminal.can_ask():
        terminal.confirm(f"Delete everything about {address}?")
    with options.wrong_usage("ADDRESS"):
        known = leaving.forget(settings, context.site_time(settings), address)
    words = "Everything about this person is deleted" if known else "Nothing was stored"
    context.echo(f"{words}; the address is not written to again.")
