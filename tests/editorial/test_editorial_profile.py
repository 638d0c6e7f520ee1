"""What a profile says of a paper."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import profile as rules
from digest.editorial.profile import ProfileMatch
from digest.model.papers import LibraryPaper, Organization
from digest.model.settings import Profile
from tests.support.builders import item

SHOWN = item(
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
def test_what_is_followed(profile: Profile, expected: str) -> None:
    """Words in title or abstract, also as plurals; names; without case and accents."""
    assert ProfileMatch((expected,)) == rules.judge(rules.ready(profile), SHOWN)


@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile(words=("lamp shade", "ant", "vance")),
        Profile(authors=("Van", "Vance Bo", "lanterns")),
        Profile(organizations=("field", "Ada")),
    ],
)
def test_what_is_not(profile: Profile) -> None:
    """Parts of words, names of two people run together, words of another field."""
    assert rules.NO_MATCH == rules.judge(rules.ready(profile), SHOWN)
    assert rules.NO_MATCH == rules.judge(rules.ready(profile), item(2, ""))


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
def test_what_is_muted(profile: Profile, expected: str | None) -> None:
    """By the entry that says so; following mutes nothing."""
    assert expected == rules.muted(rules.ready(profile), SHOWN)


def judged(title: str, library: Sequence[LibraryPaper] = GULLS) -> ProfileMatch:
    """What a library says of a paper with this title."""
    return rules.judge(rules.ready(Profile(), library, AROUND), item(1, title))


def test_papers_like_those_kept_are_liked() -> None:
    """More than others, and the reason counts the papers they are close to."""
    gulls, kelp = judged("A pier full of herring gulls"), judged("Kelp forest")
    assert 2 == gulls.close
    assert ("Close to 2 papers in your library",) == gulls.reasons
    assert gulls.likeness > kelp.likeness == 0
    assert () == kelp.reasons


def test_what_was_added_last_counts_most() -> None:
    """The first of a library weighs more than the second."""
    newest_first = (LibraryPaper(TEXTS[0]), LibraryPaper(TEXTS[2]))
    title = "herring gulls along the pier"
    assert judged(title, newest_first).likeness > judged(title, newest_first[::-1]).likeness


def test_one_close_paper_is_no_reason() -> None:
    """It may be chance."""
    assert () == ProfileMatch(close=1).reasons
    assert ("Follows x", "Close to 2 papers in your library") == ProfileMatch(
        ("Follows x",), close=2
    ).reasons


@given(st.lists(st.text(max_size=80), max_size=6), st.text(max_size=80))
def test_likeness_is_a_share(texts: list[str], title: str) -> None:
    """Between 0 and 1 for any words, and the same every time."""
    library = [LibraryPaper(text, text[::-1]) for text in texts]
    found = rules.judge(rules.ready(Profile(), library), item(1, title))
    assert 0 <= found.likeness <= 1 + 1e-9
    assert found.close <= len(texts)
    assert found == rules.judge(rules.ready(Profile(), library), item(1, title))
