"""Hand a post over to a chat service: one HTTP request, and what its answer means.

The address of a channel is a secret, and holds the tokens of services that want them in a header
or beside the text. No outcome and no error shows more of it than its host.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from digest import __version__
from digest.delivery import secrets
from digest.errors import FetchError, SettingsError
from digest.model.fetching import Answer, Request
from digest.model.mail_settings import ChatKind
from digest.model.people import SendOutcome

if TYPE_CHECKING:
    from digest.http_client.client import Times

# What the query of an address must hold for a service.
_NEEDED: dict[str, tuple[str, ...]] = {
    "telegram": ("chat_id",),
    "matrix": ("access_token",),
    "zulip": ("email", "key", "to", "topic"),
}
_AGAIN = frozenset({408, 425, 429})
# A gateway's word that it got no answer from the service behind it, which may have taken the post.
_GATEWAY = frozenset({502, 504})
_SHOWN = 100  # characters of an answer
_SECRET = 6  # characters: no shorter part of an address is looked for in an answer
_JSON = ("Content-Type", "application/json")
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


def read_address(root: Path, name: str, kind: ChatKind, reference: str) -> str:
    """Return the address of the channel ``name``, from where `secrets.read` finds it.

    Raises `SettingsError` if there is none, or it lacks something that the service needs. The
    error never shows it.
    """
    key = f"chat.{name}.url"
    url = secrets.web_address(root, reference, key)
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    for needed in _NEEDED.get(kind, ()):
        if not query.get(needed):
            hint = f"end it with ?{'&'.join(f'{each}=...' for each in _NEEDED[kind])}"
            raise SettingsError(
                f"chat.{name}", f"{reference} holds no {needed}", key="url", hint=hint
            )
    if kind == "ntfy" and not re.fullmatch(r"/[^/]+/?", parts.path):
        hint = "write it like https://ntfy.example.org/my-topic"
        raise SettingsError(f"chat.{name}", f"{reference} ends with no topic", key="url", hint=hint)
    return url


def make_request(kind: ChatKind, url: str, fields: Mapping[str, Any], transaction: str) -> Request:
    """Return the request by which a service takes these fields at an address of `read_address`.

    ``transaction`` is the same for each attempt at one post: Matrix takes it once.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    bare = urlunsplit(parts._replace(query="", fragment=""))
    if kind == "discord":
        # Only then the answer says whether the post was kept.
        address = urlunsplit(parts._replace(query=urlencode({**query, "wait": "true"})))
        return _json(address, fields)
    if kind == "telegram":
        return _json(bare, {**query, **fields})
    if kind == "matrix":
        path = f"{bare.rstrip('/')}/send/m.room.message/{transaction}"
        return _json(path, fields, _bearer(query["access_token"]))._replace(method="PUT")
    if kind == "zulip":
        user = base64.b64encode(f"{query.pop('email')}:{query.pop('key')}".encode())
        form = urlencode({"type": "stream", **query, **fields}).encode()
        return Request(bare, (_FORM, ("Authorization", f"Basic {user.decode('ascii')}")), form)
    if kind == "ntfy":
        token = (_bearer(query["token"]),) if query.get("token") else ()
        root = urlunsplit(parts._replace(path="/", query="", fragment=""))
        return _json(root, {"topic": parts.path.strip("/"), **fields}, *token)
    return _json(url, fields)


def _json(url: str, fields: Mapping[str, Any], *headers: tuple[str, str]) -> Request:
    return Request(url, (_JSON, *headers), msgspec.json.encode(fields))


def _bearer(token: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {token}"


def send(
    request: Request, before_end: Callable[[], object], times: Times | None = None
) -> SendOutcome:
    """Send a post once, and return what became of it. Follows no redirect.

    ``before_end`` is called right before the last byte is sent. What fails before is deferred,
    because nothing can have been posted; without an answer afterwards the outcome is unknown.
    Raises what ``before_end`` raises, and then sends no last byte. A channel is its service, so
    every outcome is about the channel.
    """
    from digest.http_client.client import Client, Times  # slow to load

    client = Client(
        f"papers-digest/{__version__}",
        answer_mb=1,
        private=["0.0.0.0/0", "::/0"],  # a chat server may be on an inner network
        times=times or Times(10, 60, 90),
    )
    begun, faults = list[bool](), list[BaseException]()

    def mark() -> None:
        begun.append(True)
        try:
            before_end()
        except BaseException as error:
            faults.append(error)
            raise

    try:
        answer = client.post(request, 90, mark)
    except FetchError as error:
        if faults:
            raise faults[0] from None
        return SendOutcome("unknown" if begun else "deferred", error.reason)
    return _outcome(answer, request, client.stated_wait(answer))


def _outcome(answer: Answer, request: Request, wait: float | None) -> SendOutcome:
    status = answer.status
    if status // 100 == 2:
        return SendOutcome("sent", f"answered {status}", status)
    reply = f"answered {status}{_words(answer, request)}"
    if status // 100 == 3:
        remedy = "answered with a redirect: configure the address it leads to"
        return SendOutcome("failed", remedy, status)
    if status in _GATEWAY or status // 100 not in {4, 5}:
        return SendOutcome("unknown", reply, status)
    if status in _AGAIN or status // 100 == 5:
        return SendOutcome("deferred", reply, status, wait=wait or _body_wait(answer.body))
    return SendOutcome("failed", reply, status)


def _words(answer: Answer, request: Request) -> str:
    """Return the service's own words for a refusal, after a colon; "" without any.

    A page of HTML has none. Words that repeat a part of the address are left out.
    """
    text = answer.body[:2000].decode("utf-8", "replace")
    names = ("description", "message", "msg", "error")
    said = next(
        (value for name in names if isinstance(value := _value(answer.body, name), str)), None
    )
    line = " ".join((text if said is None else said).split())
    parts = urlsplit(request.url)
    hidden = [*parts.path.split("/"), *dict(parse_qsl(parts.query)).values()]
    hidden += [
        value.rpartition(" ")[2] for name, value in request.headers if name != "Content-Type"
    ]
    if not line or line[0] in "<{[" or not line.isprintable():
        return ""
    if any(len(secret) >= _SECRET and secret in line for secret in hidden):
        return ""
    return f": {line[:_SHOWN]}"


def _body_wait(body: bytes) -> float | None:
    """Return the seconds that a service asks to wait for in its JSON, as Telegram does."""
    parameters = _value(body, "parameters")
    own = parameters.get("retry_after") if isinstance(parameters, dict) else None
    seconds = own or _value(body, "retry_after")
    thousandths = _value(body, "retry_after_ms")
    if isinstance(thousandths, int | float):
        seconds = thousandths / 1000
    is_number = isinstance(seconds, int | float) and 0 < seconds <= 31 * 86_400
    return float(seconds) if is_number else None


def _value(body: bytes, name: str) -> Any:
    """Return a value of a JSON object; None for anything else."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded.get(name) if isinstance(decoded, dict) else None
