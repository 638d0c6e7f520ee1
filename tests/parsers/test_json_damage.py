"""Damage in one object of JSON stays inside it, and no content takes much memory or raises."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting

COUNT = 4
STYLES: tuple[dict[str, Any], ...] = ({}, {"separators": (",", ":")}, {"indent": 1})
WRAPPERS: dict[str, Callable[[list[Any]], Any]] = {
    "a list": lambda records: records,
    "an object": lambda records: {"date": "2026-11-18", "papers": records},
    "an answer": lambda records: {"messages": [{"status": "ok"}], "collection": records},
    "inner objects": lambda records: {"message": {"facets": {}, "items": records, "query": None}},
    "a feed": lambda records: {
        "version": "https://jsonfeed.org/version/1.1", "title": "Kelp", "items": records,
    },
}  # fmt: skip
_READ = """
import sys
from digest import errors, parsers
with open(sys.argv[1], "rb") as stream:
    try:
        dump = parsers.read_dump("page", stream)
        print(len(dump.sightings), len(dump.rejects))
    except errors.Unreadable as error:
        print(error)
"""
# A list with one paper that is cut off, and a piece that is repeated behind it.
BEGIN = b'[{"title":"Kelp","abstract":"abc","arxiv_id":"2611.00001"}'
PIECES = (
    b'"', b'{"a":', b'"\\u0041', b"1\n", b"[1,", b'""', b"[],", b',"ab"', b",1.5", b",{}", b"{",
    b",{'a':1}", b',{"title":1}', b'{"title":"x",', b'{"\\"', b"'", b"\\",
    b',"\xf0\x9f\x98\x80 a b c d e f"', b',{"a":[0],"b":[1],"c":[2]}',
)  # fmt: skip
BOUND = 64 << 20


def record(number: int) -> dict[str, Any]:
    """Return a paper with quotation marks, brackets and inner objects."""
    return {
        "id": f"https://arxiv.org/abs/2611.0000{number}",
        "title": f"Kelp number {number}",
        "authors": [{"name": "Ann Bee", "id": None}, {"name": "Carl Dee", "id": 3}],
        "abstract": f'We count {{kelp}} "{number}" [x], and say so.',
        "content_text": f'We count {{kelp}} "{number}" [x], and say so.',
    }


def load(text: str) -> Dump:
    """Read this text; a refused one gives a dump without papers."""
    try:
        return parsers.read_dump("day.json", io.BytesIO(text.encode()))
    except Unreadable:
        return Dump(name="", format_name="", source="", page_date=None, sightings=())


def words(paper: Sighting) -> tuple[object, ...]:
    """Return what is compared of a paper: all but its line and the category of its list."""
    return paper.title, paper.arxiv_id, paper.abstract, paper.authors


@given(st.data())
def test_damage_in_one_record_leaves_its_neighbours_as_they_are(data: st.DataObject) -> None:
    """Any characters of one record removed or added: all others are read the same.

    The damaged record is read or has a line. Damage between two records may have a line too.
    """
    wrap = WRAPPERS[data.draw(st.sampled_from(sorted(WRAPPERS)))]
    style = data.draw(st.sampled_from(STYLES))
    whole = json.dumps(wrap([record(number) for number in range(COUNT)]), **style)
    damaged = data.draw(st.integers(0, COUNT - 1))
    marks = [whole.index(f"2611.0000{number}") for number in range(COUNT)]
    begin = marks[damaged]
    end = whole.index("Kelp number", begin) + 60
    at = data.draw(st.integers(begin, end))
    removed = data.draw(st.integers(0, 3))
    added = data.draw(st.text(st.sampled_from("\"{}[],:\\x\n'0"), max_size=1))
    dump = load(whole[:at] + added + whole[at + removed :])
    others = {words(paper) for paper in load(whole).sightings if damaged != _number(paper)}
    assert others <= {words(paper) for paper in dump.sightings}
    assert COUNT <= dump.entries <= COUNT + 1


def _number(paper: Sighting) -> int:
    return int(paper.title[-1])


@given(st.permutations(sorted(record(1))), st.sets(st.sampled_from(sorted(record(1)))))
def test_fields_in_any_order_belong_to_their_record(order: list[str], missing: set[str]) -> None:
    """Without an id or a title, a record takes neither from the one before or after it."""
    partial = {key: record(1)[key] for key in order if key not in missing}
    dump = load(json.dumps({"papers": [record(0), partial, record(2)]}))
    assert 3 == dump.entries
    ids = {paper.title: paper.arxiv_id for paper in dump.sightings}
    own = ids.pop("Kelp number 1", None)
    assert {"Kelp number 0": "2611.00000", "Kelp number 2": "2611.00002"} == ids
    assert own == (None if "id" in missing or "title" in missing else "2611.00001")


@given(st.lists(st.sampled_from(["paper", "no title", "null", "number", "text"]), min_size=1))
def test_each_member_of_a_list_is_read_or_rejected(kinds: list[str]) -> None:
    """Objects, and values that are none, add up."""
    values = {"no title": {"id": "2611.00001"}, "null": None, "number": 3, "text": "words"}
    members = [record(0), *(values.get(kind, record(1)) for kind in kinds)]
    dump = load(json.dumps({"papers": members}))
    assert len(members) == dump.entries
    assert 1 + kinds.count("paper") == len(dump.sightings)


@pytest.mark.parametrize(
    ("change", "papers", "rejects"),
    [
        (lambda text: text.replace("]}", ",]}").replace("}}", ",}}"), 4, 0),
        (lambda text: text.replace('"id": 3', '"id": NaN'), 4, 0),
        (lambda text: text.replace('"id": 3', f'"id": {"9" * 5000}'), 4, 0),
        (lambda text: text.replace('"id": 3', '"id": 1e999999'), 4, 0),
        (lambda text: text.replace("say so", "\\ud83d say so"), 4, 0),
        (lambda text: text.replace("say so", "say\nso"), 4, 0),
        (lambda text: text.replace('"title"', '"id": "x", "title"', 1), 4, 0),
        (lambda text: "\ufeff" + text, 4, 0),
        (lambda text: text[: text.rindex("Kelp")], 3, 1),
        (lambda text: text.replace('"id": 3', '"id": ' + "[" * 100_000, 1), 3, 1),
        (lambda text: text.replace("say so", "so " * 4_000_000, 1), 3, 1),
        (lambda text: text.replace(', {"id": "https', ' {"id": "https'), 4, 1),
        (lambda text: text[text.index("[") + 1 : -2].replace(', {"id": "h', '{"id": "h'), 4, 0),
        (lambda text: repr(json.loads(text)), 4, 0),
        (lambda text: repr(json.loads(text)).replace("number 2'", "number 2"), 3, 1),
    ],
)  # fmt: skip
def test_a_kind_of_damage_costs_no_more_than_its_record(
    change: Callable[[str], str], papers: int, rejects: int
) -> None:
    """Mistakes that a decoder can take are no damage."""
    whole = json.dumps({"papers": [record(number) for number in range(COUNT)]})
    dump = load(change(whole))
    assert (papers, rejects) == (len(dump.sightings), len(dump.rejects))


@pytest.mark.parametrize("piece", PIECES[:3])
def test_a_dense_file_keeps_within_the_memory_limit(piece: bytes, tmp_path: Path) -> None:
    """The system ends a reader that takes more than 64 MiB and four times the file."""
    check_memory(tmp_path, piece, 2_000_000)


@pytest.mark.soak
@pytest.mark.parametrize("end", [pytest.param(b"", marks=pytest.mark.long), b"]"])
@pytest.mark.parametrize("piece", PIECES)
def test_a_large_dense_file_keeps_within_the_memory_limit(
    piece: bytes, end: bytes, tmp_path: Path
) -> None:
    """Whatever is repeated, and whether the list is closed or not."""
    check_memory(tmp_path, piece, 12_000_000, end)


def check_memory(folder: Path, piece: bytes, size: int, end: bytes = b"") -> None:
    """Fail unless a file of this size is read or refused within the limit."""
    file = folder / "dense.json"
    file.write_bytes(BEGIN + piece * (size // len(piece)) + end)
    command = [sys.executable, "-c", _READ, str(file)]
    answered = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=lambda: _limit(size), check=False
    )
    assert (0, "") == (answered.returncode, answered.stderr)
    assert answered.stdout.strip()


def _limit(size: int) -> None:
    # Of the address space, in which the interpreter and its libraries have 40 MiB.
    resource.setrlimit(resource.RLIMIT_AS, (BOUND + (40 << 20) + 4 * size,) * 2)


@pytest.mark.parametrize(
    "cut", ['"as": [{"name": "A", "b": [{}]}', '"as": [{"ne"}', '"as": [["b"]']
)
def test_a_list_that_is_never_closed_swallows_no_record(cut: str) -> None:
    """The record behind it is read as if it stood alone."""
    records = ",\n".join(json.dumps(record(number)) for number in range(2))
    text = f'{{"papers": [\n{{"id": "x", "title": "Cut", {cut},\n{records}]}}'
    dump = parsers.read_dump("page", io.BytesIO(text.encode()))
    assert ["Kelp number 0", "Kelp number 1"] == [
        paper.title for paper in dump.sightings if paper.title != "Cut"
    ]
