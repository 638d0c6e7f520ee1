"""``digest status``: the state of a working folder for people and monitors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import msgspec

from digest import cli_report, due, run
from digest.ledger import intakes, issues, reports
from digest.model.issues import Accounting
from digest.model.settings import Settings

_RUNS = 5


class Run(msgspec.Struct, frozen=True):
    """A run that read something."""

    moment: str
    accounting: Accounting


class Source(msgspec.Struct, frozen=True):
    """How fresh a source is."""

    source: str
    last_dump: str
    newest_page: str | None


class Edition(msgspec.Struct, frozen=True):
    """An edition's newest issue and when it is due next, in the site's zone."""

    name: str
    newest: str | None
    papers: int
    next_due: str


class Quarantined(msgspec.Struct, frozen=True):
    """A file in which nothing could be read."""

    dump: str
    reason: str
    moment: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the command shows."""

    moment: str
    stale: bool = False
    runs: tuple[Run, ...] = ()
    sources: tuple[Source, ...] = ()
    editions: tuple[Edition, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    counts: dict[str, int] = {}


def look(settings: Settings, moment: datetime) -> Status:
    """Reads the ledger, read-only; before the first run there is little to say."""
    ledger = run.open_to_read(settings)
    if ledger is None:
        editions = tuple(
            Edition(edition.name, None, 0, due.next_due(edition, moment).isoformat(" ", "minutes"))
            for edition in settings.editions
        )
        return Status(moment=moment.isoformat(), editions=editions)
    with closing(ledger):
        newest = {link.edition: link for link in issues.links(ledger)}
        sources = tuple(Source(*row) for row in reports.freshness(ledger))
        return Status(
            moment=moment.isoformat(),
            stale=_is_stale(settings, moment, sources),
            runs=tuple(Run(*row) for row in intakes.listed(ledger, _RUNS)),
            sources=sources,
            editions=tuple(
                Edition(
                    edition.name,
                    link.key if (link := newest.get(edition.name)) else None,
                    link.papers if link else 0,
                    due.next_due(edition, moment).isoformat(" ", "minutes"),
                )
                for edition in settings.editions
            ),
            quarantine=tuple(Quarantined(*row) for row in intakes.quarantine(ledger)),
            counts=reports.count(ledger),
        )


def lines(status: Status) -> Iterator[str]:
    """The status for a person."""
    if not status.runs:
        yield "Nothing was taken in yet."
    for edition in status.editions:
        newest = (
            f"newest issue {edition.newest}, {edition.papers} papers; " if edition.newest else ""
        )
        yield f"edition  {edition.name}: {newest}next due {edition.next_due}"
    for source in status.sources:
        page = f", newest page {source.newest_page}" if source.newest_page else ""
        yield f"source   {source.source}: last dump {source.last_dump[:16]}{page}"
    for done in status.runs:
        yield f"run      {done.moment[:16]}: {cli_report.sums(done.accounting)}"
    for one in status.quarantine:
        yield f"quarantined {one.moment[:16]} {one.dump}: {one.reason}"
    if status.counts:
        yield "ledger   " + ", ".join(f"{n} {table}s" for table, n in status.counts.items())
    if status.stale:
        yield "stale    nothing came for longer than inbox.expect_every"


def _is_stale(settings: Settings, moment: datetime, sources: tuple[Source, ...]) -> bool:
    expected = settings.inbox.expect_seconds
    if expected is None or not sources:
        return False
    newest = max(datetime.fromisoformat(source.last_dump) for source in sources)
    return (moment - newest).total_seconds() > expected
