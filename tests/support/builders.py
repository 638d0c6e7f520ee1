"""Build small records about invented papers, with defaults, and a ledger to put them in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from digest.matching import comparison, identity
from digest.model.changes import Known
from digest.model.issues import Accounting, Issue, Item, Section
from digest.model.papers import Dump, Paper, Shortfall, Sighting
from digest.storage.ledger import Ledger, database

MOMENT = "2026-11-22T07:30:00+00:00"


def sighting(title: str = "Lanterns for Long Tunnels", **fields: Any) -> Sighting:
    """Return a sighting with this title and these fields."""
    return Sighting(title=title, **fields)


def paper(number: int = 1, title: str = "Lanterns for Long Tunnels", **fields: Any) -> Paper:
    """Return a paper of the ledger with this number, this title and these fields."""
    whole = Paper(id=number, guid=f"urn:papers-digest:{number:032x}", intake=1, title=title)
    return msgspec.structs.replace(whole, **fields)


def dump(*sightings: Sighting, **fields: Any) -> Dump:
    """Return a dump with these sightings."""
    whole = Dump(
        name="page.txt",
        format_name="plain text",
        source="example.org/papers",
        page_date="2026-11-22",
        sightings=sightings,
    )
    return msgspec.structs.replace(whole, **fields)


def known(*papers: Paper, variants: dict[int, set[bytes]] | None = None) -> Known:
    """Return the result of a look-up in a ledger that holds these papers."""
    by_key: dict[str, list[int]] = {}
    for paper in papers:
        for key in identity.keys(paper):
            by_key.setdefault(key, []).append(paper.id)
    return Known(by_key, {paper.id: paper for paper in papers}, variants or {})


def item(number: int = 1, title: str = "Lanterns for Long Tunnels", **fields: Any) -> Item:
    """Return an item of an issue with this number, this title and these fields."""
    whole = Item(
        guid=f"urn:papers-digest:{number:032x}", title=title, url=f"https://example.org/{number}"
    )
    return msgspec.structs.replace(whole, **fields)


def issue(*items: Item, **fields: Any) -> Issue:
    """Return an issue with these papers under one heading."""
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
    """Make a ledger with these editions in this folder. The caller closes it."""
    opened = database.open_to_write(folder)
    # No test cuts the power, so nothing needs to be synced.
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
    """Take in these dumps as one intake, ``batch`` sightings at a time, and return its sums.

    Joins the caller's transaction if there is one, else commits. Near copies are not looked for.
    """
    if not opened.connection.in_transaction:
        with opened.transaction():
            return take_in(
                opened, *dumps, moment=moment, kind=kind, batch=batch, late_from=late_from
            )
    number = opened.intakes.begin(moment, kind, "1.0")
    sums, met = Accounting(), set[int]()
    for page in dumps:
        content = f"{number} {page.name} {page.page_date}".encode()
        row = opened.intakes.record_dump(
            number, page, content, modified=None, shortfall=Shortfall.NONE
        )
        sums += Accounting(dumps=1, entries=page.entries, rejected=len(page.rejects))
        sightings = tuple(page.sightings)
        for start in range(0, len(sightings), batch):
            part = sightings[start : start + batch]
            look_up = opened.papers.look_up({key for each in part for key in identity.keys(each)})
            outcome = comparison.compare(page, part, look_up, met, moment)
            numbers = opened.papers.take_in(number, row, outcome, late_from)
            met.update(numbers.get(fate.paper, fate.paper) for fate in outcome.fates)
            sums += Accounting(**comparison.count_statuses(outcome))
    opened.intakes.finish(number, sums)
    return sums


def living(opened: Ledger) -> list[Paper]:
    """Return all papers of a ledger except aliases."""
    rows = opened.connection.execute("SELECT id FROM paper WHERE alias_of IS NULL ORDER BY id")
    return list(opened.papers.by_number([number for (number,) in rows]))


def guids(papers: Iterable[Paper | Item]) -> list[str]:
    """Return the guids of papers, in order."""
    return [paper.guid for paper in papers]
