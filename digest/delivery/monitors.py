"""Calls to monitors over HTTP: a heartbeat, a webhook. Decides nothing, and never raises.

Addresses are secrets: whoever knows one can be alive or cry wolf in our place. They come
from the environment or from a file, and no reason given here holds any part of one.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from digest import __version__
from digest.errors import SettingsError


class Call(NamedTuple):
    """A request: GET without a body, POST of JSON with one; ``name`` is for the log."""

    name: str
    url: str
    body: bytes | None = None

    @property
    def host(self) -> str:
        """All of the address that may be shown."""
        return urlsplit(self.url).hostname or ""


def address(root: Path, key: str, given: str) -> str:
    """The address that ``env:NAME`` or ``file:PATH`` (relative to ``root``) stands for.

    Raises `SettingsError`, which never shows what it found.
    """
    way, _, name = given.partition(":")
    try:
        found = os.environ[name] if way == "env" else (root / name).read_text("utf-8")
    except (KeyError, OSError, UnicodeDecodeError) as error:
        reason = f"{given} is not set" if way == "env" else f"{given} cannot be read"
        raise SettingsError("notify", reason, key=key) from error
    url = found.strip()
    if not _is_usable(url):
        hint = "http:// or https://, on one line, without blanks, user and password"
        raise SettingsError("notify", f"{given} holds no web address", key=key, hint=hint)
    return url


def failing(url: str) -> str:
    """A heartbeat's address for failures, where none is configured: ``/fail`` on its path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def send(calls: Sequence[Call], timeout: float) -> list[str | None]:
    """Makes all calls at once; gives for each why it failed, or None.

    Comes back after ``timeout`` seconds whatever the other sides do, name servers included:
    a call that still waits then is left to itself. Redirects are not followed, because they
    would turn a POST into a GET and take the address to another host.
    """
    late = f"no answer within {timeout:g} s"
    reasons: list[str | None] = [late] * len(calls)
    waiting, lock, all_done = set(range(len(calls))), threading.Lock(), threading.Event()

    def make(place: int) -> None:
        reasons[place] = _made(calls[place], timeout, late)
        with lock:
            waiting.remove(place)
            if not waiting:
                all_done.set()

    for place in range(len(calls)):
        threading.Thread(target=make, args=(place,), daemon=True).start()
    if calls:
        all_done.wait(timeout)
    return list(reasons)


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(usable) and "@" not in parts.netloc and re.fullmatch(r"[!-~]+", url) is not None


def _made(call: Call, timeout: float, late: str) -> str | None:
    import urllib.error
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            """Leaves the answer as it is: an error."""

    headers = {"User-Agent": f"papers-digest/{__version__}"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(call.url, call.body, headers)  # noqa: S310 - `address` checked
    try:
        urllib.request.build_opener(Stay).open(request, timeout=timeout).close()
    except urllib.error.HTTPError as error:
        error.close()
        moved = ", a redirect: give the address it leads to" if error.code // 100 == 3 else ""
        return f"answered {error.code}{moved}"
    except TimeoutError:
        return late
    except urllib.error.URLError as error:
        return late if isinstance(error.reason, TimeoutError) else _of_system(error.reason)
    except Exception as error:  # noqa: BLE001 - whatever the other side sent
        return _of_system(error)
    return None


def _of_system(error: object) -> str:
    """What the system says of it, else its kind: other words may quote the address."""
    words = error.strerror if isinstance(error, OSError) else None
    return words or type(error).__name__
