"""The look at an address that the configuration gives, of `feed` and `page`."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from digest.model.fetching import Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts

_SUFFIXES = frozenset(".bib .csv .html .json .md .ris .tsv .txt .xml".split())


def look(
    source: Source,
    state: SourceState | None,
    today: date,
    token: str | None,
    accept: str,
    suffix: str,
    *,
    formats: tuple[str, ...] = (),
) -> Look:
    """Return the look at a source's address, or at where a permanent redirect from it led.

    The file has the ending of the address if that is one of a format, else ``suffix``.
    """
    address = source.url or ""
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    moved_to = state.address if state and state.url == address else None
    # A redirect does not take a token to another host. Nor must what is remembered of it.
    if moved_to and (token is None or _is_same_host(address, moved_to)):
        address = moved_to
    return Look(
        look_parts.name(source, today),
        Request(address, look_parts.headers(accept, token)),
        ending if ending in _SUFFIXES else suffix,
        formats,
        day=today.isoformat(),
    )


def _is_same_host(address: str, moved_to: str) -> bool:
    """Return whether an address leads to the same host and port, and by no weaker scheme."""
    before, after = urlsplit(address), urlsplit(moved_to)
    is_as_safe = after.scheme in {before.scheme, "https"}
    return is_as_safe and before.netloc.lower() == after.netloc.lower()
