"""The explanation of a paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import UnknownPaper
from digest.model.issues import Section, Subheading
from digest.model.settings import Edition, Profile, Settings
from digest.operations import explain
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, issue, item, ledger, living, sighting, take_in


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Make a ledger with three papers; the first was issued."""
    with closing(ledger(tmp_path / "state", "daily")) as stored_ledger:
        lanterns = sighting("Lanterns at Last", arxiv_id="2611.00001", upvotes=3, line=12)
        take_in(stored_ledger, dump(lanterns))
        (stored,) = living(stored_ledger)
        stored_ledger.issues.record_issue(
            issue(item(1, guid=stored.guid)), "live", 1, [(1, item(1))]
        )
        stored_ledger.editions.configure(["late"])
        take_in(stored_ledger, dump(sighting("More Lanterns"), sighting("Moss")))
        yield stored_ledger


def story(root: Path, opened: Ledger, wanted: str, settings: Settings | None = None) -> str:
    """Return the explanation as one text."""
    papers = explain.find_papers(opened, wanted)
    total = explain.count_papers(opened, wanted, papers)
    loaded = settings or Settings(root=str(root))
    return "\n".join(explain.explain(loaded, opened, papers, total))


@pytest.mark.parametrize(
    "wanted",
    [
        "2611.00001",
        "arxiv:2611.00001v2",
        "https://arxiv.org/abs/2611.00001",
        "lanterns at last",
        "title:Lanterns at Last",
        " at last ",
    ],
)
def test_a_paper_is_found_by_each_of_its_names(tmp_path: Path, opened: Ledger, wanted: str) -> None:
    """An id, a link, its title or words of it name it."""
    assert story(tmp_path, opened, wanted).startswith("Lanterns at Last\n")


def test_sightings_topic_and_issue_are_listed(tmp_path: Path, opened: Ledger) -> None:
    """Each has its reason: dump and line, votes, keys, the topic's source, the page."""
    text = story(tmp_path, opened, "2611.00001")
    for expected in (
        "arxiv:2611.00001, title:lanterns at last",
        "seen     2026-11-22T07:30 in page.txt, line 12, page of 2026-11-22",
        "new: first seen as arxiv:2611.00001; 3 votes",
        "topic    ",
        "issue    daily, number 1, paper 1 of 1: output/daily/2026-11-22.html",
        "not in   late: seen before the edition was configured",
    ):
        assert expected in text


def test_the_reason_for_being_in_no_issue_is_given(tmp_path: Path, opened: Ledger) -> None:
    """The paper waits, was left out, or was withdrawn."""
    assert "not in   daily: waits for the next issue" in story(tmp_path, opened, "Moss")
    opened.editions.advance_cursor("daily", 2, 1)
    assert "left out by the filters or the profile it had then" in story(tmp_path, opened, "Moss")
    profile = Profile(mute_words=("moss",))
    muting = Settings(root=str(tmp_path), profile=profile)
    assert "not in   daily: muted by your word “moss”" in story(tmp_path, opened, "Moss", muting)
    strict = Settings(root=str(tmp_path), profile=profile, editions=(Edition(exclude=("moss",)),))
    expected = "not in   daily: left out by the edition's filters"
    assert expected in story(tmp_path, opened, "Moss", strict)
    opened.papers.withdraw(living(opened)[2].id, MOMENT)
    assert "withdrawn 2026-11-22T07:30" in story(tmp_path, opened, "Moss")


def test_the_place_in_the_issue_is_explained(tmp_path: Path) -> None:
    """Heading, sub-heading, place and their reasons are those stored in the issue."""
    with closing(ledger(tmp_path / "state", "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns")))
        (stored,) = living(opened)
        first, second = item(2), item(1, guid=stored.guid, reasons=("“lantern”",), upvotes=4)
        section = Section(
            topic="vision",
            name="Vision",
            papers=(first, second),
            parts=(Subheading(name="Tunnels", papers=(stored.guid,)),),
        )
        recorded = issue(
            sections=(section,),
            picked={stored.guid: "Most votes"},
            followed={stored.guid: ("Follows your word “lantern”",)},
        )
        opened.issues.record_issue(recorded, "live", 1, [(stored.id, second)])
        text = story(tmp_path, opened, "Lanterns")
    for expected in (
        "under Vision, Tunnels: “lantern”",
        "place 2 of 2 there: 4 votes",
        "ranked higher: Follows your word “lantern”",
        "picked: Most votes",
    ):
        assert expected in text


def test_repaired_words_are_listed_with_the_original(tmp_path: Path) -> None:
    """Title and abstract have theirs, and the teaser its source."""
    abstract = (
        "We build lanterns that are bright and pm 5 % cheaper, and show how, in long tunnels."
    )
    with closing(ledger(tmp_path / "state", "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns at 4times70", abstract=abstract)))
        text = story(tmp_path, opened, "Lanterns")
    assert "mended   title: “Lanterns at 4times70” → “Lanterns at 4×70”" in text
    assert "mended   abstract: “pm 5” → “±5”" in text
    assert "(from the abstract)" in text
    assert "(by the shipped topics)" in text


def test_words_of_several_titles_list_those_papers(tmp_path: Path, opened: Ledger) -> None:
    """Each has the key that names only it."""
    text = story(tmp_path, opened, "lanterns")
    assert text.startswith("2 papers; name one by its key:")
    assert "arxiv:2611.00001  Lanterns at Last" in text
    assert "title:more lanterns  More Lanterns" in text


def test_an_unknown_paper_is_an_error(tmp_path: Path, opened: Ledger) -> None:
    """The message repeats the name."""
    with pytest.raises(UnknownPaper, match="'rivers'"):
        story(tmp_path, opened, "rivers")
