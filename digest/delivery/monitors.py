"""Call monitors over HTTP: a heartbeat and a webhook.

Does not decide when to call, and does not raise when a call fails. Addresses are secrets: with
one, anybody could send false signals. They come from the environment or from a file, and the
messages of this module contain no more of an address than its host.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from digest import __version__
from digest.errors import FetchError
from digest.model.fetching import Request


class Call(NamedTuple):
    """An HTTP request: a GET, or a POST of JSON if it has a body. ``name`` is for the log."""

    name: str
    url: str
    body: bytes | None = None

    @property
    def host(self) -> str:
        """The host of the address, the only part that may be logged."""
        return urlsplit(self.url).hostname or ""


def failure_address(url: str) -> str:
    """Return the default address for failures: the heartbeat's with ``/fail`` after its path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def send(calls: Sequence[Call], timeout: float) -> list[str | None]:
    """Make all calls at the same time, and return for each the reason it failed, or None.

    Returns after ``timeout`` seconds at the latest; calls without an answer by then count as
    failed. A redirect is a failure as well. Nothing is tried twice.
    """
    late = f"no answer within {timeout:g} s"
    reasons: list[str | None] = [late] * len(calls)
    waiting, lock, all_done = set(range(len(calls))), threading.Lock(), threading.Event()

    def make(place: int) -> None:
        reasons[place] = _call(calls[place], timeout)
        with lock:
            waiting.remove(place)
            if not waiting:
                all_done.set()

    # A thread each, because one that hangs must not delay the others.
    for place in range(len(calls)):
        threading.Thread(target=make, args=(place,), daemon=True).start()
    if calls:
        all_done.wait(timeout)
    return list(reasons)


def _call(call: Call, timeout: float) -> str | None:
    """Make one call and return the reason it failed, or None."""
    from digest.http_client.client import Client, Times  # slow to load; most runs call no monitor

    # A monitor may be on an inner network. Following a redirect would send the secret elsewhere.
    client = Client(
        f"papers-digest/{__version__}",
        private=["0.0.0.0/0", "::/0"],
        times=Times(timeout, timeout, timeout),
    )
    headers = (("Content-Type", "application/json"),) if call.body is not None else ()
    try:
        status = client.send(Request(call.url, headers, call.body), timeout)
    except FetchError as error:
        return error.reason.removeprefix(f"{call.host}: ")
    except Exception as error:  # noqa: BLE001 - a call must not fail the run
        return type(error).__name__  # its message may quote the address, which is a secret
    if status // 100 == 2:
        return None
    remedy = ", a redirect: configure the address it leads to" if status // 100 == 3 else ""
    return f"answered {status}{remedy}"
