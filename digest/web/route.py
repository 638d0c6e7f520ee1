"""A route: an address, the function that answers it, and what kind of page it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from werkzeug import Request, Response

if TYPE_CHECKING:
    from digest.web.context import WebContext

Handler = Callable[..., Response]  # of the context, the request, and the parts of the address
Kind = Literal[
    "personal",  # a form, or a page of one person: never stored, indexed or framed
    "open",  # data for everybody: may be stored, and asked by scripts of other sites
    "data",  # as the one before; errors are JSON too
    "operator",  # on the private listener only
    "one-click",  # a person's page whose POST mail programs send as well (RFC 8058)
]


class WebRoute(NamedTuple):
    """An address such as ``/unsubscribe/<token>``, and how it is answered.

    A part in angle brackets is given to the handler by its name: ``<token>`` matches 32
    hexadecimal digits, ``<path:key>`` anything. The path of a route, never that of a request, is
    what the log shows. A route that takes GET takes HEAD as well, and neither changes anything.
    """

    path: str
    handler: Handler
    kind: Kind
    methods: tuple[str, ...] = ("GET",)


def call(route: WebRoute, context: WebContext, request: Request, parts: dict[str, str]) -> Response:
    """Return the answer of a route's handler."""
    return route.handler(context, request, **parts)
