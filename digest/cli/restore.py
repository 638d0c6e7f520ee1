"""``digest restore``: a backup in the place of the ledger, or of the people database."""

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
    from digest.storage.people.backups import RestoredPeople


@click.command()
@click.argument("file", type=PathText(), required=False, metavar="[FILE]")
@click.option("--list", "only_list", is_flag=True, help="Show the backups and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--people", is_flag=True, help="Restore the subscribers and deliveries, not the ledger."
)
@click.pass_obj
def restore(
    context: CliContext, file: str | None, only_list: bool, yes: bool, people: bool
) -> None:
    """Replace the ledger by a backup: FILE, else the newest sound one.

    The replaced ledger is kept: a sound one among the backups, a damaged one in
    state/replaced/. The next `digest run` takes in again what came since the backup.

    With --people the same is done with the people database. Who left, was suppressed or
    forgotten since the backup stays out, by state/departures.jsonl. Without that file, nobody
    but those in [mail] to gets mails before they confirm again. Mails that may have gone out
    since are "unknown", and issues that are out already are not mailed.

    Asks first on a terminal. Elsewhere it needs --yes.

    \b
    Example:
      digest restore --list
      digest restore --yes && digest run
    """
    settings = context.settings()
    moment = context.site_time(settings)
    if only_list:
        _print_backups(settings, moment, people)
        return
    path = _backup_file(settings, file, people) if file else None
    if not yes:
        name = "people database" if people else "ledger"
        if not terminal.can_ask():  # a script, or cron: nobody can answer
            raise click.UsageError(f"Replacing the {name} needs --yes without a terminal.")
        terminal.confirm(f"Replace the {name} by {path or 'the newest sound backup'}?")
    if people:
        from digest.operations.subscribers import backups

        _print_people(context, backups.restore(settings, moment, path))
        return
    from digest.operations import backup

    _print_result(context, backup.restore(settings, moment, path))


def _print_backups(settings: Settings, moment: datetime, people: bool) -> None:
    from digest.operations import backup
    from digest.operations.subscribers import backups as people_backups

    for copy, problem in (people_backups if people else backup).list_backups(settings):
        time = copy.moment.astimezone(moment.tzinfo).isoformat(" ", "minutes")
        state = f"cannot be used: {problem}" if problem else "sound"
        terminal.write_line(f"{time}  {size(copy.path)}  {copy.path}  {state}")


def _backup_file(settings: Settings, file: str, people: bool) -> Path:
    """Return the path of ``file``, which is a path or the name of a backup.

    A path comes first. Raises `click.UsageError` if there is no such file.
    """
    from digest.storage.ledger import locations
    from digest.storage.people import backups

    path, option = Path(file), "--people " if people else ""
    if not path.is_file():
        place = backups.FOLDER if people else locations.BACKUPS
        path = settings.state_folder / place / file
    if not path.is_file():
        command = f"digest restore {option}--list"
        raise click.UsageError(f"There is no file {file}. `{command}` lists backups.")
    return path


def _print_result(context: CliContext, restored: Restored) -> None:
    context.echo(f"Restored {restored.backup}")
    if restored.replaced:
        context.echo(f"The replaced ledger is kept as {restored.replaced}")
    for name in restored.brought_back:
        context.echo(f"{name}: moved back to the inbox, as the backup does not have it")
    context.echo("Next: digest run")


def _print_people(context: CliContext, restored: RestoredPeople) -> None:
    context.echo(f"Restored {restored.backup}")
    if restored.replaced:
        context.echo(f"The replaced database is kept as {restored.replaced}")
    if not restored.is_log_complete:
        context.echo(
            "The departure log is missing or not that of this backup, so nobody knows who left"
            f" since. Until they confirm again, {restored.unsure} get no mails"
        )
        if restored.unsure:
            context.echo("digest subscribers add ADDRESS sends one of them a mail that asks")
    if restored.unknown:
        context.echo(f"Mails that may have gone out since the backup: {restored.unknown}")
        context.echo("See digest mail status; digest mail resend --unknown sends them")
