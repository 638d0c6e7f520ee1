"""What sources gave, in lines for a person: after `digest run` and `digest fetch`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.render import wording
from digest.render.site.views.status import format_moment

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.fetching import FetchReport, SourceResult


def print_fetched(
    context: CliContext,
    report: FetchReport,
    moment: str,
    *,
    every_failure: bool = True,
    news_only: bool = False,
) -> None:
    """Print a line on each source that was asked, and with ``-v`` its files.

    Failures go to standard error. Without ``every_failure`` only the first of an outage does:
    cron mails it once. With ``news_only`` nothing else is printed but the sources with new files.
    ``moment`` (RFC 3339) is that of the report.
    """
    for source in report.sources:
        text = line(source, moment)
        if source.outcome == "failed" and (every_failure or source.first_failure):
            context.log.log_problem(text, "source", source=source.source, reason=source.reason)
        elif (source.files or not news_only) and not context.log.is_asked_for:
            context.echo(text)
            for file in source.files:
                context.echo(f"{source.source}: {file}", detail=True)


def line(source: SourceResult, moment: str) -> str:
    """Return what a source gave, as one line; moments of today have no day."""
    name, files = source.source, wording.count(len(source.files), "file")
    next_look = f"; next look {_time(source.next_look, moment)}" if source.next_look else ""
    reason = f": {source.reason.rstrip('.')}" if source.reason else ""
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


def quiet_sentence(fetched: FetchReport, next_look: str | None, moment: str) -> str:
    """Return why a run found nothing, without a full stop.

    ``next_look`` is when the first source is due, None if there is no source.
    """
    inbox = "nothing waited in the inbox"
    if fetched.failed:
        some = len(fetched.failed) < len(fetched.sources)
        answered = "The sources that answered brought nothing" if some else "No source answered"
        return f"{answered}, and {inbox}"
    if fetched.sources:
        return f"The sources brought nothing new, and {inbox}"
    if next_look and _is_later(next_look, moment):
        return f"No source is due before {_time(next_look, moment)}, and {inbox}"
    return inbox.capitalize()


def _is_later(iso: str, moment: str) -> bool:
    return datetime.fromisoformat(iso) > datetime.fromisoformat(moment)


def _time(iso: str, moment: str) -> str:
    """Return a moment as "14:30" if it is on the day of the other one, else with its day."""
    return iso[11:16] if iso[:10] == moment[:10] else format_moment(iso)
