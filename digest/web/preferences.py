"""The page of a person, by their own link: what they get, where, their data, the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from werkzeug import Request, Response

from digest.operations.subscribers import changing, listing, own_address, own_leaving
from digest.operations.subscribers.finding import find_token, open_to_read
from digest.operations.subscribers.wish_checks import ANY_DAY, LISTS, NO_PAUSE
from digest.render.web import wish_form
from digest.text import addresses
from digest.web import answers, links, own_pages, visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute

_SINGLE = {"most": "0", "weekday": ANY_DAY, "pause": NO_PAUSE}  # and what an empty field means


def show(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Show what the person gets, as a form."""
    person = find_token(context.settings, token)
    if person is None:
        return links.unknown(context)
    if person.state != "active":
        return _page(context, "You get nothing at the moment", links.way_back(context))
    return _form(context, token, wish_form.values_of(person.wish))


def save(context: WebContext, request: Request, token: str) -> Response:
    """Replace what the person gets by what the form says."""
    own_pages.require_own(context, request)
    fields = {name: request.form.getlist(name) for name in (*LISTS, *_SINGLE)}
    values = {name: fields[name] or [""] for name in LISTS}
    values |= {name: ["".join(fields[name]) or empty] for name, empty in _SINGLE.items()}
    try:
        wish = changing.choose(context.settings, token, context.wishes, values)
    except ValueError as error:
        return _form(context, token, fields, problem=links.sentence(error), status=422)
    if wish is None:
        return links.unknown(context)
    said = "Saved. It holds from the next issue on."
    return _form(context, token, wish_form.values_of(wish), said=said)


def export(context: WebContext, request: Request, token: str) -> Response:
    """Give everything that is stored about the person, as a file."""
    own_pages.require_own(context, request)
    with open_to_read(context.settings) as people:
        person = people.subscribers.find_token(token) if people else None
        data = listing.data_of(people, person) if people and person else None
    if data is None:
        return links.unknown(context)
    response = answers.json(msgspec.json.format(msgspec.json.encode(data)))
    response.headers["Content-Disposition"] = 'attachment; filename="papers-digest.json"'
    return response


def change_address(context: WebContext, request: Request, token: str) -> Response:
    """Let a letter ask the new address. The answer is the same for every address."""
    own_pages.require_own(context, request)
    person = find_token(context.settings, token)
    if person is None or person.state != "active":
        return links.unknown(context)
    try:
        address = addresses.parse(request.form.get("address", ""))
    except ValueError as error:
        values, problem = wish_form.values_of(person.wish), links.sentence(error)
        return _form(context, token, values, problem=problem, status=422)
    if wait := context.pace.wait(visitors.network_of(request, context.proxies)):
        return links.too_many(context, wait)
    if own_address.ask(context.settings, context.moment, token, address):
        context.letters.set()
    return _page(
        context,
        "Look into the mails of the new address",
        "If it can get mails, one is on its way.",
        "Open the link in it within 7 days. Until then your mails come where they came before.",
    )


def show_address(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Show the button that confirms a new address."""
    with open_to_read(context.settings) as people:
        is_waiting = people and own_address.is_waiting(people, token, context.moment)
    if not is_waiting:
        return links.unknown(context)
    values = {"title": "Your new address", "mark": own_pages.mark(context)}
    return answers.page(context.pages.render("web/address.html", values))


def confirm_address(context: WebContext, request: Request, token: str) -> Response:
    """Put the new address in place of the old one."""
    own_pages.require_own(context, request)
    done = own_address.confirm(context.settings, context.moment, token)
    if done is None:
        return links.unknown(context)
    if not done:
        words = "Nothing was changed: this address has a subscription of its own by now."
        return _page(context, "It stays as it was", words)
    context.letters.set()
    return _page(context, "Your address was changed", "Your mails come here from now on.")


def ask_delete(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Say what is deleted, beside the button that does it."""
    if find_token(context.settings, token) is None:
        return links.unknown(context)
    values = {
        "title": "Delete everything about you", "token": token, "mark": own_pages.mark(context),
    }  # fmt: skip
    return answers.page(context.pages.render("web/delete.html", values))


def delete(context: WebContext, request: Request, token: str) -> Response:
    """Delete everything about the person."""
    own_pages.require_own(context, request)
    if not own_leaving.forget(context.settings, context.moment, token):
        return links.unknown(context)
    return _page(context, "Deleted", "Nothing about you is stored here any more.")


def _page(context: WebContext, title: str, *sentences: str) -> Response:
    return answers.page(context.pages.message(title, *sentences))


def _form(
    context: WebContext,
    token: str,
    values: Mapping[str, Sequence[str]],
    *,
    said: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    page = context.pages.render(
        "web/preferences.html",
        {
            "title": "What you get",
            "token": token,
            "mark": own_pages.mark(context),
            "wish": wish_form.build_form(context.settings, context.wishes.topics, values),
            "said": said,
            "problem": problem,
        },
    )
    return answers.page(page, status)


_PAGE = "/preferences/<token:token>"
ROUTES = (
    WebRoute(_PAGE, show, "personal"),
    WebRoute(_PAGE, save, "personal", ("POST",)),
    WebRoute(f"{_PAGE}/export", export, "personal", ("POST",)),
    WebRoute(f"{_PAGE}/address", change_address, "personal", ("POST",)),
    WebRoute(f"{_PAGE}/delete", ask_delete, "personal"),
    WebRoute(f"{_PAGE}/delete", delete, "personal", ("POST",)),
    WebRoute("/address/<token:token>", show_address, "personal"),
    WebRoute("/address/<token:token>", confirm_address, "personal", ("POST",)),
)
