"""Find out from the beginning of a file how its labelled records are written.

Any field may stand above the title or below it. The lines between the records show which field
belongs to which title: rules, blank lines, and labels that repeat. A file may have damaged
records, so that the majority decides. Without any such line, the labels above the first title
and below the last one decide; a field that these leave open belongs to no record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, NamedTuple

from digest.parsers.input import lines
from digest.parsers.labelled_lines import labels
from digest.parsers.labelled_lines.labels import Label

_NEAR_LINES = 12  # between a title and its address or abstract, for a file to be recognised
_MIN_REPEATS = 2


class Layout(NamedTuple):
    """What separates the records of a file, and which labels stand where.

    Names are those of `Label.name`.
    """

    rules: bool = False  # whether a rule ends a record
    blanks: bool = False  # whether a blank line may end one
    starters: frozenset[str] = frozenset()  # the labels that begin a record after a blank line
    heads: frozenset[str] = frozenset()  # the labels above the title
    doubtful: frozenset[str] = frozenset()  # those that belong above or below, nobody knows
    learned: frozenset[str] = frozenset()  # unknown labels that the file repeats
    capitals: bool = True  # whether the labels begin with a capital letter


_Row = Label | Literal["blank", "rule", "text"]
_Chunk = list[Label]  # the known labels between two lines that separate records


def has_records(text: str) -> bool:
    """Return whether a title's label stands near one for an address or an abstract."""
    last_title = last_other = -_NEAR_LINES - 1
    for number, row in enumerate(text.split("\n")):
        label = labels.parse(row.strip(lines.BLANKS))
        if label is None or not label.value:
            continue
        if label.field == "title":
            last_title = number
        elif label.field in ("address", "abstract", "doi"):
            last_other = number
        if abs(last_title - last_other) <= _NEAR_LINES and min(last_title, last_other) >= 0:
            return True
    return False


def analyse(text: str, *, complete: bool) -> Layout:
    """Return the layout of the records in the first lines of a file.

    ``complete`` says whether the text is the whole file.
    """
    rows = [_row(row.strip(lines.BLANKS)) for row in text.split("\n")]
    learned = frozenset(_repeated_unknown(rows))
    capitals = re.search(r"(?m)^[^\w\n]*title\W", text) is None
    between_rules, between_blanks = (
        list(_chunks(rows, rules=True)),
        list(_chunks(rows, rules=False)),
    )
    rules, blanks = _separates(between_rules), _separates(between_blanks)
    if not (rules or blanks):
        heads, doubtful = _around_titles([*chain(*between_rules)], complete=complete)
        return Layout(heads=heads, doubtful=doubtful, learned=learned, capitals=capitals)
    ones = _with_one_title(between_blanks if blanks else between_rules)
    return Layout(
        rules,
        blanks,
        starters=frozenset(chunk[0].name for chunk in ones) if blanks else frozenset(),
        heads=_mostly_above(ones),
        learned=learned,
        capitals=capitals,
    )


def _row(row: str) -> _Row:
    if not row:
        return "blank"
    return labels.parse(row) or ("rule" if labels.is_rule(row) else "text")


def _repeated_unknown(rows: Iterable[_Row]) -> Iterator[str]:
    counts = Counter(
        row.name
        for row in rows
        if isinstance(row, Label) and row.field is None and labels.may_be_learned(row)
    )
    return (name for name, count in counts.items() if count >= _MIN_REPEATS)


def _chunks(rows: Iterable[_Row], *, rules: bool) -> Iterator[_Chunk]:
    """Yield the labels between rules, or those between blank lines that a label follows."""
    chunk: _Chunk = []
    after_blank = False
    for row in rows:
        if row == "blank":
            after_blank = True
            continue
        label = row if isinstance(row, Label) and row.field else None
        ends = row == "rule" or (not rules and after_blank and label)
        if ends and chunk:
            yield chunk
            chunk = []
        if label:
            chunk.append(label)
        after_blank = False
    if chunk:
        yield chunk


def _titles(chunk: _Chunk) -> int:
    return sum(label.field == "title" for label in chunk)


def _with_one_title(chunks: Iterable[_Chunk]) -> list[_Chunk]:
    return [chunk for chunk in chunks if _titles(chunk) == 1 and len(chunk) > 1]


def _separates(chunks: list[_Chunk]) -> bool:
    """Return whether most chunks are records: they have one title, and other labels.

    A chunk without a title is a part of a record if its fields stand in no record, else a
    damaged record.
    """
    ones = _with_one_title(chunks)
    fields = {label.field for chunk in ones for label in chunk}
    parts = sum(
        not _titles(chunk) and fields.isdisjoint(label.field for label in chunk) for chunk in chunks
    )
    # The file, or its beginning, may end behind the title of the last record.
    lone_titles = sum(len(chunk) == _titles(chunk) for chunk in chunks[:-1])
    several = sum(_titles(chunk) > 1 for chunk in chunks)
    return len(ones) > max(parts, lone_titles) and len(ones) >= several


def _mostly_above(ones: Iterable[_Chunk]) -> frozenset[str]:
    """Return the labels that stand above the title in most records that have them."""
    above: Counter[str] = Counter()
    for chunk in ones:
        weight = 1
        for label in chunk:
            if label.field == "title":
                weight = -1
            else:
                above[label.name] += weight
    return frozenset(name for name, count in above.items() if count > 0)


def _around_titles(chunk: _Chunk, *, complete: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Return the labels above the titles, and the doubtful ones, of records without borders."""
    at = [index for index, label in enumerate(chunk) if label.field == "title"]
    if not at:
        return frozenset(), frozenset()
    names = [label.name for label in chunk]
    first, last, between = set(names[: at[0]]), set(names[at[-1] :]), set(names[at[0] : at[-1]])
    if not complete:
        last = between - first
    doubtful = (first & last) | (between - first - last)
    title_names = {names[index] for index in at}
    return frozenset(first - last), frozenset(doubtful - title_names)
