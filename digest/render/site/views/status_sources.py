"""Describe where papers came from, in lines of the status."""

from __future__ import annotations

import msgspec

from digest.model.status import FetchStatus, HistoryStatus, SourceStatus
from digest.render import measures, wording


class StatusLineView(msgspec.Struct, frozen=True, gc=False):
    """A line of a section: a name, facts about it, and a ``tag`` that stands out, if any."""

    name: str
    facts: str
    tag: str = ""
    href: str = ""


def of_dumps(source: SourceStatus) -> StatusLineView:
    """Return the line of a source of dumps: the last one, and how often one usually comes."""
    entries = wording.count(source.entries, "entry", "entries")
    last_dump, ago = measures.moment(source.last_dump), measures.duration(source.silent_for)
    facts = [f"Last dump {last_dump} ({ago} ago), {entries}."]
    if source.newest_page and source.page_age_days is not None:
        days = wording.count(source.page_age_days, "day")
        old = f"{days} old" if source.page_age_days > 0 else "today’s"
        facts.append(f"Newest page {source.newest_page}, {old}.")
    if source.usually_every:
        facts.append(f"Usually every {measures.duration(source.usually_every)}.")
    return StatusLineView(source.source, " ".join(facts), "late" if source.late else "")


def of_looks(source: FetchStatus) -> StatusLineView:
    """Return the line of a source that is asked: when it answered, and since when it fails."""
    if not source.enabled:
        return StatusLineView(source.name, f"{source.kind}. It is not enabled.", "off")
    tag, reason = "", f": {source.reason.rstrip('.')}" if source.reason else ""
    last = (
        f"Last answer {measures.moment(source.last_answer)}"
        if source.last_answer
        else "No answer yet"
    )
    kind = "" if source.kind == source.name else f"{source.kind}. "
    facts = [f"{kind}{last}."]
    if source.failing_since:
        since, looks = measures.moment(source.failing_since), wording.count(source.failures, "look")
        facts.append(f"Failing since {since}, at {looks}{reason}.")
        tag = "failing"
    elif source.reason:
        facts.append(f"Not asked for now{reason}.")
        tag = "waiting"
    elif source.quiet:
        looks = wording.count(source.quiet, "look") if source.quiet > 1 else "look"
        facts.append(f"Nothing new at the last {looks}.")
    if source.next_look:
        facts.append(f"Next look {measures.moment(source.next_look)}.")
    return StatusLineView(source.name, " ".join(facts), tag)


def of_backfills(history: HistoryStatus) -> StatusLineView:
    """Return the line of the dumps that were taken in as history."""
    days = ""
    if history.first and history.last:
        first, last = (wording.short_day(day, year="") for day in (history.first, history.last))
        days = f" of {first}" if first == last else f" of {first} to {last}"
    papers = wording.count(history.papers, "paper")
    facts = f"{papers} first seen in them. Last backfill {measures.moment(history.moment)}."
    return StatusLineView(f"{wording.count(history.dumps, 'dump')}{days}", facts)
