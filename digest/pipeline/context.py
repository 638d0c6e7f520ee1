"""The settings, ledger and moment that the steps of one run share."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from digest import __version__
from digest import settings as settings_files
from digest.errors import SettingsError
from digest.model.issues import Teaser
from digest.model.settings import Settings
from digest.model.topics import Correction
from digest.pipeline import topics
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.render.site import pages
from digest.render.site.template_cache import BytecodeCache
from digest.settings import resources
from digest.storage.ledger import Ledger

# Below the state folder: the installed package may be read-only, or shared by several users.
TEMPLATE_CACHE = "cache/templates"
K = TypeVar("K", int, str)


def parser_version(settings: Settings) -> str:
    """Return the version of the program, and the limits that differ from the defaults."""
    return __version__ + settings.limits.overrides


def template_cache(settings: Settings, *, read_only: bool = False) -> BytecodeCache:
    """Return the cache of compiled templates of a working folder."""
    return BytecodeCache(settings.state_folder / TEMPLATE_CACHE, read_only=read_only)


def template_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that are searched for a template, in this order."""
    # The first match is used, so that a working folder can replace single files.
    return (Path(settings.root, settings_files.TEMPLATES), resources.shipped("templates"))


class RunContext:
    """The settings, the open ledger and the moment of one run.

    ``moment`` is aware, in the time zone of the site. Topics and templates are loaded when they
    are first used. ``unused_libraries`` has the error of each library that could not be read, by
    its name in the settings. Papers are ranked without it. ``summaries`` are lines by a
    language model, by guid, for the issues to be made; `pipeline.summaries` fills them.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        moment: datetime,
        report_progress: ProgressCallback = no_progress,
    ) -> None:
        self.settings, self.ledger, self.moment = settings, ledger, moment
        self.report_progress = report_progress
        self.root = Path(settings.root)
        self.unused_libraries: dict[str, SettingsError] = {}
        self.summaries: dict[str, Teaser] = {}

    @property
    def parser_version(self) -> str:
        """The version of the program, and the limits that differ from the defaults.

        When it changes, quarantined files are read again.
        """
        return parser_version(self.settings)

    @property
    def inbox(self) -> Path:
        """The folder where dumps are dropped."""
        return self.root / self.settings.inbox.path

    @property
    def output(self) -> Path:
        """The folder where pages are published."""
        return self.root / "output"

    # Compiling the topics takes time, and a run with nothing new needs none.
    @functools.cached_property
    def headings(self) -> topics.Headings:
        """The topics of the working folder, or the shipped ones, compiled."""
        headings = topics.load_headings(self.root)
        file = self.root / settings_files.CONFIG / settings_files.DIGEST_TOML
        topics.check_editions(file, self.settings.editions, headings.names)
        return headings

    def moved_papers(self) -> dict[int, Correction]:
        """Return the corrections in force, by the number of the paper in the ledger."""
        return self._in_force(self.ledger.moved_papers.by_paper())

    def moved_guids(self) -> dict[str, Correction]:
        """Return the corrections in force, by the guids of the papers."""
        return self._in_force(self.ledger.moved_papers.by_guid())

    def _in_force(self, corrections: dict[K, Correction]) -> dict[K, Correction]:
        # A topic that is no longer configured takes no papers. Without corrections, the topics
        # need not be compiled.
        return {
            key: correction
            for key, correction in corrections.items()
            if correction.topic in self.headings.names
        }

    @functools.cached_property
    def pages(self) -> pages.Pages:
        """The renderer of all pages. Compiled templates are cached in the state folder."""
        settings = self.settings
        return pages.Pages(
            self.templates,
            settings.site,
            cache=template_cache(settings),
            subscribe=settings.subscribe_url,
            own_feed=settings.own_feed_url,
        )

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folders that are searched for a template, in this order."""
        return template_folders(self.settings)
