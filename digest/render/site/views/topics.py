"""Build the pages of topics: their papers by issue, the newest first.

Texts are plain, and links are relative to the topic's own folder. The page of a month depends
on that month's issues alone, so that it never changes once the month is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from digest.editorial import calendar
from digest.editorial.topics import MOVED
from digest.model.issues import Issue, Item, Section
from digest.model.topics import TopicCount
from digest.render import paths, teasers, wording
from digest.render.removed_topic import RemovedTopicView, TopicTotalView

MAX_PAPERS = 30  # papers on a topic's first page


class TopicLineView(msgspec.Struct, frozen=True, gc=False):
    """A paper on a topic's page. ``under`` names its heading if that is another topic's."""

    href: str
    title: str
    line: str
    is_quotation: bool
    facts: str
    under: str


class TopicDayView(msgspec.Struct, frozen=True, gc=False):
    """The papers of one issue under a topic."""

    date: str
    words: str
    href: str
    amount: str
    papers: tuple[TopicLineView, ...]


class TopicView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A page of a topic. Its first page has an empty ``month``, and ``months`` to link to.

    So has the page of a large month, whose ``months`` are its earlier parts.
    """

    id: str
    name: str
    file: str
    lead: str
    month: str = ""
    days: Sequence[TopicDayView]
    months: Sequence[TopicTotalView] = ()
    months_title: str = ""
    notice: RemovedTopicView | None = None


def build_first_page(
    counts: Sequence[TopicCount],
    days: Iterable[TopicDayView],
    notice: RemovedTopicView | None = None,
) -> TopicView:
    """Return a topic's first page: its newest papers and links to the pages of its months.

    ``counts`` are those of its months, the oldest first.
    """
    newest = counts[-1]
    months = [
        TopicTotalView(wording.month(f"{count.span}-01"), f"{count.span}.html", _amount([count]))
        for count in reversed(counts)
    ]
    return TopicView(
        # A topic that was renamed has its newest name.
        id=newest.topic,
        name=newest.name,
        file="index.html",
        lead=f"{_amount(counts)} since {wording.month(f'{counts[0].span}-01')}.",
        days=_newest(days),
        months=months,
        months_title="All months",
        notice=notice,
    )


def build_month_page(
    count: TopicCount,
    name: str,
    days: Sequence[TopicDayView],
    words: str = "",
    earlier: Iterable[tuple[str, str, str, TopicCount]] = (),
) -> TopicView:
    """Return the page of one month of a topic, or of a part of a large month.

    ``name`` is that of the month or the part, and ``words`` names the days of a part.
    ``earlier`` are the parts before the last one, each with its name, first day, last day and
    count; the page of the month lists them.
    """
    month = wording.month(f"{name[:7]}-01")
    parts = [
        TopicTotalView(calendar.period_name(first, last), f"{part}.html", _amount([own]))
        for part, first, last, own in earlier
    ]
    return TopicView(
        id=count.topic,
        name=count.name,
        file=f"{name}.html",
        lead=f"{_amount([count])}.",
        month=words or month,
        days=days,
        months=parts,
        months_title=f"Earlier in {month}" if parts else "",
    )


def build_total(counts: Sequence[TopicCount]) -> TopicTotalView:
    """Return a topic's line in the list of all topics."""
    newest = counts[-1]
    href = paths.relative(paths.TOPICS, paths.topic(newest.topic))
    return TopicTotalView(newest.name, href, _amount(counts))


def _amount(counts: Sequence[TopicCount]) -> str:
    """Return the sum of counts in words: "3 papers and 2 that also belong here"."""
    papers = sum(count.papers for count in counts)
    also = sum(count.also for count in counts)
    own = wording.count(papers, "paper")
    if not also:
        return own
    belong = "belongs" if also == 1 else "belong"
    if not papers:
        return f"{wording.count(also, 'paper')} that also {belong} here"
    return f"{own} and {also:,} that also {belong} here"


def group_by_topic(issues: Iterable[Issue]) -> dict[str, list[TopicDayView]]:
    """Return the papers of these issues by topic, in the order of the issues."""
    days: dict[str, list[TopicDayView]] = {}
    for issue in issues:
        words = wording.title(issue)
        # Every topic's folder is equally deep, so the link is the same from all of them.
        page = paths.relative(paths.topic("x"), paths.issue(issue.edition, issue.key, "html"))
        for topic, lines in _lines(issue, page).items():
            amount = wording.count(len(lines), "paper")
            day = TopicDayView(issue.date, words, page, amount, tuple(lines))
            days.setdefault(topic, []).append(day)
    return days


def _newest(days: Iterable[TopicDayView]) -> list[TopicDayView]:
    """Return the first days up to `MAX_PAPERS` papers; the last day is cut to fit."""
    newest: list[TopicDayView] = []
    room = MAX_PAPERS
    for day in days:
        if room <= 0:
            break
        newest.append(msgspec.structs.replace(day, papers=day.papers[:room]))
        room -= len(day.papers)
    return newest


def _lines(issue: Issue, page: str) -> dict[str, list[TopicLineView]]:
    """Return by topic the papers under its heading, then those that also belong to it."""
    own: dict[str, list[TopicLineView]] = {}
    also: dict[str, list[TopicLineView]] = {}
    for section in issue.sections:
        lines = [_line(item, page) for item in section.papers]
        own[section.topic] = lines
        for item, line in zip(section.papers, lines, strict=True):
            for topic in item.also:
                also.setdefault(topic, []).append(_elsewhere(line, section))
    return {topic: own.get(topic, []) + also.get(topic, []) for topic in own | also}


def _line(item: Item, page: str) -> TopicLineView:
    facts = item.organization.name if item.organization else wording.authors(item)
    # The page of its issue may have it under another heading.
    by_hand = MOVED if MOVED in item.reasons else ""
    return TopicLineView(
        href=f"{page}#{paths.anchor(item.guid)}",
        title=item.title,
        line=teasers.marked(item.one_line),
        is_quotation=item.one_line is None or teasers.is_quotation(item.one_line),
        facts=" · ".join(filter(None, (facts, by_hand))),
        under="",
    )


def _elsewhere(line: TopicLineView, section: Section) -> TopicLineView:
    return msgspec.structs.replace(line, under=section.name)
