"""Small records with defaults, about invented papers, and a ledger to put them in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from digest.matching import comparison, identity
from digest.model.changes import Known
from digest.model.issues import Accounting, Issue, Item, Section
from digest.model.papers import Dump, Paper, Sighting
from digest.storage.ledger import Ledger, database

MOMENT = "2026-11-22T07:30:00+00:00"


def sighting(title: str = "Lanterns for Long Tunnels", **fields: Any) -> Sighting:
    """What a page shows of a paper: here its title, unless more is said."""
    return Sighting(title=title, **fields)


def paper(number: int = 1, title: str = "Lanterns for Long Tunnels", **fields: Any) -> Paper:
    """A paper the ledger holds."""
    whole = Paper(id=number, guid=f"urn:papers-digest:{number:032x}", intake=1, title=title)
    return msgspec.structs.replace(whole, **fields)


def dump(*sightings: Sighting, **fields: Any) -> Dump:
    """A page copied on one day, with these sightings on it."""
    whole = Dump(
        name="page.txt",
        format_name="plain text",
        source="example.org/papers",
        page_date="2026-11-22",
        sightings=sightings,
    )
    return msgspec.structs.replace(whole, **fields)


def known(*held: Paper, variants: dict[int, set[bytes]] | None = None) -> Known:
    """What a look into a ledger with these papers would give."""
    by_key: dict[str, list[int]] = {}
    for one in held:
        for key in identity.keys(one):
            by_key.setdefault(key, []).append(one.id)
    return Known(by_key, {one.id: one for one in held}, variants or {})


def item(number: int = 1, title: str = "Lanterns for Long Tunnels", **fields: Any) -> Item:
    """A paper as an issue shows it."""
    whole = Item(
        guid=f"urn:papers-digest:{number:032x}", title=title, url=f"https://example.org/{number}"
    )
    return msgspec.structs.replace(whole, **fields)


def issue(*items: Item, **fields: Any) -> Issue:
    """An issue with these papers under one heading."""
    whole = Issue(
        edition="daily",
        date="2026-11-22",
        number=1,
        moment=MOMENT,
        verdict="new",
        accounting=Accounting(),
        sections=(Section(topic="vision", name="Vision", papers=items),) if items else (),
    )
    return msgspec.structs.replace(whole, **fields)


def ledger(folder: Path, *editions: str) -> Ledger:
    """A ledger in this folder that knows these editions; nobody cuts its power."""
    opened = database.open_to_write(folder)
    opened.connection.execute("PRAGMA synchronous = OFF")
    with opened.transaction():
        opened.editions.configure(editions)
    return opened


def take_in(
    opened: Ledger,
    *dumps: Dump,
    moment: str = MOMENT,
    kind: str = "live",
    batch: int = 2000,
    late_from: str | None = None,
) -> Accounting:
    """One intake of these dumps, within the caller's transaction if there is one."""
    if not opened.connection.in_transaction:
        with opened.transaction():
            return take_in(
                opened, *dumps, moment=moment, kind=kind, batch=batch, late_from=late_from
            )
    number = opened.intakes.begin(moment, kind, "1.0")
    sums, seen = Accounting(), set[int]()
    for one in dumps:
        content = f"{number} {one.name} {one.page_date}".encode()
        recorded = opened.intakes.record_dump(number, one, content, modified=None, short=False)
        sums += Accounting(dumps=1, entries=one.entries, rejected=len(one.rejects))
        sightings = tuple(one.sightings)
        for start in range(0, len(sightings), batch):
            some = sightings[start : start + batch]
            found = opened.papers.look_up({key for each in some for key in identity.keys(each)})
            outcome = comparison.compare(one, some, found, seen, moment)
            given = opened.papers.take_in(number, recorded, outcome, late_from)
            seen.update(given.get(fate.paper, fate.paper) for fate in outcome.fates)
            sums += Accounting(**comparison.count_statuses(outcome.fates))
    opened.intakes.finish(number, sums)
    return sums


def living(opened: Ledger) -> list[Paper]:
    """All papers of a ledger that did not turn out to be another one."""
    rows = opened.connection.execute("SELECT id FROM paper WHERE alias_of IS NULL ORDER BY id")
    return list(opened.papers.by_number([number for (number,) in rows]))


def guids(found: Iterable[Paper | Item]) -> list[str]:
    """Their permanent names, in order."""
    return [one.guid for one in found]
