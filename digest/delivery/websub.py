"""Speak WebSub over HTTP: tell a hub that a feed changed, ask and serve subscribers.

See https://www.w3.org/TR/websub/. Addresses may be anybody's, so only public ones are asked, and
those that `[fetch] private` names. No redirect is followed, as the standard says. Nothing shows
more of an address than its host.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlencode

from digest import __version__
from digest.errors import FetchError
from digest.model.fetching import Request
from digest.model.people import SendOutcome

if TYPE_CHECKING:
    from digest.http_client.client import Client

GONE = 410  # the subscriber wants no more
_AGAIN = frozenset({408, 425, 429})
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
# Seconds at most. Programs answer at once; one that does not must not keep others waiting.
_PING, _QUESTION, _CONTENT = 10.0, 10.0, 20.0

Query = Sequence[tuple[str, str]]


class Verification(NamedTuple):
    """What a subscriber answered to the question whether it meant its request.

    ``outcome`` is "lied" if it answered well, but with something else than the challenge; only
    "silent" is worth another try. ``reason`` is "" if it was confirmed.
    """

    outcome: Literal["confirmed", "refused", "lied", "silent"]
    reason: str = ""


def ping(hub: str, feed: str, private: Sequence[str]) -> None:
    """Tell a hub that a feed has changed. Raises `FetchError` if it does not take that."""
    # By both names: the first is that of PubSubHubbub, the second that of the draft.
    fields = [("hub.mode", "publish"), ("hub.url", feed), ("hub.topic", feed)]
    request = Request(hub, (_FORM,), urlencode(fields).encode())
    status = _client(private, _PING).send(request, _PING)
    if status // 100 != 2:
        raise FetchError(f"the hub answered {status}")


def verify(callback: str, query: Query, challenge: str, private: Sequence[str]) -> Verification:
    """Ask a subscriber whether it meant its request: it must answer with the challenge."""
    fields = [*query, ("hub.challenge", challenge)]
    try:
        status, body = _get(callback, fields, private)
    except FetchError as error:
        return Verification("silent", error.reason)
    if status // 100 == 2:
        if hmac.compare_digest(body, challenge.encode()):
            return Verification("confirmed")
        return Verification("lied", "answered something else than the challenge")
    is_silent = status in _AGAIN or status // 100 == 5
    return Verification("silent" if is_silent else "refused", f"answered {status}")


def deny(callback: str, topic: str, reason: str, private: Sequence[str]) -> None:
    """Tell a subscriber that it gets nothing, whatever it answers. Raises `FetchError`."""
    fields = [("hub.mode", "denied"), ("hub.topic", topic), ("hub.reason", reason)]
    _get(callback, fields, private)


def distribute(
    callback: str,
    headers: Query,
    body: bytes,
    private: Sequence[str],
    before_end: Callable[[], object],
) -> SendOutcome:
    """Send the content of a feed to a subscriber, and return what became of it.

    ``before_end`` is called right before the last byte is sent. Where there is no answer, the
    outcome is about the host, and has no code. Raises what ``before_end`` raises.
    """
    faults = list[BaseException]()

    def mark() -> None:
        try:
            before_end()
        except BaseException as error:
            faults.append(error)
            raise

    client = _client(private, _CONTENT)
    try:
        answer = client.post(Request(callback, tuple(headers), body), _CONTENT, mark)
    except FetchError as error:
        if faults:
            raise faults[0] from None
        # A feed that comes twice harms nobody, so what is unknown is sent again.
        return SendOutcome("deferred", error.reason)
    status = answer.status
    reply = f"answered {status}"
    if status // 100 == 2:
        return SendOutcome("sent", reply, status)
    if status in _AGAIN or status // 100 == 5:
        return SendOutcome("deferred", reply, status, wait=client.stated_wait(answer))
    return SendOutcome("failed", reply, status)


def signature(secret: str, body: bytes) -> tuple[str, str]:
    """Return the header line by which a subscriber knows that the content is ours."""
    digest = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return "X-Hub-Signature", f"sha256={digest}"


def _get(callback: str, fields: Query, private: Sequence[str]) -> tuple[int, bytes]:
    """Ask a callback, whose own query is kept. Raises `FetchError` if there is no answer."""
    joint = "&" if "?" in callback else "?"
    request = Request(f"{callback}{joint}{urlencode(fields)}", method="GET")
    answer = _client(private, _QUESTION).post(request, _QUESTION, lambda: None)
    return answer.status, answer.body


def _client(private: Sequence[str], seconds: float) -> Client:
    from digest.http_client.client import Client, Times  # slow to load

    times = Times(seconds / 2, seconds, seconds)
    return Client(f"papers-digest/{__version__}", answer_mb=1, private=private, times=times)
