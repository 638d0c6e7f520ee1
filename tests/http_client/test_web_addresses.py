"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.http_client.addresses import Private, check, is_public, parse


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(ip: str) -> None:
    """Private, local, reserved, multicast, with a zone, or IPv4 within IPv6."""
    assert not is_public(ip)
    with pytest.raises(FetchError, match=f"^a.example: its address {ip} is not public") as caught:
        check("a.example", [ip], Private([]))
    assert not caught.value.again


@pytest.mark.parametrize("ip", ["8.8.8.8", "100.63.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_a_public_address_is_not(ip: str) -> None:
    """Of either version."""
    assert is_public(ip)
    check("a.example", [ip], Private([]))


@given(st.ip_addresses())
def test_public_is_never_more_than_python_says(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """Only less: its tables grow with its versions."""
    assert not is_public(str(ip)) or (ip.is_global and not ip.is_multicast)


def test_one_private_address_among_others_is_enough() -> None:
    """Whoever controls a name could let the client choose."""
    with pytest.raises(FetchError, match=r"10.0.0.1 is not public"):
        check("a.example", ["8.8.8.8", "10.0.0.1"], Private([]))


@pytest.mark.parametrize(
    ("names", "host", "ip", "permitted"),
    [
        (["10.0.0.0/8"], "a.example", "10.1.2.3", True),
        (["10.0.0.1/8"], "a.example", "10.1.2.3", True),
        (["10.0.0.0/8"], "a.example", "11.1.2.3", False),
        (["10.1.2.3"], "a.example", "10.1.2.3", True),
        (["fd00::/8"], "a.example", "fd12::1", True),
        (["[::1]"], "a.example", "::1", True),
        (["10.0.0.0/8"], "a.example", "::ffff:10.0.0.1", False),
        (["A.example."], "a.example", "10.1.2.3", True),
        (["a.example"], "a.example.", "10.1.2.3", True),
        (["a.example"], "b.a.example", "10.1.2.3", False),
        (["0.0.0.0/0", "::/0"], "a.example", "fe80::1%eth0", True),
    ],
)
def test_hosts_and_networks_may_be_permitted(
    names: list[str], host: str, ip: str, *, permitted: bool
) -> None:
    """By name or by network, each of its own version."""
    assert permitted == Private(names).permits(host, ip)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://example.org", "example.org", 443, "/"),
        ("HTTP://Example.ORG:8080/a?b=c#d", "example.org", 8080, "/a?b=c"),
        ("https://example.org:443/", "example.org", 443, "/"),
        ("https://bücher.example/ü?q=%20ü", "xn--bcher-kva.example", 443, "/%C3%BC?q=%20%C3%BC"),
        ("http://[2606:4700:0::1]:81/", "2606:4700::1", 81, "/"),
        ("http://2130706433/", "2130706433", 80, "/"),
    ],
)
def test_an_address_has_parts(url: str, host: str, port: int, target: str) -> None:
    """A host in ASCII, the port of the scheme if none is given, and no fragment."""
    address = parse(url)
    assert (host, port, target) == (address.host, address.port, address.target)
    assert address == parse(address.url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://good.example\\@evil.example/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://[::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://%6c/",
        "https://example.org%00.evil.example/",
        "https://faß.example/",
        f"https://{'a' * 70}é.example/",
        f"https://{'a.' * 130}example/",
        "https://-a.example/",
        "https://a℀b.example/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """The reason does not repeat it."""
    with pytest.raises(FetchError) as caught:
        parse(url)
    assert not caught.value.again
    assert "secret" not in caught.value.reason


@given(st.text())
def test_any_text_is_an_address_or_a_fetch_error(text: str) -> None:
    """Never another exception, and never a character that ends a line of the request."""
    try:
        address = parse(f"https://{text}")
    except FetchError:
        return
    assert address.url.isascii()
    assert address.url.isprintable()
    assert " " not in address.url
