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

    @property
    def BY_DAY(self) -> bool:  # noqa: N802 - a module constant
        """Whether it can be asked for any day, and so for a range of days."""

    def looks(
        self, source: Source, state: SourceState | None, days: Sequence[date], token: str | None, /
    ) -> list[Look]:
        """Return the looks of now, or those of a range of days, oldest first.

        ``days`` are days in UTC, oldest first, and none of them lies in the future. With a
        ``state`` they are the last days, today at the end: what need not be asked again is left
        out, and a kind that does not ask by day returns one look. Without a ``state`` they are a
        range: each day is one look, whatever was asked before; only kinds with `BY_DAY` are asked
        so. ``token`` is the secret, if one is set.
        """


def load(kind: str) -> SourceKind:
    """Return the kind of source with this name in the configuration."""
    return importlib.import_module(f"{__name__}.{MODULES[kind]}")
