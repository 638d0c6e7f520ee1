"""Files of the output over HTTP: what is served, how it is stored, and what is not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.folders import Folder, page
from tests.support.web import WebFolder, web_folder

DAY = "2026-11-18"
LEAK = "the words of a file outside"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve a folder with an issue, and in its output what must not be served."""
    folder = Folder(tmp_path_factory.mktemp("web"))
    folder.drop("a.txt", page(DAY, range(12)))
    folder.run(f"{DAY}T08:00")
    outside = folder.root / "outside"
    outside.mkdir()
    for file in (outside / "index.html", folder.output / ".hidden", folder.output / ".git" / "a"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(LEAK, "utf-8")
    (folder.output / "away.html").symlink_to(outside / "index.html")
    (folder.output / "away").symlink_to(outside)
    with web_folder(folder) as served:
        yield served


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/assets/digest.css", "/archive/"])
def test_a_file_is_sent_once_and_then_known(web: WebFolder, path: str) -> None:
    """The tag and the time of a file answer the next request without a body (W1)."""
    first = web.ask(path)
    assert 200 == first.status
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    assert tag.startswith('"')
    for headers in ({"If_None_Match": tag}, {"If_Modified_Since": modified}):
        again = web.ask(path, **headers)
        assert (304, b"") == (again.status, again.body)
        assert tag == again.headers["etag"]
        assert not {"content-type", "content-length", "content-encoding"} & again.headers.keys()
    other = web.ask(path, If_None_Match='"other"', If_Modified_Since=modified)
    assert 200 == other.status
    head = web.ask(path, "HEAD")
    assert (200, b"", str(len(first.body))) == (
        head.status,
        head.body,
        head.headers["content-length"],
    )


def test_what_packs_well_is_sent_packed_to_who_takes_it(web: WebFolder) -> None:
    """With a tag of its own, so that no cache gives one for the other."""
    plain, packed = web.ask("/feed.xml"), web.ask("/feed.xml", Accept_Encoding="br, gzip")
    assert plain.body == gzip.decompress(packed.body)
    assert ("gzip", "Accept-Encoding") == (
        packed.headers["content-encoding"],
        packed.headers["vary"],
    )
    assert "Accept-Encoding" == plain.headers["vary"]
    assert plain.headers["etag"] != packed.headers["etag"]
    assert "content-encoding" not in web.ask("/feed.xml", Accept_Encoding="gzip;q=0").headers
    again = web.ask("/feed.xml", Accept_Encoding="gzip", If_None_Match=packed.headers["etag"])
    assert 304 == again.status


@pytest.mark.parametrize(
    "path",
    [
        "/.hidden", "/.git/a", "/away.html", "/away/", "/away/index.html", "/assets", "/assets/",
        "/../outside/index.html", "//outside/", "/%2e%2e/outside/index.html",
        "/daily/..%2f..%2foutside/index.html", "/index.html%00", "/%252e%252e/outside/index.html",
        "/..\\outside\\index.html", "/%2Fetc%2Fpasswd", "/none.html", "/status.html",
        "/status.json", "/./status.html", "/daily/../status.html", f"/{'a' * 5000}",
    ],
)  # fmt: skip
def test_nothing_else_is_served(web: WebFolder, path: str) -> None:
    """Nothing hidden, outside or for operators, and no listing; the page that says so is ours."""
    answer = web.ask(path)
    assert 404 == answer.status
    assert LEAK not in answer.text
    assert "There is no such page" in answer.text


def test_operators_see_the_pages_of_the_status(web: WebFolder) -> None:
    """On the private listener alone."""
    assert 200 == web.ask_privately("/status.json").status


def test_a_folder_gets_its_slash(web: WebFolder) -> None:
    """By a redirect to an address of our own."""
    answer = web.ask("/archive?next=//evil.example")
    assert (301, "/archive/") == (answer.status, answer.headers["location"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_files_are_only_read(web: WebFolder, method: str) -> None:
    """Another method is refused, and which ones there are is said."""
    answer = web.ask("/index.html", method, b"x")
    assert (405, "GET, HEAD") == (answer.status, answer.headers["allow"])


def test_pages_have_a_style_before_the_first_issue(folder: Folder) -> None:
    """The style sheet of the templates stands in for that of a publication."""
    with web_folder(folder) as web:
        answer = web.ask("/assets/digest.css")
        assert (200, "text/css; charset=utf-8") == (answer.status, answer.headers["content-type"])
        assert 404 == web.ask("/").status


def test_a_file_that_is_replaced_is_sent_anew(folder: Folder) -> None:
    """The next answer has the new bytes, and the tag of these."""
    Path(folder.output).mkdir()
    file = folder.output / "a.html"
    with web_folder(folder) as web:
        tags = []
        for words in ("one", "two", "one"):
            new = folder.output / "a.new"
            new.write_text(words)
            new.replace(file)
            answer = web.ask("/a.html")
            assert words == answer.text
            tags.append(answer.headers["etag"])
    assert tags[0] == tags[2] != tags[1]
