"""What sources gave, in lines for a person: after `digest run` and `digest fetch`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.render import measures, wording

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.fetching import FetchReport, SourceResult


def print_fetched(
    context: CliContext, report: FetchReport, moment: str, *, news_only: bool = False
) -> None:
    """Print a line on each source that was asked, and with ``-v`` its files.

    With ``news_only`` only those that brought files. ``moment`` (RFC 3339) is that of the report.
    """
    for source in report.sources:
        if source.files or not news_only:
            context.echo(line(source, moment))
            for file in source.files:
                context.echo(f"{source.source}: {file}", detail=True)


def line(source: SourceResult, moment: str) -> str:
    """Return what a source gave, as one line; moments of today have no day.

    Not the reason of an outage that begins: it was logged as a warning, which is always shown.
    """
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
    return f"{got} failed{'' if source.first_failure else reason}{next_look}"


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
        return f"No source is due before {_time(next_look, moment)}, and {inbox}"
    return inbox.capitalize()


def _is_later(iso: str, moment: str) -> bool:
    return datetime.fromisoformat(iso) > datetime.fromisoformat(moment)


def _time(iso: str, moment: str) -> str:
    """Return a moment as "14:30" if it is on the day of the other one, else with its day."""
    return iso[11:16] if iso[:10] == moment[:10] else measures.moment(iso)
