"""The search page that the server makes: results without a script."""

from __future__ import annotations

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from digest.model.files import Page
from digest.operations import searching
from digest.render.web.found_papers import FoundPapersView, build_found
from digest.web import answers
from digest.web.context import WebContext
from digest.web.route import WebRoute

_PAGES = 400  # no search has more


def search(context: WebContext, request: Request) -> Response:
    """Show the form, and what was found of the words in the query."""
    typed, topic = request.args.get("q", ""), request.args.get("topic", "")
    page = _page(request.args.get("page", "1"))
    topics = context.wishes.topics
    if topic and topic not in topics:
        return _answer(context, typed, "", "There is no such topic. Choose one of the list.", None)
    if not typed.strip():
        return _answer(context, "", topic, "", None)
    try:
        phrases = searching.read_phrases(typed)
    except ValueError as error:
        return _answer(context, typed[: searching.LONGEST], topic, str(error), None)
    name, mark = (typed, topic, page), context.shelf.mark()
    if kept := context.searches.find(name, mark):
        return answers.page(kept)
    found = searching.search(context.settings, phrases, page, topic or None)
    query = {"q": typed} | ({"topic": topic} if topic else {})
    view = build_found(found, context.pages.root, query, page)
    made = _render(context, typed, topic, "", view)
    if found.is_complete:  # else the index is still being made
        context.searches.keep(name, mark, made)
    return answers.page(made)


def _page(number: str) -> int:
    if not (number.isascii() and number.isdecimal() and len(number) <= len(str(_PAGES))):
        raise NotFound
    page = int(number)
    if not 1 <= page <= _PAGES:
        raise NotFound
    return page


def _answer(
    context: WebContext, typed: str, topic: str, problem: str, found: FoundPapersView | None
) -> Response:
    page = _render(context, typed, topic, problem, found)
    return answers.page(page, 422 if problem else 200)


def _render(
    context: WebContext, typed: str, topic: str, problem: str, found: FoundPapersView | None
) -> Page:
    values = {
        "title": "Search",
        "typed": typed,
        "topic": topic,
        "topics": context.wishes.topics,
        "longest": searching.LONGEST,
        "problem": problem,
        "found": found,
    }
    return context.pages.render("web/search.html", values)


ROUTES = (WebRoute("/search", search, "personal"),)
