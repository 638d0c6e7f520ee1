"""Papers, their keys and sightings: one look-up and one write for each batch of sightings."""

from __future__ import annotations

import functools
import hashlib
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from digest.model.changes import Known, Outcome, SightingResult
from digest.model.papers import Paper, Sighting
from digest.storage.ledger.encoding import convert, decode
from digest.storage.ledger.queries import Queries, insert, insert_new
from digest.storage.ledger.similarity_blocks import SimilarityBlocks

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
        """Return the papers that have any of these keys, and the variants of their texts.

        A key of an alias gives the paper that the alias was merged into.
        """
        names = {key_hash(key): key for key in keys}
        known = Known({}, {}, {})
        sql = (
            "SELECT hash, coalesce(alias_of, id) FROM paper_key JOIN paper ON id = paper"
            " WHERE hash IN ({}) ORDER BY hash, id"
        )
        # Sorted, so that neighbouring rows of the key table are read together.
        for digest, number in self._in_chunks(sql, sorted(names)):
            owners = known.by_key.setdefault(names[digest], [])
            # Papers may share a title; a paper and its alias count once.
            if number not in owners:
                owners.append(number)
        numbers = sorted({number for owners in known.by_key.values() for number in owners})
        known.papers = {paper.id: paper for paper in self.by_number(numbers)}
        sql = "SELECT paper, fingerprint FROM variant WHERE paper IN ({})"
        for number, fingerprint in self._in_chunks(sql, numbers):
            known.variants.setdefault(number, set()).add(fingerprint)
        return known

    def by_number(self, numbers: Sequence[int]) -> Iterator[Paper]:
        """Yield the papers with these numbers, in order if ``numbers`` is sorted.

        Numbers without a paper are left out.
        """
        sql = f"SELECT {COLUMNS} FROM paper WHERE id IN ({{}}) ORDER BY id"
        return map(paper_from_row, self._in_chunks(sql, numbers))

    def take_in(
        self, intake: int, dump: int, outcome: Outcome, late_from: str | None
    ) -> dict[int, int]:
        """Write the outcome of a batch; return the number of each new paper in the ledger.

        New papers have provisional numbers below 0 in ``outcome``, which are the keys of the
        result. ``late_from`` is the page date of a dump that came late, and is stored with its
        new papers.
        """
        (last,) = self._execute("SELECT coalesce(max(id), 0) FROM paper").fetchone()
        # The provisional numbers count down from -1, so these follow the last one in order.
        numbers = {number: last - number for number in outcome.new}
        self._insert_papers(intake, outcome, numbers, late_from)
        self._update_papers(intake, outcome, numbers)
        self._executemany(
            insert("change", "intake, paper, kind, before, after"),
            [
                (intake, change.paper, change.kind, change.before, change.after)
                for change in outcome.changes
            ],
        )
        # Sorted, so that neighbouring rows of the key table are written together.
        hashes = sorted(
            (key_hash(key), numbers.get(number, number)) for key, number in outcome.keys
        )
        self._executemany(insert_new("paper_key", "hash, paper"), hashes)
        blocks = ((numbers[number], block) for number, block in outcome.blocks.items())
        SimilarityBlocks(self._connection).record_blocks(blocks)
        # One line may show a paper twice, as in a minified API answer: one row is enough.
        self._executemany(
            insert_new("sighting", _SIGHTING),
            [_sighting_row(fate, dump, numbers) for fate in outcome.fates],
        )
        return numbers

    def _insert_papers(
        self, intake: int, outcome: Outcome, numbers: dict[int, int], late_from: str | None
    ) -> None:
        """Write new papers, and the variants of the texts of all papers."""
        self._executemany(
            insert("paper", COLUMNS),
            [
                _row(
                    msgspec.structs.replace(
                        paper, id=numbers[number], intake=intake, late_from=late_from
                    )
                )
                for number, paper in outcome.new.items()
            ],
        )
        self._executemany(
            insert_new("variant", "paper, fingerprint, words"),
            [(numbers.get(v.paper, v.paper), v.fingerprint, v.words) for v in outcome.variants],
        )

    def _update_papers(self, intake: int, outcome: Outcome, numbers: dict[int, int]) -> None:
        """Write changed papers, and mark those that were merged into another as its aliases."""
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
            (numbers.get(eldest, eldest), numbers.get(number, number))
            for number, eldest in outcome.aliases.items()
        ]
        self._executemany("UPDATE paper SET alias_of = ? WHERE id = ?", aliases)
        # Aliases of the alias follow, so that a look-up takes one step and never a chain.
        self._executemany("UPDATE paper SET alias_of = ? WHERE alias_of = ?", aliases)
        # OR IGNORE: both may have been seen with the same text.
        self._executemany("UPDATE OR IGNORE variant SET paper = ? WHERE paper = ?", aliases)
        self._withdraw_with_aliases(sorted({eldest for eldest, _ in aliases}))

    def _withdraw_with_aliases(self, papers: Iterable[int]) -> None:
        """Withdraw these papers and all their aliases if one of them is withdrawn."""
        # Else a withdrawn paper would come back under the key of its alias.
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
            # A list: a cursor would be closed with this generator, which may outlive the ledger.
            yield from self._execute(sql.format(",".join("?" * len(chunk))), chunk).fetchall()

    def withdraw(self, paper: int, moment: str) -> None:
        """Withdraw a paper and its aliases at this moment; those withdrawn before keep theirs."""
        sql = "UPDATE paper SET withdrawn = coalesce(withdrawn, ?) WHERE id = ? OR alias_of = ?"
        self._execute(sql, (moment, paper, paper))

    def bring_back(self, paper: int) -> None:
        """Undo the withdrawal of a paper and its aliases."""
        sql = "UPDATE paper SET withdrawn = NULL WHERE id = ? OR alias_of = ?"
        self._execute(sql, (paper, paper))


def paper_from_row(row: Sequence[Any]) -> Paper:
    """Return the paper in a row of `COLUMNS`. Raises `corruption` when a value does not fit."""
    fields = dict(zip(COLUMNS.split(", ")[:-1], row, strict=False))
    return convert(fields | decode(row[10], dict), Paper)


def _row(paper: Paper) -> tuple[Any, ...]:
    return (
        paper.id, paper.guid, paper.intake, paper.first_seen, paper.page_date, paper.late_from,
        paper.arxiv_id, paper.doi, paper.title, paper.abstract, _facts(paper),
    )  # fmt: skip


def _facts(paper: Paper) -> str:
    """Return the fields without a column of their own as JSON; empty ones are left out."""
    facts = zip(_FACTS, _facts_of(paper), strict=True)
    # Compared by identity: 0 equals False, and no votes are a fact.
    present = {
        name: value for name, value in facts if value not in (None, ()) and value is not False
    }
    return msgspec.json.encode(present).decode()


def _sighting_row(fate: SightingResult, dump: int, numbers: dict[int, int]) -> tuple[Any, ...]:
    sighting = fate.sighting
    # Its text is stored only when the paper has another one: most sightings repeat it.
    words = _words(sighting) if fate.own_words else None
    return (
        numbers.get(fate.paper, fate.paper), dump, sighting.line, fate.status, fate.because,
        sighting.upvotes, sighting.comments, sighting.stars, words,
    )  # fmt: skip


def _words(sighting: Sighting) -> str:
    return msgspec.json.encode({"title": sighting.title, "abstract": sighting.abstract}).decode()


@functools.lru_cache(maxsize=8192)  # the keys of a batch: looked up, then taken in
def key_hash(key: str) -> bytes:
    """Return the hash under which the key table holds a key."""
    return hashlib.blake2b(key.encode(), digest_size=16).digest()
