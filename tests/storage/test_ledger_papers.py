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
    retracted=True,
    line=12,
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give an empty ledger."""
    with closing(ledger(tmp_path, "daily")) as new:
        yield new


def test_a_paper_has_every_field_of_its_sighting(opened: Ledger) -> None:
    """It also has the number and moment of its intake, and its page date."""
    take_in(opened, dump(FULL))
    (paper,) = living(opened)
    of_the_sighting_alone = ("line", "revision")
    fields = {
        name: getattr(FULL, name)
        for name in Sighting.__struct_fields__
        if name not in of_the_sighting_alone
    }
    assert fields == {name: getattr(paper, name) for name in fields}
    assert (1, 1, MOMENT, "2026-11-22", None) == (
        paper.id, paper.intake, paper.first_seen, paper.page_date, paper.late_from,
    )  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_each_key_finds_its_paper(opened: Ledger, number: int) -> None:
    """Its keys are its arXiv id, its DOI and its title."""
    take_in(opened, dump(FULL))
    key = identity.keys(FULL)[number]
    known = opened.papers.look_up([key])
    assert {key: [1]} == known.by_key
    assert living(opened) == list(known.papers.values())


def test_a_look_up_takes_more_keys_than_a_statement_can(opened: Ledger) -> None:
    """It is made in chunks, finds every paper, and finds nothing for unknown keys."""
    many = [sighting(f"Lanterns {n}", arxiv_id=f"2611.{n:05}") for n in range(1203)]
    take_in(opened, dump(*many))
    opened.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)  # of older systems
    keys = {key for one in many for key in identity.keys(one)}
    known = opened.papers.look_up(keys | {"title:moss", "arxiv:2611.99999"})
    assert keys == known.by_key.keys()
    assert 1203 == len(known.papers)


def test_a_look_up_without_keys_finds_nothing(opened: Ledger) -> None:
    """A page without sightings makes such a look-up."""
    known = opened.papers.look_up([])
    assert ({}, {}, {}) == (known.by_key, known.papers, known.variants)


def test_an_alias_is_found_as_the_paper_it_is(opened: Ledger) -> None:
    """Its own keys find the paper, and the texts of both are known."""
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
    """A look-up follows one step, so later aliases point to the oldest paper."""
    for title, arxiv_id in (
        ("First Title", None), ("Second Title", None), ("Third Title", "2611.00001"),
        ("Second Title", "2611.00001"), ("First Title", "2611.00001"),
    ):  # fmt: skip
        take_in(opened, dump(sighting(title, arxiv_id=arxiv_id)))
    assert [1] == [one.id for one in living(opened)]
    assert {"title:third title": [1]} == opened.papers.look_up(["title:third title"]).by_key


def test_a_withdrawn_paper_is_still_known(opened: Ledger) -> None:
    """It is not new when a page shows it again; a second withdrawal changes nothing."""
    take_in(opened, dump(FULL))
    opened.papers.withdraw(1, MOMENT)
    opened.papers.withdraw(1, "2026-12-24T08:00:00+01:00")
    assert MOMENT == opened.explain.withdrawal(1)
    assert 1 == take_in(opened, dump(FULL)).known


def test_papers_of_a_late_page_have_its_date(opened: Ledger) -> None:
    """A paper that was known before the late page is not late."""
    take_in(opened, dump(sighting("Known")))
    late = dump(sighting("Known"), sighting("Late"), page_date="2026-11-20")
    take_in(opened, late, late_from="2026-11-20")
    assert [None, "2026-11-20"] == [one.late_from for one in living(opened)]


def test_sightings_are_those_of_a_paper_and_its_aliases(opened: Ledger) -> None:
    """They come in order, and have texts of their own only if the paper has others."""
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
    """Wildcards and quotes of SQL have no special meaning."""
    take_in(opened, dump(sighting("Lanterns at 100%"), sighting("Lanterns_2"), sighting("Other")))
    assert expected == sorted(one.title for one in opened.explain.find_papers([], words))


def test_a_key_finds_one_paper(opened: Ledger) -> None:
    """Other titles that contain the same words are not searched then."""
    take_in(opened, dump(sighting("Lanterns"), sighting("More Lanterns")))
    assert ["Lanterns"] == [
        one.title for one in opened.explain.find_papers(["title:lanterns"], "Lanterns")
    ]
