"""Describe the status of a working folder, the same on its page and in a terminal.

Texts are plain. Templates escape them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.model.publishing import TargetStatus
from digest.model.status import (
    FAILED,
    EditionStatus,
    RunRecord,
    Status,
)
from digest.render import measures, paths, wording
from digest.render.site.views import mailings, status_sources, targets
from digest.render.site.views.status_sources import StatusLineView

# For operators. The sentences for readers are in `wording.lead`.
VERDICT_SENTENCES = {
    "new": "",
    "partial": "A dump lacks papers, or seems to.",
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
_QUARANTINE_HELP = "Once you have seen to one, delete its note in quarantine/, beside the ledger."


class StatusSectionView(msgspec.Struct, frozen=True, gc=False):
    """A section of the page. ``empty`` stands in place of lines, ``more`` after them."""

    kind: str
    name: str
    lines: tuple[StatusLineView, ...]
    empty: str = ""
    more: str = ""


class StatusView(msgspec.Struct, frozen=True, gc=False):
    """The status page: its health and headline first, then its sections."""

    health: str
    headline: str
    lead: str
    sections: tuple[StatusSectionView, ...]


def build_view(status: Status) -> StatusView:
    """Return the view of a status."""
    return StatusView(
        status.health,
        _headline(status),
        " ".join(_lead(status)),
        tuple(_sections(status)),
    )


def reasons(status: Status) -> Iterator[str]:
    """Yield the sentences that say why the health is what it is."""
    error = status.problem or (status.runs[0].error if status.runs else None)
    if status.health == FAILED and error:
        yield f"{error}."
    if status.stale:
        # All sources are silent then; name the one that came last.
        last = min(status.sources, key=lambda source: source.silent_for)
        yield f"The last dump came {measures.duration(last.silent_for)} ago, from {last.source}."
    if not status.runs:
        yield "Nothing was run yet."


def _lead(status: Status) -> Iterator[str]:
    yield from reasons(status)
    moment = measures.moment(status.moment)
    yield f"As of {moment}, {status.timezone}. Papers Digest {status.version}."


def _sections(status: Status) -> Iterator[StatusSectionView]:
    lines = tuple(map(_edition, status.editions))
    yield StatusSectionView("edition", "Editions", lines)
    lines = tuple(map(status_sources.of_dumps, status.sources))
    by_a_run = " by a run" if status.history else ""
    yield StatusSectionView("source", "Sources", lines, f"Nothing was taken in{by_a_run} yet.")
    if status.fetching:
        lines = tuple(map(status_sources.of_looks, status.fetching))
        yield StatusSectionView("fetching", "Fetching", lines)
    if status.targets:
        yield StatusSectionView("target", "Published to", tuple(map(_target, status.targets)))
    yield from _mailings(status)
    if status.history:
        yield StatusSectionView(
            "history", "History", (status_sources.of_backfills(status.history),)
        )
    yield StatusSectionView(
        "run", "Last runs", tuple(map(_run, status.runs)), "Nothing was run yet."
    )
    yield _quarantine(status)
    if status.n_rejected:
        lines = tuple(
            StatusLineView(f"{reject.dump}, line {reject.line}", reject.reason)
            for reject in status.rejects
        )
        more = _more(status.n_rejected, len(lines), "rejected")
        yield StatusSectionView("rejected", "Rejected in the last dumps", lines, more=more)
    # A ledger that cannot be read has no counts.
    if status.counts:
        facts = wording.listed([wording.count(n, name) for name, n in status.counts.items()])
        yield StatusSectionView(
            "ledger", "Ledger", (StatusLineView(measures.size(status.ledger_bytes), f"{facts}."),)
        )
    lines = tuple(
        StatusLineView(
            backup.name, f"{measures.size(backup.size)}, {measures.moment(backup.moment)}."
        )
        for backup in status.backups
    )
    yield StatusSectionView("backup", "Backups", lines, "No backups yet.")


def _mailings(status: Status) -> Iterator[StatusSectionView]:
    if lines := tuple(mailings.lines(status)):
        yield StatusSectionView("mail", "Mail and chat", lines)
    if status.hub is not None:
        yield StatusSectionView("hub", "WebSub hub", (mailings.hub_line(status.hub),))


def _edition(edition: EditionStatus) -> StatusLineView:
    facts, href = [], ""
    if edition.newest:
        papers = wording.count(edition.papers, "paper") if edition.papers else edition.verdict
        facts.append(f"Newest issue {edition.newest}, {papers}.")
        href = paths.issue(edition.name, edition.newest, "html")
    if edition.last_due and edition.last_due_state:
        facts.append(f"{edition.last_due} is {_DUE[edition.last_due_state]}.")
    facts.append(f"Next due {measures.moment(edition.next_due)}.")
    return StatusLineView(edition.name, " ".join(facts), href=href)


def _target(target: TargetStatus) -> StatusLineView:
    tag = "failed" if target.outcome == "failed" else ""
    return StatusLineView(target.name, targets.describe(target), tag)


def _run(ran: RunRecord) -> StatusLineView:
    name, last = measures.moment(ran.moment), measures.moment(ran.last)
    # Idle runs in a row are one record. Its end has no day if that is the day of its beginning.
    if last != name:
        name = f"{name} to {last[-5:] if last[:-5] == name[:-5] else last}"
    facts = [f"{ran.times:,} times."] if ran.times > 1 else []
    if ran.error:
        facts.append(f"{ran.error}.")
    elif sentence := VERDICT_SENTENCES.get(ran.verdict):
        facts.append(sentence)
    if ran.accounting.dumps:
        facts.append(f"{wording.sums(ran.accounting)}.")
    if ran.quarantined:
        facts.append(f"{wording.count(ran.quarantined, 'file')} quarantined.")
    facts += [f"Issued {issue}." for issue in ran.issues]
    if ran.summaries:
        facts.append(f"Summaries: {ran.summaries}.")
    if not ran.is_idle:
        facts.append(f"Took {ran.seconds:.2f} s.")
    if ran.exit_status:
        facts.append(f"Exit status {ran.exit_status}.")
    return StatusLineView(name, " ".join(facts), ran.verdict)


def _quarantine(status: Status) -> StatusSectionView:
    lines = tuple(
        StatusLineView(
            file.dump, f"{file.reason}. Since {measures.moment(file.moment)}{_days(file.days)}."
        )
        for file in status.quarantine
    )
    more = f"{_more(status.n_quarantined, len(lines), 'in quarantine')} {_QUARANTINE_HELP}".lstrip()
    return StatusSectionView(
        "quarantine", "Quarantine", lines, "Every file could be read.", more if lines else ""
    )


def _days(days: int) -> str:
    return f", {wording.count(days, 'day')}" if days else ""


def _more(total: int, listed: int, what: str) -> str:
    return f"And {total - listed:,} more {what}." if total > listed else ""


def _headline(status: Status) -> str:
    if status.problem:
        return "The ledger cannot be read"
    exceptions = list(_exceptions(status)) if status.health == "ok" else []
    if exceptions:
        return f"All is well but for {' and '.join(exceptions)}"
    return _HEADLINES[status.health]


def _exceptions(status: Status) -> Iterator[str]:
    if status.n_quarantined:
        yield f"{wording.count(status.n_quarantined, 'file')} that could not be read"
    if silent := sum(source.outage for source in status.fetching):
        yield f"{wording.count(silent, 'source')} without an answer"
    if unknown := mailings.count_unknown(status):
        yield f"{wording.count(unknown, 'delivery', 'deliveries')} that may have arrived or not"
    if lost := mailings.count_lost(status):
        yield f"{wording.count(lost, 'delivery', 'deliveries')} that did not arrive"
    if status.mail_problem:
        yield "a people database that cannot be read"
    if status.mail_outage_since:
        yield "a mail server that takes nothing"
