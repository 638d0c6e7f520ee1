"""Placed papers to one issue: sections, counts, sums. Renders nothing, asks no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from digest import text
from digest.editorial import followups, ranking, subheadings, teaser
from digest.editorial.topics import OTHER, Placement
from digest.model.issues import Accounting, Issue, Item, Period, Section
from digest.model.papers import Organization, Paper
from digest.text import links

OTHER_NAME = "Other"
CROWDED = 15  # headings an issue may have before those of one paper share one
_FEW = 2  # headings that are not worth sharing one

T = TypeVar("T")


class CleanedPaper(msgspec.Struct, frozen=True):
    """A paper as an issue would show it, before it is placed."""

    item: Item
    repaired: int  # characters taken out that no document may carry


class ClassifiedItem(msgspec.Struct, frozen=True):
    """A paper under its topic."""

    item: Item
    topic: str


class IssueHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about an issue but its papers."""

    edition: str
    date: str
    ordinal: int
    number: int
    moment: str
    verdict: str
    accounting: Accounting
    muted: int = 0
    filtered: int = 0
    repaired: int = 0
    chart: tuple[tuple[str, int], ...] = ()
    span: Period | None = None


def mend(paper: Paper, dumps: int) -> CleanedPaper:
    """The paper with its words mended, once and for all sinks."""
    words = [text.mend(part or "") for part in (paper.title, paper.abstract, paper.summary)]
    title, abstract, summary = (part.text or None for part in words)
    item = Item(
        guid=paper.guid,
        title=title or "(no title)",
        arxiv_id=paper.arxiv_id,
        doi=paper.doi,
        url=address(paper, title or ""),
        abstract=abstract,
        one_line=teaser.choose(abstract, summary),
        authors=text.mend_each(paper.authors),
        n_authors=paper.n_authors or len(paper.authors) or None,
        organization=_organization(paper.organization),
        published=paper.published,
        published_text=paper.published_text,
        upvotes=paper.upvotes,
        comments=paper.comments,
        code_url=paper.code_url,
        stars=paper.stars,
        summary=summary,
        late_from=paper.late_from,
        first_seen=paper.first_seen,
        dumps=dumps,
    )
    return CleanedPaper(item, sum(part.repaired for part in words))


def place(item: Item, placement: Placement) -> ClassifiedItem:
    """The paper with its heading's reasons."""
    placed = msgspec.structs.replace(item, also=placement.also, reasons=placement.reasons)
    return ClassifiedItem(placed, placement.topic)


def compose(
    frame: IssueHeader,
    placed: Sequence[ClassifiedItem],
    names: Mapping[str, str],
    interests: ranking.Interests | None = None,
    *,
    limit: int | None = None,
) -> Issue:
    """The issue. ``names`` are the topics' names in the order of their file.

    Sections stand in order of size, then of the file, Other last. Long ones get sub-headings,
    and where there are many, those of one paper are named as ``brief``: they share a heading.
    Papers beyond the ``limit`` keep their place in their section, and are named as ``more``.
    """
    by_topic: dict[str, list[Item]] = {topic: [] for topic in (*names, OTHER)}
    topics = {one.item.guid: one.topic for one in placed}
    ordered = ranking.order((one.item for one in placed), interests)
    for item in ordered:
        by_topic[topics[item.guid]].append(item)
    filled = [topic for topic, items in by_topic.items() if items]
    filled.sort(key=lambda topic: (topic == OTHER, -len(by_topic[topic])))
    sections = tuple(_section(topic, names, by_topic[topic]) for topic in filled)
    items = [item for section in sections for item in section.papers]
    mentioned = {topic for item in items for topic in item.also}.union(filled)
    headings = {guid: names.get(topic, OTHER_NAME) for guid, topic in topics.items()}
    gains = followups.gains(frame.span) if frame.span else None
    picked = ranking.picks(ordered, headings, interests, gains)
    judged = ((item.guid, interests[item.guid].reasons) for item in items) if interests else ()
    return Issue(
        **msgspec.structs.asdict(frame),
        sections=sections,
        topics={topic: name for topic, name in names.items() if topic in mentioned},
        late=tuple(item.guid for item in items if item.late_from),
        picks=tuple(picked),
        picked=picked,
        followed={guid: reasons for guid, reasons in judged if reasons},
        brief=_brief(sections),
        more=_more(ordered, picked, limit),
    )


def _section(topic: str, names: Mapping[str, str], papers: Sequence[Item]) -> Section:
    """The section, its papers in the order of its parts where it has some."""
    name = names.get(topic, OTHER_NAME)
    found = subheadings.split(name, papers)
    if found:
        by_guid = {item.guid: item for item in papers}
        papers = [by_guid[guid] for part in found for guid in part.papers]
    return Section(topic=topic, name=name, papers=tuple(papers), parts=found)


def _more(ordered: Sequence[Item], picked: Mapping[str, str], limit: int | None) -> tuple[str, ...]:
    """The papers beyond the limit, in their order; picks are never among them if they fit."""
    if limit is None or limit >= len(ordered):
        return ()
    first = (*picked, *(item.guid for item in ordered if item.guid not in picked))
    beyond = frozenset(first[limit:])
    return tuple(item.guid for item in ordered if item.guid in beyond)


def _brief(sections: Sequence[Section]) -> tuple[str, ...]:
    """The topics of one paper, where there are more headings than a reader wants."""
    if len(sections) <= CROWDED:
        return ()
    single = [one.topic for one in sections if len(one.papers) == 1 and one.topic != OTHER]
    return tuple(single) if len(single) > _FEW else ()


def address(paper: Paper, title: str) -> str:
    """Where a paper leads: to its own address, else to a search for its mended ``title``."""
    known = paper.url or links.identifier_page(paper.arxiv_id, paper.doi)
    return known or links.title_search(title)


def _organization(shown: Organization | None) -> Organization | None:
    if shown is None:
        return None
    return Organization(text.mend(shown.slug).text, text.mend(shown.name).text)


def without(stored: Issue, withdrawn: frozenset[str]) -> Issue:
    """The issue as it is shown once papers were withdrawn; the stored one stays as it is."""
    if not withdrawn:
        return stored
    sections = tuple(section.without(withdrawn) for section in stored.sections)
    terms = (replace(term, papers=_left(term.papers, withdrawn)) for term in stored.terms)
    return replace(
        stored,
        sections=tuple(section for section in sections if section.papers),
        updated=tuple(one for one in stored.updated if one.guid not in withdrawn),
        rising=tuple(one for one in stored.rising if one.guid not in withdrawn),
        picks=_left(stored.picks, withdrawn),
        picked=_kept(stored.picked, withdrawn),
        followed=_kept(stored.followed, withdrawn),
        terms=tuple(term for term in terms if term.papers),
        late=_left(stored.late, withdrawn),
        more=_left(stored.more, withdrawn),
        span=stored.span and replace(stored.span, papers=_kept(stored.span.papers, withdrawn)),
    )


def _left(guids: Sequence[str], withdrawn: frozenset[str]) -> tuple[str, ...]:
    return tuple(guid for guid in guids if guid not in withdrawn)


def _kept(by_guid: Mapping[str, T], withdrawn: frozenset[str]) -> dict[str, T]:
    return {guid: said for guid, said in by_guid.items() if guid not in withdrawn}
