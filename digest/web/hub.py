"""Take requests to our own WebSub hub. What they ask for is done once it was verified."""

from __future__ import annotations

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from digest.operations.hub import requests
from digest.web import answers, visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute

_FULL = 3600  # seconds after which a subscriber may find room


def take(context: WebContext, request: Request) -> Response:
    """Take a request to subscribe or unsubscribe: 202, or why not."""
    if not context.settings.has_hub:
        raise NotFound
    fields = ("mode", "topic", "callback", "secret", "lease_seconds")
    form = requests.HubForm(*(request.form.get(f"hub.{name}", "") for name in fields))
    if wait := context.hub_pace.wait(visitors.network_of(request, context.proxies)):
        return _later("Too many requests.", 429, wait)
    try:
        requests.take(context.settings, context.moment, form)
    except ValueError as error:
        return answers.text(str(error), 400)
    except requests.Full:
        return _later("This hub has as many subscribers as it can have.", 503, _FULL)
    context.hub.set()
    return answers.text("Accepted. The callback is asked whether it was meant.", 202)


def _later(words: str, status: int, seconds: int) -> Response:
    response = answers.text(words, status)
    response.headers["Retry-After"] = str(seconds)
    return response


ROUTES = (WebRoute("/hub", take, "open", ("POST",)),)
