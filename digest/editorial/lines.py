"""Put the lines of a language model into a composed issue."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from digest.model.issues import Issue, Teaser


def with_lines(issue: Issue, lines: Mapping[str, Teaser]) -> Issue:
    """Return the issue with these lines, by guid, in place of the teasers of their papers."""
    if not lines:
        return issue
    sections = (
        replace(
            section,
            papers=tuple(
                replace(item, one_line=lines.get(item.guid, item.one_line))
                for item in section.papers
            ),
        )
        for section in issue.sections
    )
    return replace(issue, sections=tuple(sections))
