"""Whether summaries are switched on."""

from __future__ import annotations

from pathlib import Path

from digest import settings as settings_files
from digest.errors import SettingsError
from digest.model.settings import Settings


def require(settings: Settings) -> None:
    """Raise `SettingsError` unless a language model is configured."""
    if not settings.summary.is_on:
        file = Path(settings.root, settings_files.CONFIG, settings_files.DIGEST_TOML)
        hint = "set url and model; docs/guides/summaries.md explains them"
        raise SettingsError(str(file), "no language model is configured", key="summary", hint=hint)
