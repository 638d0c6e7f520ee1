"""``digest publish``: bring the output to where people read it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what the commands did as JSON.")
@click.pass_obj
def publish(context: CliContext, as_json: bool) -> None:
    """Run the commands of [[publish]] now.

    A run does so by itself after it has changed a page, and repeats what failed. This command runs
    all of them, even those that have published the present pages, and shows what a failed one
    printed.

    Exit status: 0 done, 1 a command failed, 2 no command is configured.

    \b
    Example:
      digest publish
    """
    import msgspec

    from digest import settings as settings_files
    from digest.errors import SettingsError
    from digest.operations.publishing import run_commands, targets
    from digest.pipeline.progress import no_log

    settings = context.settings()
    if not targets.is_configured(settings):
        file = context.root / settings_files.CONFIG / settings_files.DIGEST_TOML
        hint = 'such as command = ["rsync", "-a", "output/", "host:/srv/papers/"]'
        raise SettingsError(str(file), "names no command", key="publish", hint=hint)
    # Not logged: the result says all of it.
    results = run_commands.publish_now(settings, context.site_time(settings), no_log)
    if as_json:
        terminal.write_json(msgspec.json.encode({"targets": results}))
    elif not results:
        context.echo("Nothing was published yet: digest run writes the pages.")
    else:
        for result in results:
            took = f"{result.seconds:.1f} s"
            if result.reason is None:
                context.echo(f"{result.name}: published, {took}")
                continue
            terminal.write_line(f"{result.name}: {result.reason}, {took}", error=True)
            for line in result.output.splitlines():
                terminal.write_line(f"  {line}", error=True)
    sys.exit(1 if any(result.reason for result in results) else 0)
