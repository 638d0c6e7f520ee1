"""Group the sections of an issue under the headings of its page.

Sections shown in brief share one heading. Papers beyond the edition's limit stand under a
heading of their own. The stored sections are not changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from digest.model.issues import Issue, Item, Section
from digest.render import paths

BRIEF_NAME = "In brief"
MORE_NAME = "More"


class HeadingLine(NamedTuple):
    """A heading of a page with its sections: one, or all that are shown in brief.

    ``elsewhere`` is the number of its papers that stand under `MORE_NAME` instead.
    """

    anchor: str
    name: str
    sections: tuple[Section, ...]
    elsewhere: int = 0

    @property
    def papers(self) -> tuple[Item, ...]:
        """The papers of all its sections, in the order of the page."""
        return tuple(item for section in self.sections for item in section.papers)


def group_sections(issue: Issue) -> tuple[HeadingLine, ...]:
    """Return the issue's headings in reading order, without the papers beyond its limit.

    `gather_beyond_limit` returns those.
    """
    brief, beyond = frozenset(issue.brief), frozenset(issue.more)
    full = (section.without(beyond) for section in issue.sections)
    # Sections in brief are stored next to each other, so grouping neighbours is enough.
    groups = itertools.groupby(
        (section for section in full if section.papers),
        lambda section: None if section.topic in brief else section.topic,
    )
    totals = {section.topic: len(section.papers) for section in issue.sections}
    return tuple(
        HeadingLine("in-brief", BRIEF_NAME, tuple(sections))
        if topic is None
        else _full_heading(totals, *sections)
        for topic, sections in groups
    )


def gather_beyond_limit(issue: Issue) -> HeadingLine | None:
    """Return the papers beyond the edition's limit by section, or None if there are none."""
    if not issue.more:
        return None
    full = {item.guid for item in issue.papers}.difference(issue.more)
    sections = (section.without(full) for section in issue.sections)
    return HeadingLine("more", MORE_NAME, tuple(section for section in sections if section.papers))


def list_all(issue: Issue) -> tuple[HeadingLine, ...]:
    """Return all headings in reading order: the papers beyond the edition's limit come last."""
    beyond = gather_beyond_limit(issue)
    return (*group_sections(issue), *([beyond] if beyond else []))


def share_titles(sizes: Sequence[int], room: int) -> list[int]:
    """Return how many titles of headings of these sizes to show, ``room`` in all.

    The shares are as equal as the sizes allow. Earlier headings get what is left over.
    """
    shares = [0] * len(sizes)
    for _ in range(min(max(sizes, default=0), room)):
        for place, size in enumerate(sizes):
            if room and shares[place] < size:
                shares[place] += 1
                room -= 1
    return shares


def _full_heading(totals: Mapping[str, int], section: Section) -> HeadingLine:
    elsewhere = totals[section.topic] - len(section.papers)
    return HeadingLine(paths.heading(section.topic), section.name, (section,), elsewhere)
