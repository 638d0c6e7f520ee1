"""The state of a working folder in words, the same on its page and in a terminal.

Gives plain text; escaping is the templates' affair.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.model.status import FAILED, EditionStatus, RunRecord, SourceStatus, Status
from digest.render import paths, wording

# What a run amounts to, for its operator; readers are told by `page_words.lead`.
SAID = {
    "new": "",
    "partial": "A dump fell well short of what its source usually brings.",
    "unreadable": "Something waited, and nothing of it could be read.",
    "revised": "Nothing new; a known paper has changed.",
    "weekend": "Nothing new: the source keeps this day free.",
    "no-input": "Nothing came for longer than expected.",
    "stale": "Dumps came, and all of it was known.",
    "quiet": "Nothing waited in the inbox.",
}
_HEADLINES = {
    "ok": "All is well",
    "stale": "Nothing came for longer than expected",
    FAILED: "The last run failed",
}
_DUE = {
    "issued": "issued",
    "open": "still open: nothing to issue came yet",
    "empty": "over without papers",
    "caught up": "caught up by a later issue",
    "missed": "missed",
}
_SEEN_TO = "Once you have seen to one, delete its note in quarantine/, beside the ledger."
_UNITS = (("day", 86400, 48), ("hour", 3600, 2), ("minute", 60, 0))  # name, seconds, from hours


class StatusLineView(msgspec.Struct, frozen=True, gc=False):
    """One thing with what there is to say about it; ``tag`` is a word that stands out."""

    name: str
    facts: str
    tag: str = ""
    href: str = ""


class StatusSectionView(msgspec.Struct, frozen=True, gc=False):
    """Things of a kind; ``empty`` is said where there is none, ``more`` behind the lines."""

    kind: str
    name: str
    lines: tuple[StatusLineView, ...]
    empty: str = ""
    more: str = ""


class StatusView(msgspec.Struct, frozen=True, gc=False):
    """The whole page: what matters most first."""

    health: str
    headline: str
    lead: str
    sections: tuple[StatusSectionView, ...]


def view(status: Status) -> StatusView:
    """A status in words."""
    return StatusView(
        status.health,
        _headline(status),
        " ".join(_lead(status)),
        tuple(_sections(status)),
    )


def _lead(status: Status) -> Iterator[str]:
    error = status.problem or (status.runs[0].error if status.runs else None)
    if status.health == FAILED and error:
        yield f"{error}."
    if status.stale:
        last = min(status.sources, key=lambda source: source.silent_for)
        yield f"The last dump came {span(last.silent_for)} ago, from {last.source}."
    if not status.runs:
        yield "Nothing was run yet."
    yield f"As of {moment(status.moment)}, {status.timezone}. Papers Digest {status.version}."


def _sections(status: Status) -> Iterator[StatusSectionView]:
    lines = tuple(_edition(one) for one in status.editions)
    yield StatusSectionView("edition", "Editions", lines)
    lines = tuple(_source(one) for one in status.sources)
    yield StatusSectionView("source", "Sources", lines, "Nothing was taken in yet.")
    yield StatusSectionView(
        "run", "Last runs", tuple(map(_run, status.runs)), "Nothing was run yet."
    )
    yield _quarantine(status)
    if status.n_rejected:
        lines = tuple(
            StatusLineView(f"{one.dump}, line {one.line}", one.reason) for one in status.rejects
        )
        more = _more(status.n_rejected, len(lines), "rejected")
        yield StatusSectionView("rejected", "Rejected in the last dumps", lines, more=more)
    if status.counts:
        facts = wording.listed([wording.count(n, name) for name, n in status.counts.items()])
        yield StatusSectionView(
            "ledger", "Ledger", (StatusLineView(size(status.ledger_bytes), f"{facts}."),)
        )
    lines = tuple(StatusLineView(one.name, f"{size(one.size)}, {moment(one.moment)}.")
                  for one in status.backups)  # fmt: skip
    yield StatusSectionView("backup", "Backups", lines, "No backups yet.")


def _edition(edition: EditionStatus) -> StatusLineView:
    facts, href = [], ""
    if edition.newest:
        papers = wording.count(edition.papers, "paper") if edition.papers else edition.verdict
        facts.append(f"Newest issue {edition.newest}, {papers}.")
        href = paths.issue(edition.name, edition.newest, "html")
    if edition.last_due and edition.last_due_state:
        facts.append(f"{edition.last_due} is {_DUE[edition.last_due_state]}.")
    facts.append(f"Next due {moment(edition.next_due)}.")
    return StatusLineView(edition.name, " ".join(facts), href=href)


def _source(source: SourceStatus) -> StatusLineView:
    entries = wording.count(source.entries, "entry", "entries")
    last = f"Last dump {moment(source.last_dump)} ({span(source.silent_for)} ago), {entries}."
    facts = [last]
    if source.newest_page and source.page_age_days is not None:
        days = wording.count(source.page_age_days, "day")
        old = f"{days} old" if source.page_age_days > 0 else "today’s"
        facts.append(f"Newest page {source.newest_page}, {old}.")
    if source.usually_every:
        facts.append(f"Usually every {span(source.usually_every)}.")
    return StatusLineView(source.source, " ".join(facts), "late" if source.late else "")


def _run(ran: RunRecord) -> StatusLineView:
    name, last = moment(ran.moment), moment(ran.last)
    if last != name:
        name = f"{name} to {last[-5:] if last[:-5] == name[:-5] else last}"
    facts = [f"{ran.times:,} times."] if ran.times > 1 else []
    if ran.error:
        facts.append(f"{ran.error}.")
    elif said := SAID.get(ran.verdict):
        facts.append(said)
    if ran.accounting.dumps:
        facts.append(f"{wording.sums(ran.accounting)}.")
    if ran.quarantined:
        facts.append(f"{wording.count(ran.quarantined, 'file')} quarantined.")
    facts += [f"Issued {issue}." for issue in ran.issues]
    if not ran.is_idle:
        facts.append(f"Took {ran.seconds:.2f} s.")
    if ran.exit_status:
        facts.append(f"Exit status {ran.exit_status}.")
    return StatusLineView(name, " ".join(facts), ran.verdict)


def _quarantine(status: Status) -> StatusSectionView:
    lines = tuple(
        StatusLineView(one.dump, f"{one.reason}. Since {moment(one.moment)}{_days(one.days)}.")
        for one in status.quarantine
    )
    more = f"{_more(status.n_quarantined, len(lines), 'in quarantine')} {_SEEN_TO}".lstrip()
    said = more if lines else ""
    return StatusSectionView("quarantine", "Quarantine", lines, "Every file could be read.", said)


def _days(days: int) -> str:
    return f", {wording.count(days, 'day')}" if days else ""


def _more(count: int, shown: int, what: str) -> str:
    return f"And {count - shown:,} more {what}." if count > shown else ""


def moment(iso: str) -> str:
    """``2026-11-22T07:00:00+01:00`` as "Sun 22 Nov 2026, 07:00"."""
    return f"{wording.short_day(iso[:10], year='', weekday=True)}, {iso[11:16]}"


def _headline(status: Status) -> str:
    if status.problem:
        return "The ledger cannot be read"
    if status.health == "ok" and status.n_quarantined:
        unread = wording.count(status.n_quarantined, "file")
        return f"All is well but for {unread} that could not be read"
    return _HEADLINES[status.health]


def span(seconds: int) -> str:
    """A time in its one fitting unit: "12 minutes", "18 hours", "3 days"."""
    for unit, length, hours in _UNITS:
        if seconds >= hours * 3600:
            return wording.count(round(seconds / length), unit)
    return wording.count(0, "minute")


def size(number: int) -> str:
    """Bytes as "812 bytes", "14.2 kB", "3.1 MB"."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= length:
            return f"{number / length:.1f} {unit}"
    return wording.count(number, "byte")
