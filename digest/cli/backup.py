"""``digest backup`` and ``digest restore``: the ledger kept, and put back."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import log

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.settings import Settings
    from digest.operations.backup import Restored


@click.command()
@click.pass_obj
def backup(folder: CliContext) -> None:
    """Keep a checked copy of the ledger in state/backups/.

    A run does so by itself once a day, if something came ([state] backup_every). It may be
    copied away or restored like any file; old ones go by [state] backups and backup_days.

    \b
    Example, before the machine is changed:
      digest backup && rsync -a ~/papers/state/backups/ elsewhere:papers-backups/
    """
    from digest.operations import backup

    settings = folder.settings()
    made = backup.make(settings, folder.moment(settings))
    folder.say(f"{made} ({_size(made)})")


@click.command()
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--list", "only_list", is_flag=True, help="Show the backups and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(folder: CliContext, file: str | None, only_list: bool, yes: bool) -> None:
    """Put a backup in the ledger's place: FILE, else the newest sound one.

    The ledger that was there is kept: a sound one among the backups, a damaged one in
    state/replaced/. Then `digest run` takes in again what came since the backup.

    Asks on a terminal; elsewhere it does nothing without --yes.

    \b
    Example:
      digest restore --list
      digest restore --yes && digest run
    """
    from digest.operations import backup

    settings = folder.settings()
    moment = folder.moment(settings)
    if only_list:
        _list(settings, moment)
        return
    chosen = _found(settings, file) if file else None
    what = str(chosen) if chosen else "the newest sound backup"
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Putting a backup in the ledger's place needs --yes.")
        click.confirm(f"Put {what} in the ledger's place?", abort=True)
    _tell(folder, backup.restore(settings, moment, chosen))


def _list(settings: Settings, moment: datetime) -> None:
    from digest.operations import backup

    for kept, problem in backup.list_backups(settings):
        of = kept.moment.astimezone(moment.tzinfo).isoformat(" ", "minutes")
        state = f"cannot be used: {problem}" if problem else "sound"
        click.echo(log.escaped(f"{of}  {_size(kept.path)}  {kept.path}  {state}"))


def _found(settings: Settings, file: str) -> Path:
    """The file, or the backup of this name."""
    from digest.storage.ledger import locations

    named = Path(settings.root, settings.state.path, locations.BACKUPS, file)
    found = Path(file) if Path(file).is_file() else named
    if not found.is_file():
        raise click.UsageError(f"There is no {file}; digest restore --list shows what there is.")
    return found


def _tell(folder: CliContext, restored: Restored) -> None:
    folder.say(f"Restored {restored.backup}")
    if restored.replaced:
        folder.say(f"The ledger that was there is {restored.replaced}")
    for name in restored.brought_back:
        folder.say(f"{name}: back in the inbox, the backup does not know it")
    folder.say("Now: digest run")


def _size(path: Path) -> str:
    return f"{path.stat().st_size / (1 << 20):.1f} MiB"
