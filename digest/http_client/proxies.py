"""The proxy that the environment names: HTTPS_PROXY, HTTP_PROXY, NO_PROXY."""

from __future__ import annotations

import base64
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from digest.errors import FetchError
from digest.http_client.addresses import WebAddress


class Proxy(NamedTuple):
    """A proxy, and the headers that it wants to see."""

    host: str
    port: int
    headers: dict[str, str]


def proxy_for(address: WebAddress) -> Proxy | None:
    """Return the proxy for an address, or None if it is asked directly.

    Names in lower case count as well. Raises `FetchError` for a proxy that is not asked over
    plain HTTP, such as SOCKS. Its address is not checked: the operator has set it.
    """
    import urllib.request

    url = urllib.request.getproxies().get(address.scheme)
    if not url or urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("the proxy of the environment is not an address") from error
    if parts.scheme != "http":
        raise FetchError(
            f"a proxy of the kind {parts.scheme} cannot be used: set one that begins with http://"
        )
    if not host:
        raise FetchError("the proxy of the environment is not an address")
    return Proxy(host, port or 80, _authorization(parts.username, parts.password))


def _authorization(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    secret = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(secret).decode('ascii')}"}
