"""Feeds of one's own: a feed of the papers that its address asks for, and a page that makes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from werkzeug import Request, Response

from digest.errors import did_you_mean
from digest.model.people import Wish
from digest.operations.reading import own_feed
from digest.operations.subscribers.wish_checks import LISTS
from digest.render.web import wish_form
from digest.web import answers, links
from digest.web.context import WebContext
from digest.web.files import documents
from digest.web.route import WebRoute

FIELDS = (*LISTS[1:], "edition", "format")
_LONGEST = 2000  # characters of an address
_MOST = 50  # entries of all fields
_WAIT = "10"  # seconds after which to ask again
_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


class _WishedFeed:
    """Makes the feed of a wish."""

    def __init__(self, context: WebContext, wish: Wish, format_name: str) -> None:
        self._context, self._wish, self._format = context, wish, format_name
        self.address = own_feed.spell_address(context.settings, wish, format_name)
        self.mark = context.shelf.mark()

    def find_source(self) -> own_feed.FeedSource:
        """Return the issues that it is made from now."""
        with self._context.shelf.opened() as shelf:
            return own_feed.find_source(shelf, self._wish)

    def write(self, source: own_feed.FeedSource) -> documents.Document:
        """Make it of these issues."""
        settings, topics = self._context.settings, self._context.wishes.topics
        page = own_feed.write(settings, topics, self._wish, self._format, source)
        content_type = own_feed.TYPES[self._format]
        if self._format != "json":  # which is always in UTF-8
            content_type += "; charset=utf-8"
        # Asked after the issues were read, so that no later change has the same date.
        return documents.make_document(page.body, content_type, self._context.shelf.modified())


def show_feed(context: WebContext, request: Request) -> Response:
    """Answer with the feed that the address asks for."""
    try:
        wish, format_name = _read(context, request)
    except ValueError as error:
        page = context.pages.message("There is no such feed", links.sentence(error))
        return answers.page(page, 400)
    try:
        document = context.feeds.get(_WishedFeed(context, wish, format_name))
    except TimeoutError:
        words = "Many feeds are being made. Ask again in a few seconds."
        response = answers.page(context.pages.message("Too many at once", words), 503)
        response.headers["Retry-After"] = _WAIT
        return response
    return documents.respond(request, document)


def show_form(context: WebContext, request: Request) -> Response:
    """Show the form that makes a feed, and once something is chosen its addresses."""
    problem, addresses = "", dict[str, str]()
    try:
        wish, _ = _read(context, request)
    except ValueError as error:
        problem = links.sentence(error)
    else:
        addresses = {
            name: own_feed.spell_address(context.settings, wish, name) for name in own_feed.FORMATS
        }
    page = context.pages.render("web/feed.html", _values(context, request, problem, addresses))
    return answers.page(page, 400 if problem else 200)


def _values(
    context: WebContext, request: Request, problem: str, addresses: Mapping[str, str]
) -> dict[str, Any]:
    chosen = {name: request.args.getlist(name) for name in LISTS[1:]}
    form = wish_form.build_form(context.settings, context.wishes.topics, chosen)
    edition = request.args.get("edition")
    editions = [each.name for each in context.settings.editions]
    return {
        "title": "A feed of your own",
        # Without its editions, which are those of mails.
        "wish": replace(form, editions=()),
        "own_editions": wish_form.choices([(name, name) for name in editions], [edition or ""]),
        "problem": problem,
        # Without anything chosen it would be the feed of all papers, which there is already.
        "own_feeds": [
            (_NAMES[name], own_feed.TYPES[name], address) for name, address in addresses.items()
        ]
        if any(map(any, chosen.values()))
        else [],
    }


def _read(context: WebContext, request: Request) -> tuple[Wish, str]:
    """Return the wish and the format of an address. Raises `ValueError` with what is wrong."""
    if len(request.query_string) > _LONGEST:
        raise ValueError(f"an address has at most {_LONGEST} characters of choices")
    given = {name: request.args.getlist(name) for name in request.args}
    _check_names(given)
    editions = _one(given, "edition")
    wish = context.wishes.change(Wish(), given | {"editions": editions})
    entries = [entry for name in LISTS for entry in getattr(wish, name)]
    if len(entries) > _MOST:
        raise ValueError(f"a feed has at most {_MOST} topics, words and names")
    format_name = "".join(_one(given, "format")) or own_feed.FORMATS[0]
    if format_name not in own_feed.FORMATS:
        known = ", ".join(own_feed.FORMATS)
        hint = did_you_mean(format_name, own_feed.FORMATS) or f"there are: {known}"
        raise ValueError(f"there is no format {format_name!r}; {hint}")
    return wish, format_name


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS) or f"there are: {', '.join(FIELDS)}"
            raise ValueError(f"there is no parameter {name!r}; {hint}")


def _one(given: Mapping[str, Sequence[str]], name: str) -> list[str]:
    values = [value for value in given.get(name, ()) if value]
    if len(values) > 1:
        raise ValueError(f"a feed has one {name}")
    return values


ROUTES = (
    WebRoute("/feed", show_feed, "open"),
    WebRoute("/feed/new", show_form, "personal"),
)
