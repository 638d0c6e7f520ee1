"""``digest run``: take in, issue and publish."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.errors import Busy

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--due", is_flag=True, help="Make only the issues that the schedule asks for.")
@click.option("--no-fetch", is_flag=True, help="Ask no source first.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def run(context: CliContext, due: bool, no_fetch: bool, dry_run: bool, as_json: bool) -> None:
    """Ask the sources that are due, take in the dumps of the inbox, make the issue, publish, mail.

    Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but a file was
    quarantined, a record rejected, a source does not answer any more, or a mail or post failed,
    came too late or is unknown, 4 nothing came for longer than expected, or known pages only.

    \b
    Example, every quarter of an hour from cron:
      */15 * * * *  digest --root ~/papers -q run --due
    """
    from digest.cli import progress
    from digest.cli import report as cli_report

    publication, moment = context.publication(), context.moment()
    try:
        with progress.progress_bar() as bar:
            report = publication.run(
                moment=moment,
                due=due,
                dry_run=dry_run,
                fetch=not no_fetch,
                progress=bar,
                log=context.log.log_step,
            )
    except Busy as busy:
        if not due:
            raise
        # Cron starts the next one in a few minutes: nothing is missed.
        context.echo(str(busy), detail=True)
        return
    if as_json:
        # Standard output has the JSON and nothing else; problems go to standard error.
        cli_report.print_problems(context, report.quarantined, report.rejected, report.skipped)
        terminal.write_json(cli_report.as_json(report))
    else:
        cli_report.print_report(context, report, dry_run=dry_run)
    sys.exit(report.exit_status)
