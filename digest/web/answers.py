"""Make answers of bytes: pages, JSON, redirects. The app adds the headers of each kind of route."""

from __future__ import annotations

import msgspec
from werkzeug import Response

from digest.model.files import Page

HTML = "text/html; charset=utf-8"


class ApiProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a request (RFC 9457). `detail` says what to do."""

    title: str
    status: int
    detail: str


def page(page: Page, status: int = 200) -> Response:
    """Return the answer that is an HTML page."""
    return Response(page.body, status, content_type=HTML)


def text(words: str, status: int = 200) -> Response:
    """Return the answer that is a line of plain text."""
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")


def json(body: bytes, status: int = 200) -> Response:
    """Return the answer that is JSON."""
    return Response(body, status, content_type="application/json")


def problem(status: int, title: str, detail: str) -> Response:
    """Return the answer that says to a program what is wrong (RFC 9457)."""
    body = msgspec.json.encode(ApiProblem(title=title, status=status, detail=detail))
    return Response(body, status, content_type="application/problem+json")


def see_other(address: str) -> Response:
    """Return the answer that sends a browser on with a GET, after a POST."""
    return Response(status=303, headers={"Location": address})
