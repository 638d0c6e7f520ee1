"""The story of a paper."""

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
    """A ledger with three papers, of which the first was issued."""
    with closing(ledger(tmp_path / "state", "daily")) as found:
        shown = sighting("Lanterns at Last", arxiv_id="2611.00001", upvotes=3, line=12)
        take_in(found, dump(shown))
        (one,) = living(found)
        found.issues.record(issue(item(1, guid=one.guid)), "live", 1, [(1, item(1))])
        found.editions.configure(["late"])
        take_in(found, dump(sighting("More Lanterns"), sighting("Moss")))
        yield found


def story(root: Path, opened: Ledger, wanted: str, settings: Settings | None = None) -> str:
    """All of it."""
    return "\n".join(explain.explain(settings or Settings(root=str(root)), opened, wanted))


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
def test_a_paper_is_found_by_whatever_names_it(tmp_path: Path, opened: Ledger, wanted: str) -> None:
    """An id, an address, its title or words of it."""
    assert story(tmp_path, opened, wanted).startswith("Lanterns at Last\n")


def test_the_story_tells_where_it_was_seen_and_issued(tmp_path: Path, opened: Ledger) -> None:
    """With page, line, votes, why it is one paper, why this topic, and the page it stands on."""
    told = story(tmp_path, opened, "2611.00001")
    for expected in (
        "arxiv:2611.00001, title:lanterns at last",
        "seen     2026-11-22T07:30 in page.txt, line 12, page of 2026-11-22",
        "new: first seen as arxiv:2611.00001; 3 votes",
        "topic    ",
        "issue    daily, number 1, paper 1 of 1: output/daily/2026-11-22.html",
        "not in   late: seen before the edition was configured",
    ):
        assert expected in told


def test_the_story_tells_why_a_paper_is_in_no_issue(tmp_path: Path, opened: Ledger) -> None:
    """It waits, was left out, or was withdrawn."""
    assert "not in   daily: waits for the next issue" in story(tmp_path, opened, "Moss")
    opened.editions.judge("daily", 2, 1)
    assert "left out by the filters or the profile it had then" in story(tmp_path, opened, "Moss")
    profile = Profile(mute_words=("moss",))
    muting = Settings(root=str(tmp_path), profile=profile)
    assert "not in   daily: muted by your word “moss”" in story(tmp_path, opened, "Moss", muting)
    strict = Settings(root=str(tmp_path), profile=profile, editions=(Edition(exclude=("moss",)),))
    expected = "not in   daily: left out by the edition's filters"
    assert expected in story(tmp_path, opened, "Moss", strict)
    opened.papers.withdraw(living(opened)[2].id, MOMENT)
    assert "withdrawn 2026-11-22T07:30" in story(tmp_path, opened, "Moss")


def test_the_story_tells_how_it_stands_in_its_issue(tmp_path: Path) -> None:
    """Heading, sub-heading, reasons, place and why, pick and profile, as they were stored."""
    with closing(ledger(tmp_path / "state", "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns")))
        (one,) = living(opened)
        first, shown = item(2), item(1, guid=one.guid, reasons=("“lantern”",), upvotes=4)
        section = Section(
            topic="vision",
            name="Vision",
            papers=(first, shown),
            parts=(Subheading(name="Tunnels", papers=(one.guid,)),),
        )
        stored = issue(
            sections=(section,),
            picked={one.guid: "Most votes"},
            followed={one.guid: ("Follows your word “lantern”",)},
        )
        opened.issues.record(stored, "live", 1, [(one.id, shown)])
        told = story(tmp_path, opened, "Lanterns")
    for expected in (
        "under Vision, Tunnels: “lantern”",
        "place 2 of 2 there: 4 votes",
        "ranked higher: Follows your word “lantern”",
        "picked: Most votes",
    ):
        assert expected in told


def test_mended_words_stand_beside_the_dumps_own(tmp_path: Path) -> None:
    """In the title and in the abstract, with the line and where it is from."""
    abstract = (
        "We build lanterns that are bright and pm 5 % cheaper, and show how, in long tunnels."
    )
    with closing(ledger(tmp_path / "state", "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns at 4times70", abstract=abstract)))
        told = story(tmp_path, opened, "Lanterns")
    assert "mended   title: “Lanterns at 4times70” → “Lanterns at 4×70”" in told
    assert "mended   abstract: “pm 5” → “±5”" in told
    assert "(from the abstract)" in told
    assert "(by the shipped topics)" in told


def test_words_of_several_titles_list_them(tmp_path: Path, opened: Ledger) -> None:
    """Each with the key that names it alone."""
    told = story(tmp_path, opened, "lanterns")
    assert told.startswith("2 papers; name one by its key:")
    assert "arxiv:2611.00001  Lanterns at Last" in told
    assert "title:more lanterns  More Lanterns" in told


def test_a_paper_nobody_has_seen(tmp_path: Path, opened: Ledger) -> None:
    """The error says what was looked for."""
    with pytest.raises(UnknownPaper, match="'rivers'"):
        story(tmp_path, opened, "rivers")
