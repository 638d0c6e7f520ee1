"""Strange answers that come whole: statuses, redirects, contents, certificates, addresses."""

from __future__ import annotations

from tests.support.fault_cases import HERE, Case, case, tls
from tests.support.misbehaving import (
    GOOD,
    HTML,
    JSON,
    at_home,
    good,
    hops,
    redirect,
    status,
    wants_cookie,
    whole,
)
from tests.support.wires import Wire, head, reply

LENGTH = len(GOOD)
NINE, TEN = "Fri, 20 Nov 2026 09:00:00 GMT", "Fri, 20 Nov 2026 10:00:00 GMT"
GONE_BY, LONG_AGO = "Fri, 20 Nov 2020 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"
MARKED = b"\xef\xbb\xbf" + GOOD
PORTAL = (
    b'<html><title>Guest network</title><form action="/login"><input name="room"></form></html>'
)
ERROR_XML = b'<?xml version="1.0"?><error><message>Internal failure</message></error>'
THERE = "127.0.0.9"  # where nothing listens


def _greet_plainly(wire: Wire) -> None:
    wire.send(head(400, [("Content-Length", 0)]))


STATUSES = [
    case("an empty 200", "again", whole(b"")),
    case("204", "fails", status(204)),
    case(
        "206 that nobody asked for",
        "fails",
        status(206, ("Content-Range", f"bytes 0-49/{LENGTH}"), text=GOOD[:50]),
    ),
    case("304 before anything was stored", "fails", status(304)),
    case("500 once, then good", "good", status(500), good),
    case("503 for hours", "again", status(503)),
    case("502 with a page", "again", reply(502, b"<h1>Bad Gateway</h1>", HTML)),
    case("504", "again", status(504)),
    case("408", "again", status(408)),
    case("425", "again", status(425)),
    case("429 without a word", "again", status(429)),
    case("429 with seconds", "again", status(429, ("Retry-After", 3600))),
    case("429 with a date", "again", status(429, ("Retry-After", TEN), ("Date", NINE))),
    case("429 with a date gone by", "again", status(429, ("Retry-After", GONE_BY))),
    case("429 with RateLimit", "again", status(429, ("RateLimit", '"default";r=0;t=900'))),
    case(
        "429 with RateLimit-Reset",
        "again",
        status(429, ("RateLimit-Remaining", 0), ("RateLimit-Reset", 900)),
    ),
    case("429 with -1 second", "again", status(429, ("Retry-After", -1))),
    case("429 with 10^12 seconds", "again", status(429, ("Retry-After", 10**12))),
    case("429 with words", "again", status(429, ("Retry-After", "soon"))),
    case("429 with nan", "again", status(429, ("Retry-After", "nan"))),
    case("503 with half a second", "again", status(503, ("Retry-After", "0.5"))),
    case("200 with a clock far off", "good", whole(GOOD, JSON, ("Date", LONG_AGO))),
    case(
        "200 with a date that is none",
        "good",
        whole(GOOD, JSON, ("Date", "today"), ("Last-Modified", "\xe9")),
    ),
    *(case(f"{number}", "final", status(number)) for number in (400, 401, 403, 404, 406, 410, 451)),
    case("501", "fails", status(501)),
    case("300 with choices", "fails", status(300)),
    case("200 that expects a cookie", "final", wants_cookie),
]
REDIRECTS = [
    *(case(f"{count} redirects", "good", hops(count)) for count in (1, 3)),
    case("four redirects", "final", hops(4)),
    case("a relative redirect", "good", at_home(redirect("elsewhere"), good)),
    case("308", "good", hops(1, 308)),
    case("a redirect to itself", "final", redirect("http://{host}{path}")),
    case("a redirect without Location", "final", redirect(None)),
    case("a redirect to nothing", "final", redirect("")),
    case("a redirect to another port", "final", redirect("http://{name}:1/x")),
    *(
        case(f"a redirect to {where.partition(':')[0]}:", "final", redirect(where))
        for where in (
            "file:///etc/passwd",
            "ftp://{name}/x",
            "javascript:alert(1)",
            "data:,x",
            "gopher://{host}/x",
        )
    ),
    *(
        case(f"a redirect to {where}", "final", redirect(f"http://{where}:{{port}}/x"))
        for where in (
            "10.0.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "inner.example",
            "user:secret@10.0.0.1",
        )
    ),
    case("a redirect to a name that is none", "fails", redirect("http://nowhere.invalid:{port}/x")),
    case("a redirect to an address that is none", "final", redirect("http://[::1/x")),
    case(
        "a redirect with a line in it", "fails", redirect("http://{host}/x\r\nX-Injected: y", 301)
    ),
    case(
        "301 whose target is busy", "again", at_home(redirect("http://{host}/x", 301), status(503))
    ),
    case(
        "301 whose target is gone", "final", at_home(redirect("http://{host}/x", 301), status(404))
    ),
    Case("https to http", "final", (redirect("http://{host}/x"),), scheme="https"),
]
CONTENTS = [
    case("captive portal", "strange", whole(PORTAL, HTML)),
    case(
        "captive portal by redirect",
        "strange",
        at_home(redirect("http://{host}/login"), whole(PORTAL, HTML)),
    ),
    case("HTML for JSON", "strange", whole(b"<!doctype html><h1>Daily Papers</h1>", HTML)),
    case("HTML said to be JSON", "strange", whole(PORTAL)),
    case("XML for JSON", "strange", whole(ERROR_XML, "text/xml")),
    case("an error in JSON with 200", "strange", whole(b'{"error": "We had to rate limit you"}')),
    case("JSON cut, with its length", "strange", whole(GOOD[: LENGTH // 3])),
    case("null", "strange", whole(b"null")),
    case("blanks", "strange", whole(b" \r\n \r\n")),
    case("JSON with a byte order mark", "good", whole(MARKED))._replace(body=MARKED),
    case("a wrong charset", "good", whole(GOOD, "application/json; charset=utf-16")),
    case("an unknown charset", "good", whole(GOOD, "application/json; charset=x-none")),
    case("a wrong type", "good", whole(GOOD, "text/html")),
    case("a picture", "strange", whole(b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png")),
]
NAMES = [
    tls("TLS", "good"),
    tls("an expired certificate", "fails", "expired"),
    tls("a certificate of another name", "fails", "wrong name"),
    tls("a certificate of an unknown authority", "fails", "unknown authority"),
    tls("plain HTTP on the TLS port", "fails", greet=_greet_plainly),
    Case("IPv6 only", "good", addresses=("::1",)),
    Case("the first address is dead", "good", addresses=(THERE, HERE)),
    Case("all addresses are dead", "again", addresses=(THERE,)),
    Case("two addresses, one private", "final", addresses=(HERE, "10.0.0.7")),
    Case("two addresses, the first private", "final", addresses=("192.168.0.1", HERE)),
    Case("a private address in IPv6", "final", addresses=("fd00::1",)),
    Case("a private address within IPv6", "final", addresses=("::ffff:10.0.0.1",)),
    Case("the address of a cloud's secrets", "final", addresses=("169.254.169.254",)),
    Case("an address for many", "final", addresses=("224.0.0.1",)),
    Case("a name without addresses", "fails", addresses=()),
]
CASES = (*STATUSES, *REDIRECTS, *CONTENTS, *NAMES)
