"""Take requests to our own WebSub hub. What they ask for is done once it was verified."""

from __future__ import annotations

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from digest.operations.mail import hub
from digest.web import answers, visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute


def take(context: WebContext, request: Request) -> Response:
    """Take a request to subscribe or unsubscribe: 202, or 400 with the reason."""
    if not context.settings.web.hub:
        raise NotFound
    fields = ("mode", "topic", "callback", "secret", "lease_seconds")
    form = hub.HubForm(*(request.form.get(f"hub.{name}", "") for name in fields))
    if wait := context.hub_pace.wait(visitors.network_of(request, context.proxies)):
        response = answers.text("Too many requests.", 429)
        response.headers["Retry-After"] = str(wait)
        return response
    try:
        hub.take(context.settings, context.moment, form)
    except ValueError as error:
        return answers.text(str(error), 400)
    context.hub.set()
    return answers.text("Accepted. The callback is asked whether it was meant.", 202)


ROUTES = (WebRoute("/hub", take, "open", ("POST",)),)
