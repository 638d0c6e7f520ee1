"""Confirm an address by a button: to look at the page changes nothing."""

from __future__ import annotations

from werkzeug import Request, Response

from digest.model.people import Consent, Subscriber
from digest.operations.subscribers import confirmation, welcome
from digest.operations.subscribers.finding import open_to_read
from digest.render.web import wish_form
from digest.web import answers, links, own_pages
from digest.web.context import WebContext
from digest.web.route import WebRoute

HOW = "pressed the button of the confirmation page"


def show_button(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Show the button to who may confirm."""
    with open_to_read(context.settings) as people:
        person = people.subscribers.find_token(token) if people else None
        if people is None or person is None:
            return links.unknown(context)
        if person.state == "active":
            return _confirmed(context, person)
        if not confirmation.may_confirm(people, person):
            return links.unknown(context)
        wish = confirmation.wish_of(people, person)
    values = {
        "title": "Confirm your address",
        "mark": own_pages.mark(context),
        "words": confirmation.words(context.settings),
        "choices": wish_form.describe_choices(context.settings, context.wishes.topics, wish),
    }
    return answers.page(context.pages.render("web/confirm.html", values))


def confirm(context: WebContext, request: Request, token: str) -> Response:
    """Make the person a subscriber. Twice is harmless."""
    own_pages.require_own(context, request)
    moment = context.moment.isoformat(timespec="seconds")
    consent = Consent(moment=moment, how=HOW, words=confirmation.words(context.settings))
    with context.people() as people, people.transaction():
        person = people.subscribers.find_token(token)
        is_new = person is not None and confirmation.confirm(people, person, consent)
    if person is None or not (is_new or person.state == "active"):
        return links.unknown(context)
    return _confirmed(context, person)


def send_newest(context: WebContext, request: Request, token: str) -> Response:
    """Let the newest issue be sent to a subscriber who asks for it."""
    own_pages.require_own(context, request)
    is_ordered = welcome.order_newest(context.settings, token, context.moment)
    if is_ordered is None:
        return links.unknown(context)
    words = (
        "The newest issue is sent to you. That can take a quarter of an hour."
        if is_ordered
        else "You have the newest issue already, or there is none yet. The next one is sent to you."
    )
    return answers.page(context.pages.message("Thank you", words))


def _confirmed(context: WebContext, person: Subscriber) -> Response:
    page = context.pages.render(
        "web/confirmed.html",
        {
            "title": "You are subscribed",
            "token": person.token,
            "mark": own_pages.mark(context),
        },
    )
    return answers.page(page)


ROUTES = (
    WebRoute("/confirm/<token:token>", show_button, "personal"),
    WebRoute("/confirm/<token:token>", confirm, "personal", ("POST",)),
    WebRoute("/welcome/<token:token>", send_newest, "personal", ("POST",)),
)
