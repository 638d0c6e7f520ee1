"""The page of a person, by their own link: what they get, where, their data, the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from werkzeug import Request, Response

from digest.model.people import Subscriber
from digest.operations.subscribers import changing, listing, own_address, own_leaving, requesting
from digest.operations.subscribers.finding import find_token, open_to_read
from digest.operations.subscribers.wish_checks import ANY_DAY, LISTS, NO_PAUSE, WishError
from digest.render.web import wish_form
from digest.render.web.wish_form import FieldProblem
from digest.text import addresses
from digest.web import answers, links, own_pages, visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute

_SINGLE = {"most": "0", "weekday": ANY_DAY, "pause": NO_PAUSE}  # and what an empty field means
_ASKED = (
    "If it can get mails from here, one is on its way.",
    "Open the link in it within 7 days. Until then your mails come where they came before.",
    "If nothing comes, look into the folder for junk. Another mail can be sent tomorrow.",
)
_CONFIGURED = (
    "Your address stands in the configuration of this site, not in its list of subscribers.",
    "Whoever runs the site can change it there.",
)


def show(context: WebContext, request: Request, token: str) -> Response:  # noqa: ARG001
    """Show what the person gets, as a form."""
    person = find_token(context.settings, token)
    return links.unknown(context) if person is None else _show(context, person)


def save(context: WebContext, request: Request, token: str) -> Response:
    """Replace what the person gets by what the form says."""
    own_pages.require_own(context, request)
    person = find_token(context.settings, token)
    if person is None or person.state != "active":
        return _refuse(context, person)
    fields = {name: request.form.getlist(name) for name in (*LISTS, *_SINGLE)}
    values = {name: fields[name] or [""] for name in LISTS}
    values |= {name: ["".join(fields[name]) or empty] for name, empty in _SINGLE.items()}
    try:
        wish = changing.choose(context.settings, token, context.wishes, values)
    except WishError as error:
        return _form(context, person, fields, problem=wish_form.problem_of(error.field))
    if wish is None:  # left in this moment
        return links.unknown(context)
    said = "Saved. It holds from the next issue on."
    return _form(context, person, wish_form.values_of(wish), said=said)


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
        return _refuse(context, person)
    given = request.form.get("address", "")
    try:
        address = addresses.parse(given)
    except ValueError as error:
        return _ask_again(context, person, given, links.sentence(error))
    if not requesting.is_allowed(context.settings, address):
        return _ask_again(context, person, given, links.only_these(context))
    if wait := context.pace.wait(visitors.network_of(request, context.proxies)):
        return links.too_many(context, wait)
    # As for the form to subscribe: by either, one mailbox gets so many letters at most.
    if wait := context.mailbox_pace.wait(addresses.mailbox(address)):
        return links.too_many(context, wait)
    match own_address.ask(context.settings, context.moment, token, address):
        case "unknown":  # left in this moment
            return links.unknown(context)
        case "configured":
            return _page(context, "It stays as it was", *_CONFIGURED)
        case "asked":
            context.letters.set()
    return _page(context, "Look into the mails of the new address", *_ASKED)


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
    match own_address.confirm(context.settings, context.moment, token):
        case "unknown":
            return links.unknown(context)
        case "taken":
            words = "Nothing was changed: this address cannot be used in place of yours any more."
            return _page(context, "It stays as it was", words, "Write to the editor about it.")
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
    return _page(context, "Deleted", "Everything about you was deleted.")


def _page(context: WebContext, title: str, *sentences: str) -> Response:
    return answers.page(context.pages.message(title, *sentences))


def _refuse(context: WebContext, person: Subscriber | None) -> Response:
    """Answer a form of somebody who gets nothing: it was open while they left."""
    return links.unknown(context) if person is None else _show(context, person, status=409)


def _ask_again(context: WebContext, person: Subscriber, address: str, words: str) -> Response:
    problem = FieldProblem("address", words)
    values = wish_form.values_of(person.wish)
    return _form(context, person, values, problem=problem, address=address)


def _show(context: WebContext, person: Subscriber, status: int = 200) -> Response:
    if person.state == "active":
        return _form(context, person, wish_form.values_of(person.wish))
    title, words = "You get nothing at the moment", links.way_back(context)
    return _render(context, person, status, title=title, wish=None, way_back=words)


def _form(
    context: WebContext,
    person: Subscriber,
    values: Mapping[str, Sequence[str]],
    *,
    said: str = "",
    problem: FieldProblem | None = None,
    address: str = "",
) -> Response:
    form = wish_form.build_form(
        context.settings,
        context.wishes.topics,
        values,
        gets_all=own_address.is_configured(context.settings, person),
        problem=problem,
    )
    status = 422 if problem else 200
    return _render(
        context, person, status, title="What you get", wish=form, said=said, address=address
    )


def _render(context: WebContext, person: Subscriber, status: int, **values: object) -> Response:
    shared = {"token": person.token, "mark": own_pages.mark(context), "said": ""}
    return answers.page(context.pages.render("web/preferences.html", shared | values), status)


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
