"""The part of an issue that a subscriber's wish takes, and the day its mail comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.editorial import wishes
from digest.editorial.compose import ClassifiedItem, IssueHeader, compose_issue
from digest.model.issues import (
    Accounting,
    CountChange,
    Issue,
    Item,
    PaperHistory,
    Period,
    RisingPaper,
    Section,
    Term,
    UpdatedPaper,
)
from digest.model.papers import Organization
from digest.model.people import Wish
from digest.model.settings import WEEKDAYS
from tests.support.builders import MOMENT, guids, issue, item

NAMES = {"vision": "Vision", "speech": "Speech", "robots": "Robots"}
NORTHFIELD = Organization("northfield", "Northfield Lab")
SPEECH = [item(n, f"Quiet Talk {n}", upvotes=n) for n in (1, 2, 3)]
VISION = [
    item(4, "Lanterns for Long Tunnels", abstract="Lamps with tool use.", authors=("Ada Vánce",)),
    item(5, "A Survey of Kelp", organization=NORTHFIELD, upvotes=40),
    item(6, "Gulls at the Pier", authors=("Bo Imrie",)),
    item(7, "Slate and Granite"),
]
ROBOTS = [item(8, "Lantern Robots", also=("speech",))]


def composed(*placed: tuple[str, list[Item]], limit: int | None = None, **fields: Any) -> Issue:
    """Compose an issue of these papers by topic."""
    header = IssueHeader(
        edition="daily",
        date="2026-11-20",
        ordinal=1,
        number=1,
        moment=MOMENT,
        verdict="new",
        accounting=Accounting(),
    )
    classified = [ClassifiedItem(paper, topic) for topic, papers in placed for paper in papers]
    return replace(compose_issue(header, classified, NAMES, limit=limit), **fields)


ISSUE = composed(("speech", SPEECH), ("vision", VISION), ("robots", ROBOTS))


def titles(part: Issue | None) -> list[str]:
    """Return the titles of an issue in order."""
    return [paper.title for paper in part.papers] if part else []


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(topics=("robots",)), ["Lantern Robots"]),
        (Wish(words=("lantern",)), ["Lanterns for Long Tunnels", "Lantern Robots"]),
        (Wish(words=("tool use",)), ["Lanterns for Long Tunnels"]),
        (Wish(authors=("vance",)), ["Lanterns for Long Tunnels"]),
        (Wish(organizations=("northfield",)), ["A Survey of Kelp"]),
        (
            Wish(topics=("robots",), authors=("Imrie",)),
            ["Gulls at the Pier", "Lantern Robots"],
        ),
        (
            Wish(topics=("vision",), mute_words=("survey",), mute_authors=("Bo Imrie",)),
            ["Lanterns for Long Tunnels", "Slate and Granite"],
        ),
        (Wish(topics=("vision",), mute_organizations=("Northfield Lab",), most=1), None),
        (Wish(words=("volcano",)), []),
        (Wish(topics=("speech",), mute_words=("talk",)), []),
    ],
)
def test_a_wish_takes_what_matches_one_of_its_entries(
    wish: Wish, expected: list[str] | None
) -> None:
    """Muted papers are never taken, and nothing at all is None and not an empty issue."""
    part = wishes.take(ISSUE, wish)
    if expected is None:
        assert part is not None
        assert 1 == len(part.papers)
    else:
        assert sorted(expected) == sorted(titles(part))
        assert (part is None) == (not expected)


@pytest.mark.parametrize("wish", [Wish(), Wish(editions=("weekly",), weekday="fri")])
@pytest.mark.parametrize("whole", [ISSUE, issue(verdict="quiet")])
def test_a_wish_that_restricts_nothing_takes_the_issue_as_it_is(wish: Wish, whole: Issue) -> None:
    """Also one without papers, which says which kind of day it was."""
    assert whole is wishes.take(whole, wish)
    assert whole is wishes.take(whole, wish, frozenset({"urn:papers-digest:of-another-issue"}))


def test_a_wish_for_papers_takes_nothing_of_an_issue_without() -> None:
    """Not even where everything is to be taken but what is muted."""
    assert wishes.take(issue(), Wish(words=("gulls",))) is None
    assert wishes.take(issue(), Wish(mute_words=("gulls",))) is None


def test_papers_that_were_mailed_before_are_left_out() -> None:
    """With any wish; an issue of which all was mailed has nothing left."""
    rest = wishes.take(ISSUE, Wish(), frozenset(guids([*SPEECH, *VISION])))
    assert ["Lantern Robots"] == titles(rest)
    assert wishes.take(ISSUE, Wish(), frozenset(guids(ISSUE.papers))) is None
    assert wishes.take(ISSUE, Wish(topics=("robots",)), frozenset(guids(ROBOTS))) is None


def test_followed_papers_have_their_reason_and_come_first() -> None:
    """Reasons are in the words of the profile; those of the issue are another's."""
    profiled = replace(ISSUE, followed={VISION[2].guid: ("Follows your word “pier”",)})
    part = wishes.take(profiled, Wish(topics=("vision",), words=("slate",), authors=("Vance",)))
    assert part is not None
    assert {
        VISION[0].guid: ("Follows your author “Vance”",),
        VISION[3].guid: ("Follows your word “slate”",),
    } == part.followed
    assert {"Slate and Granite", "Lanterns for Long Tunnels"} == set(titles(part)[:2])


def test_reasons_of_the_issue_stay_where_the_wish_follows_nothing() -> None:
    """Its picks stay too, as long as enough papers do."""
    profiled = replace(
        ISSUE,
        followed={VISION[2].guid: ("Follows your word “pier”",)},
        picks=(VISION[1].guid,),
        picked={VISION[1].guid: "Most votes in this issue (40)"},
    )
    part = wishes.take(profiled, Wish(mute_words=("robot",)))
    assert part is not None
    assert profiled.followed == part.followed
    assert profiled.picked == part.picked
    few = wishes.take(profiled, Wish(topics=("vision",)))
    assert few is not None
    assert () == few.picks
    assert {} == few.picked


def test_picks_are_what_the_wish_follows() -> None:
    """They are chosen from the papers that it takes."""
    part = wishes.take(ISSUE, Wish(topics=("speech", "vision"), words=("slate",)))
    assert part is not None
    assert "Follows your word “slate”" == part.picked[VISION[3].guid]
    assert part.picks[0] == VISION[3].guid


def test_headings_fit_what_remains() -> None:
    """They are ordered by size again, and name the topics of what is left alone."""
    part = wishes.take(ISSUE, Wish(topics=("speech", "robots"), authors=("Imrie", "Vance")))
    assert part is not None
    assert ["Speech", "Vision", "Robots"] == [section.name for section in part.sections]
    alone = wishes.take(ISSUE, Wish(topics=("vision",)))
    assert alone is not None
    assert {"vision": "Vision"} == alone.topics


def test_a_short_section_has_no_subheadings() -> None:
    """Also if the whole one was split; terms without papers go."""
    lanterns = [item(n, f"Lantern Oil {n}") for n in range(20, 27)]
    kelp = [item(n, f"Kelp Forest {n}") for n in range(30, 37)]
    whole = composed(
        ("vision", [*lanterns, *kelp]),
        terms=(
            Term(term="lantern oil", papers=tuple(guids(lanterns))),
            Term(term="kelp forest", papers=tuple(guids(kelp))),
        ),
    )
    assert whole.sections[0].parts
    part = wishes.take(whole, Wish(words=("kelp",)))
    assert part is not None
    assert () == part.sections[0].parts
    assert ["kelp forest"] == [term.term for term in part.terms]


def test_papers_move_up_below_the_limit_of_the_edition() -> None:
    """What the issue lists by title alone is shown in full if there is room."""
    whole = composed(("speech", SPEECH), ("vision", VISION), limit=3)
    assert 4 == len(whole.more)
    part = wishes.take(whole, Wish(topics=("vision",)))
    assert part is not None
    assert 1 == len(part.more)
    assert whole.more[-1:] == part.more
    both = wishes.take(whole, Wish(authors=("Vance", "Imrie")))
    assert both is not None
    assert () == both.more


def test_at_most_so_many_papers_are_taken_the_best_first() -> None:
    """The best are what is followed, then the issue's picks, then what drew attention."""
    part = wishes.take(ISSUE, Wish(most=2))
    assert ["A Survey of Kelp", "Quiet Talk 3"] == sorted(titles(part))
    picked = replace(ISSUE, picks=(VISION[3].guid,), picked={VISION[3].guid: "chosen"})
    assert ["Slate and Granite"] == titles(wishes.take(picked, Wish(most=1)))
    wish = Wish(topics=("vision",), words=("gull",), most=1)
    assert ["Gulls at the Pier"] == titles(wishes.take(ISSUE, wish))


def test_topics_in_brief_are_those_of_what_remains() -> None:
    """A few headings need no common one."""
    names = {f"t{n}": f"Topic {n}" for n in range(20)}
    sections = tuple(
        Section(topic=topic, name=name, papers=(item(n, f"Kelp {n}"),))
        for n, (topic, name) in enumerate(names.items())
    )
    whole = issue(sections=sections, topics=names, brief=tuple(names))
    few = wishes.take(whole, Wish(topics=("t1", "t2", "t3")))
    assert few is not None
    assert () == few.brief
    many = wishes.take(whole, Wish(topics=tuple(list(names)[:16])))
    assert many is not None
    assert tuple(list(names)[:16]) == many.brief


def test_a_weekly_issue_keeps_the_history_of_its_papers() -> None:
    """What gained attention since is picked before others; the rest of the history goes."""
    history = {
        paper.guid: PaperHistory(seen="2026-11-17", upvotes=CountChange(1, 50 * n, "2026-11-17"))
        for n, paper in enumerate(SPEECH, start=1)
    }
    span = Period(first="2026-11-16", last="2026-11-22", main="daily", papers=history)
    whole = replace(ISSUE, span=span)
    part = wishes.take(whole, Wish(topics=("vision", "speech"), words=("quiet",)))
    assert part is not None
    assert part.span == span
    assert SPEECH[2].guid == part.picks[0]
    assert "Follows your word “quiet”; up from 1 to 150 votes" in part.picked[SPEECH[2].guid]
    without = wishes.take(whole, Wish(topics=("vision",)))
    assert without is not None
    assert without.span is not None
    assert {} == without.span.papers


def test_news_of_earlier_papers_is_judged_by_the_title() -> None:
    """A wish that only mutes keeps all but what it mutes."""
    fields: dict[str, Any] = {"url": "https://example.org/9", "issue": "2026-11-19"}
    news = replace(
        ISSUE,
        updated=(
            UpdatedPaper(guid="a", title="Gulls Again", changes=("Revised.",), **fields),
            UpdatedPaper(guid="b", title="Kelp Again", changes=("Revised.",), **fields),
        ),
        rising=(RisingPaper(guid="c", title="Kelp Rising", issued="2026-11-19", **fields),),
    )
    followed = wishes.take(news, Wish(words=("gull",)))
    assert followed is not None
    assert ["a"] == [paper.guid for paper in followed.updated]
    assert () == followed.rising
    muted = wishes.take(news, Wish(mute_words=("gull",)))
    assert muted is not None
    assert ["b"] == [paper.guid for paper in muted.updated]
    assert ["c"] == [paper.guid for paper in muted.rising]


def test_what_a_wish_mutes_is_counted() -> None:
    """With what the profile of the edition muted; a paper mailed before is not muted."""
    whole = replace(ISSUE, muted=2)
    wish = Wish(mute_words=("talk",))
    part = wishes.take(whole, wish)
    assert part is not None
    assert 5 == part.muted
    part = wishes.take(whole, wish, frozenset(guids(SPEECH[:1])))
    assert part is not None
    assert 4 == part.muted


ENTRIES = st.lists(st.sampled_from(["talk", "kelp", "gull", "survey", "vance"]), max_size=2)
TOPICS = st.lists(st.sampled_from([*NAMES]), max_size=2)


@given(
    words=ENTRIES,
    authors=ENTRIES,
    mute_words=ENTRIES,
    topics=TOPICS,
    most=st.none() | st.integers(1, 9),
    limit=st.none() | st.integers(1, 9),
    left_out=st.sets(st.sampled_from(guids(ISSUE.papers))),
)
def test_every_part_is_whole_in_itself(
    words: list[str],
    authors: list[str],
    mute_words: list[str],
    topics: list[str],
    most: int | None,
    limit: int | None,
    left_out: set[str],
) -> None:
    """It names its own papers alone, each once, within the wish's number and the limit."""
    whole = composed(("speech", SPEECH), ("vision", VISION), ("robots", ROBOTS), limit=limit)
    wish = Wish(
        words=tuple(words),
        authors=tuple(authors),
        mute_words=tuple(mute_words),
        topics=tuple(topics),
        most=most,
    )
    part = wishes.take(whole, wish, left_out)
    if part is None:
        return
    own = guids(part.papers)
    assert len(own) == len(set(own)) <= (most or 9)
    assert set(own) <= set(guids(whole.papers)) - left_out
    assert all(section.papers for section in part.sections)
    named = {*part.picks, *part.picked, *part.followed, *part.more}
    assert named <= set(own)
    assert not set(part.picks) & set(part.more) or (limit is not None and limit < len(part.picks))
    assert len(own) - len(part.more) <= (limit or 9)
    assert not part.more or len(own) - len(part.more) == limit
    # The same wish takes the same of its own part: nothing is left that it does not want.
    again = wishes.take(part, wish, left_out)
    assert again is not None
    assert set(own) == set(guids(again.papers))


@pytest.mark.parametrize(
    ("period", "weekday", "expected"),
    [
        ("day", None, "2026-11-20"),
        ("day", "fri", "2026-11-20"),
        ("day", "sat", None),
        ("day", "thu", None),
        ("week", "fri", "2026-11-20"),
        ("week", "thu", "2026-11-26"),
        ("week", "sat", "2026-11-21"),
        ("month", "mon", "2026-11-23"),
    ],
)
def test_the_weekday_of_a_wish(
    period: Literal["day", "week", "month"], weekday: str | None, expected: str | None
) -> None:
    """20 November 2026 is a Friday."""
    comes = wishes.comes_on(Wish(weekday=weekday), period, date(2026, 11, 20))
    assert expected == (comes and comes.isoformat())


@given(day=st.dates(date(2000, 1, 1), date(2200, 1, 1)), weekday=st.sampled_from(WEEKDAYS))
def test_a_weekly_issue_comes_on_the_weekday_within_a_week(day: date, weekday: str) -> None:
    """And a daily one on that weekday alone, the day it is of."""
    comes = wishes.comes_on(Wish(weekday=weekday), "week", day)
    assert comes is not None
    assert timedelta(0) <= comes - day < timedelta(7)
    assert weekday == WEEKDAYS[comes.weekday()]
    assert (day if comes == day else None) == wishes.comes_on(Wish(weekday=weekday), "day", day)
