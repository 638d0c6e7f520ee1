"""Where each file stands in the output tree, and how one file names another.

Paths are relative to ``output/``, with forward slashes. Nothing here touches a disk.
"""

from __future__ import annotations

import hashlib

INDEX = "index.html"
STYLESHEET = "assets/digest.css"
ICON = "assets/icon.svg"
SCRIPT = "assets/search.js"
RSS = "feed.xml"
ATOM = "atom.xml"
JSON_FEED = "feed.json"
SEARCH = "search.html"
TOPICS = "topics/index.html"
ARCHIVE = "archive/index.html"
STATUS = "status.html"
STATUS_DATA = "status.json"

_HEX = frozenset("0123456789abcdef")


def issue(edition: str, key: str, suffix: str) -> str:
    """The file of an issue: ``issue("daily", "2026-11-22", "html")``."""
    return f"{edition}/{key}.{suffix}"


def latest(edition: str, suffix: str) -> str:
    """The copy of an edition's newest issue under a name that stays."""
    return f"{edition}/latest.{suffix}"


def year(year: str) -> str:
    """The calendar of a year."""
    return f"archive/{year}.html"


def search(month: str) -> str:
    """The index that the search page loads for a month: ``search/2026-11.js``."""
    return f"search/{month}.js"


def topic(topic: str, name: str = "index.html") -> str:
    """A file of a topic: its first page, ``2026-11.html``, its feed."""
    return f"topics/{topic}/{name}"


def relative(from_path: str, to_path: str) -> str:
    """How a page at ``from_path`` names the file at ``to_path``; both below ``output/``."""
    start, target = from_path.split("/")[:-1], to_path.split("/")
    shared = 0
    for here, there in zip(start, target[:-1], strict=False):
        if here != there:
            break
        shared += 1
    return "../" * (len(start) - shared) + "/".join(target[shared:])


def absolute(site_url: str, path: str) -> str:
    """The address of a file once the tree is served at ``site_url``."""
    return f"{site_url.rstrip('/')}/{path}"


def heading(topic: str) -> str:
    """The fragment of a topic's heading on an issue's page."""
    return f"t-{topic}"


def anchor(guid: str) -> str:
    """The fragment of a paper on its issue's page: ``p-`` and 12 hexadecimal digits.

    Taken from the hash the guid ends with; a guid that ends with none is hashed.
    """
    digits = guid.rpartition(":")[2].replace("-", "")
    if len(digits) < 12 or not _HEX.issuperset(digits):
        digits = hashlib.sha256(guid.encode("utf-8", "ignore")).hexdigest()
    return f"p-{digits[:12]}"
