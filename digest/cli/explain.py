"""``digest explain``: everything known about one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("name", type=QueryText(), metavar="KEY_OR_TITLE")
@click.pass_obj
def explain(context: CliContext, name: str) -> None:
    """Explain one paper: where it was seen, how it was identified, its topic and its issue.

    KEY_OR_TITLE is an arXiv id, a DOI, a link with one of them, a title or words of it.
    If several papers fit, they are counted and the newest ten are listed.

    \b
    Example:
      digest explain 2611.01234
      digest explain "half a byte is enough"
    """
    for line in context.publication().explain(name).lines:
        terminal.write_line(line)
