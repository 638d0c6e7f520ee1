"""``digest restore``: a backup in the place of the ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import PathText
from digest.cli.backup import size

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.settings import Settings
    from digest.operations.backup import Restored


@click.command()
@click.argument("file", type=PathText(), required=False, metavar="[FILE]")
@click.option("--list", "only_list", is_flag=True, help="Show the backups and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(context: CliContext, file: str | None, only_list: bool, yes: bool) -> None:
    """Replace the ledger by a backup: FILE, else the newest sound one.

    The replaced ledger is kept: a sound one among the backups, a damaged one in
    state/replaced/. The next `digest run` takes in again what came since the backup.

    Asks first on a terminal. Elsewhere it needs --yes.

    \b
    Example:
      digest restore --list
      digest restore --yes && digest run
    """
    from digest.operations import backup

    settings = context.settings()
    moment = context.site_time(settings)
    if only_list:
        _print_backups(settings, moment)
        return
    path = _backup_file(settings, file) if file else None
    if not yes:
        if not terminal.can_ask():  # a script, or cron: nobody can answer
            raise click.UsageError("Replacing the ledger needs --yes without a terminal.")
        terminal.confirm(f"Replace the ledger by {path or 'the newest sound backup'}?")
    _print_result(context, backup.restore(settings, moment, path))


def _print_backups(settings: Settings, moment: datetime) -> None:
    from digest.operations import backup

    for copy, problem in backup.list_backups(settings):
        time = copy.moment.astimezone(moment.tzinfo).isoformat(" ", "minutes")
        state = f"cannot be used: {problem}" if problem else "sound"
        terminal.write_line(f"{time}  {size(copy.path)}  {copy.path}  {state}")


def _backup_file(settings: Settings, file: str) -> Path:
    """Return the path of ``file``, which is a path or the name of a backup.

    A path comes first. Raises `click.UsageError` if there is no such file.
    """
    from digest.storage.ledger import locations

    path = Path(file)
    if not path.is_file():
        path = settings.state_folder / locations.BACKUPS / file
    if not path.is_file():
        raise click.UsageError(f"There is no file {file}. `digest restore --list` lists backups.")
    return path


def _print_result(context: CliContext, restored: Restored) -> None:
    context.echo(f"Restored {restored.backup}")
    if restored.replaced:
        context.echo(f"The replaced ledger is kept as {restored.replaced}")
    for name in restored.brought_back:
        context.echo(f"{name}: moved back to the inbox, as the backup does not have it")
    context.echo("Next: digest run")
