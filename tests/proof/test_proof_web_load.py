"""The web side under load: 50 connections by wrk, while runs publish; no error, and the figures."""

from __future__ import annotations

import http.client
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.proof import trees
from tests.proof.figures import Figures
from tests.proof.mail_host import free_port
from tests.proof.tls_proxy import wait_for_port
from tests.support.folders import MINUTE, Folder
from tests.support.smtp_server import smtp_server

CONNECTIONS = 50
SECONDS = 12  # for each of five addresses: a minute
PATHS = {
    "a page": "/daily/latest.html",
    "a feed": "/feed.xml",
    "a search": "/search?q=retrieval",
    "a feed of one's own": "/feed?words=retrieval",
    "the API": "/api/papers?limit=20",
}
_LATENCY = re.compile(r"^\s+99%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_UNIT = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Load(NamedTuple):
    """What wrk measured: requests a second, and in how many milliseconds 99 % were answered."""

    rate: float
    p99: float


@contextmanager
def served(folder: Folder, mail_port: int) -> Iterator[int]:
    """Serve a folder by `digest web` for the block; yield its port."""
    port = free_port()
    server = f'server = "smtp://localhost:{mail_port}"\nsecurity = "none"\n'
    mail = f'[mail]\n{server}from = "me@example.org"\n'
    web = f'[web]\nlisten = "127.0.0.1:{port}"\ntrusted_proxies = ["127.0.0.1"]\n'
    folder.configure(f"{mail}{web}[[edition]]\nmail = true\n")
    program = subprocess.Popen(
        [*folder.command(), "-q", "web"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={}
    )
    try:
        wait_for_port(port)
        yield port
    finally:
        program.terminate()
        output, _ = program.communicate(timeout=MINUTE)
        assert (0, b"") == (program.returncode, output)


@contextmanager
def publishing(folder: Folder) -> Iterator[list[int]]:
    """Publish issue after issue in the background; yields the exit statuses of the runs."""
    statuses, stop = list[int](), threading.Event()

    def publish() -> None:
        for number in range(1000):
            if stop.is_set():
                return
            day = f"2027-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"  # other papers each time
            papers = map(trees.varied, trees.numbers(day, 20))
            folder.drop(f"more-{number}.json", trees.page("2026-11-21", papers))
            statuses.append(folder.process("run", now=f"2026-11-21T09:{number % 60:02}").status)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()


def load(port: int, path: str, seconds: int) -> Load:
    """Ask for an address by 50 connections; every answer must be good."""
    command = ["wrk", "--latency", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s"]
    url = f"http://127.0.0.1:{port}{path}"
    done = subprocess.run([*command, url], check=True, capture_output=True, timeout=seconds + 60)
    shown = done.stdout.decode()
    assert "Non-2xx" not in shown, shown
    assert "Socket errors" not in shown, shown
    latency, rate = _LATENCY.search(shown), _RATE.search(shown)
    assert latency, shown
    assert rate, shown
    return Load(float(rate[1]), float(latency[1]) * _UNIT[latency[2]])


def subscribe(port: int, number: int) -> float:
    """Send the form for a new address from a network of its own; return the milliseconds."""
    body = urlencode({"address": f"reader-{number}@example.org"})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": f"2001:db8:{number:x}::1",
    }
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=MINUTE)
    connection.request("POST", "/subscribe", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return 1000 * (time.perf_counter() - started)


def test_no_request_fails_while_runs_publish(
    letters: Folder, tmp_path: Path, figures: Figures
) -> None:
    """Pages, feeds, searches, the API and the form, by 50 connections for a minute."""
    folder = letters.copy(tmp_path / "load")
    with (
        smtp_server() as server,
        served(folder, server.port) as port,
        publishing(folder) as statuses,
    ):
        for name, path in PATHS.items():
            measured = load(port, path, SECONDS)
            figures.record(f"{name} at {CONNECTIONS} connections, a second", measured.rate, "")
            figures.record(f"{name} at {CONNECTIONS} connections, p99", measured.p99, "ms")
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            taken = sorted(pool.map(lambda number: subscribe(port, number), range(500)))
        figures.record("the form at 50 connections, p99", taken[int(0.99 * len(taken))], "ms")
        # The sender begins a while after the first form.
        until = time.monotonic() + MINUTE
        while not server.taken and time.monotonic() < until:
            time.sleep(0.05)
        assert server.taken, "no letter was sent meanwhile"
    assert statuses
    assert set(statuses) <= {0, 3}, statuses
    figures.record("runs that published meanwhile", len(statuses), "")
