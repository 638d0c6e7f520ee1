"""Take from an issue the papers that a subscriber wishes for, and find the day their mail comes.

Words and names mean what they mean in `[profile]`. Renders nothing and reads no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Literal

from msgspec.structs import replace

from digest.editorial import compose, followups, ranking, subheadings
from digest.editorial.profile import (
    CompiledProfile,
    ProfileMatch,
    compile_profile,
    match_profile,
    mute_reason,
)
from digest.editorial.topics import OTHER
from digest.model.issues import Issue, Item, RisingPaper, Section, UpdatedPaper
from digest.model.people import Wish
from digest.model.settings import WEEKDAYS, Profile

_WEEK = 7  # days

Matches = ranking.ProfileMatches


def take(issue: Issue, wish: Wish, left_out: AbstractSet[str] = frozenset()) -> Issue | None:
    """Return the part of an issue that a wish takes, as an issue; None if that is nothing.

    ``left_out`` are guids of papers that are not wanted in any case. A wish that restricts
    nothing takes the issue as it is, even one without papers. Else the papers keep their order,
    but for followed ones, which come first under their heading. Picks and reasons are those of
    the wish if it follows words or names, else those of the issue. Updated and rising papers of
    earlier issues are judged by their titles alone. ``muted`` also counts what the wish mutes.
    """
    profile = _compile(wish)
    left_out = frozenset(item.guid for item in issue.papers if item.guid in left_out)
    if not (left_out or wish.topics or wish.most or profile.follow or profile.mute):
        return issue
    muted = _find_muted(issue, profile) - left_out
    matches = _find_wanted(issue, wish, profile, muted | left_out)
    ranked = _rank(issue, matches, is_by_wish=bool(profile.follow))[: wish.most]
    if not ranked:
        return None
    part = replace(
        _keep(issue, ranked),
        muted=issue.muted + len(muted),
        updated=tuple(paper for paper in issue.updated if _takes_title(wish, profile, paper)),
        rising=tuple(paper for paper in issue.rising if _takes_title(wish, profile, paper)),
    )
    if profile.follow:
        part = _with_reasons(part, ranked, matches)
    limit = len(issue.papers) - len(issue.more) if issue.more else None
    return replace(part, more=compose.papers_beyond(ranked, part.picked, limit))


def find_taken(issue: Issue, wish: Wish) -> AbstractSet[str]:
    """Return the guids of the papers of an issue that a wish takes, however many it may have."""
    profile = _compile(wish)
    return _find_wanted(issue, wish, profile, _find_muted(issue, profile)).keys()


def comes_on(wish: Wish, period: Literal["day", "week", "month"], day: date) -> date | None:
    """Return the date on which the mail of an issue of ``day`` comes; None if it never does.

    ``period`` is that of its edition. A wish with a weekday takes the daily issues of that day
    alone. A weekly or monthly issue waits until the weekday, for six days at most. Nothing comes
    before the end of a pause.
    """
    wait = 0 if wish.weekday is None else (WEEKDAYS.index(wish.weekday) - day.weekday()) % _WEEK
    if period == "day" and wait:
        return None
    comes = day + timedelta(days=wait)
    is_paused = wish.pause is not None and comes < date.fromisoformat(wish.pause)
    return None if is_paused else comes


def _compile(wish: Wish) -> CompiledProfile:
    return compile_profile(
        Profile(
            words=wish.words,
            authors=wish.authors,
            organizations=wish.organizations,
            mute_words=wish.mute_words,
            mute_authors=wish.mute_authors,
            mute_organizations=wish.mute_organizations,
        )
    )


def _find_muted(issue: Issue, profile: CompiledProfile) -> frozenset[str]:
    if not profile.mute:
        return frozenset()
    return frozenset(item.guid for item in issue.papers if mute_reason(profile, item) is not None)


def _find_wanted(
    issue: Issue, wish: Wish, profile: CompiledProfile, unwanted: AbstractSet[str]
) -> dict[str, ProfileMatch]:
    """Return the papers that the wish takes, with what it follows in them, by guid."""
    takes_all = not (wish.topics or profile.follow)
    matches = {
        item.guid: (section.topic, match_profile(profile, item))
        for section in issue.sections
        for item in section.papers
        if item.guid not in unwanted
    }
    return {
        guid: match
        for guid, (topic, match) in matches.items()
        if takes_all or topic in wish.topics or match.follows
    }


def _takes_title(wish: Wish, profile: CompiledProfile, paper: UpdatedPaper | RisingPaper) -> bool:
    item = Item(guid=paper.guid, title=paper.title, url=paper.url)
    if mute_reason(profile, item) is not None:
        return False
    return not (wish.topics or profile.follow) or bool(match_profile(profile, item).follows)


def _rank(issue: Issue, matches: Matches, *, is_by_wish: bool) -> tuple[Item, ...]:
    """Return the papers of ``matches``, best first: by what the wish follows, else as the issue.

    The issue says of its papers which are picks and which are beyond its limit, best first.
    """
    papers = [item for item in issue.papers if item.guid in matches]
    if is_by_wish:
        return ranking.rank_papers(papers, matches)
    picks = {guid: place - len(issue.picks) for place, guid in enumerate(issue.picks)}
    places = {guid: place for place, guid in enumerate(issue.more, start=1)} | picks
    return tuple(sorted(ranking.rank_papers(papers), key=lambda item: places.get(item.guid, 0)))


def _keep(issue: Issue, papers: Sequence[Item]) -> Issue:
    """Return the issue with these papers alone, and with headings that fit them."""
    kept = {item.guid for item in papers}
    dropped = frozenset(item.guid for item in issue.papers if item.guid not in kept)
    part = compose.without_withdrawn(issue, dropped)
    sections = tuple(sorted(map(_without_short_parts, part.sections), key=_by_size))
    mentioned = {section.topic for section in sections}.union(*(item.also for item in papers))
    has_picks = len(papers) >= ranking.TINY
    return replace(
        part,
        sections=sections,
        topics={topic: name for topic, name in part.topics.items() if topic in mentioned},
        brief=compose.topics_in_brief(sections),
        picks=part.picks if has_picks else (),
        picked=part.picked if has_picks else {},
    )


def _without_short_parts(section: Section) -> Section:
    return section if len(section.papers) > subheadings.LONG else replace(section, parts=())


def _by_size(section: Section) -> tuple[bool, int]:
    return section.topic == OTHER, -len(section.papers)


def _with_reasons(issue: Issue, ranked: Sequence[Item], matches: Matches) -> Issue:
    """Return the issue with picks and reasons of the wish; followed papers come first."""
    headings = {item.guid: section.name for section in issue.sections for item in section.papers}
    gains = followups.find_gains(issue.span) if issue.span else None
    picked = ranking.choose_picks(ranked, headings, matches, gains)
    reasons = {item.guid: matches[item.guid].reasons for item in issue.papers}
    return replace(
        issue,
        sections=tuple(_followed_first(section, matches) for section in issue.sections),
        picks=tuple(picked),
        picked=picked,
        followed={guid: words for guid, words in reasons.items() if words},
    )


def _followed_first(section: Section, matches: Matches) -> Section:
    if section.parts:  # its papers stand in the order of the sub-headings
        return section
    papers = sorted(section.papers, key=lambda item: -len(matches[item.guid].follows))
    return replace(section, papers=tuple(papers))
