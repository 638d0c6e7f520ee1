"""Check configuration, topics, libraries, addresses and templates, without a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from digest import settings as settings_files
from digest.delivery import monitors
from digest.errors import SettingsError
from digest.model.settings import ADDRESSES, Settings
from digest.operations import template_copies
from digest.pipeline import context, topics
from digest.pipeline.library import read_library
from digest.render.site import pages, trial
from digest.settings import resources
from digest.text import counting


def findings(settings: Settings) -> Iterator[str]:
    """Yield a line for each part that can be used (``ok``), and a line for each warning (``!``).

    Changes nothing. Raises `SettingsError` for the first part that cannot be used.
    """
    root = Path(settings.root)
    file = root / settings_files.CONFIG / settings_files.DIGEST_TOML
    yield f"ok  {file}" if file.exists() else f"ok  there is no {file}: the defaults apply"
    yield from _check_topics(settings, file)
    yield from _check_libraries(settings)
    yield from _check_addresses(settings)
    yield from _check_templates(settings)
    inbox = root / settings.inbox.path
    for key, folder in (("inbox.path", inbox), ("state.path", settings.state_folder)):
        if folder.exists() and not folder.is_dir():
            raise SettingsError(str(folder), "is not a folder", key=key, hint="remove or rename it")
    if not inbox.is_dir():
        yield f"!   there is no folder {inbox}: create it with digest init"
    if urlsplit(settings.site.url).hostname in ("localhost", "127.0.0.1", "::1"):
        yield (
            f"!   site.url is {settings.site.url}: links in feeds work on this machine only;"
            " set site.url to the public address"
        )


def _check_topics(settings: Settings, file: Path) -> Iterator[str]:
    headings = topics.load_headings(Path(settings.root))
    topics.check_editions(file, settings.editions, headings.names)
    yield f"ok  {counting.count(len(headings.names), 'topic')}"


def _check_libraries(settings: Settings) -> Iterator[str]:
    profiles = (settings.profile, *(edition.profile for edition in settings.editions))
    names = [profile.library for profile in profiles if profile and profile.library]
    for name in dict.fromkeys(names):  # each once
        papers = read_library(Path(settings.root, name))
        yield f"ok  {name}: {counting.count(len(papers), 'paper')} in the library"


def _check_addresses(settings: Settings) -> Iterator[str]:
    """Yield whether each address of ``[notify]`` can be read and has a usable form. Calls none.

    Any other is a warning: a run does without the call. And the environment of a run may set a
    variable that the one of this check does not.
    """
    for key in ADDRESSES:
        if reference := getattr(settings.notify, key):
            # Only where the address is: it is itself a secret, which no terminal or log may show.
            try:
                monitors.address(Path(settings.root), key, reference)
                yield f"ok  notify.{key}: {reference}"
            except SettingsError as error:
                yield f"!   notify.{key}: {error.reason}: nothing is called"


def _check_templates(settings: Settings) -> Iterator[str]:
    own, shipped = Path(settings.root, settings_files.TEMPLATES), resources.shipped("templates")
    # A compiled template is used only as long as its source is the same.
    cache = context.template_cache(settings, read_only=True)
    renderer = pages.Pages((own, shipped), settings.site, cache=cache)
    renderer.check()
    trial.render_samples(renderer)
    yield "ok  templates"
    yield from template_copies.outdated_copies(own, shipped)
