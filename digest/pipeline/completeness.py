"""Judge whether the dumps of an intake have all papers of their pages, and what empty ones say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from digest.editorial import sources
from digest.model.papers import REST, Dump
from digest.storage.ledger.intakes import History


def make_judge(
    dumps: Iterable[Dump], history: History, today: date
) -> Callable[[Dump], sources.Shortage]:
    """Return the function that judges each of these dumps by earlier days and by the others.

    So the short last page of a listing that comes in several files is no incomplete one.
    ``today`` stands for the day of a page without a date.
    """
    entries = {source: dict(days) for source, days in history.entries.items()}
    for dump in dumps:
        of_source, day = entries.setdefault(dump.source, {}), dump.page_date or today.isoformat()
        of_source[day] = max(dump.entries, of_source.get(day, 0))

    def judge(dump: Dump) -> sources.Shortage:
        day = dump.page_date or today.isoformat()
        return sources.judge_completeness(dump, day, entries[dump.source])

    return judge


def stated_rest_dates(dumps: Iterable[Dump]) -> frozenset[str]:
    """Return the days of the empty dumps whose source says that it rests on them."""
    empty = [dump for dump in dumps if REST in dump.evidence and not dump.entries]
    return frozenset(dump.page_date for dump in empty if dump.page_date)
