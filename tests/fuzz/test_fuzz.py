"""Six rules hold for whatever is done to a file of any format.

`tests.fuzz.judge` has the rules, `CONTRIBUTING.md` says how to use the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers import formats
from tests.fuzz import baseline, engine, layouts, memory, openings, seeds, shrink
from tests.fuzz.inputs import Input, make
from tests.fuzz.judge import Breach, judge
from tests.fuzz.papers import FLAVOURS, marks, paper

IN_A_TEST = 15  # inputs of a layout
SHORT, LONG = 20_000, 1_000_000
SHORT_PIECES = 1_000_000


@pytest.fixture
def data_folder(request: pytest.FixtureRequest) -> str | None:
    """Return the folder of further seeds, which stay where they are."""
    folder: str | None = request.config.getoption("--seeds")
    return folder


def _fail_for(tally: engine.Tally, folder: str | None = None) -> None:
    """Fail with each finding and the smallest input for it."""
    if tally.findings:
        pytest.fail("\n\n".join(engine.describe(tally.findings.values(), folder)), pytrace=False)


def _whole(layout: str) -> Input:
    return Input(0, layout, seeds.document(layout), steps=("nothing",))


def test_every_format_has_a_seed() -> None:
    """A format without one is never tried; add a `Layout` for it."""
    assert set(formats.ORDER) == {layout.format_name for layout in layouts.LAYOUTS}


@pytest.mark.parametrize("layout", layouts.BY_NAME)
def test_a_seed_is_read_as_it_was_written(layout: str) -> None:
    """By its own format, in words of any script."""
    format_name = formats.load(layouts.BY_NAME[layout].format_name).NAME
    assert format_name == baseline.read(_whole(layout).data).format_name
    for flavour in FLAVOURS:
        assert not isinstance(baseline.readings(layout, flavour), str)


@pytest.mark.parametrize("layout", layouts.BY_NAME)
def test_openings_are_counted_as_the_seed_has_them(layout: str) -> None:
    """Where the bytes of a format decide; the count calls no parser."""
    name = formats.load(layouts.BY_NAME[layout].format_name).NAME
    counted = openings.find(name, seeds.document(layout).data)
    assert counted is None or seeds.RECORDS == len(counted)


def test_all_fields_of_a_marked_paper_show_its_number() -> None:
    """Each field alone, and those of no other paper."""
    for number in range(1, 9):
        fields = paper(number)._asdict()
        for name in ("title", "id", "doi", "day", "shown", "author", "second", "abstract"):
            assert {number} == marks([fields[name]]), name


@pytest.mark.parametrize("layout", layouts.BY_NAME)
def test_the_rules_hold_in_every_layout(layout: str) -> None:
    """For the first inputs of each; `make soak` tries a million of all."""
    place, step = list(layouts.BY_NAME).index(layout), len(layouts.BY_NAME)
    numbers = range(place, place + IN_A_TEST * step, step)
    items = list(map(make, numbers))  # some of them are files without marks
    assert sum(item.seed == layout for item in items) > IN_A_TEST // 2
    tally = engine.Tally()
    for item in items:
        tally.add(item, judge(item))
    _fail_for(tally)


@pytest.mark.soak
def test_the_rules_hold_for_many_inputs(
    figure: Callable[[str], None], data_folder: str | None
) -> None:
    """Ten thousand of them, of all layouts, on all processors."""
    _judge(0, SHORT, figure, data_folder)


@pytest.mark.soak
@pytest.mark.long
def test_the_rules_hold_for_a_million_inputs(
    figure: Callable[[str], None], data_folder: str | None
) -> None:
    """As the shorter form, from another number on."""
    _judge(SHORT, LONG, figure, data_folder)


def _judge(start: int, count: int, figure: Callable[[str], None], folder: str | None) -> None:
    tally, seconds = engine.judge_all(start, count, folder)
    for line in tally.lines(seconds):
        figure(line)
    _fail_for(tally, folder)


@pytest.mark.soak
def test_a_file_of_a_repeated_piece_keeps_within_the_memory(
    figure: Callable[[str], None], tmp_path: Path
) -> None:
    """In one layout of each format, one piece of three bytes a million times."""
    first = {layout.format_name: layout.name for layout in reversed(layouts.LAYOUTS)}
    peaks = [
        memory.measure(layout, number, tmp_path, SHORT_PIECES)
        for number, layout in enumerate(sorted(first.values()))
    ]
    _judge_peaks(peaks, figure, max(memory.small_peak(name, tmp_path) for name in first.values()))


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("layout", layouts.BY_NAME)
def test_a_file_of_any_repeated_piece_keeps_within_the_memory(
    layout: str, figure: Callable[[str], None], tmp_path: Path
) -> None:
    """Forty pieces in every layout, behind a record and inside one."""
    peaks = [memory.measure(layout, number, tmp_path) for number in range(40)]
    _judge_peaks(peaks, figure, memory.small_peak(layout, tmp_path))


def _judge_peaks(peaks: list[memory.Peak], figure: Callable[[str], None], small: int) -> None:
    worst = max(peaks, key=lambda one: one.peak - 4 * one.size)
    figure(f"{len(peaks)} repeated pieces; a small file takes {small >> 20} MiB; {worst}")
    assert [] == [str(one) for one in peaks if not one.allowed]


def _breaks(item: Input, read: Callable[[bytes], Dump]) -> set[str]:
    return {breach.rule for breach in judge(item, read).breaches}


def _with_papers(dump: Dump, change: Callable[[list[object]], list[object]]) -> Dump:
    return msgspec.structs.replace(dump, sightings=tuple(change(list(dump.sightings))))


def test_a_reader_that_breaks_a_rule_is_found() -> None:
    """Each rule by a reader that breaks this one: the judge is no formality."""

    def loses(data: bytes) -> Dump:
        return _with_papers(baseline.read(data), lambda papers: papers[1:])

    def mixes(data: bytes) -> Dump:
        papers = list(baseline.read(data).sightings)
        moved = [
            msgspec.structs.replace(one, arxiv_id=other.arxiv_id)
            for one, other in zip(papers, [*papers[1:], papers[0]], strict=True)
        ]
        return msgspec.structs.replace(baseline.read(data), sightings=tuple(moved))

    def invents(data: bytes) -> Dump:
        return _with_papers(baseline.read(data), lambda papers: [*papers, papers[0]])

    def garbles(data: bytes) -> Dump:
        return baseline.read(data.decode("cp1252", "replace").encode())

    def fails(data: bytes) -> Dump:
        raise KeyError(data)

    def refuses(_data: bytes) -> Dump:
        raise Unreadable("it is \x1b[2Jred")

    ris = _whole("RIS")
    assert set() == _breaks(ris, baseline.read)
    assert {"conservation"} == _breaks(ris, loses)
    assert "belonging" in _breaks(ris, mixes)
    assert {"conservation"} == _breaks(ris, invents)
    assert {"conservation"} == _breaks(ris, garbles)
    assert {"encoding"} == _breaks(ris._replace(codec="utf-8-sig"), loses)
    assert {"nobody blocks"} == _breaks(ris, fails)
    assert {"nobody blocks"} == _breaks(ris, refuses)
    damaged = next(
        item for item in map(make, range(10_000))
        if item.seed == "RIS" and item.steps == ("drop a field",) and not item.packings
    )  # fmt: skip
    assert set() == _breaks(damaged, baseline.read)
    assert {"locality"} == _breaks(damaged, garbles)


def test_an_input_is_the_same_for_the_same_number() -> None:
    """So a number is enough to report one; numbers in a row differ."""
    assert [make(number).data for number in range(200)] == [
        make(number).data for number in range(200)
    ]
    assert len({make(number).data for number in range(200)}) > 150


def test_a_failing_input_is_made_smaller() -> None:
    """To what the failure needs: here a record that is left in the file."""

    def needs(data: bytes) -> Dump:
        if b"Cedar" in data:
            raise KeyError("Cedar")
        return baseline.read(data)

    item = _whole("RIS")
    breach = Breach("nobody blocks", "KeyError in ?")
    small = shrink.smallest(item, breach, lambda one: judge(one, needs))
    assert [3] == list(small.document.intact())
