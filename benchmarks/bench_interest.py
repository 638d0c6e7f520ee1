"""I1, I2: what the order of papers is worth, on real days from a data folder given by its path.

The folder holds ``captures/*.jsonl.gz``: a paper a line with ``day, id, title, summary,
authors, upvotes, comments, published``; and ``topics/labels-*.json``: lists of ``{"id",
"primary": [topics]}`` by human readers, of which readers with one interest each are made.
The product's order stands next to chance and to the newest first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from benchmarks import measure
from digest import text
from digest.editorial import phrases, profile, ranking
from digest.model.issues import Item
from digest.model.papers import LibraryPaper
from digest.model.settings import Profile

Days = dict[str, list[Item]]
Order = Callable[[Sequence[Item]], Sequence[Item]]

_FEWEST = 6  # papers of a day whose order is judged
_FIRST = 3  # of a day that a reader looks at
_LIBRARY = 10  # papers a reader must have; the earlier half is the library
_AROUND = 300


def rows(data: Path) -> Iterator[measure.Row]:
    """Rank correlation with hidden votes, then recall of papers held back from a library."""
    days = _days(data)
    yield from _correlations(days)
    readers = _readers(data, days)
    if readers:
        yield from _recalls(days, readers)


def _days(data: Path) -> Days:
    """Every paper once, on the first day that shows it."""
    days: Days = defaultdict(list)
    seen: set[str] = set()
    for file in sorted((data / "captures").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if record["id"] not in seen:
                    seen.add(record["id"])
                    days[record["day"]].append(_item(record))
    return dict(sorted(days.items()))


def _item(record: Mapping[str, object]) -> Item:
    shown = msgspec.convert(record, _Record)
    return Item(
        guid=shown.id,
        url="",
        title=text.mend(shown.title).text,
        abstract=text.mend(shown.summary).text,
        n_authors=len(shown.authors),
        published=shown.published[:10],
        upvotes=shown.upvotes,
        comments=shown.comments,
    )


class _Record(msgspec.Struct):
    id: str
    title: str
    summary: str
    authors: tuple[str, ...]
    published: str
    upvotes: int
    comments: int


def _chance(items: Sequence[Item]) -> Sequence[Item]:
    return sorted(items, key=lambda item: hashlib.blake2b(item.guid.encode()).digest())


def _newest(items: Sequence[Item]) -> Sequence[Item]:
    return sorted(_chance(items), key=lambda item: item.published or "", reverse=True)


def _without(*fields: str) -> Order:
    """The default order when these counts are not known."""
    nothing = dict.fromkeys(fields)
    return lambda items: ranking.rank_papers(
        msgspec.structs.replace(one, **nothing) for one in items
    )


def _correlations(days: Days) -> Iterator[measure.Row]:
    orders: list[tuple[str, Order]] = [
        ("chance", _chance),
        ("the newest first", _newest),
        ("the default order, votes and comments hidden", _without("upvotes", "comments")),
        ("the default order, votes hidden", _without("upvotes")),
    ]
    judged = [day for day in days.values() if len(day) >= _FEWEST]
    found = {
        name: statistics.mean(_spearman(order(day), day) for day in judged)
        for name, order in orders
    }
    yield from _beside("I1", "rank correlation with votes", found)


def _spearman(ordered: Sequence[Item], day: Sequence[Item]) -> float:
    """Of a day's order with its votes; papers of equal votes share a place."""
    votes = {item.guid: item.upvotes or 0 for item in day}
    every = sorted(votes.values(), reverse=True)
    shared = {one: every.index(one) + (every.count(one) - 1) / 2 for one in set(every)}
    places = [shared[votes[item.guid]] for item in ordered]
    return statistics.correlation(range(len(places)), places) if len(set(places)) > 1 else 0.0


def _readers(data: Path, days: Days) -> list[list[str]]:
    """The papers of each heading with enough of them, by day."""
    labelled: dict[str, set[str]] = defaultdict(set)
    for file in sorted((data / "topics").glob("labels-*.json")):
        for one in json.loads(file.read_bytes()):
            for topic in one["primary"]:
                labelled[topic].add(one.get("id", ""))
    by_day = [item.guid for day in days.values() for item in day]
    kept = ([guid for guid in by_day if guid in labelled[topic]] for topic in sorted(labelled))
    return [papers for papers in kept if len(papers) >= _LIBRARY]


def _recalls(days: Days, readers: Sequence[Sequence[str]]) -> Iterator[measure.Row]:
    found: dict[str, list[bool]] = defaultdict(list)
    for papers in readers:
        half = len(papers) // 2
        _judge(days, papers[:half], frozenset(papers[half:]), found)
    shares = {name: statistics.mean(hits) for name, hits in found.items()}
    yield from _beside("I2", "held back, in a day's first three", shares)


def _beside(name: str, what: str, found: Mapping[str, float]) -> Iterator[measure.Row]:
    """The last of these is the product's order and must beat all others."""
    *others, own = found
    for other in others:
        yield measure.Row(name, f"{what}: {other}", "to compare with", found[other], kept=True)
    best = max(found[other] for other in others)
    yield measure.at_least(name, f"{what}: {own}", round(best, 3), found[own])


def _judge(
    days: Days, library: Sequence[str], held: frozenset[str], found: dict[str, list[bool]]
) -> None:
    """Looks at each day with a paper held back, knowing only what was there before."""
    by_guid = {item.guid: item for day in days.values() for item in day}
    kept = [LibraryPaper(by_guid[guid].title, by_guid[guid].abstract) for guid in reversed(library)]
    earlier: list[phrases.PaperText] = []
    taste = None
    for day in days.values():
        wanted = held.intersection(item.guid for item in day)
        if wanted and len(day) > _FIRST:
            taste = taste or profile.compile_profile(Profile(), kept, earlier[-_AROUND:])
            known = {item.guid: profile.match_profile(taste, item) for item in day}
            orders = {
                "chance": _chance(day),
                "the newest first": _newest(day),
                "votes alone": ranking.rank_papers(day),
                "likeness and votes": ranking.rank_papers(day, known),
            }
            for name, ordered in orders.items():
                first = {item.guid for item in ordered[:_FIRST]}
                found[name] += [guid in first for guid in wanted]
        earlier += [(item.title, item.abstract) for item in day]
