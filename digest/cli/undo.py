"""``digest undo``: take the newest issue back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.publication.results import UndoResult


@click.command()
@click.argument("edition", required=False, metavar="[EDITION]")
@click.option("--drop", is_flag=True, help="Withdraw its papers, so that no later issue has them.")
@click.option("--force", is_flag=True, help="Also if it was mailed or posted in a chat.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def undo(context: CliContext, edition: str | None, drop: bool, force: bool, yes: bool) -> None:
    """Take back the newest issue of an edition.

    EDITION is its name; without it, the main edition is meant, the first of the configuration.

    The pages and feed items of the issue go, as if it had never been made, and its number is used
    again. Its papers wait: the next run makes an issue of them, also `digest run --due` and
    `digest serve` if the date was due. With --drop they are withdrawn instead, and
    `digest withdraw --undo` brings one back. Readers whose programs have fetched the feeds keep
    what they have; a paper that is issued again has the same guid.

    An issue that was mailed, or posted in a chat, stays: its readers have it. With --force it is
    taken back all the same, and what of it still waits to be sent is cancelled. The papers that
    somebody has by mail do not come to them again.

    The newest issue is the one made last. A backfilled issue is not taken back, nor one that a
    weekly or monthly issue links to.

    Asks first on a terminal.

    \b
    Example:
      digest undo
      digest undo weekly --drop
      digest undo --force
    """
    from digest.cli import report
    from digest.operations.corrections import undo as operation
    from digest.publication.results import undo_result
    from digest.render import wording

    settings = context.settings()
    moment = context.site_time(settings)
    try:
        issue = operation.find_issue(settings, edition, force=force)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="EDITION") from error
    if not yes and terminal.can_ask():
        row = issue.row
        papers = wording.count(row.papers, "paper")
        question = f"Take back issue {row.number} of {issue.edition}, {row.date}, {papers}"
        question += f", which {issue.readers} have or may have" if issue.readers else ""
        terminal.confirm(f"{question}, and withdraw them?" if drop else f"{question}?")
    summary = operation.undo(
        settings, moment, issue, drop=drop, force=force, log=context.log.log_step
    )
    result = undo_result(summary)
    report.print_skipped(context, result.problems)
    _print_result(context, result, moment)


def _print_result(context: CliContext, result: UndoResult, moment: datetime) -> None:
    from digest.render import wording

    context.echo(f"Taken back: issue {result.number} of {result.edition}, {result.date}")
    papers = wording.count(result.papers, "paper")
    if result.withdrawn:
        context.echo("Withdrawn; digest withdraw --undo KEY brings one back:")
        for paper in result.withdrawn:
            context.echo(f"  {paper.key}  {paper.title}")
    if result.waiting:
        waiting = wording.count(result.waiting, "paper")
        context.echo(f"Waiting for the next run: {waiting}")
    context.echo(
        f"{wording.count(len(result.written), 'file')} written, {len(result.removed):,} removed"
    )
    _print_deliveries(context, result)
    if result.since is None:
        context.echo("It was not published yet.")
        return
    since = datetime.fromisoformat(result.since)
    # Made while the clock was ahead: the moment is no information.
    shown = "" if since > moment else f" since {since.isoformat(' ', 'minutes')[:16]}"
    context.echo(f"The feeds have shown its {papers}{shown}; readers may have fetched them.")


def _print_deliveries(context: CliContext, result: UndoResult) -> None:
    from digest.render import wording

    if result.readers:
        context.echo(f"Delivered to {result.readers}, or may have been: it cannot be called back.")
    if result.cancelled:
        waiting = wording.count(result.cancelled, "delivery", "deliveries")
        context.echo(f"Cancelled: {waiting} that waited to be sent")
