"""Leave: by the button of a page, or by one click in a mail program (RFC 8058)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from werkzeug import Request, Response

from digest.model.people import Subscriber
from digest.operations.subscribers import own_leaving
from digest.operations.subscribers.finding import find_token
from digest.web import answers, links, own_pages
from digest.web.context import WebContext
from digest.web.route import WebRoute

_FIELD, _ONE_CLICK = "List-Unsubscribe", "one-click"
_NOTHING_KEPT = "Your request was deleted: nothing about you is stored here any more."
_TWICE = timedelta(minutes=1)  # in which a button is pressed twice, or a page loaded anew


def show_button(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Show the button. That somebody, or a scanner of mails, looks at it changes nothing."""
    person = find_token(context.settings, token)
    if person is None:
        return links.unknown(context)
    if person.state in {"left", "bounced", "complained"}:
        words = "No issues are sent to your address."
        page = context.pages.message("You get nothing", words, links.way_back(context))
        return answers.page(page)
    values = {"title": "Unsubscribe", "token": token, "mark": own_pages.mark(context)}
    return answers.page(context.pages.render("web/unsubscribe.html", values))


def leave(context: WebContext, request: Request, token: str) -> Response:
    """Let the person leave at once. A mail program that asks is answered in one line."""
    # Some programs end the line with CRLF.
    is_one_click = request.form.get(_FIELD, "").strip().casefold() == _ONE_CLICK
    if not is_one_click:
        own_pages.require_own(context, request)
    left = own_leaving.leave(context.settings, context.moment, token)
    if is_one_click:
        # Also for who was deleted since: the program must not think that it failed.
        return answers.text("Unsubscribed. Nothing more is sent to this address.")
    if left is None:
        return links.unknown(context)
    result, person = left
    if result == "deleted":
        return answers.page(context.pages.message("Deleted", _NOTHING_KEPT))
    # The second answer to a double click is the one that is seen.
    within = own_leaving.UNDO if result == "left" else _TWICE
    may_undo = own_leaving.may_undo(person, context.moment, within)
    page = context.pages.render(
        "web/left.html",
        {
            "title": "You have left",
            "token": token,
            "mark": own_pages.mark(context),
            "undo": undo_mark(context, person) if may_undo else "",
            "reasons": tuple(own_leaving.REASONS.items()) if person.state == "left" else (),
        },
    )
    return answers.page(page)


def undo(context: WebContext, request: Request, token: str) -> Response:
    """Take it back, for who has just left on the page: the link alone does not say so."""
    own_pages.require_own(context, request)
    person = find_token(context.settings, token)
    given = request.form.get("undo", "").encode()
    if person is None or not hmac.compare_digest(given, undo_mark(context, person).encode()):
        return links.unknown(context)
    if not own_leaving.undo(context.settings, context.moment, token):
        words = ("It is too late to take that back.", links.way_back(context))
        return answers.page(context.pages.message("You have left", *words))
    said = "Issues are sent to your address again, from the next one on."
    return answers.page(context.pages.message("Welcome back", said))


def give_reason(context: WebContext, request: Request, token: str) -> Response:
    """Record why somebody left, without who it was."""
    own_pages.require_own(context, request)
    person = find_token(context.settings, token)
    if person is None or person.state != "left":
        return links.unknown(context)
    reason, words = request.form.get("reason", ""), request.form.get("words", "")
    if wait := context.pace.wait(token):
        return links.too_many(context, wait)
    try:
        own_leaving.record_reason(context.settings, context.moment, reason, words)
    except ValueError:
        page = context.pages.message("Choose a reason", "Go back, and choose one of the list.")
        return answers.page(page, 422)
    return answers.page(context.pages.message("Thank you", "The editor reads it."))


def undo_mark(context: WebContext, person: Subscriber) -> str:
    """Return the mark that only the page holds on which this person left this time."""
    words = f"undo {person.token} {person.since}".encode()
    return hmac.new(context.secret, words, hashlib.sha256).hexdigest()


_PAGE = "/unsubscribe/<token:token>"
ROUTES = (
    WebRoute(_PAGE, show_button, "one-click"),
    WebRoute(_PAGE, leave, "one-click", ("POST",)),
    WebRoute(f"{_PAGE}/undo", undo, "personal", ("POST",)),
    WebRoute(f"{_PAGE}/reason", give_reason, "personal", ("POST",)),
)
