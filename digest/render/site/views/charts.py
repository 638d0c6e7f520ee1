"""Charts: papers an issue, papers a day, topics' shares of the papers of a week.

Works out drawings and their words, for who does not see them; draws nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec

from digest.model.issues import Issue
from digest.model.topics import TopicCount
from digest.render import paths, wording

BAR, GAP, HEIGHT = 8, 3, 40  # pixels
SHOWN = 42
WEEKS = 13  # on the front page
TOPICS = 12


class StripView(msgspec.Struct, frozen=True, gc=False):
    """A chart: its size, SVG path data for the bars before and for this issue, its words."""

    width: int
    height: int
    before: str
    now: str
    caption: str
    words: str


class BarsView(msgspec.Struct, frozen=True, gc=False):
    """A chart of bars: its size, SVG path data, what it shows, its words."""

    width: int
    height: int
    path: str
    caption: str
    words: str


class ShareView(msgspec.Struct, frozen=True, gc=False):
    """A topic's part of the papers; ``chart`` is none where there is one week only."""

    name: str
    href: str
    amount: str
    chart: BarsView | None


def strip(issue: Issue) -> StripView | None:
    """The chart of an issue, or none when fewer than two issues came before."""
    if len(issue.chart) < 2:
        return None
    counts = [papers for _, papers in issue.chart[1 - SHOWN :]]
    now = sum(len(section.papers) for section in issue.sections)
    low, high = min(counts), max(counts)
    bars = [_bar(at, papers, max(high, now)) for at, papers in enumerate([*counts, now])]
    span = f"{low:,} to {high:,} papers" if low < high else wording.count(low, "paper")
    return StripView(
        width=(BAR + GAP) * len(bars) - GAP,
        height=HEIGHT,
        before="".join(bars[:-1]),
        now=bars[-1],
        caption=f"Papers in each of the last {len(bars)} issues",
        words=f"{span} in each of the {len(counts)} issues before, {now:,} in this one",
    )


def first_day(newest: str) -> str:
    """The first day that the front page's charts show, up to that of the newest issue."""
    return (dt.date.fromisoformat(newest) - dt.timedelta(days=7 * WEEKS - 1)).isoformat()


def days(counts: Sequence[TopicCount], newest: str) -> BarsView | None:
    """Papers a day up to the newest issue's; none where only one day had any."""
    papers: Counter[str] = Counter()
    for count in counts:
        papers[count.span] += count.papers
    filled = [number for number in papers.values() if number]
    if len(filled) < 2:
        return None
    start = dt.date.fromisoformat(min(papers))
    length = (dt.date.fromisoformat(newest) - start).days + 1
    most = max(filled)
    bars = [
        _bar(at, number, most)
        for at in range(length)
        if (number := papers[(start + dt.timedelta(days=at)).isoformat()])
    ]
    since = wording.short_day(start.isoformat(), year=newest[:4])
    return BarsView(
        width=(BAR + GAP) * length - GAP,
        height=HEIGHT,
        path="".join(bars),
        caption=f"Papers a day since {since}",
        words=f"{min(filled):,} to {most:,} papers on each of {len(filled)} days with papers,"
        f" {sum(filled):,} in all",
    )


def shares(counts: Sequence[TopicCount], newest: str) -> tuple[ShareView, ...]:
    """The `TOPICS` with the most papers, the largest first, with their shares a week.

    Weeks are counted back from the newest issue's day. All charts have the same scale.
    """
    weekly: Counter[tuple[str, int]] = Counter()
    totals: Counter[int] = Counter()
    papers: Counter[str] = Counter()
    last = dt.date.fromisoformat(newest)
    for count in counts:
        week = (last - dt.date.fromisoformat(count.span)).days // 7
        weekly[count.topic, week] += count.papers
        totals[week] += count.papers
        papers[count.topic] += count.papers
    names = {count.topic: count.name for count in counts}
    largest = sorted(filter(papers.get, papers), key=lambda topic: (-papers[topic], topic))[:TOPICS]
    weeks = [week for week in range(max(totals, default=0), -1, -1) if totals[week]]
    percents = {
        topic: [round(100 * weekly[topic, week] / totals[week]) for week in weeks]
        for topic in largest
    }
    most = max((max(percent) for percent in percents.values()), default=0)
    return tuple(
        ShareView(
            names[topic],
            paths.topic(topic),
            f"{100 * papers[topic] / papers.total():.0f}%, {wording.count(papers[topic], 'paper')}",
            _weekly(percents[topic], most) if len(weeks) > 1 else None,
        )
        for topic in largest
    )


def _weekly(percents: Sequence[int], most: int) -> BarsView:
    bars = [_bar(at, percent, most) for at, percent in enumerate(percents) if percent]
    return BarsView(
        width=(BAR + GAP) * len(percents) - GAP,
        height=HEIGHT,
        path="".join(bars),
        caption="",
        words=f"{min(percents)}% to {max(percents)}% of the papers of a week over"
        f" {len(percents)} weeks, {percents[-1]}% in the last",
    )


def _bar(at: int, number: int, most: int) -> str:
    # An issue without papers keeps a line of one pixel: a gap would read as no issue.
    height = max(1, round(HEIGHT * number / max(most, 1)))
    return f"M{at * (BAR + GAP)} {HEIGHT}v-{height}h{BAR}v{height}z"
