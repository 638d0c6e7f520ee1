"""Answer a request: by a route, else by a file of the output. A WSGI application.

Knows no route by name. What every answer of a kind must have stands in `_HEADERS`.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Iterable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from digest.errors import DigestError
from digest.web import answers
from digest.web.context import WebContext
from digest.web.route import Kind, WebRoute, call

LARGEST_BODY = 8 * 1024  # bytes of a POST
_MAX_FIELDS = 1000  # of a form: 200 topics, editions and a few more
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PERSONAL = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
}
_HEADERS: dict[Kind | None, dict[str, str]] = {
    None: {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"},
    "personal": _PERSONAL,
    "one-click": _PERSONAL,
    "operator": _PERSONAL,
    "open": {"Access-Control-Allow-Origin": "*"},
}
_WORDS = {
    404: ("There is no such page", "It may have been moved, or the address is incomplete."),
    405: ("This cannot be done here", "The page was asked for something that it does not do."),
    413: ("This is too much", "What was sent is longer than any form of these pages."),
    500: ("Something went wrong", "The fault is ours, and has been noted. Try again later."),
    503: ("This does not work at the moment", "Nothing was changed. Try again in a few minutes."),
}
_OTHER = ("This request cannot be answered", "Go back, load the page again, and try once more.")


class App:
    """The application of one listener: its routes, and the files that it serves besides.

    ``files`` answers what no route does. ``hosts`` are the names under which the listener may be
    asked; an address that is a number always may, because no other site can have that name.
    """

    def __init__(
        self,
        context: WebContext,
        routes: Sequence[WebRoute],
        files: Callable[[Request], Response],
        *,
        hosts: Collection[str],
    ) -> None:
        self._context, self._files, self._hosts = context, files, hosts
        rules = [
            Rule(route.path, endpoint=number, methods=[*route.methods, "OPTIONS"])
            for number, route in enumerate(routes)
        ]
        self._routes = routes
        self._map = Map(rules, converters={"token": _Token}, merge_slashes=False)
        # With neither: a proxy may strip the path below which the pages are, or pass it on.
        self._root = context.pages.root.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI calls it."""
        path = environ.get("PATH_INFO", "")
        if self._root and path.startswith(f"{self._root}/"):
            environ["PATH_INFO"] = path.removeprefix(self._root)
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY
        request.max_form_parts = _MAX_FIELDS
        started = time.perf_counter()
        route, response = self._respond(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        for name, value in _HEADERS[route and route.kind].items():
            response.headers.setdefault(name, value)
        self._log(request, route, response, time.perf_counter() - started)
        return response(environ, start)

    def _respond(self, request: Request) -> tuple[WebRoute | None, Response]:
        route = None
        try:
            self._check_host(request)
            route, parts = self._find(request)
            if route is None:
                return None, self._files(request)
            if request.method == "OPTIONS":
                return route, _options(route)
            return route, call(route, self._context, request, parts)
        except HTTPException as error:
            return route, error.get_response() if error.code == 421 else self._explain(error)
        except (DigestError, OSError) as error:
            self._context.log("web", level="error", reason=str(error))
            return route, self._message(503)
        except Exception:  # noqa: BLE001 - a fault of one request must not end the server
            fault = traceback.format_exc().rstrip()
            self._context.log("web", level="error", reason=fault)
            return route, self._message(500)

    def _check_host(self, request: Request) -> None:
        """Refuse a request under another name: the page of another site may have made it."""
        try:
            host = urlsplit(f"//{request.headers.get('Host', 'localhost')}").hostname or ""
        except ValueError:  # a bracket without its pair
            host = ""
        if host not in self._hosts and not _is_number(host) and request.path not in _ANY_HOST:
            raise _WrongHost

    def _find(self, request: Request) -> tuple[WebRoute | None, dict[str, str]]:
        # Not bound to the environment: no name that a client gives goes into an answer.
        adapter = self._map.bind("localhost", path_info=request.path, default_method="GET")
        try:
            number, parts = adapter.match(method=request.method)
        except NotFound:
            return None, {}
        return self._routes[number], dict(parts)

    def _explain(self, error: HTTPException) -> Response:
        response = self._message(error.code or 500)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted({*error.valid_methods}))
        return response

    def _message(self, status: int) -> Response:
        """Return the page of an error: what to do, without any word of the request."""
        return answers.page(self._context.pages.message(*_WORDS.get(status, _OTHER)), status)

    def _log(
        self, request: Request, route: WebRoute | None, response: Response, seconds: float
    ) -> None:
        """Log a request, without its query, its visitor, and what its route says of a person."""
        path = route.path if route else request.path if response.status_code < 400 else None
        if self._context.observe is not None:
            self._context.observe(
                route and route.path, request.method, response.status_code, seconds
            )
        self._context.log(
            "request",
            level="debug",
            method=request.method,
            path=path,
            status=response.status_code,
            bytes=response.content_length,
            seconds=round(seconds, 4),
        )


class _Token(BaseConverter):
    """The part of an address that stands for a person."""

    regex = "[0-9a-f]{32}"


class _WrongHost(HTTPException):
    code = 421
    description = "This server does not answer under this name."

    def get_response(self, *_: object) -> Response:
        return answers.text(self.description, 421)


_ANY_HOST = frozenset({"/livez", "/healthz"})  # asked by programs that know an address only


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _options(route: WebRoute) -> Response:
    methods = sorted({*route.methods, "OPTIONS"} | ({"HEAD"} if "GET" in route.methods else set()))
    allowed = ", ".join(methods)
    headers = {"Allow": allowed}
    if route.kind == "open":  # scripts of other sites ask first
        headers["Access-Control-Allow-Methods"] = allowed
        headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        headers["Access-Control-Expose-Headers"] = "ETag, Link"
        headers["Access-Control-Max-Age"] = "86400"
    return Response(status=204, headers=headers)
