"""The network a request comes from, by which forms are paced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Request, Response

from digest.web import visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute
from digest.web.server import Patience
from tests.support.folders import Folder
from tests.support.web import WebFolder, listening

PROXIES = visitors.read_networks(["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"])


def network(peer: str | None, listed: str | None = None) -> str:
    """Return the network of a request from ``peer``, as the proxies tell it."""
    environ = {} if listed is None else {"HTTP_X_FORWARDED_FOR": listed}
    environ |= {} if peer is None else {"REMOTE_ADDR": peer}
    return visitors.network_of(Request(environ), PROXIES)


@pytest.mark.parametrize(
    ("peer", "listed", "expected"),
    [
        ("198.51.100.7", None, "198.51.100.0/24"),
        ("2001:db8:2:3::4", None, "2001:db8:2::/48"),
        ("::ffff:198.51.100.7", None, "198.51.100.0/24"),
        ("fe80::1%eth0", None, "fe80::/48"),
        # Only a proxy of ours is believed.
        ("198.51.100.7", "203.0.113.5", "198.51.100.0/24"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.0/24"),
        ("::ffff:127.0.0.1", "203.0.113.5", "203.0.113.0/24"),
        ("2001:db8:1::1", " [2001:db8:7::1] ", "2001:db8:7::/48"),
        # What stands before the first that is not ours was made up by it.
        ("127.0.0.1", "192.0.2.1, 203.0.113.5", "203.0.113.0/24"),
        ("127.0.0.1", "192.0.2.1, 203.0.113.5, 10.1.2.3", "203.0.113.0/24"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.0/24"),
        # With nonsense the last that can be believed counts.
        ("127.0.0.1", "203.0.113.5, nonsense, 10.1.2.3", "10.1.2.0/24"),
        ("127.0.0.1", "", "127.0.0.0/24"),
        ("127.0.0.1", ",,,", "127.0.0.0/24"),
        (None, "203.0.113.5", "unknown"),
    ],
)
def test_the_visitor_is_the_last_that_no_proxy_of_ours_is(
    peer: str | None, listed: str | None, expected: str
) -> None:
    """The rightmost address of `X-Forwarded-For` that is not trusted."""
    assert expected == network(peer, listed)


@given(st.text(alphabet="0123456789.:,% abcdef[]\u00e9", max_size=200))
def test_no_visitor_chooses_another_network(forged: str) -> None:
    """Whatever they send, the proxy adds their address at the end."""
    assert "203.0.113.0/24" == network("127.0.0.1", f"{forged}, 203.0.113.5")
    assert "198.51.100.0/24" == network("198.51.100.7", forged)


def test_a_list_without_end_costs_little() -> None:
    """The last of it are looked at."""
    assert "10.1.2.0/24" == network("127.0.0.1", "203.0.113.5" + ", 10.1.2.3" * 2000)


@pytest.mark.parametrize(
    ("trusted", "expected"), [(True, "203.0.113.0/24"), (False, "127.0.0.0/24")]
)
def test_what_a_proxy_says_comes_through_the_server(
    folder: Folder, trusted: bool, expected: str
) -> None:
    """From those of `[web] trusted_proxies`."""

    def tell(context: WebContext, request: Request) -> Response:
        return Response(visitors.network_of(request, context.proxies))

    proxies = 'trusted_proxies = ["127.0.0.1"]' if trusted else ""
    folder.configure(f'[web]\nlisten = "127.0.0.1:0"\n{proxies}')
    routes = [WebRoute("/tell", tell, "open")]
    with listening(WebFolder(folder), Patience(threads=1, connections=9), routes) as web:
        assert expected == web.ask("/tell", X_Forwarded_For="203.0.113.5").text
