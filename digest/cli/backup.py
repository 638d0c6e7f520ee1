"""``digest backup``: a copy of the ledger, or of the people database."""

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
@click.option("--people", is_flag=True, help="Copy the subscribers and deliveries, not the ledger.")
@click.pass_obj
def backup(context: CliContext, target: str | None, people: bool) -> None:
    """Make a checked copy of the ledger in state/backups/.

    A run makes one by itself once a day if there was input ([state] backup_every). A backup
    is a file like any other and may be copied elsewhere. Old ones are deleted as [state]
    backups and backup_days say.

    With --into the copy is for another machine: the same content gives the same bytes, so a
    copy that is the same as the last one need not be stored again. FILE is replaced.

    With --people it is a copy of the subscribers and of what was mailed to them, in
    state/people-backups/. It holds addresses: only its owner can read it, it is deleted after
    seven days, and no run makes one by itself. Who left since is known from
    state/departures.jsonl, which holds no address: keep its newest copy apart from the backups.

    \b
    Example, before the machine is changed:
      digest backup && rsync -a ~/papers/state/backups/ elsewhere:papers-backups/
    """
    from digest.operations import backup
    from digest.operations.subscribers import backups as people_backups

    settings, kind = context.settings(), people_backups if people else backup
    if target is not None:
        kind.export(settings, path := Path(target))
    else:
        path = kind.make(settings, context.site_time(settings))
    context.echo(f"{path} ({size(path)})")


def size(path: Path) -> str:
    """Return the size of a file as text, in MiB."""
    return f"{path.stat().st_size / (1 << 20):.1f} MiB"
