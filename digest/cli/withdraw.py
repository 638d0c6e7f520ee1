"""``digest withdraw``: take a paper off pages and feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("key", type=QueryText(), metavar="KEY")
@click.pass_obj
def withdraw(context: CliContext, key: str) -> None:
    """Take a paper off pages and feeds for good.

    KEY is an arXiv id, a DOI, a link with one of them, or the whole title. Later dumps do
    not bring the paper back. The stored issue is not changed; its page says how many papers
    were withdrawn.

    \b
    Example:
      digest withdraw 2611.01234
    """
    from digest.cli import report
    from digest.render import wording

    withdrawal = context.publication().withdraw(key, moment=context.moment())
    report.print_skipped(context, withdrawal.problems)
    context.echo(f"Withdrawn: {withdrawal.paper.title}")
    context.echo(f"{wording.count(len(withdrawal.written), 'file')} written")
