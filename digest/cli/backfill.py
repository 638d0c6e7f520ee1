"""The commands about the past: backfill, withdraw."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.errors import UnknownPaper

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--silent", is_flag=True, help="Mark the papers seen, without issuing them.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True), metavar="PATH...")
@click.pass_obj
def backfill(folder: CliContext, silent: bool, paths: tuple[str, ...]) -> None:
    """Take in old dumps, in the order of their page dates, as history.

    They become issues dated then, or with --silent are only marked seen, so that no later
    issue shows them as new. A folder is read without its subfolders.

    \b
    Example:
      digest backfill ~/old-pages
    """
    from digest.cli import progress, report
    from digest.operations import backfill as operations_backfill
    from digest.render import wording

    settings = folder.settings()
    with progress.watch() as watch:
        filled, published = operations_backfill.backfill(
            settings,
            folder.moment(settings),
            [Path(path) for path in paths],
            silent=silent,
            progress=watch,
        )
    quarantined, rejected = filled.of_kind("quarantined"), filled.of_kind("rejected")
    report.trouble(folder, quarantined, rejected, filled.of_kind("skipped"))
    folder.say(wording.sums(filled.accounting))
    folder.say(f"{len(filled.issues)} issues, {len(published.written)} files written")
    sys.exit(3 if quarantined or rejected else 0)


@click.command()
@click.argument("key", metavar="KEY")
@click.pass_obj
def withdraw(folder: CliContext, key: str) -> None:
    """Take a paper off pages and feeds; it does not come back.

    KEY is an arXiv id, a DOI, an address that holds one, or the whole title. The stored
    issue stays as it is; its page says how many papers were withdrawn.

    \b
    Example:
      digest withdraw 2611.01234
    """
    from digest.operations import explain
    from digest.operations import run as runs
    from digest.operations import withdraw as operations_withdraw

    settings = folder.settings()
    with runs.opened_to_read(settings) as ledger:
        if ledger is None:
            raise UnknownPaper(key)
        paper = explain.find_paper(ledger, key)
    published = operations_withdraw.withdraw(settings, folder.moment(settings), paper.id)
    folder.say(f"Withdrawn: {paper.title}")
    folder.say(f"{len(published.written)} files written")
