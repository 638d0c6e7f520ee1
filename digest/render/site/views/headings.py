"""The headings of an issue's page: its sections, those of one paper under one if there are many.

What a section is stays as it was stored; only what stands over it on a page is decided here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

from digest.model.issues import Issue, Item, Section
from digest.render import paths

BRIEF = "In brief"
MORE = "More"


class HeadingLine(NamedTuple):
    """A heading of a page, and the sections under it: one, or all that are told in brief.

    ``left`` is how many of its papers stand under `MORE` instead.
    """

    anchor: str
    name: str
    sections: tuple[Section, ...]
    left: int = 0

    @property
    def papers(self) -> tuple[Item, ...]:
        """All papers under the heading, in the order of the page."""
        return tuple(item for section in self.sections for item in section.papers)


def of(issue: Issue) -> tuple[HeadingLine, ...]:
    """The issue's headings in reading order; its sections in brief stand next to each other.

    Papers beyond the edition's limit are left out: they stand under `more`.
    """
    brief, beyond = frozenset(issue.brief), frozenset(issue.more)
    full = (section.without(beyond) for section in issue.sections)
    groups = itertools.groupby(
        (section for section in full if section.papers),
        lambda section: None if section.topic in brief else section.topic,
    )
    totals = {section.topic: len(section.papers) for section in issue.sections}
    return tuple(
        HeadingLine("in-brief", BRIEF, tuple(sections))
        if topic is None
        else _own(totals, *sections)
        for topic, sections in groups
    )


def more(issue: Issue) -> HeadingLine | None:
    """What is beyond the edition's limit, by section; none where nothing is."""
    if not issue.more:
        return None
    full = {item.guid for item in issue.papers}.difference(issue.more)
    sections = (section.without(full) for section in issue.sections)
    return HeadingLine("more", MORE, tuple(section for section in sections if section.papers))


def _own(totals: Mapping[str, int], section: Section) -> HeadingLine:
    left = totals[section.topic] - len(section.papers)
    return HeadingLine(paths.heading(section.topic), section.name, (section,), left)
