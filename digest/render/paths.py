"""Name the path of each file in the output tree, and link one file to another.

Paths are relative to ``output/``, with forward slashes. Nothing here touches a disk.
"""

from __future__ import annotations

import hashlib

INDEX = "index.html"
STYLESHEET = "assets/digest.css"
WEB_STYLESHEET = "assets/web.css"  # of the web side alone: no publication writes it
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
    """Return the path of an issue's file: ``issue("daily", "2026-11-22", "html")``."""
    return f"{edition}/{key}.{suffix}"


def issue_folder(edition: str, key: str) -> str:
    """Return the folder of the pages of an issue's headings."""
    return f"{edition}/{key}"


def issue_heading(edition: str, key: str, anchor: str, part: int = 1) -> str:
    """Return the path of the page with the abstracts of a heading, or of a part of it.

    ``issue_heading("daily", "2026-11-22", "t-vision", 2)`` is "daily/2026-11-22/t-vision.2.html".
    """
    # The id of a topic has no dot, so no other heading has this name.
    return f"{issue_folder(edition, key)}/{anchor}{'' if part == 1 else f'.{part}'}.html"


def latest(edition: str, suffix: str) -> str:
    """Return the path of the copy of an edition's newest issue, which is always the same."""
    return f"{edition}/latest.{suffix}"


def year(year: str) -> str:
    """Return the path of a year's calendar."""
    return f"archive/{year}.html"


def search(month: str) -> str:
    """Return the path of a month's search index: ``search/2026-11.js``."""
    return f"search/{month}.js"


def topic(topic: str, name: str = "index.html") -> str:
    """Return the path of a topic's file: its first page, ``2026-11.html`` or its feed."""
    return f"topics/{topic}/{name}"


def relative(from_path: str, to_path: str) -> str:
    """Return the relative link from the page at ``from_path`` to the file at ``to_path``."""
    start, target = from_path.split("/")[:-1], to_path.split("/")
    shared = 0
    for start_folder, target_folder in zip(start, target[:-1], strict=False):
        if start_folder != target_folder:
            break
        shared += 1
    return "../" * (len(start) - shared) + "/".join(target[shared:])


def absolute(site_url: str, path: str) -> str:
    """Return the address of a file when the output is served at ``site_url``."""
    return f"{site_url.rstrip('/')}/{path}"


def heading(topic: str) -> str:
    """Return the fragment of a topic's heading on an issue's page."""
    return f"t-{topic}"


def anchor(guid: str) -> str:
    """Return the fragment of a paper on its issue's page: ``p-`` and 12 hexadecimal digits.

    Takes the first digits of the hash at the end of the guid; hashes a guid without one.
    """
    digits = guid.rpartition(":")[2].replace("-", "")
    if len(digits) < 12 or not _HEX.issuperset(digits):
        # A ledger made elsewhere may hold guids of another form, even half a surrogate pair.
        digits = hashlib.sha256(guid.encode("utf-8", "ignore")).hexdigest()
    return f"p-{digits[:12]}"
