"""What sources gave, in lines for a person: after `digest run` and `digest fetch`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.render import measures, wording

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.fetching import FetchReport, SourceResult
    from digest.model.settings import Settings


def print_fetched(
    context: CliContext, report: FetchReport, moment: str, *, news_only: bool = False
) -> None:
    """Print a line on each source that a run has asked, and with ``-v`` its files.

    With ``news_only`` only those that brought files. ``moment`` (RFC 3339) is that of the report.
    """
    for source in report.sources:
        if source.files or not news_only:
            # The reason of an outage that begins was logged as a warning, which is always shown.
            context.echo(line(source, moment, with_reason=not source.first_failure))
            _print_files(context, source)


def print_fetch(context: CliContext, source: SourceResult, moment: str) -> None:
    """Print the same line after `digest fetch`, but a failure on standard error.

    There it has its reason, because nothing was logged as a warning.
    """
    text = line(source, moment)
    if source.outcome == "failed":
        context.log.log_problem(text, "fetch", source=source.source, reason=source.reason)
    else:
        context.echo(text)
    _print_files(context, source)


def _print_files(context: CliContext, source: SourceResult) -> None:
    for file in source.files:
        context.echo(f"{source.source}: {file}", detail=True)


def line(source: SourceResult, moment: str, *, with_reason: bool = True) -> str:
    """Return what a source gave, as one line; moments of today have no day."""
    name, files = source.source, _describe_files(source)
    next_look = f"; next look {_time(source.next_look, moment)}" if source.next_look else ""
    reason = f": {source.reason.rstrip('.')}" if source.reason and with_reason else ""
    match source.outcome:
        case "answered":
            return f"asked {name}: {files}"
        case "unchanged":
            return f"asked {name}: nothing new"
        case "due":
            return f"{name} is due"
        case "late":
            return f"{name} waits{reason}{next_look}"
    got = f"asked {name}: {files}, then it" if source.files else name
    return f"{got} failed{reason}{next_look}"


def _describe_files(source: SourceResult) -> str:
    files = wording.count(len(source.files), "file")
    if source.papers is None:
        return files
    return f"{wording.count(source.papers, 'paper')} in {files}"


def first_look(settings: Settings, moment: datetime) -> str | None:
    """Return when the first source is asked next (RFC 3339), if that is known."""
    from digest.operations.fetching import source_status

    rows = source_status.list_statuses(settings, moment)
    next_looks = [row.next_look for row in rows if row.next_look]
    return min(next_looks, default=None, key=datetime.fromisoformat)


def none_due(next_look: str | None, moment: str) -> str:
    """Return that no source is due, without a full stop, and before when if that is known."""
    if next_look and _is_later(next_look, moment):
        return f"No source is due before {_time(next_look, moment)}"
    return "No source is due"


def quiet_sentence(fetched: FetchReport, next_look: str | None, moment: str) -> str:
    """Return why a run found nothing, without a full stop.

    ``next_look`` is when the first source is due, if that is known.
    """
    inbox = "nothing waited in the inbox"
    if fetched.failed:
        some = len(fetched.failed) < len(fetched.sources)
        answered = "The sources that answered brought nothing" if some else "No source answered"
        return f"{answered}, and {inbox}"
    if any(source.outcome != "due" for source in fetched.sources):
        return f"The sources brought nothing new, and {inbox}"
    if not fetched.sources and next_look and _is_later(next_look, moment):
        return f"{none_due(next_look, moment)}, and {inbox}"
    return inbox.capitalize()


def _is_later(iso: str, moment: str) -> bool:
    return datetime.fromisoformat(iso) > datetime.fromisoformat(moment)


def _time(iso: str, moment: str) -> str:
    """Return a moment as "14:30" if it is on the day of the other one, else with its day."""
    return iso[11:16] if iso[:10] == moment[:10] else measures.moment(iso)
