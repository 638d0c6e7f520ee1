"""Say how the web side is configured, and what stands in its way. Opens and asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.operations.subscribers.public_folder import require_private_folder
from digest.pipeline.context import template_cache, template_folders
from digest.render.web.pages import WebPages

PACKAGES = ("prometheus_client", "waitress", "werkzeug")  # of the extra `web`
INSTALL = "pip install 'papers-digest[web]'"


def is_installed() -> bool:
    """Return whether the packages of the extra `web` are there. Imports none of them."""
    return all(map(find_spec, PACKAGES))


def findings(settings: Settings) -> Iterator[str]:
    """Yield a line for what is well, and a warning (``!``) for what is not.

    Raises `SettingsError` for a template that cannot be used.
    """
    if settings.web.listen is None:
        return
    folders, cache = template_folders(settings), template_cache(settings, read_only=True)
    WebPages(folders, settings, cache=cache).check()
    if not is_installed():
        yield f"!   web: its packages are not installed: {INSTALL}"
    yield f"ok  web: answers at {settings.web.listen}; people see {settings.web_url}"
    if not settings.web_url.startswith("https://"):
        yield "!   web: its address has no TLS: mail programs cannot unsubscribe in one click"
    if settings.web.subscribe and not settings.takes_subscriptions:
        yield "!   web: no edition is mailed: nobody can subscribe on the pages"
    if settings.takes_subscriptions:
        try:
            require_private_folder(Path(settings.root))
        except SettingsError as error:
            yield f"!   web: {error.reason}"
