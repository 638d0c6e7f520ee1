"""Say whether the publication is well: for load balancers and monitors."""

from __future__ import annotations

from werkzeug import Request, Response

from digest.operations import status
from digest.web import answers
from digest.web.context import WebContext
from digest.web.route import WebRoute


def is_alive(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - of every handler
    """Answer that requests are answered at all."""
    return answers.text("alive")


def is_well(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - of every handler
    """Answer what `digest status` says of the publication, in one word."""
    found = status.read_status(context.settings, context.moment)
    return answers.text("well" if not found.stale else "stale", 503 if found.stale else 200)


ROUTES = (
    WebRoute("/livez", is_alive, "open"),
    WebRoute("/healthz", is_well, "open"),
)
