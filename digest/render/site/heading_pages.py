"""Render the pages of an issue's headings, on which its abstracts stand if it is large.

The issue's own page keeps the anchor of every paper, so links to papers hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Protocol

from digest.model.files import Page
from digest.model.issues import Issue
from digest.render import paths
from digest.render.site import templates
from digest.render.site.views import division
from digest.render.site.views.entries import HeadingView, LinkView

LIMIT = 1 << 20  # bytes of the HTML page of an issue, and of a heading


class Renderer(Protocol):
    """Fills a template. Raises `PageTooLarge` above ``limit`` bytes."""

    def __call__(
        self, name: str, path: str, values: dict[str, Any], *, limit: int | None = None
    ) -> Page:
        """Return the page at ``path``."""


def render_issue(
    issue: Issue, values: dict[str, Any], render: Renderer, limit: int
) -> tuple[Page, ...]:
    """Render the HTML page of an issue; above ``limit`` bytes, also the pages of its headings.

    The issue's page comes first. It then has no abstracts, and if it is still above the limit,
    titles alone: enough for about 6,000 papers. With more it is larger. ``values`` are those of
    its template.
    """
    path, groups = paths.issue(issue.edition, issue.key, "html"), values["groups"]
    try:
        return (render("issue.html", path, values, limit=limit),)
    except templates.PageTooLarge:
        pages, places = list[Page](), dict[str, str]()
    for page, group in _render_headings(issue, values, render, limit):
        pages.append(page)
        place = paths.relative(path, page.path)
        places |= dict.fromkeys([entry.anchor for entry in group.entries], place)
    try:
        short = values | {"groups": division.link_abstracts(groups, places)}
        return (render("issue.html", path, short, limit=limit), *pages)
    except templates.PageTooLarge:
        short = values | {"groups": division.link_titles(groups, places)}
        return (render("issue.html", path, short), *pages)


def _render_headings(
    issue: Issue, values: dict[str, Any], render: Renderer, limit: int
) -> Iterator[tuple[Page, HeadingView]]:
    """Yield the pages of the headings, each with the part of its heading that is on it.

    A heading is halved until each page is within ``limit`` or has one paper.
    """
    common = {"issue": issue, "day": values["day"]}
    waiting = deque(map(division.nest, values["groups"]))
    before, anchor, part = None, "", 0
    while waiting:
        group = waiting.popleft()
        number = part + 1 if group.anchor == anchor else 1
        here, after = _link(issue, group, number), None
        if waiting:
            same = waiting[0].anchor == group.anchor
            after = _link(issue, waiting[0], number + 1 if same else 1)
        own = {"group": group, "name": here.words, "before": before, "after": after}
        path = paths.issue_heading(issue.edition, issue.key, group.anchor, number)
        halves = division.halve(group)
        allowed = limit if len(halves) > 1 else None
        try:
            page = render("heading.html", path, common | own, limit=allowed)
        except templates.PageTooLarge:
            waiting.extendleft(reversed(halves))
            continue
        yield page, group
        before, anchor, part = here, group.anchor, number


def _link(issue: Issue, group: HeadingView, number: int) -> LinkView:
    """Return the link from another heading's page to this part of a heading."""
    words = group.name if number == 1 else f"{group.name}, part {number}"
    path = paths.issue_heading(issue.edition, issue.key, group.anchor, number)
    # All lie in one folder, so the file name is the whole link.
    return LinkView(words, path.rpartition("/")[2], words)
