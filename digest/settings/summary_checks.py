"""Check `[summary]` beyond what the types restrict. No error shows a secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.model.source_settings import Summary
from digest.settings.checks import SECRET, check_path, is_web_address

_MAX_MODEL, _MAX_LANGUAGE = 200, 50  # characters


def check(file: Path, settings: Settings) -> None:
    """Check how a language model is asked. Raises `SettingsError` for the first unusable value."""
    for key, reason, hint in _problems(settings.summary):
        raise SettingsError(str(file), reason, key=f"summary.{key}", hint=hint)
    key = (settings.summary.key or "").removeprefix("file:")
    check_path(file, settings.root, key, "summary.key")


def _problems(summary: Summary) -> Iterator[tuple[str, str, str]]:
    if summary.url is None and summary.model is not None:
        yield "url", "is missing: a model is named", 'write url = "https://api.example.org/v1"'
    if summary.url is not None and summary.model is None:
        yield "model", "is missing: an address is given", "write the name that the endpoint has"
    if summary.url is not None:
        yield from _of_url(summary.url)
    model = summary.model if summary.model is not None else "model"
    if not model.strip() or not model.isprintable() or len(model) > _MAX_MODEL:
        hint = 'write a name such as "qwen3:8b"'
        yield "model", f"cannot be the name of a model: {model[:50]!r}", hint
    language = summary.language
    letters = language.replace(" ", "").replace("-", "")
    if not letters.isalpha() or len(language) > _MAX_LANGUAGE:
        hint = 'write its English name, such as "German"'
        yield "language", f"not the name of a language: {language[:50]!r}", hint
    if summary.key is not None and not SECRET.fullmatch(summary.key):
        hint = 'write "env:NAME" for an environment variable or "file:PATH" for a file'
        yield "key", "a key is a secret and must not stand in this file", hint


def _of_url(url: str) -> Iterator[tuple[str, str, str]]:
    if not is_web_address(url) or " " in url:
        # Not shown, because it may hold a secret.
        yield "url", "not a web address", 'write it like "https://api.example.org/v1"'
    elif "@" in urlsplit(url).netloc:
        hint = 'remove them; key = "env:NAME" is sent in a header'
        yield "url", "an address must not hold a user or password", hint
    elif set(url) & set("?#"):
        hint = 'write the base address, such as "https://api.example.org/v1"'
        yield "url", "must end with a path, without ? and #", hint
