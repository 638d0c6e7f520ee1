"""Call monitors over HTTP: a heartbeat and a webhook.

Does not decide when to call, and does not raise when a call fails. Addresses are secrets: with
one, anybody could send false signals. They come from the environment or from a file, and the
messages of this module contain no more of an address than its host.
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

_MAX_CHARS = 10_000  # of the file of an address


class Call(NamedTuple):
    """An HTTP request: a GET, or a POST of JSON if it has a body. ``name`` is for the log."""

    name: str
    url: str
    body: bytes | None = None

    @property
    def host(self) -> str:
        """The host of the address, the only part that may be logged."""
        return urlsplit(self.url).hostname or ""


def address(root: Path, key: str, reference: str) -> str:
    """Return the address that a reference points to: ``env:NAME`` or ``file:PATH``.

    A path is relative to ``root``. ``key`` is the configuration key for the error. Raises
    `SettingsError` if there is no address or it is no usable one. The error never shows it.
    """
    kind, _, name = reference.partition(":")
    try:
        content = os.environ[name] if kind == "env" else _read(root / name)
    except (KeyError, OSError, ValueError) as error:
        reason = f"{reference} is not set" if kind == "env" else f"{reference} cannot be read"
        raise SettingsError("notify", reason, key=key) from error
    url = content.strip()
    if not _is_usable(url):
        hint = "write http:// or https://, on one line, without blanks, user or password"
        raise SettingsError("notify", f"{reference} holds no web address", key=key, hint=hint)
    return url


def _read(file: Path) -> str:
    if not file.is_file():  # a named pipe would never end
        raise FileNotFoundError(str(file))
    with file.open(encoding="utf-8") as text:
        return text.read(_MAX_CHARS)


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
        reasons[place] = _call(calls[place], timeout, late)
        with lock:
            waiting.remove(place)
            if not waiting:
                all_done.set()

    # The timeout of urllib does not cover the look-up of the host name. So each call has a thread
    # of its own, which is left to itself when the time is over.
    for place in range(len(calls)):
        threading.Thread(target=make, args=(place,), daemon=True).start()
    if calls:
        all_done.wait(timeout)
    return list(reasons)


def _is_usable(url: str) -> bool:
    """Return True for an HTTP address of printable ASCII, without user or password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(usable) and "@" not in parts.netloc and re.fullmatch(r"[!-~]+", url) is not None


def _call(call: Call, timeout: float, late: str) -> str | None:
    """Make one call and return the reason it failed, or None. ``late`` is that of a timeout."""
    import urllib.error  # slow to load, and most runs call no monitor
    import urllib.request

    # Following a redirect would turn a POST into a GET, and send the secret to another host.
    class NoRedirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            """Treat a redirect as an error."""

    headers = {"User-Agent": f"papers-digest/{__version__}"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(call.url, call.body, headers)  # noqa: S310 - `address` checked
    try:
        urllib.request.build_opener(NoRedirects).open(request, timeout=timeout).close()
    except urllib.error.HTTPError as error:
        error.close()
        is_redirect = error.code // 100 == 3
        remedy = ", a redirect: configure the address it leads to" if is_redirect else ""
        return f"answered {error.code}{remedy}"
    except TimeoutError:
        return late
    except urllib.error.URLError as error:
        return late if isinstance(error.reason, TimeoutError) else _system_reason(error.reason)
    except Exception as error:  # noqa: BLE001 - the answer can be anything
        return _system_reason(error)
    return None


def _system_reason(error: object) -> str:
    """Return the system's message for an `OSError`, else only the class of the error."""
    # Messages of other errors may quote the address, which is a secret.
    message = error.strerror if isinstance(error, OSError) else None
    return message or type(error).__name__
