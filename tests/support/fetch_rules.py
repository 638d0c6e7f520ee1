"""Judge the log of a test server: was every request polite, and was it needed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tests.support.wires import Asked

ARXIV_PAUSE, PAUSE = 3.5, 1.0  # seconds between starts
SLACK = 0.3  # a connection arrives later than it was begun, on a busy machine much later
VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
DONE = (200, 304)


def breaches(
    asked: Sequence[Asked], contact: str, *, secrets: Iterable[str] = (), once: bool = True
) -> list[str]:
    """Return a line for each breach in a log, oldest request first.

    ``once``: the log is of one run, which has no reason to ask anything again that was answered.
    """
    rules = [_pauses(asked), _headers(asked, contact), _validators(asked), _secrets(asked, secrets)]
    if once:
        rules.append(_once(asked))
    return [line for rule in rules for line in rule]


def site(host: str) -> str:
    """Return the name under which requests to a host are counted."""
    return "arxiv.org" if f".{host}".endswith(".arxiv.org") else host


def _pauses(asked: Sequence[Asked]) -> Iterator[str]:
    for name in sorted({site(request.host) for request in asked}):
        least = ARXIV_PAUSE if name == "arxiv.org" else PAUSE
        starts = [request for request in asked if site(request.host) == name]
        for before, after in pairwise(starts):
            if after.moment - before.moment < least - SLACK:
                pause = after.moment - before.moment
                yield f"{name}: {pause:.3f} s between {before.path} and {after.path}"


def _headers(asked: Iterable[Asked], contact: str) -> Iterator[str]:
    for request in asked:
        agent = request.headers.get("user-agent", "")
        if "papers-digest/" not in agent or contact not in agent:
            yield f"{request.path}: User-Agent: {agent}"
        if request.headers.get("accept-encoding") != "gzip":
            yield f"{request.path}: Accept-Encoding: {request.headers.get('accept-encoding')}"
        if {"cookie", "referer"} & set(request.headers):
            yield f"{request.path}: a cookie or a referrer"


def _validators(asked: Iterable[Asked]) -> Iterator[str]:
    known = dict[tuple[str, str], dict[str, str]]()
    for request in asked:
        place = (request.host, request.path)
        for name, value in known.get(place, {}).items():
            if request.headers.get(VALIDATORS[name]) != value:
                yield f"{request.path}: asked without the {name} it had"
        if request.status in DONE and request.given:
            known[place] = {name: request.given[name] for name in VALIDATORS.keys() & request.given}


def _once(asked: Iterable[Asked]) -> Iterator[str]:
    answered = set[tuple[str, str]]()
    for request in asked:
        place = (request.host, request.path)
        if place in answered:
            yield f"{request.path}: asked again after an answer"
        if request.status in DONE:
            answered.add(place)


def _secrets(asked: Iterable[Asked], secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        for request in asked:
            headers = {**request.headers, "authorization": ""}
            if secret in request.path or secret in f"{headers}":
                yield f"{request.host}: a secret outside Authorization"
