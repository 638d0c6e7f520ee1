"""Speak WebSub over HTTP: tell a hub that feeds changed, ask and serve subscribers.

See https://www.w3.org/TR/websub/. Addresses may be anybody's, so only public ones are asked, and
those that `[fetch] private` names. Nothing shows more of an address than its host.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from digest import __version__
from digest.errors import FetchError
from digest.model.fetching import Request
from digest.model.people import SendOutcome

if TYPE_CHECKING:
    from digest.http_client.client import Client

GONE = 410  # the subscriber wants no more
_AGAIN = frozenset({408, 425, 429})
_SECONDS = 30.0
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


def ping(hub: str, feeds: Sequence[str], private: Sequence[str]) -> None:
    """Tell a hub that these feeds have changed. Raises `FetchError` if it does not take that."""
    client = _client(private)
    fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
    # By both names: the first is that of PubSubHubbub, the second that of the draft.
    fields += [("hub.topic", feed) for feed in feeds]
    status = client.send(Request(hub, (_FORM,), urlencode(fields).encode()), _SECONDS)
    if status // 100 != 2:
        raise FetchError(f"the hub answered {status}")


def verify(callback: str, query: Sequence[tuple[str, str]], private: Sequence[str]) -> bytes:
    """Ask a subscriber whether it meant its request; return what it answers.

    Raises `FetchError` if it does not answer with status 200, or says nothing.
    """
    client = _client(private)
    joint = "&" if "?" in callback else "?"
    return client.ask(Request(f"{callback}{joint}{urlencode(query)}", ()), _SECONDS).body


def distribute(
    callback: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    private: Sequence[str],
    before_end: Callable[[], object],
) -> SendOutcome:
    """Send the content of a feed to a subscriber, and return what became of it.

    ``before_end`` is called right before the last byte is sent. Follows no redirect. Raises what
    ``before_end`` raises.
    """
    begun, faults = list[bool](), list[BaseException]()

    def mark() -> None:
        begun.append(True)
        try:
            before_end()
        except BaseException as error:
            faults.append(error)
            raise

    try:
        client = _client(private)
        answer = client.post(Request(callback, tuple(headers), body), _SECONDS, mark)
    except FetchError as error:
        if faults:
            raise faults[0] from None
        # A feed that comes twice harms nobody, so what is unknown is sent again.
        return SendOutcome("deferred", error.reason)
    status = answer.status
    if status // 100 == 2:
        return SendOutcome("sent", f"answered {status}", status)
    if status in _AGAIN or status // 100 == 5:
        wait = client.stated_wait(answer)
        return SendOutcome("deferred", f"answered {status}", status, wait=wait)
    return SendOutcome("failed", f"answered {status}", status)


def signature(secret: str, body: bytes) -> tuple[str, str]:
    """Return the header line by which a subscriber knows that the content is ours."""
    digest = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return "X-Hub-Signature", f"sha256={digest}"


def _client(private: Sequence[str]) -> Client:
    from digest.http_client.client import Client, Times  # slow to load

    times = Times(10, 20, _SECONDS)
    return Client(f"papers-digest/{__version__}", answer_mb=1, private=private, times=times)
