"""Write the rows of papers in the index of published issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from digest.model.papers import Paper
from digest.storage.ledger.queries import Queries, insert

_BITS = 32  # of a paper's number in the ledger
_WORD = "title, abstract, names, aliases, topic"
_FOUND = "paper, edition, date, ordinal, guid, topic, heading, facts"

Words = tuple[str, str | None, str, str, str]


class _Place(NamedTuple):
    """Where a paper stands now, and the date of its first issue."""

    first: str
    edition: str
    date: str
    ordinal: int
    guid: str
    topic: str | None
    heading: str | None


class IssuedRows(Queries):
    """The tables `found` and `word`: a row of each for every paper in a published issue."""

    def families(self, papers: Iterable[int]) -> dict[int, list[int]]:
        """Return the papers that these are or were merged into, each with all its aliases."""
        families: dict[int, list[int]] = {}
        for paper in papers:
            row = self._execute("SELECT main FROM alias WHERE paper = ?", (paper,)).fetchone()
            main = row[0] if row else paper
            if main not in families:
                sql = "SELECT paper FROM alias WHERE main = ? ORDER BY paper"
                families[main] = [main, *(alias for (alias,) in self._execute(sql, (main,)))]
        # One that became an alias, or is none any more, leaves no row of its own.
        aliases = {alias for family in families.values() for alias in family[1:]}
        return {**{alias: [] for alias in aliases}, **families}

    def write(self, families: Mapping[int, Sequence[int]], papers: Mapping[int, Paper]) -> None:
        """Write, replace or delete the rows of each family; ``papers`` are those of the ledger."""
        # In the order of the index: FTS5 writes numbers that do not rise in parts of their own.
        rows = []
        for main, family in families.items():
            place = self._place(main, family) if family and papers.get(main) else None
            rows.append((_sorted_number(main, place), main, family, place))
        for number, main, family, place in sorted(rows, key=lambda row: row[:2]):
            if place is None:
                self._delete(main)
            else:
                known = [papers[alias] for alias in family if alias in papers]
                self._put(number, known, place)

    def _place(self, main: int, family: Sequence[int]) -> _Place | None:
        """Return where a paper stands: in its newest issue. None if in none, or withdrawn."""
        marks = ",".join("?" * len(family))
        sql = f"SELECT 1 FROM withdrawn WHERE paper IN ({marks})"
        if self._execute(sql, family).fetchone():
            return None
        sql = f"""
            SELECT edition, date, ordinal, guid, topic, heading
            FROM place JOIN issue ON issue.id = place.issue
            WHERE paper IN ({marks}) ORDER BY issue.id DESC
        """
        rows = self._execute(sql, family).fetchall()
        if not rows:
            return None
        place = _Place(min(row[1] for row in rows), *rows[0])
        moved = self._execute("SELECT topic, name FROM moved WHERE paper = ?", (main,)).fetchone()
        return place._replace(topic=moved[0], heading=moved[1]) if moved else place

    def _delete(self, main: int) -> None:
        row = self._execute("SELECT id FROM found WHERE paper = ?", (main,)).fetchone()
        if row:
            for table, column in (("word", "rowid"), ("title_word", "rowid"), ("found", "id")):
                self._execute(f"DELETE FROM {table} WHERE {column} = ?", row)

    def _put(self, number: int, family: Sequence[Paper], place: _Place) -> None:
        paper = family[0]
        words = _words(family, place.topic)
        known = self._execute(f"SELECT {_WORD} FROM word WHERE rowid = ?", (number,)).fetchone()
        # To write the words again costs most, and most changes are new votes.
        if known != words:
            self._delete(paper.id)  # also if its first issue was another one
            self._execute(insert("word", f"rowid, {_WORD}"), (number, *words))
            title = (number, paper.title, words[-1])
            self._execute(insert("title_word", "rowid, title, topic"), title)
        self._execute("DELETE FROM found WHERE id = ?", (number,))
        facts = msgspec.json.encode(msgspec.structs.replace(paper, title="", abstract=None))
        row = (number, paper.id, *place[1:], facts)
        self._execute(insert("found", f"id, {_FOUND}"), row)


def _sorted_number(main: int, place: _Place | None) -> int:
    """Return the number of a row, which sorts papers by the date of their first issue."""
    if place is None:
        return main
    return (date.fromisoformat(place.first).toordinal() << _BITS) + main


def numbers_of(days: range) -> range:
    """Return the numbers that rows have whose papers were first issued on these days."""
    return range(days.start << _BITS, days.stop << _BITS)


def paper_of(facts: bytes, title: str, abstract: str | None) -> Paper:
    """Return the paper of a row."""
    paper = msgspec.json.decode(facts, type=Paper)
    return msgspec.structs.replace(paper, title=title, abstract=abstract)


def topic_word(topic: str | None) -> str:
    """Return the one word that stands for a topic: digits, which have no endings to be cut."""
    return str(int.from_bytes((topic or "").encode(), "big"))


def _words(family: Sequence[Paper], topic: str | None) -> Words:
    paper, *aliases = family
    organization = [paper.organization.name] if paper.organization else []
    names = "\n".join([*organization, *paper.authors])
    others = [[alias.title, alias.abstract or "", *alias.authors] for alias in aliases]
    return (
        paper.title,
        paper.abstract,
        names,
        "\n".join(text for alias in others for text in alias),
        topic_word(topic),
    )
