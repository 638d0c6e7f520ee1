"""Check `[web]` beyond what its types restrict.

Each error names the file, the key and a remedy. Nothing is opened or asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.settings.checks import is_web_address
from digest.text import addresses

# Of our own pages and answers; an edition of such a name would be hidden behind them.
RESERVED = frozenset(
    {
        "address", "api", "confirm", "feed", "healthz", "hub", "livez", "metrics", "preferences",
        "status", "subscribe", "unsubscribe", "welcome",
    }
)  # fmt: skip
_LISTEN_HINT = 'write host and port, such as "127.0.0.1:8000"'

Problem = tuple[str, str, str]  # key, reason, hint


def check(file: Path, settings: Settings) -> None:
    """Check the web side. Raises `SettingsError` for the first unusable value."""
    for key, reason, hint in _problems(settings):
        raise SettingsError(str(file), reason, key=key, hint=hint)


def _problems(settings: Settings) -> Iterator[Problem]:
    web = settings.web
    for key in ("listen", "private"):
        address = getattr(web, key)
        if address is not None and not _is_listener(address):
            yield f"web.{key}", f"not a host and port: {address!r}", _LISTEN_HINT
    if web.listen is None and web.private is not None:
        yield "web.listen", "is missing: a private listener is given", _LISTEN_HINT
    if web.private is not None and web.private == web.listen:
        hint = 'write another port, such as "127.0.0.1:8001"'
        yield "web.private", "is the same as listen, which anybody may reach", hint
    if web.url is not None:
        yield from _of_url(web.url)
    if web.hub and settings.site.hub is not None:
        hint = "remove one of both: feeds name one hub"
        yield "web.hub", "is true beside [site] hub", hint
    for number, proxy in enumerate(web.trusted_proxies):
        if not _is_network(proxy):
            hint = 'write "127.0.0.1" or "10.0.0.0/8"'
            reason = f"not an address or a network: {proxy!r}"
            yield f"web.trusted_proxies[{number}]", reason, hint
    for number, entry in enumerate(web.allow):
        if not _is_address_or_domain(entry):
            hint = 'write "@lab.example.org", or a whole address'
            yield f"web.allow[{number}]", f"not an address or the end of one: {entry!r}", hint
    for number, edition in enumerate(settings.editions):
        if edition.name in RESERVED:
            reason = f"is the name of a page of the web side: {edition.name!r}"
            yield f"edition[{number}].name", reason, "choose another name, or remove [web]"


def _is_listener(address: str) -> bool:
    """Return whether this is ``host:port`` with a port, an IPv6 host in brackets."""
    try:
        parts = urlsplit(f"//{address}")
        return bool(parts.hostname) and parts.port is not None and parts.netloc == address
    except ValueError:
        return False


def _of_url(url: str) -> Iterator[Problem]:
    hint = 'write it like "https://papers.example.org/"'
    if not is_web_address(url):
        yield "web.url", f"not a web address: {url!r}", hint
    elif urlsplit(url).query or urlsplit(url).fragment or "@" in urlsplit(url).netloc:
        yield "web.url", "must be host and path only", hint


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_address_or_domain(entry: str) -> bool:
    try:
        return addresses.parse(f"a{entry}" if entry.startswith("@") else entry) != ""
    except ValueError:
        return False
