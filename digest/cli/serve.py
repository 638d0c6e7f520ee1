"""``digest serve``: run by the schedule until stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import log
from digest.cli.arguments import Seconds
from digest.errors import Busy, DigestError

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option(
    "--scan",
    type=Seconds(),
    default=15,
    show_default=True,
    metavar="SECONDS",
    help="How often to look into the inbox.",
)
@click.pass_obj
def serve(context: CliContext, scan: float) -> None:
    """Stay in the foreground and run by the schedule, until stopped.

    Runs at the times of the editions, and within seconds of a file being dropped into the
    inbox. Stop it with SIGTERM or Ctrl-C. Runs from cron beside it are harmless.

    \b
    Example:
      digest --root ~/papers serve
    """
    from digest.operations import serve

    serve.serve(context.settings(), lambda: _run_once(context), context.log_line, scan)


def _run_once(context: CliContext) -> None:
    """Make the issues that are due and print the report.

    An error is printed or logged, and `serve` goes on with the next run.
    """
    from digest.cli import report as cli_report

    context.log.log_step("wake", level="debug")
    try:
        # Opened again each time, so that the next run uses a changed configuration.
        publication = context.publication()
        report = publication.run(moment=context.moment(), due=True, log=context.log.log_step)
    except Busy as busy:
        context.echo(str(busy), detail=True)
    except (DigestError, OSError) as error:
        log.report_error(error)
    except Exception:  # noqa: BLE001 - an error in one run must not end `serve`
        log.report_fault()
    else:
        cli_report.print_report(context, report, idle=False)
