"""Every request: where it leads, which header lines its answer has, and what the log says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug import Request, Response

from digest.errors import LedgerError, SubscriberError
from digest.web.context import WebContext
from digest.web.route import Kind, WebRoute
from digest.web.server import Patience
from tests.support.folders import Folder
from tests.support.web import WebFolder, listening

ADDRESS, TOKEN = "reader@example.org", "0123456789abcdef" * 2
CONFIGURATION = """
[site]
url = "https://papers.example.org/daily/"
[web]
listen = "127.0.0.1:0"
"""


def show(_: WebContext, __: Request, **parts: str) -> Response:
    """Answer with the parts of the address."""
    return Response(" ".join(parts.values()))


def fail(_: WebContext, request: Request, **__: str) -> Response:
    """Fail as the query says, with an address in the words of the failure."""
    match request.args["how"]:
        case "ledger":
            raise LedgerError("ledger.sqlite3", "is locked")
        case "subscriber":
            raise SubscriberError(f"{ADDRESS} is there already")
        case "disk":
            raise OSError(28, "No space left on device")
        case _:
            try:
                return Response(str(int(ADDRESS)))
            except ValueError as error:
                raise KeyError(f"no such person: {ADDRESS}") from error


ROUTES = (
    WebRoute("/open", show, "open"),
    WebRoute("/open", show, "open", ("POST",)),
    WebRoute("/of/<token:token>", show, "personal"),
    WebRoute("/fail/<token:token>", fail, "personal"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve a folder with an edition that is called as the path of the site."""
    folder = Folder(tmp_path_factory.mktemp("app"))
    for name in ("index.html", "daily/index.html", "daily/2026-11-18.html", "feed.xml"):
        (folder.output / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.output / name).write_text(f"the file {name}")
    folder.configure(CONFIGURATION)
    with listening(WebFolder(folder), Patience(threads=4, connections=50), ROUTES) as web:
        yield web


@pytest.fixture
def web(served: WebFolder) -> WebFolder:
    """Return the served folder with an empty log."""
    served.log.clear()
    return served


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"), ("/daily/", "index.html"), ("/feed.xml", "feed.xml"),
        ("/daily/feed.xml", "feed.xml"), ("/daily/daily/", "daily/index.html"),
        ("/daily/daily/2026-11-18.html", "daily/2026-11-18.html"),
        ("/daily/2026-11-18.html", "daily/2026-11-18.html"),
    ],
)  # fmt: skip
def test_a_proxy_may_strip_the_path_of_the_site_or_pass_it_on(
    web: WebFolder, path: str, file: str
) -> None:
    """Also if a folder of the output has the same name."""
    assert f"the file {file}" == web.ask(path).text


def test_routes_are_found_both_ways(web: WebFolder) -> None:
    """With the path of the site and without it."""
    for path in (f"/of/{TOKEN}", f"/daily/of/{TOKEN}"):
        assert TOKEN == web.ask(path).text


def test_the_path_of_the_site_gets_its_slash(web: WebFolder) -> None:
    """Else the links of the front page would lead elsewhere."""
    answer = web.ask("/daily?x=//evil.example")
    assert (301, "/daily/") == (answer.status, answer.headers["location"])


PERSONAL = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
}
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'"


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"/of/{TOKEN}", 200), ("/of/none", 404), ("/none", 404), (f"/fail/{TOKEN}?how=other", 500)],
)
def test_pages_of_people_and_errors_are_not_kept(web: WebFolder, path: str, status: int) -> None:
    """Nor framed, indexed, or named to other sites (E15)."""
    answer = web.ask(path)
    assert status == answer.status
    assert PERSONAL.items() <= answer.headers.items()
    assert answer.headers["content-security-policy"].startswith(POLICY)


def test_data_is_for_everybody_and_files_are_not_framed(web: WebFolder) -> None:
    """The policy of a page stands in it; the header forbids frames alone."""
    assert "*" == web.ask("/open").headers["access-control-allow-origin"]
    assert "frame-ancestors 'none'" == web.ask("/").headers["content-security-policy"]
    assert "access-control-allow-origin" not in web.ask(f"/of/{TOKEN}").headers


@pytest.mark.parametrize("kind", ["personal", "open", "operator", "one-click", "data"])
def test_each_kind_of_route_has_its_header_lines(kind: Kind, folder: Folder) -> None:
    """No kind is forgotten."""
    with listening(
        WebFolder(folder), Patience(threads=1, connections=9), [WebRoute("/a", show, kind)]
    ) as web:
        answer = web.ask("/a")
    is_for_all = "access-control-allow-origin" in answer.headers
    assert (kind in ("open", "data")) == is_for_all != (PERSONAL.items() <= answer.headers.items())


def test_options_name_all_methods_of_an_address(web: WebFolder) -> None:
    """Though several routes have it; and nothing is done."""
    answer = web.ask("/open", "OPTIONS")
    assert (204, "GET, HEAD, OPTIONS, POST") == (answer.status, answer.headers["allow"])
    assert "GET, HEAD, OPTIONS, POST" == answer.headers["access-control-allow-methods"]
    assert "access-control-allow-methods" not in web.ask(f"/of/{TOKEN}", "OPTIONS").headers


def test_a_method_that_an_address_does_not_take_is_refused(web: WebFolder) -> None:
    """And those it takes are named."""
    answer = web.ask(f"/of/{TOKEN}", "POST", b"x")
    assert (405, "GET, HEAD, OPTIONS") == (answer.status, answer.headers["allow"])


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("ledger", 503, "ledger.sqlite3: is locked"),
        ("disk", 503, "No space left on device"),
        ("subscriber", 503, "SubscriberError"),
        ("other", 500, "return Response(str(int(ADDRESS)))"),
    ],
)
def test_a_failure_is_a_page_and_a_line_of_the_log(
    web: WebFolder, how: str, status: int, reason: str
) -> None:
    """The line says where it came from, without words of an exception: they may name people."""
    answer = web.ask(f"/fail/{TOKEN}?how={how}")
    assert status == answer.status
    assert "<h1>" in answer.text
    (step, facts), _ = web.log
    assert ("web", "error") == (step, facts["level"])
    assert reason in str(facts["reason"])
    assert reason not in answer.text
    assert ADDRESS not in str(web.log)


def test_each_request_is_a_line_of_the_log(web: WebFolder) -> None:
    """With its route or its file, and what came of it."""
    size = len(web.ask("/daily/feed.xml").body)
    web.ask(f"/of/{TOKEN}")
    facts = [facts for step, facts in web.log if step == "request"]
    assert ["/feed.xml", "/of/<token:token>"] == [each["path"] for each in facts]
    names = {"level", "method", "path", "status", "bytes", "seconds"}
    assert [names, names] == [set(each) for each in facts]
    assert ("info", "GET", 200, size) == tuple(
        facts[0][name] for name in ("level", "method", "status", "bytes")
    )


def test_the_log_names_nobody(web: WebFolder) -> None:
    """No query, no token, no visitor, and no path that leads nowhere."""
    for path in (f"/open?q={ADDRESS}", f"/of/{TOKEN}", f"/of/{TOKEN}/", f"/{ADDRESS}", "/feed.xml"):
        for method in ("GET", "POST", "PUT"):
            web.ask(
                path, method, ADDRESS.encode(), User_Agent=ADDRESS, Referer=f"https://a/{TOKEN}",
                X_Forwarded_For="192.0.2.77", Cookie=ADDRESS,
            )  # fmt: skip
    said = str(web.log)
    assert 15 == len(web.log)
    assert not [secret for secret in (ADDRESS, TOKEN, "192.0.2.77", "127.0.0.1") if secret in said]


def test_machines_that_ask_for_health_are_seen_in_detail_only(folder: Folder) -> None:
    """They ask every few seconds."""
    route = WebRoute("/livez", show, "open")
    with listening(WebFolder(folder), Patience(threads=1, connections=9), [route]) as web:
        # They know an address of the machine only, or a name that people do not.
        assert 200 == web.ask("/livez", Host="load-balancer").status
        assert ["debug"] == [facts["level"] for _, facts in web.log]
