"""Sightings in any order and any cut into pages and runs: the same papers, all accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.issues import Accounting
from digest.model.papers import Paper, Reject, Sighting
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, living, sighting, take_in

TITLES = ("Lanterns", "Tunnels", "Moss")
ABSTRACTS = (None, "Tunnels are dark.", "Tunnels are darker.")
PAPERS = (
    ("2611.00001", "10.5555/a"),
    ("2611.00002", "10.5555/b"),
    ("2611.00003", None),
    (None, "10.5555/c"),
    (None, None),
)
Run = list[list[Sighting]]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One real ledger; each example is rolled back."""
    found = ledger(tmp_path_factory.mktemp("state"), "daily")
    yield found
    found.close()


@contextmanager
def thrown_away(opened: Ledger) -> Iterator[Ledger]:
    """The ledger for one example."""
    opened.connection.execute("BEGIN")
    try:
        yield opened
    finally:
        opened.connection.execute("ROLLBACK")


@st.composite
def sightings(draw: st.DrawFn, *, own_titles: bool = False) -> Sighting:
    """A paper as some page shows it: with both, one or none of its ids, under any title."""
    number = draw(st.integers(0, len(PAPERS) - 1))
    arxiv_id, doi = PAPERS[number]
    title = draw(st.sampled_from(TITLES))
    return sighting(
        f"{title} {number}" if own_titles else title,
        arxiv_id=draw(st.sampled_from((arxiv_id, None))),
        doi=draw(st.sampled_from((doi, None))),
        abstract=draw(st.sampled_from(ABSTRACTS)),
    )


def runs_of(shown: st.SearchStrategy[Sighting]) -> st.SearchStrategy[list[Run]]:
    """Runs of pages of these."""
    return st.lists(st.lists(st.lists(shown, max_size=6), max_size=3), max_size=3)


RUNS = runs_of(sightings())


def taken_in(opened: Ledger, runs: list[Run], batch: int = 2000) -> list[Accounting]:
    """Every run's sums."""
    return [
        take_in(
            opened,
            *(dump(*page, name=f"{number}.txt") for number, page in enumerate(run)),
            batch=batch,
        )
        for run in runs
    ]


def names(found: list[Paper]) -> list[tuple[str | None, ...]]:
    """What tells these papers apart: their ids, else their title."""
    return sorted(
        (
            (one.arxiv_id, one.doi) if one.arxiv_id or one.doi else (one.title.casefold(),)
            for one in found
        ),
        key=str,
    )


def expected_names(shown: list[Sighting]) -> list[tuple[str | None, ...]]:
    """The same by the rules: ids seen together are one paper, a title without any id joins."""
    both = {(one.arxiv_id, one.doi) for one in shown if one.arxiv_id and one.doi}
    joined = {part for pair in both for part in pair}
    alone = {
        (one.arxiv_id, one.doi)
        for one in shown
        if (one.arxiv_id or one.doi) and not {one.arxiv_id, one.doi} & joined
    }
    taken = {one.title for one in shown if one.arxiv_id or one.doi}
    titles = {(one.title.casefold(),) for one in shown if one.title not in taken}
    return sorted([*both, *alone, *titles], key=str)


@settings(deadline=None, max_examples=150)
@given(runs=RUNS)
def test_any_order_gives_the_same_papers(opened: Ledger, runs: list[Run]) -> None:
    """Whatever comes first, ids are never bridged, and what belongs together is one."""
    with thrown_away(opened):
        taken_in(opened, runs)
        shown = [one for run in runs for page in run for one in page]
        assert expected_names(shown) == names(living(opened))


@settings(deadline=None, max_examples=60)
@given(runs=RUNS, batch=st.integers(1, 4))
def test_a_batch_border_makes_no_difference(opened: Ledger, runs: list[Run], batch: int) -> None:
    """Pages looked up in pieces give the papers and sums of pages looked up whole."""
    with thrown_away(opened):
        whole = taken_in(opened, runs), living(opened)
    with thrown_away(opened):
        assert whole == (taken_in(opened, runs, batch), living(opened))


@settings(deadline=None, max_examples=60)
@given(runs=RUNS)
def test_everything_is_accounted_for(opened: Ledger, runs: list[Run]) -> None:
    """Sums add up, every sighting has a fate and a row, and each new one made a paper."""
    with thrown_away(opened):
        sums = taken_in(opened, runs)
        assert all(one.adds_up for one in sums)
        total = sum(sums, Accounting())
        shown = sum(len(page) for run in runs for page in run)
        assert (shown, _count(opened, "paper")) == (total.entries, total.new)


@settings(deadline=None, max_examples=40)
@given(runs=RUNS)
def test_a_guid_never_changes(opened: Ledger, runs: list[Run]) -> None:
    """Whatever later runs learn, no paper's name changes and none goes away."""
    with thrown_away(opened):
        before: set[tuple[int, str]] = set()
        for run in runs:
            taken_in(opened, [run])
            now = set(opened.connection.execute("SELECT id, guid FROM paper").fetchall())
            assert before <= now
            before = now
        assert len(before) == len({guid for _, guid in before})


@settings(deadline=None, max_examples=40)
@given(runs=runs_of(sightings(own_titles=True)))
def test_the_same_again_is_all_known(opened: Ledger, runs: list[Run]) -> None:
    """What was seen once, with whatever words, is neither new nor changed afterwards.

    Where no two papers bear one title: a sighting without id means the oldest of them.
    """
    with thrown_away(opened):
        taken_in(opened, runs)
        again = sum(taken_in(opened, runs), Accounting())
        assert (0, 0) == (again.new, again.changed)


@settings(deadline=None, max_examples=40)
@given(runs=RUNS)
def test_an_alias_leads_to_a_living_paper(opened: Ledger, runs: list[Run]) -> None:
    """One step, never a chain: a look-up follows it once."""
    with thrown_away(opened):
        taken_in(opened, runs)
        sql = (
            "SELECT count(*) FROM paper AS one JOIN paper AS other ON other.id = one.alias_of"
            " WHERE other.alias_of IS NOT NULL OR other.id >= one.id"
        )
        assert (0,) == opened.connection.execute(sql).fetchone()


def test_rejects_are_entries(opened: Ledger) -> None:
    """A stretch that could not be completed is counted with the sightings."""
    with thrown_away(opened):
        page = dump(sighting(), rejects=(Reject(9, "cut"),))
        assert Accounting(dumps=1, entries=2, new=1, rejected=1) == take_in(opened, page)


def test_a_page_without_dates_and_one_with_them(opened: Ledger) -> None:
    """The paper has its date whichever page came first, and its guid stays."""
    dated = sighting(arxiv_id="2611.00001", published="2026-11-20", published_text="Nov 20")
    plain = sighting(arxiv_id="2611.00001", upvotes=4)
    found = []
    for order in ((dated, plain), (plain, dated)):
        with thrown_away(opened):
            for one in order:
                take_in(opened, dump(one))
            found.append(living(opened))
    assert found[0] == found[1]
    assert ("2026-11-20", 4) == (found[0][0].published, found[0][0].upvotes)


def test_a_paper_twice_on_one_line(opened: Ledger) -> None:
    """A minified answer that lists a paper twice has both on line 1."""
    with thrown_away(opened):
        sums = take_in(opened, dump(sighting(), sighting()))
        assert Accounting(dumps=1, entries=2, new=1, repeated=1) == sums


def _count(opened: Ledger, table: str) -> int:
    (number,) = opened.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)
