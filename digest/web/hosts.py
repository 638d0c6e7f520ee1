"""Know the names under which the web side may be asked.

A page of another site may reach a server under a name of its own (DNS rebinding), and a cache may
be made to keep an answer to a wrong name. An address that is a number always may be asked: no
other site can have that name.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.model.settings import Settings


def known_hosts(settings: Settings, address: str) -> frozenset[str]:
    """Return the names of a listener: those people see, its own, and "localhost"."""
    known = (settings.web_url, settings.site.url, f"//{address}", "//localhost")
    return frozenset(name for each in known if (name := urlsplit(each).hostname))


def is_known(header: str, hosts: frozenset[str]) -> bool:
    """Return whether ``Host`` has one of the names, or a number."""
    try:
        parts = urlsplit(f"//{header}")
        name = parts.hostname or ""
    except ValueError:  # a bracket without its pair
        return False
    if parts.netloc != header or "@" in header:
        return False
    return name.rstrip(".") in hosts or _is_number(name)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
