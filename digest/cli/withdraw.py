"""``digest withdraw``: take a paper off pages and feeds, or bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("name", type=QueryText(), metavar="KEY_OR_TITLE")
@click.option("--undo", is_flag=True, help="Bring a withdrawn paper back to where it stood.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def withdraw(context: CliContext, name: str, undo: bool, yes: bool) -> int:
    """Take a paper off pages and feeds, or bring it back.

    KEY_OR_TITLE is an arXiv id, a DOI, a link with one of them, or the whole title. A part of a
    title changes nothing: the papers that could be meant are listed, with exit status 1.

    Later dumps do not bring the paper back. The stored issue is not changed; its page says how
    many papers were withdrawn. --undo puts the paper back where it stood. If it was in no issue
    yet, it waits for the next one again.

    Asks first on a terminal.

    \b
    Example:
      digest withdraw 2611.01234
      digest withdraw --undo 2611.01234
    """
    from digest.cli import report
    from digest.cli.unknown_paper import describe, report_unknown
    from digest.errors import UnknownPaper
    from digest.operations.corrections import papers
    from digest.operations.corrections import withdraw as operation
    from digest.render import wording

    settings = context.settings()
    moment = context.site_time(settings)
    try:
        paper = papers.find_paper(settings, name)
        if not yes and terminal.can_ask():
            verb = "Bring back" if undo else "Withdraw"
            (summary,) = papers.summarise_papers(settings, name)
            terminal.confirm(f"{verb} {describe(summary)}?")
    except UnknownPaper as error:
        return report_unknown(settings, name, error)
    # No run deletes a paper, so it is still there.
    log_step = context.log.log_step
    withdrawal = operation.withdraw(settings, moment, paper.id, undo=undo, log=log_step)
    report.print_skipped(context, withdrawal.problems)
    context.echo(f"{'Brought back' if undo else 'Withdrawn'}: {paper.title}")
    context.echo(f"{wording.count(len(withdrawal.written), 'file')} written")
    return 0
