"""The kinds of sources that are asked over HTTP: one module each.

To add one, write its module and put it into `MODULES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from digest.model.fetching import Look, SourceState
from digest.model.source_settings import Source

MODULES = {
    "hf-daily": "hf_daily",
    "arxiv-rss": "arxiv_rss",
    "arxiv-search": "arxiv_search",
    "arxiv-oai": "arxiv_oai",
    "biorxiv": "biorxiv",
    "feed": "feed",
    "page": "page",
}


class SourceKind(Protocol):
    """The contents of a kind's module."""

    @property
    def EVERY(self) -> str:  # noqa: N802 - a module constant
        """The time span between two looks, if the configuration gives none."""

    def looks(
        self, source: Source, state: SourceState, days: Sequence[date], token: str | None
    ) -> list[Look]:
        """Return the looks for these days, oldest first: the last of them is today.

        A kind that cannot ask by day returns one look. ``token`` is the secret, if one is set.
        """


def load(kind: str) -> SourceKind:
    """Return the kind of source with this name in the configuration."""
    return importlib.import_module(f"{__name__}.{MODULES[kind]}")
