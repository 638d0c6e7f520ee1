"""Rank the papers of an issue, and choose its picks: the few to read first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from digest.editorial import profile
from digest.editorial.followups import Gain
from digest.editorial.profile import ProfileMatch
from digest.model.issues import Item
from digest.text import counting, sentences

PICKS = 5  # of an issue, at most
PICKS_OF_PERIOD = 10  # of a week's or month's issue, at most
OF_A_TOPIC = 2  # picks under one topic, at most
LEAST = 5  # votes, or comments, that are a reason for a pick; fewer are noise
LEAST_STARS = 100  # of the code, in the same way
TINY = 6  # papers an issue needs for picks; at most a third of them are picks
_SIMILARITY_WEIGHT = 2  # of the place by similarity; the place by attention counts once

ProfileMatches = Mapping[str, ProfileMatch]  # by guid


def rank_papers(items: Iterable[Item], matches: ProfileMatches | None = None) -> tuple[Item, ...]:
    """Rank papers by votes and comments, then number of authors, then date, then title.

    Papers that the reader's profile follows come first. With a library, the place of a paper is
    the sum of its place by similarity (counted twice) and its place by attention. Withdrawn
    papers come last.
    """
    # Measured on days whose votes were hidden, the rank correlation with them was 0.28 for
    # comments alone, 0.30 with the date and 0.36 with the number of authors. Length of the
    # abstract, code link and title gave less than 0.07.
    ranked = sorted(items, key=lambda item: (item.title.casefold(), item.guid))
    ranked.sort(key=lambda item: item.published or "", reverse=True)
    ranked.sort(key=lambda item: (attention(item), item.n_authors or 0), reverse=True)
    if matches:
        places = _places(ranked, matches)
        ranked.sort(key=lambda item: (-len(_match(matches, item).follows), places[item.guid]))
    ranked.sort(key=lambda item: item.retracted)
    return tuple(ranked)


def attention(item: Item) -> int:
    """Return a paper's votes and comments together."""
    return (item.upvotes or 0) + (item.comments or 0)


def choose_picks(
    ranked: Sequence[Item],
    headings: Mapping[str, str],
    matches: ProfileMatches | None = None,
    gains: Mapping[str, Gain] | None = None,
) -> dict[str, str]:
    """Choose an issue's picks from all its papers, best first; return guid -> reason.

    A pick matches the profile, gained attention, has more votes and comments than the median
    paper (`LEAST` of a kind), or code with `LEAST_STARS`. At most `PICKS` and a third of the
    papers are picked, `OF_A_TOPIC` of a topic, no withdrawn paper, and none in an issue of fewer
    than `TINY`. ``headings`` has the name of each paper's topic, by guid. ``gains`` are given for
    a week's or month's issue only; they count more than votes, and allow `PICKS_OF_PERIOD`.
    """
    matches, gained = matches or {}, gains or {}
    usual = sorted(map(attention, ranked))[len(ranked) // 2] if ranked else 0  # the median
    allowed = PICKS if gains is None else PICKS_OF_PERIOD
    most = min(allowed, len(ranked) // 3) if len(ranked) >= TINY else 0
    topics: Counter[str] = Counter()
    picked: dict[str, str] = {}
    for item in _by_gain(ranked, matches, gained):
        if len(picked) >= most:
            break
        own, gain = _match(matches, item).reasons, gained.get(item.guid)
        reasons = _join_reasons((*own, gain.words) if gain else own)
        heading = headings[item.guid]
        if item.retracted or topics[heading] >= OF_A_TOPIC:
            continue
        if reason := reasons or _strongest_reason(item, ranked, headings, usual):
            topics[heading] += 1
            picked[item.guid] = reason
    return picked


def _join_reasons(reasons: Iterable[str]) -> str:
    """Join reasons as one sentence: "Follows your word “agent”; up from 12 to 140 votes"."""
    first, *others = [*reasons] or [""]
    return "; ".join((first, *map(sentences.lower_first, others)))


def describe_counts(item: Item) -> str:
    """Name the counts that a paper is ranked by: "12 votes, 1 comment"; "" if none is known."""
    counts = ((item.upvotes, "vote"), (item.comments, "comment"), (item.n_authors, "author"))
    return ", ".join(counting.count(number, noun) for number, noun in counts if number)


def _match(matches: ProfileMatches, item: Item) -> ProfileMatch:
    return matches.get(item.guid, profile.NO_MATCH)


def _places(by_attention: Sequence[Item], matches: ProfileMatches) -> dict[str, int]:
    """Return the sum of each paper's places by similarity and by attention, by guid."""
    similarities = [_match(matches, item).similarity for item in by_attention]
    # Papers of equal similarity share a place, so that attention decides between them.
    place_of: dict[float, int] = {}
    for place, similarity in enumerate(sorted(similarities, reverse=True)):
        place_of.setdefault(similarity, place)
    return {
        item.guid: _SIMILARITY_WEIGHT * place_of[similarity] + place
        for place, (item, similarity) in enumerate(zip(by_attention, similarities, strict=True))
    }


def _by_gain(
    ranked: Sequence[Item], matches: ProfileMatches, gains: Mapping[str, Gain]
) -> Sequence[Item]:
    """Sort papers by gain; those that the profile follows stay first."""
    if not gains:
        return ranked
    return sorted(
        ranked,
        key=lambda item: (
            -len(_match(matches, item).follows),
            -gains[item.guid].attention if item.guid in gains else 0,
        ),
    )


def _strongest_reason(
    item: Item, ranked: Sequence[Item], headings: Mapping[str, str], usual: int
) -> str:
    """Return the strongest reason of a paper's counts; "" if none of them means something.

    That is the most in the issue, the most under its heading, or the counts themselves. Votes
    and comments count only above the ``usual`` attention.
    """
    least = LEAST if attention(item) > usual else math.inf
    votes, comments = (
        count if count and count >= least else 0 for count in (item.upvotes, item.comments)
    )
    if votes and votes == max(other.upvotes or 0 for other in ranked):
        return f"Most votes in this issue ({votes:,})"
    if comments and comments == max(other.comments or 0 for other in ranked):
        return f"Most discussed ({counting.count(comments, 'comment')})"
    if votes and _leads_its_heading(item, ranked, headings):
        return f"Most votes under its heading ({votes:,})"
    strong = ((votes, "vote"), (comments, "comment"))
    reasons = [counting.count(number, noun) for number, noun in strong if number]
    if item.stars and item.stars >= LEAST_STARS:
        reasons.append(f"{counting.count(item.stars, 'star')} for its code")
    return " and ".join(reasons)


def _leads_its_heading(item: Item, ranked: Sequence[Item], headings: Mapping[str, str]) -> bool:
    """Return whether no other paper under its heading has more votes, and there is another."""
    heading = headings[item.guid]
    votes = [other.upvotes or 0 for other in ranked if headings[other.guid] == heading]
    return len(votes) > 1 and item.upvotes == max(votes)
