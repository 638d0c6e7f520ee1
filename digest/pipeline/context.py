"""What the steps of one run share: settings, ledger, moment, and things made when needed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from digest import __version__
from digest import settings as settings_files
from digest.editorial import topics
from digest.model.settings import Settings
from digest.render.site import pages
from digest.settings import resources
from digest.storage.ledger import Ledger

# Below the state folder: the installed package may be read-only, or shared by several users.
TEMPLATE_CACHE = "cache/templates"

ProgressCallback = Callable[[str, int, int], None]  # step, how many done, of how many


def no_progress(_step: str, _done: int, _of: int) -> None:
    """For runs that nobody watches."""


class StepLogger(Protocol):
    """Is told of each step of a run once it is done, with its counts."""

    def __call__(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """``level`` is debug, info, warning or error; facts are text, numbers or None."""


def no_log(_step: str, /, *, level: str = "info", **_facts: object) -> None:
    """For runs whose steps nobody logs."""


class RunContext:
    """One run's settings, open ledger and moment; ``moment`` is in the site's zone.

    ``watch`` is told how far the long steps are.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        moment: datetime,
        watch: ProgressCallback = no_progress,
    ) -> None:
        self.settings, self.ledger, self.moment, self.watch = settings, ledger, moment, watch
        self.root = Path(settings.root)

    @property
    def reader(self) -> str:
        """Who reads: with another version, or other limits, what could not be read is retried."""
        return __version__ + self.settings.limits.overrides

    @property
    def output(self) -> Path:
        """Where pages are published."""
        return self.root / "output"

    @functools.cached_property
    def headings(self) -> Headings:
        """The topics in force: only a run with something new pays for them."""
        return headings(self.root)

    @functools.cached_property
    def pages(self) -> pages.Pages:
        """The page templates, a working folder's own before the shipped ones."""
        cache = self.root / self.settings.state.path / TEMPLATE_CACHE
        return pages.Pages(self.templates, self.settings.site, cache=cache)

    @property
    def templates(self) -> tuple[Path, ...]:
        """Where templates are looked for, in this order."""
        return (self.root / settings_files.TEMPLATES, resources.shipped("templates"))


class Headings(msgspec.Struct, frozen=True):
    """The topics of a working folder: their names in the order of the file, and compiled."""

    names: dict[str, str]
    lexicon: topics.Lexicon


def headings(root: Path) -> Headings:
    """Read and compile the topics of a working folder, or the shipped ones if it has none."""
    file = settings_files.topics_file(root, resources.shipped("config"))
    listed = settings_files.load_topics(file)
    learnt = topics.LearntWeights.decode(file.weights) if file.weights else None
    return Headings(
        {topic.id: topic.name for topic in listed}, topics.compile_lexicon(listed, learnt)
    )
