"""The name of a dump's source: the site and listing it is a copy of.

A source comes from the content; a dump that does not tell bears its file's name without the
date, so that the same job's files are one source on every day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import dates, ids
from digest.parsers.input.input_file import InputFile

_EXTENSIONS = re.compile(r"(?:\.(?!\d)\w{1,8}){1,3}$")
_DATE = re.compile(
    r"(?<!\d)20\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?:[-_T.]?\d\d[-_:.]?\d\d(?:[-_:.]?\d\d)?Z?)?(?!\d)"
)
_JOINTS = re.compile(r"[-_. ]{2,}")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^/?#]+)([^?#]*)", re.IGNORECASE)
_ARXIV_FEED = re.compile(r"https?://(?:rss|export)\.arxiv\.org/(?:rss/|atom/)?([\w.+-]+)/?$")
_ARXIV_TITLE = re.compile(r"([\w.+-]+)(?: \w+)? updates on arXiv\.org$")
_LISTING = re.compile(r"https?://(?:www\.)?(huggingface\.co/papers|alphaxiv\.org|papers\.cool)/")


def of_file(name: str) -> str:
    """``papers-2026-11-19.json.gz`` is of the source ``papers``."""
    bare = _EXTENSIONS.sub("", name.rpartition("/")[2])
    return _JOINTS.sub("-", _DATE.sub("", bare)).strip("-_. ") or "undated files"


def dump_of_file(
    origin: InputFile,
    dialect: str,
    witness: str,
    sightings: Collection[Sighting],
    rejects: Sequence[Reject],
) -> Dump:
    """A dump whose content tells neither source nor day: the file's name gives both."""
    in_name = dates.day_in_name(origin.name)
    return Dump(
        name=origin.name,
        format_name=dialect,
        source=of_file(origin.name),
        page_date=in_name.isoformat() if in_name else None,
        sightings=sightings,
        rejects=tuple(sorted(rejects, key=lambda reject: reject.line)),
        evidence={"dialect": witness},
    )


def of_site(address: str) -> str | None:
    """Host and path of a web address, without ``www.`` and query; None for anything else."""
    match = _ADDRESS.match(address) if ids.address(address) else None
    return match[1].lower().rpartition("@")[2] + match[2].rstrip("/") if match else None


def of_feed(title: str, addresses: tuple[str, ...]) -> str | None:
    """What a feed that names itself is a copy of; ``addresses`` in the order of their weight."""
    for address in addresses:
        if match := _ARXIV_FEED.match(address):
            return f"rss.arxiv.org/{match[1]}"
        if re.match(r"https?://(?:export\.)?arxiv\.org/api/", address):
            return "export.arxiv.org/api"
    if match := _ARXIV_TITLE.match(title):
        return f"rss.arxiv.org/{match[1]}"
    return next((site for address in addresses if (site := of_site(address))), None)


def of_listing(addresses: Iterable[str]) -> str | None:
    """The listing that more than half of the papers' own addresses belong to."""
    found = Counter(match[1] if (match := _LISTING.match(one)) else None for one in addresses)
    listing, count = max(found.items(), key=lambda one: one[1], default=(None, 0))
    return listing if count * 2 > found.total() else None
