"""Where a redirect may lead."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

from digest.errors import FetchError
from digest.http_client.addresses import WebAddress, parse
from digest.model.fetching import Request

PERMANENT = frozenset({301, 308})
STATUSES = PERMANENT | {302, 303, 307}
# Headers that another host may see. All others may hold a secret.
_HARMLESS = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})


def follow(
    request: Request, at: WebAddress, first: WebAddress, location: str | None
) -> tuple[Request, WebAddress]:
    """Return the request that a redirect asks for, and its address.

    ``at`` is the address that answered, ``first`` the one that was asked first. Raises
    `FetchError` for a redirect from https to http, to a port that is neither the default of its
    scheme nor that of the first address, and for one that answers a POST. Another host does not
    get the headers that may hold a secret.
    """
    if location is None:
        raise FetchError(f"{at.host}: answered with a redirect to nowhere")
    if request.body is not None:
        raise FetchError(f"{at.host}: answered a POST with a redirect, which is not followed")
    try:
        target = parse(urljoin(at.url, _escaped(location)))
    except (FetchError, ValueError) as error:
        reason = error.reason if isinstance(error, FetchError) else "not a web address"
        raise FetchError(f"{at.host}: its redirect leads astray: {reason}") from error
    if at.scheme == "https" and target.scheme == "http":
        raise FetchError(f"{at.host}: its redirect leads from https to http")
    if not target.has_default_port and target.port != first.port:
        raise FetchError(f"{at.host}: its redirect leads to another port")
    headers = request.headers
    if (target.host, target.port) != (at.host, at.port) and not _is_upgrade(at, target):
        headers = tuple(pair for pair in headers if pair[0].lower() in _HARMLESS)
    return Request(target.url, headers), target


def _is_upgrade(at: WebAddress, target: WebAddress) -> bool:
    """Return True for http to https on the same host, at the default ports."""
    return at.host == target.host and at.has_default_port and target.has_default_port


def _escaped(location: str) -> str:
    """Return a `Location` with other characters than ASCII and blanks escaped.

    http.client decodes headers as Latin-1; what servers write there is UTF-8.
    """
    text = location.strip().encode("latin-1", "replace")
    return re.sub(rb"[ \x80-\xff]+", lambda match: quote(match[0]).encode(), text).decode("ascii")
