"""``digest fetch``: ask the sources."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import PathText
from digest.cli.context import paste_command
from digest.cli.global_options import unknown_name
from digest.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digest.cli.context import CliContext
    from digest.model.fetching import FetchReport
    from digest.model.settings import Settings
    from digest.operations.fetching.fetch_range import Range


@click.command()
@click.option("--from", "first", metavar="DATE", help="The first day of a range, like 2026-11-01.")
@click.option("--until", "last", metavar="DATE", help="The last day of the range (default: today).")
@click.option("--into", type=PathText("dir"), metavar="DIR", help="The folder for a range.")
@click.option("--dry-run", is_flag=True, help="Print which sources would be asked, and ask none.")
@click.option(
    "--anew", is_flag=True, help="Ask even those that are not due, and for everything again."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_context
def fetch(
    click_context: click.Context,
    /,
    names: tuple[str, ...],
    dry_run: bool,
    anew: bool,
    as_json: bool,
    **days: str | None,
) -> None:
    """Ask the sources that are due, or those that are named, and put what came into the inbox.

    `digest run` does so first, so this is for a first try, or for a scheduler of its own.

    A range of days goes into a folder for `digest backfill` instead, a file a day; days whose file
    lies there are not asked again. Exit status: 0 all answered, 1 all failed, 2 wrong usage or
    configuration, 3 some failed.

    \b
    Example:
      digest fetch --from 2026-10-01 --into ~/october
    """
    context: CliContext = click_context.obj
    settings, first, last, into = context.settings(), days["first"], days["last"], days["into"]
    _check_names(settings, names, click_context)
    if (last or into) and not first:
        raise click.UsageError("--until and --into need --from", click_context)
    if first and not into:
        raise click.UsageError("--from needs --into, a folder for the files", click_context)
    if first and (anew or dry_run):
        raise click.UsageError("--anew and --dry-run are not for a range", click_context)
    moment = context.site_time(settings)
    if first and into:
        report = _fetch_range(settings, moment, names, _range(moment, first, last, into))
    else:
        report = _fetch(context, names, anew=anew, dry_run=dry_run)
    if as_json:
        terminal.write_json(_as_json(moment, report))
    else:
        _print(context, report, moment, into)
    sys.exit(report.exit_status)


def _check_names(settings: Settings, names: Sequence[str], context: click.Context) -> None:
    """Raise an error if there is no source, or none with one of these names."""
    from digest.pipeline.fetching import plan

    known = [source.name for source in plan.enabled_sources(settings)]
    if not known:
        from digest import settings as settings_files

        file = f"{settings_files.CONFIG}/{settings_files.DIGEST_TOML}"
        reason = "every source is disabled" if settings.sources else "has no source"
        raise SettingsError(file, reason, hint="add a table [[source]] with name and kind")
    for name in names:
        if name not in known:
            raise unknown_name("source", name, known, context)


def _range(moment: datetime, first: str, last: str | None, into: str) -> Range:
    from datetime import UTC
    from pathlib import Path

    from digest.operations.fetching.fetch_range import Range

    until = _day("--until", last) if last else moment.astimezone(UTC).date()
    return Range(_day("--from", first), until, Path(into))


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            option, f"not a date: {text[:100]!r}", hint="like 2026-11-01"
        ) from error


def _fetch_range(
    settings: Settings, moment: datetime, names: Sequence[str], wanted: Range
) -> FetchReport:
    from digest.cli import progress
    from digest.operations.fetching import fetch_range

    with progress.progress_bar() as bar:
        return fetch_range.fetch_range(settings, moment, names, wanted, progress=bar)


def _fetch(context: CliContext, names: Sequence[str], *, anew: bool, dry_run: bool) -> FetchReport:
    from digest.cli import progress

    with progress.progress_bar() as bar:
        return context.publication().fetch(
            *names,
            moment=context.moment(),
            anew=anew,
            dry_run=dry_run,
            progress=bar,
            log=context.log.log_step,
        )


def _as_json(moment: datetime, report: FetchReport) -> bytes:
    """Return the report with the keys that docs/reference/json.md lists."""
    import msgspec

    return msgspec.json.encode({"moment": moment.isoformat(), "sources": report.sources})


def _print(context: CliContext, report: FetchReport, moment: datetime, into: str | None) -> None:
    """Print a line for each source, and how to go on with what came."""
    from digest.cli import fetch_report

    now = moment.isoformat()
    if not report.sources:
        next_look = fetch_report.first_look(context.settings(), moment)
        context.echo(f"{fetch_report.none_due(next_look, now)}.")
    for source in report.sources:
        if into and source.outcome == "unchanged":
            context.echo(f"{source.source}: the files of all these days lie there already")
        else:
            fetch_report.print_fetch(context, source, now)
    if report.files:
        command = paste_command("backfill", into) if into else paste_command("run")
        context.echo(f"Next: {command}")
