"""Tell a form that was sent from a page of ours from one that another site sends.

There are no cookies, so another site can do nothing with a visitor's rights: the link of a person
is the right. What this keeps away are forms elsewhere that use ours to send mails.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from werkzeug import Request
from werkzeug.exceptions import Forbidden

from digest.web.context import WebContext

FIELD = "form"  # the hidden field with the mark


def mark(context: WebContext, day: str | None = None) -> str:
    """Return the mark of forms of today, or of another day: nobody else can make it."""
    day = day or context.moment.date().isoformat()
    return hmac.new(context.secret, day.encode(), hashlib.sha256).hexdigest()[:32]


def require_own(context: WebContext, request: Request) -> None:
    """Raise `Forbidden` unless a form was sent from a page of ours."""
    if not is_own(context, request):
        raise Forbidden


def is_own(context: WebContext, request: Request) -> bool:
    """Return whether a form was sent from a page of ours.

    Browsers say so in ``Sec-Fetch-Site`` or ``Origin``; the static pages may be at another host.
    Our pages let nobody know their address, so some browsers say ``null``: then the mark in the
    form decides, of today or yesterday.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site == "same-origin" or (origin and origin in _origins(context)):
        return True
    return site is None and origin in (None, "null") and _has_mark(context, request)


def _origins(context: WebContext) -> set[str]:
    settings = context.settings
    return {_origin(url) for url in (settings.web_url, settings.site.url) if url}


def _origin(url: str) -> str:
    """Return the origin of an address as browsers write it: no capitals, no usual port."""
    parts = urlsplit(url)
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def _has_mark(context: WebContext, request: Request) -> bool:
    given = request.form.get(FIELD, "")
    yesterday = (context.moment - timedelta(days=1)).date().isoformat()
    # Compared as bytes: one that is not ASCII is an error otherwise.
    return any(
        hmac.compare_digest(given.encode(), mark(context, day).encode())
        for day in (None, yesterday)
    )
