"""Papers, their keys and sightings: looked up once a batch, taken in once a batch."""

from __future__ import annotations

import functools
import hashlib
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from digest.model.changes import Known, Outcome, SightingResult
from digest.model.papers import Paper, Sighting
from digest.storage.ledger import similarity_blocks
from digest.storage.ledger.encoding import converted, decoded
from digest.storage.ledger.queries import Queries, insert, insert_new

_CHUNK = 500  # bound parameters a statement
COLUMNS = (
    "id, guid, intake, first_seen, page_date, late_from, arxiv_id, doi, title, abstract, facts"
)
_SIGHTING = "paper, dump, line, standing, because, upvotes, comments, stars, words"
_OWN = frozenset(COLUMNS.split(", ")) - {"facts"}
_FACTS = tuple(name for name in Paper.__struct_fields__ if name not in _OWN)
_facts_of = operator.attrgetter(*_FACTS)


class Papers(Queries):
    """Papers with their keys and sightings."""

    def look_up(self, keys: Iterable[str]) -> Known:
        """The papers that have any of these keys, aliases followed to the paper they are."""
        names = {key_hash(key): key for key in keys}
        known = Known({}, {}, {})
        sql = (
            "SELECT hash, coalesce(alias_of, id) FROM paper_key JOIN paper ON id = paper"
            " WHERE hash IN ({}) ORDER BY hash, id"
        )
        for digest, number in self._in_chunks(sql, sorted(names)):
            owners = known.by_key.setdefault(names[digest], [])
            if number not in owners:
                owners.append(number)
        numbers = sorted({number for owners in known.by_key.values() for number in owners})
        known.papers = {paper.id: paper for paper in self.by_number(numbers)}
        sql = "SELECT paper, fingerprint FROM variant WHERE paper IN ({})"
        for number, fingerprint in self._in_chunks(sql, numbers):
            known.variants.setdefault(number, set()).add(fingerprint)
        return known

    def by_number(self, numbers: Sequence[int]) -> Iterator[Paper]:
        """Papers of the ledger by their own numbers."""
        sql = f"SELECT {COLUMNS} FROM paper WHERE id IN ({{}}) ORDER BY id"
        return map(of_row, self._in_chunks(sql, numbers))

    def take_in(
        self, intake: int, dump: int, outcome: Outcome, late_from: str | None
    ) -> dict[int, int]:
        """Writes a batch; gives the numbers that new papers (below 0) were given."""
        (last,) = self._execute("SELECT coalesce(max(id), 0) FROM paper").fetchone()
        given = {number: last - number for number in outcome.new}
        self._executemany(
            insert("paper", COLUMNS),
            [
                _row(
                    msgspec.structs.replace(
                        paper, id=given[number], intake=intake, late_from=late_from
                    )
                )
                for number, paper in outcome.new.items()
            ],
        )
        self._executemany(
            insert_new("variant", "paper, fingerprint, words"),
            [(given.get(v.paper, v.paper), v.fingerprint, v.words) for v in outcome.variants],
        )
        self._write_touched(intake, outcome, given)
        self._executemany(
            insert("change", "intake, paper, kind, before, after"),
            [(intake, one.paper, one.kind, one.before, one.after) for one in outcome.changes],
        )
        hashes = sorted((key_hash(key), given.get(number, number)) for key, number in outcome.keys)
        self._executemany(insert_new("paper_key", "hash, paper"), hashes)
        found = ((given[number], hashes) for number, hashes in outcome.blocks.items())
        similarity_blocks.SimilarityBlocks(self._connection).record(found)
        self._executemany(
            insert_new("sighting", _SIGHTING),
            [_sighting_row(fate, dump, given) for fate in outcome.fates],
        )
        return given

    def _write_touched(self, intake: int, outcome: Outcome, given: dict[int, int]) -> None:
        self._executemany(
            "UPDATE paper SET arxiv_id = ?, doi = ?, title = ?, abstract = ?, facts = ?,"
            " revised = ? WHERE id = ?",
            [
                (
                    paper.arxiv_id,
                    paper.doi,
                    paper.title,
                    paper.abstract,
                    _facts(paper),
                    intake,
                    number,
                )
                for number, paper in outcome.touched.items()
            ],
        )
        aliases = [
            (given.get(eldest, eldest), given.get(number, number))
            for number, eldest in outcome.aliases.items()
        ]
        self._executemany("UPDATE paper SET alias_of = ? WHERE id = ?", aliases)
        self._executemany("UPDATE paper SET alias_of = ? WHERE alias_of = ?", aliases)
        self._executemany("UPDATE OR IGNORE variant SET paper = ? WHERE paper = ?", aliases)
        self._withdraw_with_aliases(sorted({eldest for eldest, _ in aliases}))

    def _withdraw_with_aliases(self, papers: Iterable[int]) -> None:
        """Withdraw these papers and all their aliases where one of them is withdrawn."""
        # Else a paper came back through another of its keys, once that turned out to be its own.
        sql = """
            UPDATE paper SET withdrawn = (
                SELECT min(same.withdrawn) FROM paper AS same
                WHERE same.id = :paper OR same.alias_of = :paper)
            WHERE withdrawn IS NULL AND (id = :paper OR alias_of = :paper)
        """
        self._executemany(sql, [{"paper": paper} for paper in papers])

    def _in_chunks(self, sql: str, values: Sequence[Any]) -> Iterator[Any]:
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            yield from self._execute(sql.format(",".join("?" * len(chunk))), chunk)

    def withdraw(self, paper: int, moment: str) -> None:
        """A paper, with its aliases, leaves pages and feeds; the first moment stays."""
        sql = "UPDATE paper SET withdrawn = coalesce(withdrawn, ?) WHERE id = ? OR alias_of = ?"
        self._execute(sql, (moment, paper, paper))


def of_row(row: Sequence[Any]) -> Paper:
    """A row of `COLUMNS` as a paper."""
    fields = dict(zip(COLUMNS.split(", ")[:-1], row, strict=False))
    return converted(fields | decoded(row[10], dict), Paper)


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
