"""Show the status of the publication at this moment, on the private listener."""

from __future__ import annotations

from werkzeug import Request, Response

from digest.model.files import Page
from digest.operations import status
from digest.pipeline.context import template_cache, template_folders
from digest.render.media_types import media_type
from digest.render.site import pages
from digest.web.context import WebContext
from digest.web.route import WebRoute


def show_page(context: WebContext, request: Request) -> Response:  # noqa: ARG001
    """Show the status as a page."""
    return _answer(_status_pages(context)[0])


def show_data(context: WebContext, request: Request) -> Response:  # noqa: ARG001
    """Show the status as JSON."""
    return _answer(_status_pages(context)[1])


def _status_pages(context: WebContext) -> tuple[Page, ...]:
    settings = context.settings
    found = status.read_status(settings, context.moment)
    cache = template_cache(settings, read_only=True)
    return pages.Pages(template_folders(settings), settings.site, cache=cache).status(found)


def _answer(page: Page) -> Response:
    return Response(page.body, content_type=media_type(page.path))


ROUTES = (
    WebRoute("/status", show_page, "operator"),
    WebRoute("/status.html", show_page, "operator"),
    WebRoute("/status.json", show_data, "operator"),
)
