"""`digest web`, and `digest serve` where the web side is configured: processes of their own."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.folders import MINUTE, Folder, page
from tests.support.servers import Server

DAY = "2026-11-18"
WEB = '[inbox]\nsettle_seconds = 0.1\n[web]\nlisten = "127.0.0.1:0"\nprivate = "localhost:0"\n'


@contextmanager
def started(folder: Folder, *words: str) -> Iterator[tuple[Server, int]]:
    """Run `digest` until the end of the block; gives the port that it says it answers at."""
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    env = {"PYTHONUNBUFFERED": "1"}
    command = [*folder.command(), *words]
    with subprocess.Popen(command, stdout=pipe, stderr=both, env=env) as process:
        try:
            assert process.stdout
            line = process.stdout.readline().decode()
            found = re.search(r"Answering 127\.0\.0\.1:(\d+)", line)
            assert found, line + process.stdout.read().decode()
            yield Server(process), int(found[1])
        finally:
            process.kill()


def get(port: int, path: str) -> tuple[int, str]:
    """Return the status and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=MINUTE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_told_to_stop(folder: Folder, number: int) -> None:
    """And says where; a request in progress gets its answer."""
    folder.configure(WEB)
    with started(folder, "web") as (server, port):
        assert (200, "alive\n") == get(port, "/livez")
        assert 404 == get(port, "/metrics")[0]
        assert 0 == server.stop(number)
        said = server.said()
    assert "Answering operators at " in said
    assert "Stop with Ctrl-C or SIGTERM." in said
    assert "Traceback" not in said


def test_serve_answers_beside_its_schedule(folder: Folder) -> None:
    """A page that is dropped is soon shown, by one process."""
    folder.configure(f'{WEB}[[edition]]\nat = "00:00"\n')
    with started(folder, "--now", f"{DAY}T09:00", "serve", "--scan", "0.2") as (server, port):
        assert "Nothing is published yet" in get(port, "/")[1]
        folder.drop("a.txt", page(DAY, [1, 2]))
        server.until_true(lambda: get(port, f"/daily/{DAY}.html")[0] == 200)
        assert 0 == server.stop()
        assert "Traceback" not in server.said()


def test_a_second_process_on_a_folder_names_the_first(folder: Folder) -> None:
    """And changes nothing; when the first was killed, the next one answers."""
    folder.configure(WEB)
    for command in ("web", "serve"):
        with started(folder, "web") as (first, port):
            ended = folder.digest(command)
            message = f"process {first.process.pid} at 127.0.0.1:0 answers for this folder already"
            assert (1, "") == (ended.status, ended.out)
            assert message in ended.err
            assert 1 == ended.err.count("\n")
            assert 200 == get(port, "/livez")[0]
            first.process.kill()
            first.process.wait(MINUTE)


def test_an_address_that_is_taken_is_named(folder: Folder) -> None:
    """In a line, also if it is that of the operators; the other is given back."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        for configuration in (
            f'[web]\nlisten = "{taken}"\n',
            f'[web]\nlisten = "127.0.0.1:0"\nprivate = "{taken}"\n',
        ):
            folder.configure(configuration)
            ended = folder.digest("web")
            assert (1, f"digest: {taken} cannot be listened to: Address already in use\n") == (
                ended.status,
                ended.err,
            )


def test_an_address_of_another_machine_is_named(folder: Folder) -> None:
    """One that is written wrongly, for example."""
    for host in ("192.0.2.1", "no-such-host.invalid"):
        folder.configure(f'[web]\nlisten = "{host}:8000"\n')
        ended = folder.process("web")
        assert 1 == ended.status
        assert ended.err.startswith(f"digest: {host}:8000 cannot be listened to: ")
        assert 1 == ended.err.count("\n")


def test_web_without_an_address_says_what_to_write(folder: Folder) -> None:
    """As with every setting that is missing."""
    ended = folder.digest("web")
    assert 2 == ended.status
    assert 'write listen = "127.0.0.1:8000" in [web]' in ended.err


def test_the_log_has_a_line_for_each_request(folder: Folder) -> None:
    """In the form that was asked for."""
    folder.configure(WEB)
    command = [*folder.command(), "--log-format", "json", "web"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={}) as process:
        try:
            assert process.stderr
            line = json.loads(process.stderr.readline())
            port = int(re.findall(r"127\.0\.0\.1:(\d+)", line["message"])[0])
            assert 404 == get(port, "/none?q=secret")[0]
            lines = [json.loads(process.stderr.readline()) for _ in range(3)]
        finally:
            process.kill()
    assert "request" == lines[-1]["step"]
    assert ("GET", 404) == (lines[-1]["method"], lines[-1]["status"])
    assert "secret" not in str(lines)


def test_a_run_imports_nothing_of_the_web_side(folder: Folder) -> None:
    """Also where it is configured: a run costs what it did."""
    folder.configure(WEB)
    folder.drop("a.txt", page(DAY, [1, 2]))
    code = (
        "import sys; from digest.cli import main\n"
        "try: main.main()\n"
        "finally: print('WEB', *[m for m in sys.modules if m.startswith(('werkzeug', 'waitress',"
        " 'prometheus_client', 'digest.web', 'digest.render.web'))])"
    )
    command = [sys.executable, "-c", code, "--root", str(folder.root), "--now", f"{DAY}T09:00"]
    ended = subprocess.run(
        [*command, "run"], capture_output=True, check=False, timeout=MINUTE, env={}
    )
    assert 0 == ended.returncode, ended.stderr
    assert "WEB" == ended.stdout.decode().splitlines()[-1].strip()


def test_a_slow_client_does_not_delay_the_end(folder: Folder) -> None:
    """Its request is not whole, so it is none in progress."""
    folder.configure(WEB)
    with started(folder, "web") as (server, port):
        with socket.create_connection(("127.0.0.1", port), timeout=MINUTE) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            assert 200 == get(port, "/livez")[0]
            before = time.monotonic()
            assert 0 == server.stop()
            assert time.monotonic() - before < 4
        assert Path(folder.root, "state", "web.lock").exists()
