"""`digest preview`: what it serves, what it does not, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from digest.operations import preview
from digest.operations.serving import output_files
from tests.support.folders import MINUTE, Folder, page

DAY = "2026-11-18"
LEAK = "the words of a file outside"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder with an issue, and in its output what must not be served."""
    folder = Folder(tmp_path_factory.mktemp("shown"))
    folder.drop("a.txt", page(DAY, range(12)))
    folder.run(f"{DAY}T08:00")
    outside = folder.root / "outside"
    outside.mkdir()
    for file in (outside / "index.html", folder.output / ".hidden", folder.output / ".git" / "a"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(LEAK, "utf-8")
    (folder.output / "away.html").symlink_to(outside / "index.html")
    (folder.output / "away").symlink_to(outside)
    (folder.output / "seen.html").symlink_to(".hidden")
    (folder.output / "loop").symlink_to("loop")
    (folder.output / "empty").mkdir()
    os.mkfifo(folder.output / "pipe.html")
    return folder


@contextmanager
def previewing(folder: Folder, *words: str, **env: str) -> Iterator[tuple[str, subprocess.Popen]]:  # type: ignore[type-arg]
    """Run the command during the block; give its address and its process."""
    command = [*folder.command(), "preview", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http://")), process
        finally:
            process.kill()


def ask(address: str, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
    """Send a request with this path as it is, and return the answer with its body read."""
    connection = HTTPConnection("127.0.0.1", urlsplit(address).port or 0, timeout=MINUTE)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    response.text = response.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    connection.close()
    return response


def links(body: str) -> Iterator[str]:
    """Yield the addresses of a page that are not absolute, without their fragments."""
    for element in html.document_fromstring(body).iter():
        for name in ("href", "src"):
            address = urldefrag(str(element.get(name, ""))).url
            if address and not urlsplit(address).scheme:
                yield address


def test_every_page_is_reached_by_its_links(shown: Folder) -> None:
    """From the front page on, at any port: feeds, data and archive too. Each has its type."""
    types: dict[str, str] = {}
    with previewing(shown) as (address, _):
        waiting = ["/"]
        while waiting:
            path = waiting.pop()
            answer = ask(address, path)
            assert 200 == answer.status, path
            types[path] = str(answer.getheader("Content-Type"))
            if types[path].startswith("text/html"):
                targets = {urljoin(path, link) for link in links(answer.text)}  # type: ignore[attr-defined]
                waiting += sorted(target for target in targets - types.keys() - set(waiting))
    utf8 = "; charset=utf-8"
    assert {
        "/": f"text/html{utf8}",
        "/feed.xml": f"application/rss+xml{utf8}",
        "/issues.xml": f"application/rss+xml{utf8}",
        "/atom.xml": f"application/atom+xml{utf8}",
        "/feed.json": "application/feed+json",
        "/opml.xml": f"text/x-opml{utf8}",
        "/assets/digest.css": f"text/css{utf8}",
        "/assets/icon.svg": f"image/svg+xml{utf8}",
        f"/daily/{DAY}.html": f"text/html{utf8}",
        f"/daily/{DAY}.md": f"text/markdown{utf8}",
        f"/daily/{DAY}.json": "application/json",
        f"/daily/{DAY}.csv": f"text/csv{utf8}",
    }.items() <= types.items()
    assert "application/octet-stream" not in types.values()


@pytest.mark.parametrize(
    "path",
    [
        "/.hidden", "/.git/a", "/seen.html", "/away.html", "/away/", "/away/index.html", "/loop",
        "/empty", "/empty/", "/assets/", "/pipe.html", "/../outside/index.html", "//outside/",
        "/%2e%2e/outside/index.html", "/daily/..%2f..%2foutside/index.html", "/index.html%00",
        "/..", "/%2Fetc%2Fpasswd", f"/{'a' * 5000}", "/none.html",
    ],
)  # fmt: skip
def test_nothing_else_is_found(shown: Folder, path: str) -> None:
    """No hidden file, no list of a folder, nothing outside, whatever link or path leads there."""
    assert output_files.find_file(shown.output.resolve(), unquote(path)) is None


@given(st.lists(st.sampled_from(["..", ".", "", "away", "%2e", "%2f", "daily", "outside", "/"])))
def test_no_path_leads_out(shown: Folder, parts: list[str]) -> None:
    """Whatever its parts are, a path that is found lies in the output and is not hidden."""
    output = shown.output.resolve()
    found = output_files.find_file(output, unquote("/" + "/".join([*parts, "index.html"])))
    if found is not None:
        assert LEAK not in (output / found).read_text("utf-8")
        assert (output / found).resolve().is_relative_to(output)


def test_an_answer_can_be_refused_moved_or_without_a_body(shown: Folder) -> None:
    """HEAD has no body; a folder gets its slash; another host and another method are refused."""
    with previewing(shown, "--no-open") as (address, _):
        answer = ask(address, "/", "HEAD")
        size = (shown.output / "index.html").stat().st_size
        assert (200, str(size)) == (answer.status, answer.getheader("Content-Length"))
        assert "no-store" == answer.getheader("Cache-Control")
        answer = ask(address, "/archive?q=1")
        assert (301, "/archive/") == (answer.status, answer.getheader("Location"))
        for path in ("/.hidden", "/away.html", "/../outside/index.html"):
            answer = ask(address, path)
            assert (404, False) == (answer.status, LEAK in answer.text)  # type: ignore[attr-defined]
        for host in ("evil.example", "[::1", "127.0.0.1.evil.example"):
            assert 403 == ask(address, "/", Host=host).status
        assert 200 == ask(address, "/", Host=f"localhost:{urlsplit(address).port}").status
        assert 501 == ask(address, "/", "POST").status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_without_a_word(shown: Folder, number: signal.Signals) -> None:
    """Also while a browser holds a connection open that it asks nothing by."""
    with (
        previewing(shown) as (address, process),
        socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)),
    ):
        process.send_signal(number)
        assert ("", None) == process.communicate(timeout=10)
        assert 0 == process.returncode


def test_only_this_machine_can_reach_it(shown: Folder) -> None:
    """It listens on one address, which is that of the loopback interface."""
    with preview.PreviewServer(shown.output, 0) as server:
        assert "127.0.0.1" == server.server_address[0]


def test_a_port_can_be_chosen(shown: Folder) -> None:
    """One that is taken is an error that says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answered = shown.process("preview", "--port", str(port))
    assert (1, "") == (answered.status, answered.out)
    expected = f"Error: port {port} cannot be used: Address already in use;"
    assert answered.err.startswith(expected)
    with previewing(shown, "--port", str(port)) as (address, _):
        assert f"http://127.0.0.1:{port}/" == address


def test_without_pages_it_says_what_to_do(folder: Folder) -> None:
    """An empty output, or none, names the folder and the command."""
    folder.configure("")
    answered = folder.digest("preview")
    assert 1 == answered.status
    assert f"there are no pages in {folder.output}" in answered.err
    assert f"digest --root {folder.root} run" in answered.err


def browsers(folder: Path, *names: str) -> dict[str, str]:
    """Put programs of these names into a folder; each writes what it is given to `opened`."""
    folder.mkdir()
    for name in names:
        program = folder / name
        program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{folder}/opened"\n/bin/sleep 5\n')
        program.chmod(0o755)
    return {"PATH": str(folder), "TERM": "xterm", "DISPLAY": ":7"}


def test_the_browser_of_the_desktop_is_opened(shown: Folder, tmp_path: Path) -> None:
    """It gets the address, and is not waited for. With --no-open nothing is started."""
    env = browsers(tmp_path / "bin", "xdg-open")
    opened = tmp_path / "bin" / "opened"
    with previewing(shown, "--no-open", **env) as (address, _):
        assert 200 == ask(address, "/").status
    assert not opened.exists()
    with previewing(shown, **env) as (address, process):
        for _ in range(MINUTE * 20):
            if opened.exists() and opened.read_text():
                break
            assert process.poll() is None
            time.sleep(0.05)
        assert address == opened.read_text()
        assert 200 == ask(address, "/").status


_OPEN = "from digest.cli import preview; print(preview.open_browser('http://127.0.0.1:9/'))"


@pytest.mark.parametrize(
    ("programs", "desktop"),
    [((), True), (("w3m", "lynx", "www-browser"), True), (("xdg-open",), False)],
)
def test_no_browser_is_started_in_the_terminal(
    tmp_path: Path, programs: tuple[str, ...], desktop: bool
) -> None:
    """Nor any where there is no desktop."""
    env = browsers(tmp_path / "bin", *programs)
    if not desktop:
        del env["DISPLAY"]
    done = subprocess.run(
        [sys.executable, "-c", _OPEN], env=env, capture_output=True, check=True, timeout=MINUTE
    )
    assert b"False\n" == done.stdout
    assert not (tmp_path / "bin" / "opened").exists()
