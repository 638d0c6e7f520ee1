"""``digest subscribers unsuppress``: allow an address again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@options.address_argument
@click.pass_obj
def unsuppress(context: CliContext, address: str) -> None:
    """Allow an address again that was suppressed or forgotten.

    Nobody becomes a subscriber by it: who left or was forgotten is added with a new consent.

    \b
    Example:
      digest subscribers unsuppress ada@example.org
    """
    from digest.operations.subscribers import leaving

    settings = context.settings()
    with options.wrong_usage("ADDRESS"):
        was = leaving.unsuppress(settings, context.site_time(settings), address)
    context.echo(f"{'May be written to again' if was else 'Was not suppressed'}: {address}")
