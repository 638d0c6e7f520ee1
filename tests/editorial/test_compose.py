"""Composing an issue from classified papers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import compose
from digest.editorial.compose import ClassifiedItem, IssueHeader
from digest.editorial.profile import ProfileMatch
from digest.editorial.topics import Placement
from digest.model.issues import Accounting, Issue
from digest.model.papers import Organization
from tests.support.builders import MOMENT, guids, item, paper

NAMES = {"agents": "Agents", "vision": "Vision", "speech": "Speech"}
SUMS = Accounting(dumps=2, entries=5, new=3, known=1, repeated=1)


def header(**fields: object) -> IssueHeader:
    """Return the header of an issue."""
    whole = IssueHeader(
        edition="daily",
        date="2026-11-22",
        ordinal=1,
        number=7,
        moment=MOMENT,
        verdict="new",
        accounting=SUMS,
    )
    return msgspec.structs.replace(whole, **fields)


def composed(*topics: str, **fields: object) -> Issue:
    """Return an issue with a paper under each of these topics."""
    classified = [ClassifiedItem(item(number), topic) for number, topic in enumerate(topics)]
    return compose.compose_issue(header(**fields), classified, NAMES)


def test_sections_are_ordered_by_size_then_as_in_the_file() -> None:
    """Other comes last, however many papers it has."""
    issue = composed("other", "other", "other", "speech", "vision", "agents", "vision")
    expected = [("vision", 2), ("agents", 1), ("speech", 1), ("other", 3)]
    assert expected == [(section.topic, len(section.papers)) for section in issue.sections]
    assert ["Vision", "Agents", "Speech", "Other"] == [section.name for section in issue.sections]


@given(st.lists(st.sampled_from((*NAMES, "other"))))
def test_every_paper_stands_in_one_section(topics: list[str]) -> None:
    """No section is empty and no paper is lost."""
    issue = composed(*topics)
    assert sorted(guids(map(item, range(len(topics))))) == sorted(guids(issue.papers))
    assert all(section.papers for section in issue.sections)


def test_a_long_section_is_ordered_by_its_sub_headings() -> None:
    """Each paper stands under one sub-heading."""
    titles = [("Kelp" if n % 2 else "Gulls") + f" of Bay{n}x" for n in range(14)]
    classified = [ClassifiedItem(item(n, title), "vision") for n, title in enumerate(titles)]
    (section,) = compose.compose_issue(header(), classified, NAMES).sections
    assert ["Gulls", "Kelp"] == [part.name for part in section.parts]
    listed = [guid for part in section.parts for guid in part.papers]
    assert listed == guids(section.papers)
    assert sorted(listed) == sorted(guids(each.item for each in classified))


@pytest.mark.parametrize(("single", "expected"), [(14, 0), (15, 15)])
def test_topics_of_one_paper_are_in_brief_if_there_are_many(single: int, expected: int) -> None:
    """There must be more than fifteen headings. Other is never in brief, and no section moves."""
    names = {f"t{n}": f"Topic {n}" for n in range(single)}
    classified = [ClassifiedItem(item(n), topic) for n, topic in enumerate((*names, "other"))]
    issue = compose.compose_issue(header(), classified, names)
    assert (*names, "other") == tuple(section.topic for section in issue.sections)
    assert expected == len(issue.brief)
    assert "other" not in issue.brief


def test_two_topics_of_one_paper_keep_their_headings() -> None:
    """A shared heading would say less and save nothing."""
    names = {f"t{n}": f"Topic {n}" for n in range(16)}
    classified = [ClassifiedItem(item(n), f"t{n % 16}") for n in range(30)]
    assert () == compose.compose_issue(header(), classified, names).brief


def test_picks_and_followed_papers_have_reasons() -> None:
    """Picks are the best of the whole issue; the profile's reasons are kept for all it follows."""
    classified = [
        ClassifiedItem(item(n, upvotes=9 * n), "vision" if n % 2 else "speech") for n in range(9)
    ]
    matches = {item(n).guid: ProfileMatch((("word", "x"),) if n == 3 else ()) for n in range(9)}
    issue = compose.compose_issue(header(), classified, NAMES, matches)
    assert (item(3).guid, item(8).guid, item(7).guid) == issue.picks
    assert set(issue.picks) == set(issue.picked)
    assert "Follows your word “x”" == issue.picked[item(3).guid]
    assert {item(3).guid: ("Follows your word “x”",)} == issue.followed
    assert item(3).guid == issue.sections[1].papers[0].guid


def test_an_issue_without_papers_keeps_its_sums() -> None:
    """A note states how many entries were read."""
    issue = composed(filtered=3, muted=1)
    assert ((), SUMS, 3, 1) == (issue.sections, issue.accounting, issue.filtered, issue.muted)


def test_an_issue_names_every_topic_that_it_mentions() -> None:
    """The second topic of a paper is one of them; they are in the order of the file."""
    classified = compose.classify_item(
        item(), Placement("vision", also=("agents",), reasons=("“x”",))
    )
    issue = compose.compose_issue(header(), [classified], NAMES)
    assert [("agents", "Agents"), ("vision", "Vision")] == list(issue.topics.items())
    assert (("agents",), ("“x”",)) == (issue.papers[0].also, issue.papers[0].reasons)


def test_late_papers_are_listed() -> None:
    """They stand in their sections too."""
    classified = [
        ClassifiedItem(item(1), "vision"),
        ClassifiedItem(item(2, late_from="2026-11-20"), "vision"),
    ]
    assert (item(2).guid,) == compose.compose_issue(header(), classified, NAMES).late


def test_the_key_names_the_files() -> None:
    """The key of the first issue of a date is the date; the next ones add a number."""
    assert ["2026-11-22", "2026-11-22-2"] == [composed(ordinal=n).key for n in (1, 2)]


def test_the_stored_form_comes_back_whole() -> None:
    """Encoded, decoded and encoded again it is the same bytes."""
    body = msgspec.json.encode(composed("vision", "other"))
    assert body == msgspec.json.encode(msgspec.json.decode(body, type=Issue))


def test_invalid_characters_are_removed_from_every_field() -> None:
    """Their number is counted."""
    cleaned = compose.clean_paper(
        paper(
            title="Lanterns\x00 &amp; Tunnels",
            abstract="We hang\x07 lanterns.",
            authors=("Ada\x00 Vance",),
            organization=Organization("north\x00field", "Northfield\x00 Lab"),
        ),
        2,
    )
    assert ("Lanterns & Tunnels", "We hang lanterns.", ("Ada Vance",), 2) == (
        cleaned.item.title, cleaned.item.abstract, cleaned.item.authors, cleaned.item.dumps,
    )  # fmt: skip
    assert Organization("northfield", "Northfield Lab") == cleaned.item.organization
    assert cleaned.repaired == 2


def test_a_paper_without_words_has_a_title_all_the_same() -> None:
    """It has no abstract, no teaser and no number of authors."""
    cleaned = compose.clean_paper(paper(title="\x00", abstract=""), 1).item
    assert ("(no title)", None, None, None) == (
        cleaned.title, cleaned.abstract, cleaned.one_line, cleaned.n_authors,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"url": "https://example.org/p", "arxiv_id": "2611.00001"}, "https://example.org/p"),
        ({"arxiv_id": "2611.00001", "doi": "10.5555/a"}, "https://arxiv.org/abs/2611.00001"),
        ({"doi": "10.5555/a<b>&#?"}, "https://doi.org/10.5555/a%3Cb%3E&%23%3F"),
        ({}, "https://huggingface.co/papers?q=Lamps%20%26%20Moss"),
    ],
)
def test_a_title_links_to_the_papers_address(fields: dict[str, Any], expected: str) -> None:
    """Without its own, to that of its arXiv id or DOI, else to a search for its title."""
    assert expected == compose.address(paper(**fields), "Lamps & Moss")


def test_accounting_adds_up_if_every_entry_has_a_fate() -> None:
    """Each entry is new, changed, known, repeated or rejected."""
    assert SUMS.adds_up
    assert not Accounting(entries=1).adds_up
    assert Accounting(dumps=4, entries=10, new=6, known=2, repeated=2) == SUMS + SUMS


def test_a_pick_takes_the_place_of_a_better_ranked_paper_within_the_limit() -> None:
    """Two picks of a topic are enough; the third best paper is of the same topic."""
    topics = ("vision", "vision", "vision", "speech", *["vision"] * 5)
    classified = [ClassifiedItem(item(n, upvotes=9 - n), topic) for n, topic in enumerate(topics)]
    issue = compose.compose_issue(header(), classified, NAMES, limit=3)
    assert tuple(guids(item(n) for n in (0, 1, 3))) == issue.picks
    assert tuple(guids(item(n) for n in (2, 4, 5, 6, 7, 8))) == issue.more


def test_a_withdrawn_paper_leaves_the_late_ones_and_those_beyond_the_limit() -> None:
    """The stored issue keeps it."""
    late, more = tuple(guids(map(item, (0, 1)))), tuple(guids(map(item, (1, 2))))
    stored = msgspec.structs.replace(composed("vision", "vision", "speech"), late=late, more=more)
    shown = compose.without_withdrawn(stored, frozenset(guids([item(1)])))
    assert (late[:1], more[1:]) == (shown.late, shown.more)
    assert (late, more) == (stored.late, stored.more)


def test_the_number_of_authors_is_that_of_the_page() -> None:
    """Pages name only some of many; without a number the names are counted."""
    names = ("Ada Vance", "Bo Imrie")
    for stated, expected in ((7, 7), (None, 2)):
        cleaned = compose.clean_paper(paper(authors=names, n_authors=stated), 1)
        assert expected == cleaned.item.n_authors


@given(st.integers(1, 12), st.integers(0, 12))
def test_papers_beyond_the_limit_are_listed_as_more(limit: int, papers: int) -> None:
    """Picks are not beyond it if they fit, and every paper keeps its place in its section."""
    classified = [
        ClassifiedItem(item(n, upvotes=n), "vision" if n % 2 else "speech") for n in range(papers)
    ]
    limited = compose.compose_issue(header(), classified, NAMES, limit=limit)
    whole = compose.compose_issue(header(), classified, NAMES)
    assert whole.sections == limited.sections
    assert ((), max(0, papers - limit)) == (whole.more, len(limited.more))
    assert len(limited.picks) > limit or set(limited.picks).isdisjoint(limited.more)
