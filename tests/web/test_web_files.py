"""Files of the output over HTTP: what is served, how it is stored, and what is not."""

from __future__ import annotations

import gzip
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from digest.web.files.file_cache import FileCache
from tests.support.folders import MINUTE, Folder, page
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


def test_large_files_are_read_from_the_disk(folder: Folder) -> None:
    """With a tag as others have; none of it stays in memory."""
    folder.output.mkdir()
    large = b"0123456789abcdef" * (600 << 10)
    (folder.output / "large.csv").write_bytes(large)
    with web_folder(folder) as web:
        for headers in ({}, {"Accept_Encoding": "gzip"}):
            answer = web.ask("/large.csv", **headers)
            assert (200, large) == (answer.status, answer.body)
            assert "content-encoding" not in answer.headers
        tag = web.ask("/large.csv").headers["etag"]
        again = web.ask("/large.csv", If_None_Match=tag)
        assert (304, b"") == (again.status, again.body)
        head = web.ask("/large.csv", "HEAD")
        assert (200, b"", str(len(large))) == (
            head.status,
            head.body,
            head.headers["content-length"],
        )


def test_every_answer_is_one_whole_version(folder: Folder) -> None:
    """While a publication puts new files in place of old ones."""
    folder.output.mkdir()
    file, new = folder.output / "a.csv", folder.output / "a.new"
    stop = threading.Event()

    def publish() -> None:
        for version in itertools.count():
            # Shorter and longer ones, of a size that is written in several pieces.
            new.write_bytes(b"%07d\n" % version * (6_000 + version % 7 * 3_000))
            new.replace(file)
            if stop.is_set():
                return

    publisher = threading.Thread(target=publish)
    publisher.start()
    seen: dict[str, bytes] = {}
    try:
        with web_folder(folder) as web:
            for number in range(50):
                packed = {"Accept_Encoding": "gzip"} if number % 2 else {}
                answer = web.ask("/a.csv", **packed)
                if answer.status == 404:  # before the first version
                    continue
                body = gzip.decompress(answer.body) if packed else answer.body
                lines = body.splitlines()
                assert 1 == len(set(lines))
                assert len(lines) == 6_000 + int(lines[0]) % 7 * 3_000
                tag = answer.headers["etag"].removesuffix('-gz"').rstrip('"')
                assert lines[0] == seen.setdefault(tag, lines[0])
    finally:
        stop.set()
        publisher.join(MINUTE)
    assert len(seen) > 5


def test_a_file_that_became_a_folder_is_not_there(folder: Folder) -> None:
    """What was in memory of it is not sent."""
    folder.output.mkdir()
    file = folder.output / "a.html"
    with web_folder(folder) as web:
        file.write_text("words")
        assert 200 == web.ask("/a.html").status
        file.unlink()
        file.mkdir()
        assert 404 == web.ask("/a.html").status


@pytest.mark.parametrize("name", ["status.html", "Status.JSON", "STATUS.HTML"])
def test_the_status_is_private_in_any_letters(folder: Folder, name: str) -> None:
    """Some file systems make no difference between them."""
    folder.output.mkdir()
    (folder.output / name).write_text("figures")
    with web_folder(folder) as web:
        assert 404 == web.ask(f"/{name}").status


def test_the_cache_is_bounded() -> None:
    """The files that were asked for longest ago go first; the counted size is that of the rest."""
    cache = FileCache(largest=50, in_all=100)
    with TemporaryDirectory() as folder:
        for number in range(9):
            file = Path(folder, str(number))
            file.write_bytes(b"x" * 30)
            with file.open("rb") as opened:
                assert 30 == len(cache.load(f"{number}.html", opened).body or b"")
            assert cache.size <= 100
        large = Path(folder, "large")
        large.write_bytes(b"x" * 60)
        with large.open("rb") as opened:
            assert cache.load("large.html", opened).body is None
            assert 0 == opened.tell()
        assert 90 == cache.size
