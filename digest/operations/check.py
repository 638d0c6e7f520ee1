"""``digest check``: configuration, topics and templates, without running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from digest import settings
from digest.delivery import monitors
from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.operations import template_copies
from digest.pipeline.library import read_library
from digest.pipeline.topics import load_headings
from digest.render.site import pages
from digest.settings import resources


def _libraries(found: Settings) -> Iterator[str]:
    profiles = (found.profile, *(edition.profile for edition in found.editions))
    for name in dict.fromkeys(one.library for one in profiles if one and one.library):
        kept = read_library(Path(found.root, name))
        yield f"ok  {name}: {len(kept)} papers in the library"


def _notify(found: Settings) -> Iterator[str]:
    """Whether each address is where the configuration says; it is never shown."""
    for key in ("heartbeat", "heartbeat_fail", "webhook"):
        if given := getattr(found.notify, key):
            monitors.address(Path(found.root), key, given)
            yield f"ok  notify.{key}: {given}"


def findings(found: Settings) -> Iterator[str]:
    """A line on each part that is in order, and warnings.

    Raises `SettingsError` for the first part that cannot be used.
    """
    root = Path(found.root)
    file = root / settings.CONFIG / settings.DIGEST_TOML
    yield f"ok  {file}" if file.exists() else f"ok  no {file}: the defaults hold"
    headings = load_headings(root)
    for edition in found.editions:
        for topic in edition.topics:
            if topic not in headings.names:
                known = ", ".join(headings.names)
                raise SettingsError(
                    str(file),
                    f"no topic {topic!r}",
                    key=f"edition {edition.name}.topics",
                    hint=known,
                )
    yield f"ok  {len(headings.names)} topics"
    yield from _libraries(found)
    yield from _notify(found)
    own, templates = root / settings.TEMPLATES, resources.shipped("templates")
    pages.Pages((own, templates), found.site).check()
    yield "ok  templates"
    yield from template_copies.outdated(own, templates)
    if not (root / found.inbox.path).is_dir():
        yield f"!   no folder {root / found.inbox.path} yet: digest init makes it"
    if urlsplit(found.site.url).hostname in ("localhost", "127.0.0.1", "::1"):
        yield f"!   site.url is {found.site.url}: feeds read elsewhere will link there"
