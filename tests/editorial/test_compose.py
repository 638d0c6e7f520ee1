"""Placed papers to one issue."""

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


def frame(**fields: object) -> IssueHeader:
    """An issue's circumstances."""
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
    """An issue with a paper under each of these topics."""
    placed = [ClassifiedItem(item(number), topic) for number, topic in enumerate(topics)]
    return compose.compose(frame(**fields), placed, NAMES)


def test_sections_stand_by_size_then_by_the_file_other_last() -> None:
    """However many papers there are under Other."""
    shown = composed("other", "other", "other", "speech", "vision", "agents", "vision")
    expected = [("vision", 2), ("agents", 1), ("speech", 1), ("other", 3)]
    assert expected == [(section.topic, len(section.papers)) for section in shown.sections]
    assert ["Vision", "Agents", "Speech", "Other"] == [section.name for section in shown.sections]


@given(st.lists(st.sampled_from((*NAMES, "other"))))
def test_every_paper_stands_once(topics: list[str]) -> None:
    """No heading is empty and no paper lost."""
    shown = composed(*topics)
    assert sorted(guids(map(item, range(len(topics))))) == sorted(guids(shown.papers))
    assert all(section.papers for section in shown.sections)


def test_a_long_section_has_sub_headings_and_their_order() -> None:
    """Papers stand as the sub-headings have them, each once."""
    titles = [("Kelp" if n % 2 else "Gulls") + f" of Bay{n}x" for n in range(14)]
    placed = [ClassifiedItem(item(n, title), "vision") for n, title in enumerate(titles)]
    (section,) = compose.compose(frame(), placed, NAMES).sections
    assert ["Gulls", "Kelp"] == [part.name for part in section.parts]
    listed = [guid for part in section.parts for guid in part.papers]
    assert listed == guids(section.papers)
    assert sorted(listed) == sorted(guids(one.item for one in placed))


@pytest.mark.parametrize(("single", "expected"), [(14, 0), (15, 15)])
def test_many_headings_of_one_paper_are_told_in_brief(single: int, expected: int) -> None:
    """Where there are more than fifteen; Other never is, and nothing moves."""
    names = {f"t{n}": f"Topic {n}" for n in range(single)}
    placed = [ClassifiedItem(item(n), topic) for n, topic in enumerate((*names, "other"))]
    shown = compose.compose(frame(), placed, names)
    assert (*names, "other") == tuple(section.topic for section in shown.sections)
    assert expected == len(shown.brief)
    assert "other" not in shown.brief


def test_two_headings_of_one_paper_need_not_share_one() -> None:
    """Sharing would say less and save nothing."""
    names = {f"t{n}": f"Topic {n}" for n in range(16)}
    placed = [ClassifiedItem(item(n), f"t{n % 16}") for n in range(30)]
    assert () == compose.compose(frame(), placed, names).brief


def test_picks_and_what_is_followed_point_to_papers() -> None:
    """The best of the whole issue with reasons; the profile's reasons for all it fits."""
    placed = [ClassifiedItem(item(n, upvotes=n), "vision" if n % 2 else "speech") for n in range(9)]
    followed = {item(n).guid: ProfileMatch(("Follows x",) if n == 3 else ()) for n in range(9)}
    shown = compose.compose(frame(), placed, NAMES, followed)
    assert (item(3).guid, item(8).guid, item(7).guid) == shown.picks
    assert set(shown.picks) == set(shown.picked)
    assert "Follows x" == shown.picked[item(3).guid]
    assert {item(3).guid: ("Follows x",)} == shown.followed
    assert item(3).guid == shown.sections[1].papers[0].guid


def test_an_issue_without_papers_keeps_its_sums() -> None:
    """A note says what was read."""
    shown = composed(filtered=3, muted=1)
    assert ((), SUMS, 3, 1) == (shown.sections, shown.accounting, shown.filtered, shown.muted)


def test_topics_name_all_that_are_mentioned() -> None:
    """Those a paper is also in as well, in the order of the file."""
    placed = compose.place(item(), Placement("vision", also=("agents",), reasons=("“x”",)))
    shown = compose.compose(frame(), [placed], NAMES)
    assert [("agents", "Agents"), ("vision", "Vision")] == list(shown.topics.items())
    assert (("agents",), ("“x”",)) == (shown.papers[0].also, shown.papers[0].reasons)


def test_late_points_to_late_papers() -> None:
    """They stand in their sections; the list names them."""
    placed = [
        ClassifiedItem(item(1), "vision"),
        ClassifiedItem(item(2, late_from="2026-11-20"), "vision"),
    ]
    assert (item(2).guid,) == compose.compose(frame(), placed, NAMES).late


def test_the_key_names_the_files() -> None:
    """The first issue of a date bears the date, the next ones a number behind it."""
    assert ["2026-11-22", "2026-11-22-2"] == [composed(ordinal=n).key for n in (1, 2)]


def test_the_stored_form_comes_back_whole() -> None:
    """Encoded, decoded and encoded again it is the same bytes."""
    body = msgspec.json.encode(composed("vision", "other"))
    assert body == msgspec.json.encode(msgspec.json.decode(body, type=Issue))


def test_words_are_mended_once_for_all_sinks() -> None:
    """What no document may carry is taken out of every field, and counted."""
    shown = compose.mend(
        paper(
            title="Lanterns\x00 &amp; Tunnels",
            abstract="We hang\x07 lanterns.",
            authors=("Ada\x00 Vance",),
            organization=Organization("north\x00field", "Northfield\x00 Lab"),
        ),
        2,
    )
    assert ("Lanterns & Tunnels", "We hang lanterns.", ("Ada Vance",), 2) == (
        shown.item.title, shown.item.abstract, shown.item.authors, shown.item.dumps,
    )  # fmt: skip
    assert Organization("northfield", "Northfield Lab") == shown.item.organization
    assert shown.repaired == 2


def test_a_paper_of_which_little_is_known() -> None:
    """It has no abstract, no line, no number of authors, and a title to show."""
    shown = compose.mend(paper(title="\x00", abstract=""), 1).item
    assert ("(no title)", None, None, None) == (
        shown.title, shown.abstract, shown.one_line, shown.n_authors,
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
def test_where_a_title_leads(fields: dict[str, Any], expected: str) -> None:
    """To the paper's own address, else to where its id or its title is found."""
    assert expected == compose.address(paper(**fields), "Lamps & Moss")


def test_accounting_adds_up_or_not() -> None:
    """Entries are new, changed, known, repeated or rejected."""
    assert SUMS.adds_up
    assert not Accounting(entries=1).adds_up
    assert Accounting(dumps=4, entries=10, new=6, known=2, repeated=2) == SUMS + SUMS


@given(st.integers(1, 12), st.integers(0, 12))
def test_a_limit_moves_the_rest_to_more(limit: int, papers: int) -> None:
    """So many stand in full, picks among them; every paper keeps its place in its section."""
    placed = [
        ClassifiedItem(item(n, upvotes=n), "vision" if n % 2 else "speech") for n in range(papers)
    ]
    shown = compose.compose(frame(), placed, NAMES, limit=limit)
    whole = compose.compose(frame(), placed, NAMES)
    assert whole.sections == shown.sections
    assert ((), max(0, papers - limit)) == (whole.more, len(shown.more))
    assert len(shown.picks) > limit or set(shown.picks).isdisjoint(shown.more)
