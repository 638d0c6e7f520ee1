"""``digest backup``: a copy of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from digest.cli.context import CliContext


@click.command()
@click.pass_obj
def backup(context: CliContext) -> None:
    """Make a checked copy of the ledger in state/backups/.

    A run makes one by itself once a day if there was input ([state] backup_every). A backup
    is a file like any other and may be copied elsewhere. Old ones are deleted as [state]
    backups and backup_days say.

    \b
    Example, before the machine is changed:
      digest backup && rsync -a ~/papers/state/backups/ elsewhere:papers-backups/
    """
    from digest.operations import backup

    settings = context.settings()
    path = backup.make(settings, context.site_time(settings))
    context.echo(f"{path} ({size(path)})")


def size(path: Path) -> str:
    """Return the size of a file as text, in MiB."""
    return f"{path.stat().st_size / (1 << 20):.1f} MiB"
