"""Whether summaries are switched on, and their key is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from digest import settings as settings_files
from digest.errors import FetchError, SettingsError
from digest.model.settings import Settings
from digest.pipeline import summaries


def require(settings: Settings) -> None:
    """Raise `SettingsError` unless a language model is configured."""
    if not settings.summary.is_on:
        file = Path(settings.root, settings_files.CONFIG, settings_files.DIGEST_TOML)
        hint = "set url and model; docs/guides/summaries.md explains them"
        raise SettingsError(str(file), "no language model is configured", key="summary", hint=hint)


def findings(settings: Settings) -> Iterator[str]:
    """Yield which language model is asked, and whether its key can be read. Asks nobody."""
    config = settings.summary
    if not config.is_on:
        return
    from digest.sources import tokens

    try:
        tokens.read(Path(settings.root), config.key)
    except FetchError as error:
        yield f"!   summary: {summaries.describe_key(error)}: papers keep their teasers"
        return
    secret = f", with the key of {config.key}" if config.key else ", without a key"
    host = urlsplit(config.url or "").netloc
    yield f"ok  summary: {config.model} at {host}{secret}; digest summarise --dry-run"
