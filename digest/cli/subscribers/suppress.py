"""``digest subscribers suppress``: never write to an address again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.arguments import QueryText
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@options.address_argument
@click.option(
    "--reason",
    type=QueryText(),
    default="by the operator",
    metavar="WORDS",
    help="Why, without the address (default: by the operator).",
)
@click.pass_obj
def suppress(context: CliContext, address: str, reason: str) -> None:
    """Never write to an address again, whether it is a subscriber's or not.

    Kept as a salted hash alone. It holds against add, import and every mail, until `unsuppress`.

    \b
    Example:
      digest subscribers suppress ada@example.org --reason "asked by letter"
    """
    from digest.operations.subscribers import leaving

    settings = context.settings()
    if not reason.isprintable() or "@" in reason:
        raise click.BadParameter("write one line without an address", param_hint="--reason")
    with options.wrong_usage("ADDRESS"):
        leaving.suppress(settings, context.site_time(settings), address, reason)
    context.echo(f"Is not written to again: {address}")
