"""Papers in the ledger: looked up by keys, taken in, found again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.matching import identity
from digest.model.papers import Organization, Sighting
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, ledger, living, sighting, take_in

FULL = Sighting(
    title="Lanterns for Long Tunnels 😀",
    abstract="Tunnels are dark.\nWe hang lanterns.",
    arxiv_id="2611.00001",
    doi="10.5555/lantern.1",
    url="https://example.org/1",
    authors=("Ada Vance", "Bo Imrie"),
    n_authors=2,
    organization=Organization("northfield", "Northfield Lab"),
    published="2026-11-20",
    published_text="Nov 20",
    upvotes=0,
    comments=3,
    code_url="https://example.org/code",
    stars=7,
    summary="Lanterns light tunnels.",
    categories=("cs.RO", "cs.CV"),
    line=12,
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def test_a_paper_comes_back_as_it_was_shown(opened: Ledger) -> None:
    """Every field, with the run and the page it came in."""
    take_in(opened, dump(FULL))
    (found,) = living(opened)
    shown = {name: getattr(FULL, name) for name in Sighting.__struct_fields__ if name != "line"}
    assert shown == {name: getattr(found, name) for name in shown}
    assert (1, 1, MOMENT, "2026-11-22", None) == (
        found.id, found.intake, found.first_seen, found.page_date, found.late_from,
    )  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_each_key_finds_it(opened: Ledger, number: int) -> None:
    """By its arXiv id, its DOI and its title."""
    take_in(opened, dump(FULL))
    key = identity.keys(FULL)[number]
    known = opened.papers.look_up([key])
    assert {key: [1]} == known.by_key
    assert living(opened) == list(known.papers.values())


def test_more_keys_than_a_statement_holds(opened: Ledger) -> None:
    """A look-up in pieces finds the first, the last and all between, and nothing else."""
    many = [sighting(f"Lanterns {n}", arxiv_id=f"2611.{n:05}") for n in range(1203)]
    take_in(opened, dump(*many))
    opened.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)  # of older systems
    wanted = {key for one in many for key in identity.keys(one)}
    known = opened.papers.look_up(wanted | {"title:moss", "arxiv:2611.99999"})
    assert wanted == known.by_key.keys()
    assert 1203 == len(known.papers)


def test_a_look_up_of_nothing(opened: Ledger) -> None:
    """An empty page asks for nothing and gets it."""
    known = opened.papers.look_up([])
    assert ({}, {}, {}) == (known.by_key, known.papers, known.variants)


def test_an_alias_is_found_as_the_paper_it_is(opened: Ledger) -> None:
    """Under its own keys, and with the words either was seen with."""
    take_in(opened, dump(sighting("First Title", abstract="Dark.")))
    take_in(opened, dump(sighting("Second Title", arxiv_id="2611.00001", abstract="Darker.")))
    take_in(opened, dump(sighting("Second Title", arxiv_id="2611.00001", abstract="Darkest.")))
    take_in(opened, dump(sighting("First Title", arxiv_id="2611.00001")))
    known = opened.papers.look_up(["title:second title"])
    assert {"title:second title": [1]} == known.by_key
    assert ["2611.00001"] == [one.arxiv_id for one in known.papers.values()]
    for abstract in ("Dark.", "Darker.", "Darkest."):
        assert 1 == take_in(opened, dump(sighting("Second Title", abstract=abstract))).known


def test_an_alias_of_an_alias_leads_to_the_oldest(opened: Ledger) -> None:
    """Whatever runs it took to find out, a look-up follows one step."""
    for title, arxiv_id in (
        ("First Title", None), ("Second Title", None), ("Third Title", "2611.00001"),
        ("Second Title", "2611.00001"), ("First Title", "2611.00001"),
    ):  # fmt: skip
        take_in(opened, dump(sighting(title, arxiv_id=arxiv_id)))
    assert [1] == [one.id for one in living(opened)]
    assert {"title:third title": [1]} == opened.papers.look_up(["title:third title"]).by_key


def test_a_withdrawn_paper_is_still_known(opened: Ledger) -> None:
    """So it is not new when a page shows it again."""
    take_in(opened, dump(FULL))
    opened.papers.withdraw(1, MOMENT)
    assert MOMENT == opened.explain.withdrawal(1)
    assert 1 == take_in(opened, dump(FULL)).known


def test_late_papers_bear_the_day_they_should_have_come(opened: Ledger) -> None:
    """Only those first seen on the late page; a known one keeps what it had."""
    take_in(opened, dump(sighting("Known")))
    late = dump(sighting("Known"), sighting("Late"), page_date="2026-11-20")
    take_in(opened, late, late_from="2026-11-20")
    assert [None, "2026-11-20"] == [one.late_from for one in living(opened)]


def test_where_a_paper_was_seen(opened: Ledger) -> None:
    """In order, also as its alias, with its own words only where the paper holds others."""
    take_in(opened, dump(sighting("First Title", upvotes=3, line=5)))
    take_in(opened, dump(sighting("Second Title", arxiv_id="2611.00001"), name="b.txt"))
    take_in(opened, dump(sighting("First Title", arxiv_id="2611.00001"), name="c.txt"))
    seen = opened.explain.sightings(1)
    assert ["page.txt", "b.txt", "c.txt"] == [one.dump for one in seen]
    assert ["new", "new", "known"] == [one.standing for one in seen]
    assert (3, 5, None) == (seen[0].upvotes, seen[0].line, seen[0].words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lanterns", ["Lanterns at 100%", "Lanterns_2"]),
        ("100%", ["Lanterns at 100%"]),
        ("%", ["Lanterns at 100%"]),
        ("s_", ["Lanterns_2"]),
        ("moss", []),
        ("' OR 1=1 --", []),
    ],
)
def test_titles_are_found_by_their_words(opened: Ledger, words: str, expected: list[str]) -> None:
    """Signs that mean something to a database mean themselves."""
    take_in(opened, dump(sighting("Lanterns at 100%"), sighting("Lanterns_2"), sighting("Other")))
    assert expected == sorted(one.title for one in opened.explain.find_papers([], words))


def test_a_key_names_one_paper(opened: Ledger) -> None:
    """Whatever titles hold the same words."""
    take_in(opened, dump(sighting("Lanterns"), sighting("More Lanterns")))
    assert ["Lanterns"] == [
        one.title for one in opened.explain.find_papers(["title:lanterns"], "Lanterns")
    ]
