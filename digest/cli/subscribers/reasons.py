"""``digest subscribers reasons``: why people left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.pass_obj
def reasons(context: CliContext) -> None:
    """Show why people left, as they said on the page, and how often.

    Nothing says who gave which reason.

    \b
    Example:
      digest subscribers reasons
    """
    from digest.operations.subscribers import own_leaving

    given = own_leaving.list_reasons(context.settings())
    for words, number in given.counts:
        terminal.write_line(f"{number:5,}  {words}")
    for day, words in given.newest:
        terminal.write_line(f"{day}  {words}")
    if not given.counts:
        context.echo("Nobody has given a reason.")
