"""Compose an issue: clean papers, put them under topics, arrange sections and picks.

Renders nothing and reads no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from digest import text
from digest.editorial import followups, lateness, ranking, subheadings, teaser
from digest.editorial.topics import OTHER, Placement
from digest.model.issues import Accounting, Issue, Item, Period, Section
from digest.model.papers import Organization, Paper
from digest.text import links

OTHER_NAME = "Other"
CROWDED = 15  # headings; in an issue with more, topics with a single paper share one
_FEWEST_BRIEF = 3  # topics with a single paper; fewer keep their own headings

T = TypeVar("T")


class CleanedPaper(msgspec.Struct, frozen=True):
    """A paper as an issue would show it, before it is placed."""

    item: Item
    repaired: int  # invalid characters removed from its words


class ClassifiedItem(msgspec.Struct, frozen=True):
    """A cleaned paper with the id of its topic."""

    item: Item
    topic: str


class IssueHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about an issue except its papers."""

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


def clean_paper(paper: Paper, dumps: int) -> CleanedPaper:
    """Mend the words of a paper, choose its teaser, and turn it into an item of an issue.

    ``dumps`` is the number of dumps that showed the paper. The item is stored with the issue,
    and pages, feeds and exports show its words as they are.
    """
    prose = [text.mend_prose(part or "") for part in (paper.abstract, paper.summary)]
    words = [text.mend(paper.title or ""), *prose]
    title, abstract, summary = (part.text or None for part in words)
    item = Item(
        guid=paper.guid,
        title=title or "(no title)",
        arxiv_id=paper.arxiv_id,
        doi=text.shown(paper.doi or "") or None,
        url=address(paper, title or ""),
        abstract=abstract,
        one_line=teaser.choose_teaser(abstract, summary, title or ""),
        authors=text.mend_each(paper.authors),
        n_authors=paper.n_authors or len(paper.authors) or None,
        organization=_clean_organization(paper.organization),
        published=paper.published,
        published_text=text.mend(paper.published_text or "").text or None,
        upvotes=paper.upvotes,
        comments=paper.comments,
        code_url=paper.code_url,
        stars=paper.stars,
        summary=summary,
        late_from=paper.late_from,
        first_seen=paper.first_seen,
        dumps=dumps,
        retracted=paper.retracted,
    )
    return CleanedPaper(item, sum(part.repaired for part in words))


def classify_item(item: Item, placement: Placement) -> ClassifiedItem:
    """Put an item under its topic, with the placement's reasons and second topic."""
    classified = replace(
        item, also=placement.also, reasons=placement.reasons, unsure=placement.unsure
    )
    return ClassifiedItem(classified, placement.topic)


def compose_issue(
    header: IssueHeader,
    classified: Sequence[ClassifiedItem],
    names: Mapping[str, str],
    matches: ranking.ProfileMatches | None = None,
    *,
    limit: int | None = None,
) -> Issue:
    """Compose an issue. ``names`` are the topics' names by id, in the order of their file.

    Sections are ordered by size, then as in the file; Other comes last. Long ones get
    sub-headings. If there are many sections, the topics with a single paper are listed as
    ``brief``, and pages show them under one heading. The papers beyond the ``limit`` are
    listed as ``more``, and stay in their sections.
    """
    if header.span:
        classified = [_mark_lateness(each, header.span) for each in classified]
    by_topic: dict[str, list[Item]] = {topic: [] for topic in (*names, OTHER)}
    topics = {each.item.guid: each.topic for each in classified}
    ranked = ranking.rank_papers((each.item for each in classified), matches)
    for item in ranked:
        by_topic[topics[item.guid]].append(item)
    filled = [topic for topic, items in by_topic.items() if items]
    # The sort is stable: topics of equal size stay in the order of the file.
    filled.sort(key=lambda topic: (topic == OTHER, -len(by_topic[topic])))
    sections = tuple(_compose_section(topic, names, by_topic[topic]) for topic in filled)
    items = [item for section in sections for item in section.papers]
    mentioned = {topic for item in items for topic in item.also}.union(filled)
    headings = {guid: names.get(topic, OTHER_NAME) for guid, topic in topics.items()}
    gains = followups.find_gains(header.span) if header.span else None
    picked = ranking.choose_picks(ranked, headings, matches, gains)
    follows = ((item.guid, matches[item.guid].reasons) for item in items) if matches else ()
    return Issue(
        **msgspec.structs.asdict(header),
        sections=sections,
        topics={topic: name for topic, name in names.items() if topic in mentioned},
        late=tuple(item.guid for item in items if item.late_from),
        picks=tuple(picked),
        picked=picked,
        followed={guid: reasons for guid, reasons in follows if reasons},
        brief=topics_in_brief(sections),
        more=papers_beyond(ranked, picked, limit),
    )


def _mark_lateness(classified: ClassifiedItem, period: Period) -> ClassifiedItem:
    late_from = lateness.late_in_period(classified.item, period)
    return replace(classified, item=replace(classified.item, late_from=late_from))


def _compose_section(topic: str, names: Mapping[str, str], papers: Sequence[Item]) -> Section:
    """Compose a section. If it has sub-headings, their order decides that of its papers."""
    name = names.get(topic, OTHER_NAME)
    parts = subheadings.split_section(name, papers)
    if parts:
        by_guid = {item.guid: item for item in papers}
        papers = [by_guid[guid] for part in parts for guid in part.papers]
    return Section(topic=topic, name=name, papers=tuple(papers), parts=parts)


def papers_beyond(
    ranked: Sequence[Item], picked: Mapping[str, str], limit: int | None
) -> tuple[str, ...]:
    """Return the guids of the papers beyond the limit, best first.

    Picks count first, so that none is beyond a limit that has room for all of them.
    """
    if limit is None or limit >= len(ranked):
        return ()
    picks_first = (*picked, *(item.guid for item in ranked if item.guid not in picked))
    beyond = frozenset(picks_first[limit:])
    return tuple(item.guid for item in ranked if item.guid in beyond)


def topics_in_brief(sections: Sequence[Section]) -> tuple[str, ...]:
    """Return the topics with a single paper, if the issue has too many headings."""
    if len(sections) <= CROWDED:
        return ()
    single = [
        section.topic for section in sections if len(section.papers) == 1 and section.topic != OTHER
    ]
    return tuple(single) if len(single) >= _FEWEST_BRIEF else ()


def address(paper: Paper, title: str) -> str:
    """Return the address a paper's title links to.

    That is its own address, else that of its arXiv id or DOI, else a search for its mended
    ``title``.
    """
    page = paper.url or links.identifier_page(paper.arxiv_id, paper.doi)
    return page or links.title_search(title)


def _clean_organization(organization: Organization | None) -> Organization | None:
    if organization is None:
        return None
    return Organization(text.mend(organization.slug).text, text.mend(organization.name).text)


def without_withdrawn(stored: Issue, withdrawn: frozenset[str]) -> Issue:
    """Return the issue without these papers, given by guid, as pages and feeds show it.

    Also removes all mentions of them, and each section or term that has no other paper. The
    stored issue is not changed.
    """
    if not withdrawn:
        return stored
    sections = tuple(section.without(withdrawn) for section in stored.sections)
    terms = (replace(term, papers=_drop(term.papers, withdrawn)) for term in stored.terms)
    return replace(
        stored,
        sections=tuple(section for section in sections if section.papers),
        updated=tuple(paper for paper in stored.updated if paper.guid not in withdrawn),
        rising=tuple(paper for paper in stored.rising if paper.guid not in withdrawn),
        picks=_drop(stored.picks, withdrawn),
        picked=_drop_keys(stored.picked, withdrawn),
        followed=_drop_keys(stored.followed, withdrawn),
        terms=tuple(term for term in terms if term.papers),
        late=_drop(stored.late, withdrawn),
        more=_drop(stored.more, withdrawn),
        span=stored.span and replace(stored.span, papers=_drop_keys(stored.span.papers, withdrawn)),
    )


def _drop(guids: Sequence[str], withdrawn: frozenset[str]) -> tuple[str, ...]:
    return tuple(guid for guid in guids if guid not in withdrawn)


def _drop_keys(by_guid: Mapping[str, T], withdrawn: frozenset[str]) -> dict[str, T]:
    return {guid: value for guid, value in by_guid.items() if guid not in withdrawn}
