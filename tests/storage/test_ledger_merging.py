"""Sightings in any order, on any pages, in any runs: the same papers, all accounted for."""

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
    """Give one ledger for all examples; each example is rolled back."""
    new = ledger(tmp_path_factory.mktemp("state"), "daily")
    yield new
    new.close()


@contextmanager
def rolled_back(opened: Ledger) -> Iterator[Ledger]:
    """Give the ledger for one example, and undo its writes at the end."""
    opened.connection.execute("BEGIN")
    try:
        yield opened
    finally:
        opened.connection.execute("ROLLBACK")


@st.composite
def sightings(draw: st.DrawFn, *, own_titles: bool = False) -> Sighting:
    """Draw a sighting of a paper: with both, one or none of its ids, under any title."""
    number = draw(st.integers(0, len(PAPERS) - 1))
    arxiv_id, doi = PAPERS[number]
    title = draw(st.sampled_from(TITLES))
    return sighting(
        f"{title} {number}" if own_titles else title,
        arxiv_id=draw(st.sampled_from((arxiv_id, None))),
        doi=draw(st.sampled_from((doi, None))),
        abstract=draw(st.sampled_from(ABSTRACTS)),
    )


def runs_of(sighting: st.SearchStrategy[Sighting]) -> st.SearchStrategy[list[Run]]:
    """Draw runs of pages of such sightings."""
    return st.lists(st.lists(st.lists(sighting, max_size=6), max_size=3), max_size=3)


RUNS = runs_of(sightings())


def take_in_runs(opened: Ledger, runs: list[Run], batch: int = 2000) -> list[Accounting]:
    """Take in runs and return the sums of each."""
    return [
        take_in(
            opened,
            *(dump(*page, name=f"{number}.txt") for number, page in enumerate(run)),
            batch=batch,
        )
        for run in runs
    ]


def names(papers: list[Paper]) -> list[tuple[str | None, ...]]:
    """Return what identifies each paper: its ids, else its title."""
    return sorted(
        (
            (paper.arxiv_id, paper.doi)
            if paper.arxiv_id or paper.doi
            else (paper.title.casefold(),)
            for paper in papers
        ),
        key=str,
    )


def expected_names(sightings: list[Sighting]) -> list[tuple[str | None, ...]]:
    """Return the names by the rules, from all sightings at once.

    Ids seen together are one paper. A sighting without an id joins a paper of its title.
    """
    both = {(one.arxiv_id, one.doi) for one in sightings if one.arxiv_id and one.doi}
    joined = {part for pair in both for part in pair}
    alone = {
        (one.arxiv_id, one.doi)
        for one in sightings
        if (one.arxiv_id or one.doi) and not {one.arxiv_id, one.doi} & joined
    }
    taken = {one.title for one in sightings if one.arxiv_id or one.doi}
    titles = {(one.title.casefold(),) for one in sightings if one.title not in taken}
    return sorted([*both, *alone, *titles], key=str)


@settings(deadline=None, max_examples=60)
@given(runs=RUNS)
def test_any_order_gives_the_same_papers(opened: Ledger, runs: list[Run]) -> None:
    """Different ids are never joined, and sightings of one paper are one paper."""
    with rolled_back(opened):
        take_in_runs(opened, runs)
        sightings = [one for run in runs for page in run for one in page]
        assert expected_names(sightings) == names(living(opened))


@given(runs=RUNS, batch=st.integers(1, 4))
def test_a_batch_border_makes_no_difference(opened: Ledger, runs: list[Run], batch: int) -> None:
    """Pages that are looked up in parts give the same papers and sums as whole pages."""
    with rolled_back(opened):
        whole = take_in_runs(opened, runs), living(opened)
    with rolled_back(opened):
        assert whole == (take_in_runs(opened, runs, batch), living(opened))


@given(runs=RUNS)
def test_everything_is_accounted_for(opened: Ledger, runs: list[Run]) -> None:
    """Sums add up, every sighting is an entry, and every new one makes a paper."""
    with rolled_back(opened):
        sums = take_in_runs(opened, runs)
        assert all(one.adds_up for one in sums)
        total = sum(sums, Accounting())
        shown = sum(len(page) for run in runs for page in run)
        assert (shown, _count(opened, "paper")) == (total.entries, total.new)


@given(runs=RUNS)
def test_a_guid_never_changes(opened: Ledger, runs: list[Run]) -> None:
    """Later runs change no guid and delete no paper, and no two papers have the same guid."""
    with rolled_back(opened):
        before: set[tuple[int, str]] = set()
        for run in runs:
            take_in_runs(opened, [run])
            now = set(opened.connection.execute("SELECT id, guid FROM paper").fetchall())
            assert before <= now
            before = now
        assert len(before) == len({guid for _, guid in before})


@given(runs=runs_of(sightings(own_titles=True)))
def test_the_same_again_is_all_known(opened: Ledger, runs: list[Run]) -> None:
    """Sightings that are taken in again are neither new nor changed.

    Each paper has its own titles here: a sighting without an id means the oldest paper of its
    title.
    """
    with rolled_back(opened):
        take_in_runs(opened, runs)
        again = sum(take_in_runs(opened, runs), Accounting())
        assert (0, 0) == (again.new, again.changed)


@given(runs=RUNS)
def test_an_alias_is_of_an_older_paper_that_is_no_alias(opened: Ledger, runs: list[Run]) -> None:
    """A look-up follows it once, so there must be no chains."""
    with rolled_back(opened):
        take_in_runs(opened, runs)
        sql = (
            "SELECT count(*) FROM paper AS one JOIN paper AS other ON other.id = one.alias_of"
            " WHERE other.alias_of IS NOT NULL OR other.id >= one.id"
        )
        assert (0,) == opened.connection.execute(sql).fetchone()


def test_rejects_are_entries(opened: Ledger) -> None:
    """A record that could not be completed is counted with the sightings."""
    with rolled_back(opened):
        page = dump(sighting(), rejects=(Reject(9, "cut"),))
        assert Accounting(dumps=1, entries=2, new=1, rejected=1) == take_in(opened, page)


def test_a_paper_has_its_date_whichever_page_comes_first(opened: Ledger) -> None:
    """A page without dates and one with them give the same paper in either order."""
    dated = sighting(arxiv_id="2611.00001", published="2026-11-20", published_text="Nov 20")
    plain = sighting(arxiv_id="2611.00001", upvotes=4)
    results = []
    for order in ((dated, plain), (plain, dated)):
        with rolled_back(opened):
            for one in order:
                take_in(opened, dump(one))
            results.append(living(opened))
    assert results[0] == results[1]
    assert ("2026-11-20", 4) == (results[0][0].published, results[0][0].upvotes)


def test_a_paper_that_is_twice_on_one_line_is_repeated(opened: Ledger) -> None:
    """A minified API answer has all its papers on line 1."""
    with rolled_back(opened):
        sums = take_in(opened, dump(sighting(), sighting()))
        assert Accounting(dumps=1, entries=2, new=1, repeated=1) == sums


def _count(opened: Ledger, table: str) -> int:
    (number,) = opened.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)
