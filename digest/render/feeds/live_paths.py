"""Name the live feeds: those that change with new issues, and that a hub may serve."""

from __future__ import annotations

import re

from digest.render import paths

_ISSUES = "issues.xml"
_TOPIC = re.compile(r"topics/([a-z0-9-]+)/feed\.xml")


def live_paths() -> tuple[str, ...]:
    """Return the paths of the live feeds of all papers, and of all issues."""
    return (paths.RSS, paths.ATOM, paths.JSON_FEED, _ISSUES)


def topic_of(path: str) -> str | None:
    """Return the topic whose feed lies at a path; None for any other path."""
    found = _TOPIC.fullmatch(path)
    return found and found[1]


def is_live(path: str) -> bool:
    """Return whether a path is that of a live feed."""
    return path in live_paths() or topic_of(path) is not None
