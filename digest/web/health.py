"""Say whether the publication is well: for load balancers and monitors."""

from __future__ import annotations

import msgspec
from werkzeug import Request, Response

from digest.errors import DigestError
from digest.model.status import Health
from digest.operations import status
from digest.render.site.views import status as status_view
from digest.web import answers, faults
from digest.web.context import WebContext
from digest.web.route import WebRoute

_WAIT = 2.0  # seconds for another program that holds the ledger: monitors are impatient


def is_alive(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - of every handler
    """Answer that requests are answered at all."""
    return _uncached(answers.text("alive"))


def is_well(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - of every handler
    """Answer with the health that `digest status` shows, in one word."""
    try:
        health: Health = status.read_health(context.settings, context.moment, timeout=_WAIT)
    except DigestError as error:
        _log(context, error)
        health = "failed"
    return _uncached(answers.text(health, _status_code(health)))


def explain_health(context: WebContext, request: Request) -> Response:  # noqa: ARG001 - as above
    """Answer with the health, and the reasons for it, as JSON: for operators."""
    try:
        found = status.read_status(context.settings, context.moment, timeout=_WAIT)
        health, reasons = found.health, [*status_view.reasons(found)]
    except DigestError as error:
        _log(context, error)
        health, reasons = "failed", [str(error)]
    body = msgspec.json.encode({"health": health, "reasons": reasons})
    return _uncached(answers.json(body, _status_code(health)))


def _status_code(health: Health) -> int:
    return 200 if health == "ok" else 503


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _log(context: WebContext, error: DigestError) -> None:
    context.log("web", level="error", reason=faults.describe_error(error))


ROUTES = (
    WebRoute("/livez", is_alive, "open"),
    WebRoute("/healthz", is_well, "open"),
    WebRoute("/healthz", explain_health, "operator"),
)
