"""``digest backup``: a copy of the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.arguments import PathText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option(
    "--into", "target", type=PathText(), metavar="FILE", help="Write the copy to FILE instead."
)
@click.pass_obj
def backup(context: CliContext, target: str | None) -> None:
    """Make a checked copy of the ledger in state/backups/.

    A run makes one by itself once a day if there was input ([state] backup_every). A backup
    is a file like any other and may be copied elsewhere. Old ones are deleted as [state]
    backups and backup_days say.

    With --into the copy is for another machine: the same content gives the same bytes, so a
    copy that is the same as the last one need not be stored again. FILE is replaced.

    \b
    Example, before the machine is changed:
      digest backup && rsync -a ~/papers/state/backups/ elsewhere:papers-backups/
    """
    from digest.operations import backup

    settings = context.settings()
    if target is not None:
        backup.export(settings, path := Path(target))
        context.echo(f"{path} ({size(path)})")
        return
    path = backup.make(settings, context.site_time(settings))
    context.echo(f"{path} ({size(path)})")


def size(path: Path) -> str:
    """Return the size of a file as text, in MiB."""
    return f"{path.stat().st_size / (1 << 20):.1f} MiB"
