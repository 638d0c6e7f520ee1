"""How papers match a reader's profile."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.profile import (
    NO_MATCH,
    ProfileMatch,
    compile_profile,
    match_profile,
    mute_reason,
)
from digest.model.papers import LibraryPaper, Organization
from digest.model.settings import Profile
from tests.support.builders import item

LANTERNS = item(
    title="Lanterns for Long Tunnels",
    abstract="We hang lamps with tool use, in Kraków.",
    authors=("Ada Vánce", "Bo Imrie"),
    organization=Organization("northfield", "Northfield Lab"),
)
TEXTS = (
    "Counting herring gulls along the pier with patient cameras",
    "Gulls and herring at the pier: a census by cameras",
    "Kelp forest growth under slow tides and cold light",
    "Slow tides feed the kelp forest",
    "Granite quarries and the slate they leave",
)
GULLS = tuple(LibraryPaper(text) for text in TEXTS[:2])
AROUND = [(text, None) for text in TEXTS]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile(words=("tool use",)), "Follows your word “tool use”"),
        (Profile(words=("LANTERN",)), "Follows your word “LANTERN”"),
        (Profile(words=("krakow",)), "Follows your word “krakow”"),
        (Profile(authors=("vance",)), "Follows your author “vance”"),
        (Profile(authors=("Bo Imrie",)), "Follows your author “Bo Imrie”"),
        (Profile(organizations=("northfield",)), "Follows your organization “northfield”"),
        (Profile(organizations=("Northfield Lab",)), "Follows your organization “Northfield Lab”"),
    ],
)
def test_a_paper_with_a_followed_word_or_name_follows(profile: Profile, expected: str) -> None:
    """Case, accents and plurals of words make no difference."""
    assert (expected,) == match_profile(compile_profile(profile), LANTERNS).reasons


def test_entries_of_a_kind_are_joined_to_one_reason() -> None:
    """Each still counts when papers are ranked."""
    profile = Profile(words=("tool use", "lantern", "krakow"), authors=("Vance", "Imrie"))
    found = match_profile(compile_profile(profile), LANTERNS)
    assert 5 == len(found.follows)
    assert (
        "Follows your words “tool use”, “lantern” and “krakow”",
        "Follows your authors “Vance” and “Imrie”",
    ) == found.reasons


@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile(words=("lamp shade", "ant", "vance")),
        Profile(authors=("Van", "Vance Bo", "lanterns")),
        Profile(organizations=("field", "Ada")),
    ],
)
def test_a_paper_without_a_followed_word_or_name_does_not_match(profile: Profile) -> None:
    """Nor does one with a part of a word, a name across two authors, or a word of another field."""
    assert NO_MATCH == match_profile(compile_profile(profile), LANTERNS)
    assert NO_MATCH == match_profile(compile_profile(profile), item(2, ""))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile(mute_words=("kelp", "lantern")), "your word “lantern”"),
        (Profile(mute_authors=("Imrie",)), "your author “Imrie”"),
        (Profile(mute_organizations=("northfield",)), "your organization “northfield”"),
        (Profile(words=("lantern",)), None),
        (Profile(mute_words=("lant",)), None),
    ],
)
def test_a_paper_is_muted_by_the_entry_that_matches(profile: Profile, expected: str | None) -> None:
    """An entry to follow mutes nothing."""
    assert expected == mute_reason(compile_profile(profile), LANTERNS)


def match(title: str, library: Sequence[LibraryPaper] = GULLS) -> ProfileMatch:
    """Match a paper with this title with a library."""
    return match_profile(compile_profile(Profile(), library, AROUND), item(1, title))


def test_a_paper_similar_to_the_library_is_close_to_it() -> None:
    """The reason states the number of papers it is close to."""
    gulls, kelp = match("A pier full of herring gulls"), match("Kelp forest")
    assert 2 == gulls.close
    assert ("Close to 2 papers in your library",) == gulls.reasons
    assert gulls.similarity > kelp.similarity == 0
    assert () == kelp.reasons


def test_the_paper_added_last_counts_most() -> None:
    """The first of a library counts more than the second."""
    newest_first = (LibraryPaper(TEXTS[0]), LibraryPaper(TEXTS[2]))
    title = "herring gulls along the pier"
    assert match(title, newest_first).similarity > match(title, newest_first[::-1]).similarity


def test_a_single_close_paper_gives_no_reason() -> None:
    """One similar paper may be chance; two give the reason "Close to 2 papers"."""
    assert () == ProfileMatch(close=1).reasons
    assert ("Follows your word “x”", "Close to 2 papers in your library") == ProfileMatch(
        (("word", "x"),), close=2
    ).reasons


@given(st.lists(st.text(max_size=80), max_size=6), st.text(max_size=80))
def test_similarity_is_between_0_and_1(texts: list[str], title: str) -> None:
    """It is so for any words, and the same every time."""
    library = [LibraryPaper(text, text[::-1]) for text in texts]
    first = match_profile(compile_profile(Profile(), library), item(1, title))
    assert 0 <= first.similarity <= 1 + 1e-9
    assert first.close <= len(texts)
    assert first == match_profile(compile_profile(Profile(), library), item(1, title))
