"""Name the source of a dump: the site and listing that was copied.

The name comes from the content. If the content has none, it is the file's name without the
date, so that the files of a daily job have one source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, ids
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

_EXTENSIONS = re.compile(r"(?:\.(?!\d)\w{1,8}){1,3}$")
_DATE = re.compile(
    r"(?<!\d)20\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?:[-_T.]?\d\d[-_:.]?\d\d(?:[-_:.]?\d\d)?Z?)?(?!\d)"
)
_SEPARATORS = re.compile(r"[-_. ]{2,}")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^/?#]+)([^?#]*)", re.IGNORECASE)
_ARXIV_FEED = re.compile(r"https?://(?:rss|export)\.arxiv\.org/(?:rss/|atom/)?([\w.+-]+)/?$")
_ARXIV_TITLE = re.compile(r"([\w.+-]+)(?: \w+)? updates on arXiv\.org$")
_LISTING = re.compile(r"https?://(?:www\.)?(huggingface\.co/papers|alphaxiv\.org|papers\.cool)/")


def from_file_name(name: str) -> str:
    """Return a file's name without folder, date and extensions.

    ``papers-2026-11-19.json.gz`` is of the source ``papers``.
    """
    stem = _EXTENSIONS.sub("", name.rpartition("/")[2])
    return _SEPARATORS.sub("-", _DATE.sub("", stem)).strip("-_. ") or "undated files"


def build_dump(
    input_file: InputFile,
    format_name: str,
    evidence: str,
    sightings: Collection[Sighting],
    rejects: Rejects,
    *,
    source: str | None = None,
    page_date: str | None = None,
) -> Dump:
    """Return a dump. Source and day come from the file's name if they are not given."""
    return Dump(
        name=input_file.name,
        format_name=format_name,
        source=source or from_file_name(input_file.name),
        page_date=page_date or dates.iso_day_in_name(input_file.name),
        sightings=sightings,
        rejects=rejects.by_line(),
        is_cut=rejects.is_cut,
        evidence={"dialect": evidence},
    )


def from_address(address: str) -> str | None:
    """Return host and path of a web address without ``www.`` and query; None if it is none."""
    match = _ADDRESS.match(address) if ids.address(address) else None
    # `rpartition` drops a user and password before the host.
    return match[1].lower().rpartition("@")[2] + match[2].rstrip("/") if match else None


def from_feed(title: str, addresses: tuple[str, ...]) -> str | None:
    """Return the source of a feed by its title and its own addresses, or None.

    Each listing of arXiv has one name, the same for all its hosts and formats.
    """
    for address in addresses:
        if match := _ARXIV_FEED.match(address):
            return f"rss.arxiv.org/{match[1]}"
        if re.match(r"https?://(?:export\.)?arxiv\.org/api/", address):
            return "export.arxiv.org/api"
    if match := _ARXIV_TITLE.match(title):
        return f"rss.arxiv.org/{match[1]}"
    return next((site for address in addresses if (site := from_address(address))), None)


def from_paper_addresses(addresses: Iterable[str]) -> str | None:
    """Return the listing that more than half of the papers' addresses belong to, or None."""
    counts = Counter(
        match[1] if (match := _LISTING.match(address)) else None for address in addresses
    )
    listing, count = max(counts.items(), key=lambda item: item[1], default=(None, 0))
    return listing if count * 2 > counts.total() else None
