"""``digest check``: configuration, topics and templates, without running."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--notify", is_flag=True, help="Send a test to the heartbeat and the webhook.")
@click.pass_obj
def check(context: CliContext, notify: bool) -> None:
    """Check configuration, topics and templates, without running.

    Exit status 2 if something cannot be used, 1 if a test could not be sent. A line with "!" is
    a warning. A run goes on without a library that cannot be read, which is status 2 here.

    \b
    Example:
      digest check
    """
    from digest.operations import check

    settings = context.settings()
    for line in check.findings(settings):
        terminal.write_line(line)
    if notify:
        from digest.operations import notify as notices

        if not notices.send_test(settings, context.site_time(settings), context.log.log_step):
            sys.exit(1)
        terminal.write_line("ok  the test was sent")
