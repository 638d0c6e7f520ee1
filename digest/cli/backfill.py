"""``digest backfill``: old dumps as history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--silent", is_flag=True, help="Mark the papers as seen, without issues.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True), metavar="PATH...")
@click.pass_obj
def backfill(context: CliContext, silent: bool, paths: tuple[str, ...]) -> None:
    """Take in old dumps as history, in the order of their page dates.

    Each day becomes an issue of that date. With --silent the papers are only marked as
    seen, so that no later issue shows them as new. Subfolders of a folder are not read.

    \b
    Example:
      digest backfill ~/old-pages
    """
    from digest.cli import progress, report
    from digest.operations.corrections import backfill as history
    from digest.render import wording

    settings = context.settings()
    moment = context.site_time(settings)
    # No notices are sent: history is no news, and its gaps are no alarm.
    files = [Path(path) for path in paths]
    with progress.progress_bar() as bar:
        result, published = history.backfill(
            settings, moment, files, silent=silent, progress=bar, log=context.log.log_step
        )
    report.print_problems(context, result.problems)
    context.echo(wording.sums(result.accounting))
    issues = wording.count(len(result.issues), "issue")
    context.echo(f"{issues}, {wording.count(len(published.written), 'file')} written")
    # As after a run: a file that lacks papers was taken in all the same.
    unusable = any(problem.kind in ("quarantined", "rejected") for problem in result.problems)
    sys.exit(3 if unusable else 0)
