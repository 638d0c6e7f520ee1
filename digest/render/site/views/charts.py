"""Build charts: papers per issue, papers per day, topics' shares per week.

A chart is SVG path data for its template, with a description in words for screen readers.
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
MAX_ISSUES = 42  # in the chart of an issue's page
WEEKS = 13  # on the front page
MAX_TOPICS = 12  # on the front page


class StripView(msgspec.Struct, frozen=True, gc=False):
    """The chart of an issue's page. Sizes are in pixels.

    ``before`` is SVG path data of the earlier issues' bars, ``now`` of this issue's. ``words``
    describe the chart.
    """

    width: int
    height: int
    before: str
    now: str
    caption: str
    words: str


class BarsView(msgspec.Struct, frozen=True, gc=False):
    """A chart of bars. Sizes are in pixels, ``path`` is SVG path data, ``words`` are its label.

    The label is for screen readers. ``first``, ``last`` and ``most`` stand beside the bars: the
    values at both ends and the largest one, empty where the chart has no room for them.
    """

    width: int
    height: int
    path: str
    caption: str
    words: str
    first: str
    last: str
    most: str = ""


class ShareView(msgspec.Struct, frozen=True, gc=False):
    """A topic's share of the papers. ``chart`` shows it by week, if there are several weeks."""

    name: str
    href: str
    amount: str
    chart: BarsView | None


def build_strip(issue: Issue) -> StripView | None:
    """Return the chart of an issue's page, or None if fewer than two issues came before."""
    if len(issue.chart) < 2:
        return None
    # The last place is for this issue.
    counts = [papers for _, papers in issue.chart[1 - MAX_ISSUES :]]
    now = sum(len(section.papers) for section in issue.sections)
    bars = [_bar(at, papers, max(*counts, now)) for at, papers in enumerate([*counts, now])]
    before = _range(min(counts), max(counts))
    return StripView(
        width=(BAR + GAP) * len(bars) - GAP,
        height=HEIGHT,
        before="".join(bars[:-1]),
        now=bars[-1],
        caption=f"Papers in each of the last {len(bars)} issues, {now:,} in this one",
        words=f"{before} in each of the {len(counts)} issues before, {now:,} in this one",
    )


def _range(low: int, high: int) -> str:
    papers = wording.count(high, "paper")
    return f"{low:,} to {papers}" if low < high else papers


def first_day(newest: str) -> str:
    """Return the first day of the front page's charts. ``newest`` is their last day."""
    # The first and the last day both count.
    return (dt.date.fromisoformat(newest) - dt.timedelta(days=7 * WEEKS - 1)).isoformat()


def build_days(counts: Sequence[TopicCount], newest: str) -> BarsView | None:
    """Return the chart of papers per day, or None if fewer than two days had any.

    ``newest`` is the day of the newest issue, the last one of the chart.
    """
    papers: Counter[str] = Counter()
    for count in counts:
        papers[count.span] += count.papers
    amounts = [number for number in papers.values() if number]
    if len(amounts) < 2:
        return None
    start = dt.date.fromisoformat(min(papers))
    length = (dt.date.fromisoformat(newest) - start).days + 1
    most = max(amounts)
    bars = [
        _bar(at, number, most)
        for at in range(length)
        if (number := papers[(start + dt.timedelta(days=at)).isoformat()])
    ]
    heaviest = max(papers, key=lambda day: (papers[day], day))  # the latest of equal ones
    first, last, most_on = (
        wording.short_day(day, year=newest[:4]) for day in (start.isoformat(), newest, heaviest)
    )
    return BarsView(
        width=(BAR + GAP) * length - GAP,
        height=HEIGHT,
        path="".join(bars),
        caption=f"Papers a day since {first}",
        words=f"{_range(min(amounts), most)} on each of {len(amounts)} days with papers,"
        f" {sum(amounts):,} in all",
        first=f"{first}: {papers[start.isoformat()]:,}",
        last=f"{last}: {papers[newest]:,}",
        most=f"most: {most:,} on {most_on}",
    )


def build_shares(counts: Sequence[TopicCount], newest: str) -> tuple[ShareView, ...]:
    """Return the `MAX_TOPICS` topics with the most papers, the largest first.

    Weeks are counted back from ``newest``, the day of the newest issue. All charts have the
    same scale.
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
    largest = sorted(filter(papers.get, papers), key=lambda topic: (-papers[topic], topic))[
        :MAX_TOPICS
    ]
    # A week without papers has no shares and is left out.
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
        first=f"{percents[0]}%",
        last=f"{percents[-1]}%",
    )


def _bar(at: int, number: int, most: int) -> str:
    # A bar without papers keeps one pixel: a gap would look like a missing issue. The path begins
    # at the foot on the left, and goes up, across and down.
    height = max(1, round(HEIGHT * number / max(most, 1)))
    return f"M{at * (BAR + GAP)} {HEIGHT}v-{height}h{BAR}v{height}z"
