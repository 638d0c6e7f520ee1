"""I1, I2: the quality of the order of papers, on real days from a data folder.

The folder holds ``captures/*.jsonl.gz``, one paper a line with ``day, id, title, summary,
authors, upvotes, comments, published``, and ``topics/labels-*.json``, lists of ``{"id",
"primary": [topics]}`` by human readers. For each topic of the labels one reader is simulated, who
wants all papers of that topic. The product's order is compared with a random one and with newest
first.
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

_MIN_PAPERS = 6  # of a day whose order is judged
_FIRST = 3  # papers of a day that a reader looks at
_MIN_LIBRARY = 10  # papers of a reader; the earlier half is the library
_BACKGROUND = 300  # earlier papers that a profile is compared with


def rows(data: Path) -> Iterator[measure.Row]:
    """Measure the correlation with hidden votes, then the recall of papers a reader wants."""
    days = load_days(data)
    yield from _correlations(days)
    readers = _readers(data, days)
    if readers:
        yield from _recalls(days, readers)


def load_days(data: Path) -> Days:
    """Return every paper once, on the first day that shows it."""
    days: Days = defaultdict(list)
    ids: set[str] = set()
    for file in sorted((data / "captures").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if record["id"] not in ids:
                    ids.add(record["id"])
                    days[record["day"]].append(_item(record))
    return dict(sorted(days.items()))


def _item(record: Mapping[str, object]) -> Item:
    paper = msgspec.convert(record, _Record)
    return Item(
        guid=paper.id,
        url="",
        title=text.mend(paper.title).text,
        abstract=text.mend(paper.summary).text,
        n_authors=len(paper.authors),
        published=paper.published[:10],
        upvotes=paper.upvotes,
        comments=paper.comments,
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
    """Return the product's order for papers without these counts."""
    hidden = dict.fromkeys(fields)
    return lambda items: ranking.rank_papers(
        msgspec.structs.replace(item, **hidden) for item in items
    )


def _correlations(days: Days) -> Iterator[measure.Row]:
    orders: list[tuple[str, Order]] = [
        ("chance", _chance),
        ("the newest first", _newest),
        ("the default order, votes and comments hidden", _without("upvotes", "comments")),
        ("the default order, votes hidden", _without("upvotes")),
    ]
    judged = [day for day in days.values() if len(day) >= _MIN_PAPERS]
    correlations = {
        name: statistics.mean(_spearman(order(day), day) for day in judged)
        for name, order in orders
    }
    yield from _compared("I1", "rank correlation with votes", correlations)


def _spearman(ordered: Sequence[Item], day: Sequence[Item]) -> float:
    """Return the rank correlation of an order with the votes. Equal votes share a rank."""
    votes = {item.guid: item.upvotes or 0 for item in day}
    counts = sorted(votes.values(), reverse=True)
    rank_of = {count: counts.index(count) + (counts.count(count) - 1) / 2 for count in set(counts)}
    ranks = [rank_of[votes[item.guid]] for item in ordered]
    return statistics.correlation(range(len(ranks)), ranks) if len(set(ranks)) > 1 else 0.0


def _readers(data: Path, days: Days) -> list[list[str]]:
    """Return the papers of each topic that has enough of them, in the order of the days."""
    labelled: dict[str, set[str]] = defaultdict(set)
    for file in sorted((data / "topics").glob("labels-*.json")):
        for label in json.loads(file.read_bytes()):
            for topic in label["primary"]:
                labelled[topic].add(label.get("id", ""))
    by_day = [item.guid for day in days.values() for item in day]
    readers = ([guid for guid in by_day if guid in labelled[topic]] for topic in sorted(labelled))
    return [papers for papers in readers if len(papers) >= _MIN_LIBRARY]


def _recalls(days: Days, readers: Sequence[Sequence[str]]) -> Iterator[measure.Row]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for papers in readers:
        half = len(papers) // 2
        _judge(days, papers[:half], frozenset(papers[half:]), hits)
    shares = {name: statistics.mean(hits_of_order) for name, hits_of_order in hits.items()}
    yield from _compared("I2", "wanted papers among a day's first 3", shares)


def _compared(name: str, what: str, values: Mapping[str, float]) -> Iterator[measure.Row]:
    """Yield a row for each order. The last one is the product's, and must reach all others."""
    *others, own = values
    for other in others:
        yield measure.Row(name, f"{what}: {other}", "to compare with", values[other], is_met=True)
    best = max(values[other] for other in others)
    yield measure.at_least(name, f"{what}: {own}", round(best, 3), values[own])


def _judge(
    days: Days, library: Sequence[str], later: frozenset[str], hits: dict[str, list[bool]]
) -> None:
    """Add to ``hits``, for each order, whether each wanted paper is among the first of its day.

    ``library`` has the guids of the reader's earlier papers, ``later`` those of the wanted ones.
    The profile is made from the library and earlier days, and from nothing later.
    """
    by_guid = {item.guid: item for day in days.values() for item in day}
    library_papers = [
        LibraryPaper(by_guid[guid].title, by_guid[guid].abstract) for guid in reversed(library)
    ]
    earlier: list[phrases.PaperText] = []
    compiled = None
    for day in days.values():
        guids = later.intersection(item.guid for item in day)
        if guids and len(day) > _FIRST:
            compiled = compiled or profile.compile_profile(
                Profile(), library_papers, earlier[-_BACKGROUND:]
            )
            matches = {item.guid: profile.match_profile(compiled, item) for item in day}
            orders = {
                "chance": _chance(day),
                "the newest first": _newest(day),
                "votes alone": ranking.rank_papers(day),
                "similarity and votes": ranking.rank_papers(day, matches),
            }
            for name, ordered in orders.items():
                first = {item.guid for item in ordered[:_FIRST]}
                hits[name] += [guid in first for guid in guids]
        earlier += [(item.title, item.abstract) for item in day]
