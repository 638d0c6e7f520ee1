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
@click.option("--no-fetch", is_flag=True, help="Ask no source.")
@click.pass_obj
def serve(context: CliContext, scan: float, no_fetch: bool) -> None:
    """Stay in the foreground and run by the schedule, until stopped.

    Runs at the times of the editions, within seconds of a file being dropped into the inbox, and
    when a source is due. Stop it with SIGTERM or Ctrl-C. Runs from cron beside it are harmless.

    \b
    Example:
      digest --root ~/papers serve
    """
    from digest.operations import serve

    def run_once() -> None:
        _run_once(context, fetch=not no_fetch)

    serve.serve(context.settings(), run_once, context.log_line, scan)


def _run_once(context: CliContext, *, fetch: bool) -> None:
    """Make the issues that are due and print the report.

    An error is printed or logged, and `serve` goes on with the next run.
    """
    from digest.cli import report as cli_report

    context.log.log_step("wake", level="debug")
    try:
        # Opened again each time, so that the next run uses a changed configuration.
        publication = context.publication()
        moment, log_step = context.moment(), context.log.log_step
        report = publication.run(moment=moment, due=True, fetch=fetch, log=log_step)
    except Busy as busy:
        context.echo(str(busy), detail=True)
    except (DigestError, OSError) as error:
        log.report_error(error)
    except Exception:  # noqa: BLE001 - an error in one run must not end `serve`
        log.report_fault()
    else:
        cli_report.print_report(context, report, idle=False)
