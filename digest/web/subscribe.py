"""The form to subscribe, and the answer to it, which is the same for every address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from digest.model.people import Wish
from digest.operations.subscribers import requesting
from digest.operations.subscribers.wish_checks import LISTS, WishError
from digest.render.web import wish_form
from digest.render.web.wish_form import FieldProblem
from digest.text import addresses
from digest.web import answers, links, own_pages, visitors
from digest.web.context import WebContext
from digest.web.route import WebRoute

_TRAP = "website"  # a field that people do not see; programs fill it
_ASKED = (
    "If this address can get mails, one is on its way.",
    "Open the link in it to confirm. Without that nothing is sent to you.",
    "If nothing comes, look into the folder for junk. Another one can be sent tomorrow.",
    "What you have chosen can be changed once you have confirmed.",
)
_ONCE_MORE = "This form came from another page. If you meant it, press the button once more."


def show_form(context: WebContext, request: Request) -> Response:
    """Show the form, with what the address of the page has chosen already."""
    _require_subscriptions(context)
    values = {name: request.args.getlist(name) for name in LISTS}
    return _form(context, values)


def subscribe(context: WebContext, request: Request) -> Response:
    """Take a request: a letter asks the address to confirm, where that is right."""
    _require_subscriptions(context)
    values = {name: request.form.getlist(name) for name in LISTS}
    given = request.form.get("address", "")
    if not own_pages.is_own(context, request):
        # A page of ours that was open for days, or at an address that we do not know: the form
        # of this answer is taken.
        return _form(context, values, given, FieldProblem("address", _ONCE_MORE), status=403)
    try:
        address, wish = addresses.parse(given), context.wishes.change(Wish(), values)
    except WishError as error:
        return _form(context, values, given, wish_form.problem_of(error.field))
    except ValueError as error:
        return _form(context, values, given, FieldProblem("address", links.sentence(error)))
    if not requesting.is_allowed(context.settings, address):
        return _form(context, values, given, FieldProblem("address", links.only_these(context)))
    if wait := context.pace.wait(visitors.network_of(request, context.proxies)):
        return links.too_many(context, wait)
    if not request.form.get(_TRAP):
        if wait := context.mailbox_pace.wait(addresses.mailbox(address)):
            return links.too_many(context, wait)
        requesting.request(context.settings, context.moment, address, wish)
        # Also if no letter waits: that the sender works must not tell anything.
        context.letters.set()
    return answers.page(context.pages.message("Look into your mails", *_ASKED))


def _require_subscriptions(context: WebContext) -> None:
    if not context.settings.takes_subscriptions:
        raise NotFound


def _form(
    context: WebContext,
    values: Mapping[str, Sequence[str]],
    address: str = "",
    problem: FieldProblem | None = None,
    *,
    status: int = 422,
) -> Response:
    page = context.pages.render(
        "web/subscribe.html",
        {
            "title": "Subscribe by mail",
            "mark": own_pages.mark(context),
            "wish": wish_form.build_form(
                context.settings, context.wishes.topics, values, problem=problem
            ),
            "address": address,
            "is_open": any(values.values()),
        },
    )
    return answers.page(page, status if problem else 200)


ROUTES = (
    WebRoute("/subscribe", show_form, "personal"),
    WebRoute("/subscribe", subscribe, "personal", ("POST",)),
)
