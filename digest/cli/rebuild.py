"""``digest rebuild``: the output again from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.pass_obj
def rebuild(context: CliContext) -> None:
    """Write the whole output again from the ledger.

    \b
    Example:
      rm -r output && digest rebuild
    """
    from digest.cli import progress, report
    from digest.operations.corrections import rebuild as operation
    from digest.render import wording

    settings = context.settings()
    moment = context.site_time(settings)
    with progress.progress_bar() as bar:
        result = operation.rebuild(settings, moment, progress=bar, log=context.log.log_step)
    report.print_skipped(context, result.problems)
    context.echo(
        f"{wording.count(len(result.written), 'file')} written, {result.same} the same,"
        f" {len(result.removed)} removed"
    )
