"""Fill the templates of the web side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from digest.model.files import Page
from digest.model.settings import Settings
from digest.render import paths
from digest.render.site.pages import ASSETS, FEEDS
from digest.render.site.template_cache import BytecodeCache
from digest.render.site.templates import Templates

MESSAGE = "web/message.html"
# The first three are parts of the others; the check compiles it too.
TEMPLATES = (
    "web/page.html", "web/fields.html", "web/wish.html", MESSAGE, "web/subscribe.html",
    "web/confirm.html", "web/confirmed.html", "web/preferences.html", "web/delete.html",
    "web/address.html", "web/unsubscribe.html", "web/left.html", "web/search.html", "web/feed.html",
)  # fmt: skip


class WebPages:
    """Renders each page from the first template of its name in ``folders``.

    Every template gets ``site``, ``feeds`` and ``root``, the path below which all addresses of
    the web side are. Raises `SettingsError` for a template that cannot be used.
    """

    def __init__(
        self, folders: Sequence[Path], settings: Settings, *, cache: BytecodeCache | None = None
    ) -> None:
        self._templates = Templates(folders, cache)
        root = urlsplit(settings.web_url).path or "/"
        self.root = root
        self._shared = {"site": settings.site, "feeds": FEEDS, "root": root, "subscribe": ""}

    def check(self) -> None:
        """Compile every template, to find a broken one before anybody asks for it."""
        self._templates.check(TEMPLATES)

    def render(self, template: str, values: Mapping[str, Any]) -> Page:
        """Return the page of a template, such as "web/subscribe.html"."""
        return self._templates.page(template, template, {**self._shared, **values})

    def find_asset(self, path: str) -> Page | None:
        """Return the style sheet, icon or script at a path of the output; None for another one."""
        known = (*ASSETS, paths.WEB_STYLESHEET)
        return self._templates.asset(path) if path in known else None

    def message(self, title: str, *sentences: str) -> Page:
        """Return a page that says something in a few sentences, below a heading."""
        return self.render(MESSAGE, {"title": title, "sentences": sentences})
