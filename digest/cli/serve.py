"""``digest serve``: run by the schedule until stopped."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from digest.cli import log
from digest.cli.arguments import Seconds
from digest.errors import Busy, DigestError

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.operations.serving.background import Background
    from digest.pipeline.progress import WaitForStop


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
    With [web] listen it answers HTTP as well.

    \b
    Example:
      digest --root ~/papers serve
    """
    from digest.cli.web_side import web_side
    from digest.operations.mail import deliver
    from digest.operations.publishing import targets
    from digest.operations.serving import serve
    from digest.operations.serving.background import Background

    log_step = context.log.log_step
    with (
        web_side(context),
        Background(targets.publish_pending, targets.is_configured, log_step) as publisher,
        Background(deliver.deliver_pending, deliver.is_configured, log_step) as sender,
    ):
        run_once = partial(_run_once, context, publisher, sender, fetch=not no_fetch)
        serve.serve(context.settings(), run_once, context.log_line, scan)


def _run_once(
    context: CliContext,
    publisher: Background,
    sender: Background,
    stopping: WaitForStop,
    *,
    fetch: bool,
) -> None:
    """Make the issues that are due, print the report, begin to publish and mail what was written.

    An error is printed or logged, and `serve` goes on with the next run.
    """
    from digest.cli import report as cli_report
    from digest.operations import notify

    context.log.log_step("wake", level="debug")
    try:
        # Read again each time, so that the next run uses a changed configuration.
        settings = context.settings()
        moment, log_step = context.site_time(settings), context.log.log_step
        report = notify.run_and_notify(
            settings,
            moment,
            due=True,
            fetch=fetch,
            stopping=stopping,
            log=log_step,
        )
    except Busy as busy:
        context.echo(str(busy), detail=True)
    except (DigestError, OSError) as error:
        log.report_error(error)
    except Exception:  # noqa: BLE001 - an error in one run must not end `serve`
        log.report_fault()
    else:
        cli_report.print_report(context, report, idle=False)
    with suppress(DigestError):  # the same error as above
        settings = context.settings()
        moment = context.site_time(settings)
        publisher.start(settings, moment)
        # Mails link to pages, which must be where people read them.
        sender.start(settings, moment, after=publisher)
