"""What stands under a topic, as its pages show it: by issue, the newest first.

Gives plain text and links that hold in the topic's own folder. The page of a month is made
of that month's issues alone, so that it never changes once the month is over.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import msgspec

from digest.model.issues import Issue, Item, Section
from digest.model.topics import RemovedTopic, Successor, TopicCount
from digest.render import paths, wording

NEWEST = 30  # papers on a topic's first page


class TopicLineView(msgspec.Struct, frozen=True, gc=False):
    """A paper as a topic lists it; ``under`` names the heading it stands under elsewhere."""

    href: str
    title: str
    line: str
    facts: str
    under: str


class TopicDayView(msgspec.Struct, frozen=True, gc=False):
    """An issue's papers under a topic."""

    date: str
    words: str
    href: str
    amount: str
    papers: tuple[TopicLineView, ...]


class TopicTotalView(msgspec.Struct, frozen=True, gc=False):
    """A month of a topic, or a topic, with how many papers it holds."""

    words: str
    href: str
    amount: str


class RemovedTopicView(msgspec.Struct, frozen=True, gc=False):
    """That a topic was retired: in words, and the topics that have its papers now."""

    words: str
    heirs: tuple[TopicTotalView, ...]


class TopicView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A page of a topic; ``month`` is empty on its first page, which lists the ``months``."""

    id: str
    name: str
    file: str
    lead: str
    month: str = ""
    days: Sequence[TopicDayView]
    months: Sequence[TopicTotalView] = ()
    notice: RemovedTopicView | None = None


def first(
    counts: Sequence[TopicCount],
    days: Iterable[TopicDayView],
    notice: RemovedTopicView | None = None,
) -> TopicView:
    """A topic's first page, of all its months, oldest first, and its newest papers."""
    newest = counts[-1]
    months = [
        TopicTotalView(wording.month(f"{one.span}-01"), f"{one.span}.html", _amount([one]))
        for one in reversed(counts)
    ]
    return TopicView(
        id=newest.topic,
        name=newest.name,
        file="index.html",
        lead=f"{_amount(counts)} since {wording.month(f'{counts[0].span}-01')}.",
        days=_newest(days),
        months=months,
        notice=notice,
    )


def month(count: TopicCount, days: Sequence[TopicDayView]) -> TopicView:
    """The page of one month of a topic."""
    return TopicView(
        id=count.topic,
        name=count.name,
        file=f"{count.span}.html",
        lead=f"{_amount([count])}.",
        month=wording.month(f"{count.span}-01"),
        days=days,
    )


def total(counts: Sequence[TopicCount]) -> TopicTotalView:
    """A topic in the list of all topics."""
    newest = counts[-1]
    href = paths.relative(paths.TOPICS, paths.topic(newest.topic))
    return TopicTotalView(newest.name, href, _amount(counts))


def notice(retired: RemovedTopic, with_page: Container[str]) -> RemovedTopicView:
    """What stands on a retired topic's page; heirs without a page of their own are only named."""
    day = wording.day(retired.moment[:10])
    words = f"This heading was retired on {day}."
    if retired.papers == 1:
        words = f"{words} Its newest paper would now stand under {retired.heirs[0].name}."
    elif retired.heirs:
        named = [f"{heir.papers:,} under {heir.name}" for heir in retired.heirs]
        if rest := retired.papers - sum(heir.papers for heir in retired.heirs):
            named.append(f"{rest:,} under others")
        newest = wording.count(retired.papers, "paper")
        words = f"{words} Its newest {newest} would now stand elsewhere: {wording.listed(named)}."
    links = tuple(
        TopicTotalView(
            heir.name, f"../{heir.topic}/index.html", wording.count(heir.papers, "paper")
        )
        for heir in heirs(retired, with_page)
    )
    return RemovedTopicView(words, links)


def heirs(retired: RemovedTopic, with_page: Container[str]) -> tuple[Successor, ...]:
    """The heirs to link to: those that had a page when the topic went, and have it still."""
    return tuple(heir for heir in retired.heirs if heir.has_page and heir.topic in with_page)


def _amount(counts: Sequence[TopicCount]) -> str:
    """Counts in words: "3 papers and 2 that also belong here"."""
    papers, also = (sum(getattr(one, kind) for one in counts) for kind in ("papers", "also"))
    own = wording.count(papers, "paper")
    if not also:
        return own
    belong = "belongs" if also == 1 else "belong"
    if not papers:
        return f"{wording.count(also, 'paper')} that also {belong} here"
    return f"{own} and {also:,} that also {belong} here"


def by_topic(issues: Iterable[Issue]) -> dict[str, list[TopicDayView]]:
    """The papers of these issues under each topic, in the order of the issues."""
    found: dict[str, list[TopicDayView]] = {}
    for issue in issues:
        words = wording.title(issue)
        page = paths.relative(paths.topic("x"), paths.issue(issue.edition, issue.key, "html"))
        for topic, lines in _lines(issue, page).items():
            counted = wording.count(len(lines), "paper")
            day = TopicDayView(issue.date, words, page, counted, tuple(lines))
            found.setdefault(topic, []).append(day)
    return found


def _newest(days: Iterable[TopicDayView]) -> list[TopicDayView]:
    """The first days of a topic, up to `NEWEST` papers; the last day is cut where needed."""
    shown: list[TopicDayView] = []
    left = NEWEST
    for day in days:
        if left <= 0:
            break
        shown.append(msgspec.structs.replace(day, papers=day.papers[:left]))
        left -= len(day.papers)
    return shown


def _lines(issue: Issue, page: str) -> dict[str, list[TopicLineView]]:
    """Per topic, the papers under its heading, then those that also belong to it."""
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
    return TopicLineView(
        href=f"{page}#{paths.anchor(item.guid)}",
        title=item.title,
        line=item.one_line.text if item.one_line else "",
        facts=item.organization.name if item.organization else wording.authors(item),
        under="",
    )


def _elsewhere(line: TopicLineView, section: Section) -> TopicLineView:
    return msgspec.structs.replace(line, under=section.name)
