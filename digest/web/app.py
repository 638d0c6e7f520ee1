"""Answer a request: by a route, else by a file of the output. A WSGI application.

Knows no route by name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    ServiceUnavailable,
)
from werkzeug.routing import BaseConverter, Map, MapAdapter, PathConverter, Rule

from digest.errors import DigestError
from digest.web import answers, faults, headers, hosts
from digest.web.context import WebContext
from digest.web.route import WebRoute, call

LARGEST_BODY = 8 * 1024  # bytes of a POST
_MAX_FIELDS = 1000  # of a form: 200 topics, editions and a few more
_LONGEST = 200  # characters of a path in the log
_WORDS = {
    400: ("This was not understood", "The address of the page is incomplete or wrong."),
    403: ("This form was not sent from its page", "Open the page anew, and send its form again."),
    404: ("There is no such page", "It may have been moved, or the address is incomplete."),
    405: ("This cannot be done here", "The page was asked for something that it does not do."),
    413: ("This is too much", "What was sent is longer than any form of these pages."),
    500: ("Something went wrong", "The fault is ours, and has been noted. Try again later."),
    503: ("This does not work at the moment", "Nothing was changed. Try again in a few minutes."),
}
_OTHER = ("This request cannot be answered", "Go back, load the page again, and try once more.")
_WRONG_HOST = (
    "Nothing is answered under this name. People who run this server give it its name by url in"
    " [web] of config/digest.toml."
)
_ANY_HOST = frozenset({"/livez", "/healthz"})  # asked by programs that know an address only

Answered = tuple[Request, WebRoute | None, Response]


class App:
    """The application of one listener: its routes, and the files that it serves besides.

    ``files`` answers what no route does. ``known_hosts`` are the names under which the listener
    may be asked.
    """

    def __init__(
        self,
        context: WebContext,
        routes: Sequence[WebRoute],
        files: Callable[[Request], Response],
        *,
        known_hosts: frozenset[str],
    ) -> None:
        self._context, self._files, self._hosts = context, files, known_hosts
        rules = [
            Rule(route.path, endpoint=number, methods=[*route.methods, "OPTIONS"])
            for number, route in enumerate(routes)
        ]
        self._routes = routes
        converters = {"token": _Token, "path": _Rest}
        self._map = Map(rules, converters=converters, merge_slashes=False)
        self._root = context.pages.root.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI calls it."""
        started = time.perf_counter()
        request, route, response = self._answer(environ)
        headers.add_headers(response, route.kind if route else None)
        self._log(request, route, response, time.perf_counter() - started)
        return response(request.environ, start)

    def refuse(self, status: int) -> Response:
        """Return and log the answer to what is no request, or too long a one."""
        response = self._message(status)
        headers.add_headers(response, None)
        self._context.log("request", status=status, bytes=response.content_length)
        return response

    def log_fault(self, error: Exception) -> None:
        """Log where an unexpected exception came from, without anything of a request."""
        self._context.log("web", level="error", reason=faults.describe_fault(error))

    def _answer(self, environ: WSGIEnvironment) -> Answered:
        path = environ.get("PATH_INFO", "")
        # A proxy may strip the path below which the pages are, or pass it on.
        if self._root and path.startswith(f"{self._root}/"):
            answered = self._answer_path(environ, path.removeprefix(self._root))
            # Stripped already, it is that of a folder with the same name as the path had.
            if answered[1] or answered[2].status_code != HTTPStatus.NOT_FOUND:
                return answered
        return self._answer_path(environ, path)

    def _answer_path(self, environ: WSGIEnvironment, path: str) -> Answered:
        request = Request({**environ, "PATH_INFO": path})
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY
        request.max_form_parts = _MAX_FIELDS
        return (request, *self._respond(request))

    def _respond(self, request: Request) -> tuple[WebRoute | None, Response]:
        route = None
        try:
            if not self._is_addressed(request):
                return None, answers.text(_WRONG_HOST, HTTPStatus.MISDIRECTED_REQUEST)
            if self._root and request.path == self._root:
                return None, Response(status=301, headers={"Location": f"{self._root}/"})
            route, parts = self._find(request)
            if route is None:
                return None, self._files(request)
            if request.method == "OPTIONS":
                return route, _options(route, self._adapter(request).allowed_methods())
            return route, call(route, self._context, request, parts)
        except HTTPException as error:
            return route, self._explain(route or self._beside(request, error), error)
        except (DigestError, OSError) as error:
            self._context.log("web", level="error", reason=faults.describe_error(error))
            return route, self._message(503, route)
        except Exception as error:  # noqa: BLE001 - a fault of one request must not end the server
            self.log_fault(error)
            return route, self._message(500, route)

    def _is_addressed(self, request: Request) -> bool:
        """Return whether the request names us. Raises `BadRequest` if it must and does not."""
        host = request.headers.get("Host")
        if host is None and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
            raise BadRequest
        return host is None or request.path in _ANY_HOST or hosts.is_known(host, self._hosts)

    def _find(self, request: Request) -> tuple[WebRoute | None, dict[str, str]]:
        try:
            number, parts = self._adapter(request).match(method=request.method)
        except NotFound:
            return None, {}
        return self._routes[number], dict(parts)

    def _adapter(self, request: Request) -> MapAdapter:
        # Not bound to the environment: no name that a client gives goes into an answer.
        return self._map.bind("localhost", path_info=request.path, default_method="GET")

    def _explain(self, route: WebRoute | None, error: HTTPException) -> Response:
        response = self._message(error.code or 500, route, error.description)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted({*error.valid_methods}))
        if isinstance(error, ServiceUnavailable) and error.retry_after:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def _beside(self, request: Request, error: HTTPException) -> WebRoute | None:
        """Return the route of an address that takes other methods: it says what errors are like."""
        if not isinstance(error, MethodNotAllowed) or not error.valid_methods:
            return None
        adapter = self._adapter(request)
        if not adapter.test(method="GET"):
            return None
        number: int = adapter.match(method="GET")[0]
        return self._routes[number]

    def _message(
        self, status: int, route: WebRoute | None = None, detail: str | None = None
    ) -> Response:
        """Return the answer to an error: what to do. A page has no word of the request."""
        title, words = _WORDS.get(status, _OTHER)
        if route is not None and route.kind == "data":
            return answers.problem(status, title, detail or words)
        return answers.page(self._context.pages.message(title, words), status)

    def _log(
        self, request: Request, route: WebRoute | None, response: Response, seconds: float
    ) -> None:
        """Log a request, without its query, its visitor, and what its route says of a person."""
        if self._context.observe is not None:
            self._context.observe(
                route and route.path, request.method, response.status_code, seconds
            )
        is_found = response.status_code < 400
        path = route.path if route else request.path[:_LONGEST] if is_found else None
        self._context.log(
            "request",
            # Machines ask every few seconds whether all is well.
            level="debug" if request.path in _ANY_HOST else "info",
            method=request.method[:_LONGEST],
            path=path,
            status=response.status_code,
            bytes=response.content_length,
            seconds=round(seconds, 4),
        )


class _Token(BaseConverter):
    """The part of an address that stands for a person."""

    regex = "[0-9a-f]{32}"


class _Rest(PathConverter):
    """All the rest of an address. That of werkzeug ends at a line feed, which may be in a key."""

    regex = r"(?s:[^/].*?)"


def _options(route: WebRoute, methods: Iterable[str]) -> Response:
    allowed = ", ".join(sorted(methods))
    lines = {"Allow": allowed}
    if route.kind in ("open", "data"):  # scripts of other sites ask first
        lines["Access-Control-Allow-Methods"] = allowed
        lines["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        lines["Access-Control-Max-Age"] = "86400"
    return Response(status=204, headers=lines)
