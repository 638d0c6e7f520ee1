"""Know the network a request comes from, for the pace of forms. It is never logged or stored."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from werkzeug import Request

_PREFIX = {4: 24, 6: 48}  # bits of what one visitor has
_LONGEST = 50  # proxies in a row; what is listed beyond was made up

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_networks(trusted: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of `[web] trusted_proxies`."""
    return tuple(ipaddress.ip_network(text) for text in trusted)


def network_of(request: Request, trusted: Sequence[Network]) -> str:
    """Return the network of a visitor: the address before the trusted proxies, shortened.

    Only a trusted proxy is believed, and of what it says only as much as trusted ones have added.
    """
    address = _read(request.remote_addr or "")
    listed = request.headers.get("X-Forwarded-For", "").split(",")[-_LONGEST:]
    while address is not None and listed and _is_trusted(address, trusted):
        before = _read(listed.pop())
        if before is None:
            break
        address = before
    if address is None:  # a socket without addresses
        return "unknown"
    prefix = _PREFIX[address.version]
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _read(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    # An IPv6 socket shows visitors of IPv4 so.
    return getattr(address, "ipv4_mapped", None) or address
