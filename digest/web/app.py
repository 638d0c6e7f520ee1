"""Answer a request: by a route, else by a file of the output. A WSGI application.

Knows no route by name. What every answer of a kind must have stands in `_HEADERS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from digest.errors import DigestError
from digest.web import answers
from digest.web.context import WebContext
from digest.web.route import Kind, WebRoute, call

LARGEST_BODY = 8 * 1024  # bytes of a POST
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
_HEADERS: dict[Kind, dict[str, str]] = {
    "personal": _PERSONAL,
    "one-click": _PERSONAL,
    "operator": _PERSONAL,
    "open": {"Access-Control-Allow-Origin": "*"},
}

StaticFiles = Callable[[Request], Response]


class _Token(BaseConverter):
    """The part of an address that stands for a person."""

    regex = "[0-9a-f]{32}"


class App:
    """The application of one listener: its routes, and the files that it serves besides.

    ``files`` answers what no route does; None if there are no files.
    """

    def __init__(
        self, context: WebContext, routes: Sequence[WebRoute], files: StaticFiles | None
    ) -> None:
        self._context, self._files = context, files
        rules = [
            Rule(route.path, endpoint=number, methods=route.methods)
            for number, route in enumerate(routes)
        ]
        self._routes, self._map = routes, Map(rules, converters={"token": _Token})
        self._map.merge_slashes = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI calls it."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY
        started = time.perf_counter()
        route, response = self._respond(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        for name, value in _HEADERS[route.kind].items() if route else ():
            response.headers.setdefault(name, value)
        self._log(request, route, response, time.perf_counter() - started)
        return response(environ, start)

    def _respond(self, request: Request) -> tuple[WebRoute | None, Response]:
        route = None
        try:
            route, parts = self._find(request)
            if route is not None:
                return route, call(route, self._context, request, parts)
            if self._files is not None:
                return None, self._files(request)
            raise NotFound
        except HTTPException as error:
            return route, self._explain(error)
        except (DigestError, OSError) as error:
            self._context.log("web", level="error", reason=str(error))
            return route, answers.text("This does not work at the moment. Try again later.", 503)

    def _find(self, request: Request) -> tuple[WebRoute | None, dict[str, str]]:
        try:
            adapter = self._map.bind_to_environ(request.environ)
            number, parts = adapter.match()
        except NotFound:
            return None, {}
        return self._routes[number], dict(parts)

    def _explain(self, error: HTTPException) -> Response:
        """Return the page of an error: what is wrong, without the words of the request."""
        code = error.code or 500
        response = answers.page(self._context.pages.message(error.name), code)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response

    def _log(
        self, request: Request, route: WebRoute | None, response: Response, seconds: float
    ) -> None:
        path = route.path if route else request.path
        self._context.log(
            "request",
            level="debug",
            method=request.method,
            path=path,
            status=response.status_code,
            seconds=round(seconds, 4),
        )
