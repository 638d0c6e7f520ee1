"""``digest subscribers remove``: a subscriber leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@options.address_argument
@click.pass_obj
def remove(context: CliContext, address: str) -> None:
    """Let a subscriber leave: they get no further mail.

    That they left is kept, so that no import adds them again. `forget` deletes everything.

    \b
    Example:
      digest subscribers remove ada@example.org
    """
    from digest.operations.subscribers import leaving

    settings = context.settings()
    with options.wrong_usage("ADDRESS"):
        left = leaving.remove(settings, context.site_time(settings), address)
    context.echo(f"{'Left' if left else 'Had left already'}: {address}")
