"""The headings of an issue's page: its sections, those of one paper under one if there are many.

What a section is stays as it was stored; only what stands over it on a page is decided here.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from digest.model.issues import Issue, Item, Section
from digest.rendering import paths

BRIEF = "In brief"


class Heading(NamedTuple):
    """A heading of a page, and the sections under it: one, or all that are told in brief."""

    anchor: str
    name: str
    sections: tuple[Section, ...]

    @property
    def papers(self) -> tuple[Item, ...]:
        """All papers under the heading, in the order of the page."""
        return tuple(item for section in self.sections for item in section.papers)


def of(issue: Issue) -> tuple[Heading, ...]:
    """The issue's headings in reading order; its sections in brief stand next to each other."""
    brief = frozenset(issue.brief)
    groups = itertools.groupby(
        issue.sections, lambda section: None if section.topic in brief else section.topic
    )
    return tuple(
        Heading("in-brief", BRIEF, tuple(sections)) if topic is None else _own(*sections)
        for topic, sections in groups
    )


def _own(section: Section) -> Heading:
    return Heading(paths.heading(section.topic), section.name, (section,))
