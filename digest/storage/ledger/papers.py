"""Papers, their keys and sightings: looked up once a batch, taken in once a batch."""

from __future__ import annotations

import functools
import hashlib
import operator
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from digest.model.changes import Known, Outcome, SightingResult
from digest.model.papers import Paper, Sighting
from digest.storage.ledger import similarity_blocks
from digest.storage.ledger.encoding import converted, decoded

_CHUNK = 500  # bound parameters a statement
COLUMNS = (
    "id, guid, intake, first_seen, page_date, late_from, arxiv_id, doi, title, abstract, facts"
)
_OWN = frozenset(COLUMNS.split(", ")) - {"facts"}
_FACTS = tuple(name for name in Paper.__struct_fields__ if name not in _OWN)
_facts_of = operator.attrgetter(*_FACTS)

Database = sqlite3.Connection


def look_up(database: Database, keys: Iterable[str]) -> Known:
    """The papers that have any of these keys, aliases followed to the paper they are."""
    names = {key_hash(key): key for key in keys}
    known = Known({}, {}, {})
    sql = (
        "SELECT hash, coalesce(alias_of, id) FROM paper_key JOIN paper ON id = paper"
        " WHERE hash IN ({}) ORDER BY hash, id"
    )
    for digest, number in _in_chunks(database, sql, sorted(names)):
        owners = known.by_key.setdefault(names[digest], [])
        if number not in owners:
            owners.append(number)
    numbers = sorted({number for owners in known.by_key.values() for number in owners})
    known.papers = {paper.id: paper for paper in by_number(database, numbers)}
    sql = "SELECT paper, fingerprint FROM variant WHERE paper IN ({})"
    for number, fingerprint in _in_chunks(database, sql, numbers):
        known.variants.setdefault(number, set()).add(fingerprint)
    return known


def by_number(database: Database, numbers: Sequence[int]) -> Iterator[Paper]:
    """Papers of the ledger by their own numbers."""
    sql = f"SELECT {COLUMNS} FROM paper WHERE id IN ({{}}) ORDER BY id"
    return map(of_row, _in_chunks(database, sql, numbers))


def of_row(row: Sequence[Any]) -> Paper:
    """A row of `COLUMNS` as a paper."""
    fields = dict(zip(COLUMNS.split(", ")[:-1], row, strict=False))
    return converted(fields | decoded(row[10], dict), Paper)


def take_in(
    database: Database, intake: int, dump: int, outcome: Outcome, late_from: str | None
) -> dict[int, int]:
    """Writes a batch; gives the numbers that new papers (below 0) were given."""
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM paper").fetchone()
    given = {number: last - number for number in outcome.new}
    database.executemany(
        f"INSERT INTO paper ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            _row(
                msgspec.structs.replace(paper, id=given[number], intake=intake, late_from=late_from)
            )
            for number, paper in outcome.new.items()
        ],
    )
    database.executemany(
        "INSERT OR IGNORE INTO variant VALUES (?, ?, ?)",
        [(given.get(v.paper, v.paper), v.fingerprint, v.words) for v in outcome.variants],
    )
    _write_touched(database, intake, outcome, given)
    database.executemany(
        "INSERT INTO change VALUES (NULL, ?, ?, ?, ?, ?)",
        [(intake, one.paper, one.kind, one.before, one.after) for one in outcome.changes],
    )
    hashes = sorted((key_hash(key), given.get(number, number)) for key, number in outcome.keys)
    database.executemany("INSERT OR IGNORE INTO paper_key VALUES (?, ?)", hashes)
    found = ((given[number], hashes) for number, hashes in outcome.blocks.items())
    similarity_blocks.record(database, found)
    database.executemany(
        "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_sighting_row(fate, dump, given) for fate in outcome.fates],
    )
    return given


def _write_touched(
    database: Database, intake: int, outcome: Outcome, given: dict[int, int]
) -> None:
    database.executemany(
        "UPDATE paper SET arxiv_id = ?, doi = ?, title = ?, abstract = ?, facts = ?, revised = ?"
        " WHERE id = ?",
        [
            (paper.arxiv_id, paper.doi, paper.title, paper.abstract, _facts(paper), intake, number)
            for number, paper in outcome.touched.items()
        ],
    )
    aliases = [
        (given.get(eldest, eldest), given.get(number, number))
        for number, eldest in outcome.aliases.items()
    ]
    database.executemany("UPDATE paper SET alias_of = ? WHERE id = ?", aliases)
    database.executemany("UPDATE paper SET alias_of = ? WHERE alias_of = ?", aliases)
    database.executemany("UPDATE OR IGNORE variant SET paper = ? WHERE paper = ?", aliases)
    _withdraw_with_aliases(database, sorted({eldest for eldest, _ in aliases}))


def _withdraw_with_aliases(database: Database, papers: Iterable[int]) -> None:
    """Withdraw these papers and all their aliases where one of them is withdrawn."""
    # Else a paper came back through another of its keys, once that turned out to be its own.
    sql = """
        UPDATE paper SET withdrawn = (
            SELECT min(same.withdrawn) FROM paper AS same
            WHERE same.id = :paper OR same.alias_of = :paper)
        WHERE withdrawn IS NULL AND (id = :paper OR alias_of = :paper)
    """
    database.executemany(sql, [{"paper": paper} for paper in papers])


def _row(paper: Paper) -> tuple[Any, ...]:
    return (
        paper.id, paper.guid, paper.intake, paper.first_seen, paper.page_date, paper.late_from,
        paper.arxiv_id, paper.doi, paper.title, paper.abstract, _facts(paper),
    )  # fmt: skip


def _facts(paper: Paper) -> str:
    """Everything else a page shows, without what it does not say."""
    facts = zip(_FACTS, _facts_of(paper), strict=True)
    held = {name: value for name, value in facts if value is not None and value != ()}
    return msgspec.json.encode(held).decode()


def _sighting_row(fate: SightingResult, dump: int, given: dict[int, int]) -> tuple[Any, ...]:
    """A sighting; its own words only where the paper does not hold them."""
    sighting = fate.sighting
    words = _words(sighting) if fate.own_words else None
    return (
        given.get(fate.paper, fate.paper), dump, sighting.line, fate.status, fate.because,
        sighting.upvotes, sighting.comments, sighting.stars, words,
    )  # fmt: skip


def _words(sighting: Sighting) -> str:
    return msgspec.json.encode({"title": sighting.title, "abstract": sighting.abstract}).decode()


@functools.lru_cache(maxsize=8192)  # the keys of a batch: looked up, then taken in
def key_hash(key: str) -> bytes:
    """What the key table holds of a key."""
    return hashlib.blake2b(key.encode(), digest_size=16).digest()


def _in_chunks(database: Database, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        yield from database.execute(sql.format(",".join("?" * len(chunk))), chunk)


def withdraw(database: Database, paper: int, moment: str) -> None:
    """A paper, with its aliases, leaves pages and feeds; the first moment stays."""
    sql = "UPDATE paper SET withdrawn = coalesce(withdrawn, ?) WHERE id = ? OR alias_of = ?"
    database.execute(sql, (moment, paper, paper))
