"""Name the live feeds: those that change with new issues, and that a hub may serve."""

from __future__ import annotations

import re

from digest.model.settings import Site
from digest.render import paths

_ISSUES = "issues.xml"
_TOPIC = re.compile(r"topics/([a-z0-9-]+)/feed\.xml")
TOPICS = "topics"  # the folder of the feeds of topics


def live_paths() -> tuple[str, ...]:
    """Return the paths of the live feeds of all papers, and of all issues."""
    return (paths.RSS, paths.ATOM, paths.JSON_FEED, _ISSUES)


def is_of_topic(path: str) -> bool:
    """Return whether a path is that of the feed of a topic."""
    return _TOPIC.fullmatch(path) is not None


def is_live(path: str) -> bool:
    """Return whether a path is that of a live feed."""
    return path in live_paths() or is_of_topic(path)


def links(site: Site, path: str) -> str | None:
    """Return the header line Link of a live feed: its hub, and its own address.

    None for any other path, and if the site names no hub.
    """
    if site.hub is None or not is_live(path):
        return None
    return f'<{site.hub}>; rel="hub", <{paths.absolute(site.url, path)}>; rel="self"'
