"""Web addresses: which may be asked, and what their hosts resolve to.

A host is resolved once, all of its addresses are checked, and only these are connected to. So a
name that has another address a moment later leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from digest.errors import FetchError

PORTS = {"http": 80, "https": 443}
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # characters of an address that stay as they are
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?")
# Letters that the two standards of international names turn into different hosts.
_AMBIGUOUS = re.compile("[ßς\u200c\u200d]")
_IPv4 = ipaddress.IPv4Network
_IPv6 = ipaddress.IPv6Network
# Not public, though some versions of `ipaddress` say so.
_NOT_PUBLIC = (
    _IPv4("100.64.0.0/10"),  # carrier-grade NAT
    _IPv4("192.0.0.0/24"),
    _IPv4("192.88.99.0/24"),  # relays of 6to4
    _IPv6("2001::/23"),  # Teredo and others
    _IPv6("2001:db8::/32"),
    _IPv6("2002::/16"),  # 6to4
    _IPv6("3fff::/20"),
)
# All other IPv6 is local, or holds an IPv4 address (mapped, NAT64).
_GLOBAL_IPV6 = _IPv6("2000::/3")


class WebAddress(NamedTuple):
    """The parts of a web address. ``host`` is ASCII in lower case and without brackets."""

    scheme: str
    host: str
    port: int
    target: str  # path and query

    @property
    def has_default_port(self) -> bool:
        """Whether the port is that of the scheme."""
        return self.port == PORTS[self.scheme]

    @property
    def netloc(self) -> str:
        """Host and port, as they stand in an address and in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.has_default_port else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.netloc}{self.target}"


def parse(url: str) -> WebAddress:
    """Return the parts of an address. Raises `FetchError` if it may not be asked.

    Only http and https, without user and password. The name of the host may be international.
    """
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise FetchError("not a web address: it has blanks or control characters")
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme, parts.port
    except ValueError as error:
        raise FetchError("not a web address") from error
    if scheme not in PORTS:
        raise FetchError("not an http or https address")
    if "@" in parts.netloc:
        raise FetchError("an address may not hold a user or a password")
    if port == 0:
        raise FetchError("not a web address: no port 0 exists")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = _ascii_host(parts.hostname or "")
    return WebAddress(scheme, host, port or PORTS[scheme], quote(target, safe=_SAFE))


def _ascii_host(host: str) -> str:
    if ":" in host and "%" not in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise FetchError("not a web address") from error
    if not host.isascii():
        if _AMBIGUOUS.search(host):
            raise FetchError("the name of the host is ambiguous: write it in ASCII (xn--...)")
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise FetchError("not a web address: not a name of a host") from error
    if not _HOST.fullmatch(host):
        raise FetchError("not a web address: not a name of a host")
    return host


class Private:
    """The hosts and networks that may be asked although their addresses are not public."""

    def __init__(self, names: Sequence[str]) -> None:
        self._hosts = set[str]()
        self._networks = list[_IPv4 | _IPv6]()
        for name in names:
            try:
                self._networks.append(ipaddress.ip_network(name.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(name.lower().rstrip("."))

    def permits(self, host: str, ip: str) -> bool:
        """Return True if the host is named here, or its IP address is in a network."""
        address = ipaddress.ip_address(ip)
        return host.rstrip(".") in self._hosts or any(
            address in network for network in self._networks if network.version == address.version
        )


def is_public(ip: str) -> bool:
    """Return True for an IP address that belongs to the internet at large.

    False for private, local, reserved and multicast addresses, for those with a zone, and for
    IPv6 that holds an IPv4 address (IPv4-mapped, 6to4, NAT64, Teredo).
    """
    address = ipaddress.ip_address(ip)
    if "%" in ip or not address.is_global or address.is_multicast:
        return False
    if address.version == _GLOBAL_IPV6.version and address not in _GLOBAL_IPV6:
        return False
    return not any(address in net for net in _NOT_PUBLIC if net.version == address.version)


def check(host: str, ips: Sequence[str], private: Private) -> None:
    """Raise `FetchError` unless each IP address of the host is public or permitted."""
    for ip in ips:
        if not is_public(ip) and not private.permits(host, ip):
            raise FetchError(
                f"{host}: its address {ip} is not public;"
                " if that is meant, name it in private of [fetch]"
            )
