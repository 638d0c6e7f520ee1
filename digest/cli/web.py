"""``digest web``: answer HTTP, without the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.errors import SettingsError

if TYPE_CHECKING:
    from digest.cli.context import CliContext

_WAIT = 3600.0  # seconds; only how often the wait for a signal begins anew


@click.command()
@click.pass_obj
def web(context: CliContext) -> None:
    """Answer HTTP: pages, subscriptions, feeds and an API, until stopped.

    Does what `digest serve` does for readers, without its schedule: runs come from cron. What is
    answered where stands in [web] of the configuration. Needs the extra "web".

    \b
    Example:
      digest --root ~/papers web
    """
    from digest.cli.web_side import FILE, web_side
    from digest.operations.serving.stop_signal import StopSignal

    if context.settings().web.listen is None:
        hint = 'write listen = "127.0.0.1:8000" in [web]'
        raise SettingsError(FILE, "no address to listen to is given", key="web.listen", hint=hint)
    with StopSignal() as stop, web_side(context):
        context.log_line("Stop with Ctrl-C or SIGTERM.")
        while not stop.wait(_WAIT):
            pass
