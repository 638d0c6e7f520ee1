"""The table [summary]: what it takes, and messages that name the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import settings
from digest.errors import SettingsError
from digest.model.source_settings import Summary

ON = {"url": "http://127.0.0.1:11434/v1", "model": "qwen3:8b"}


def load(**table: object) -> Summary:
    """Return the settings of this table."""
    return settings.from_tables(Path("/folder"), {"summary": table}).summary


def test_it_is_off_by_default_and_on_with_address_and_model() -> None:
    """Nothing else is needed."""
    assert not load().is_on
    assert not settings.from_tables(Path("/folder"), {}).summary.is_on
    assert load(**ON).is_on
    assert Summary(
        ON["url"], ON["model"], key="file:secrets/key", language="Brazilian Portuguese", tokens=9
    ) == load(**ON, key="file:secrets/key", language="Brazilian Portuguese", tokens=9)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"url": ON["url"]}, "summary.model: is missing"),
        ({"model": "m"}, "summary.url: is missing"),
        ({**ON, "url": "api.example.org/v1"}, "summary.url: not a web address"),
        ({**ON, "url": "https://me:secret@example.org/v1"}, "must not hold a user or password"),
        ({**ON, "url": "https://example.org/v1?key=secret"}, "without ? and #"),
        ({**ON, "model": " "}, "summary.model: cannot be the name of a model"),
        ({**ON, "model": "a\nb"}, "summary.model: cannot be the name of a model"),
        ({**ON, "key": "sk-secret"}, "a key is a secret and must not stand in this file"),
        ({**ON, "key": ["sk-secret"]}, "summary.key"),
        ({**ON, "language": "de_DE"}, "not the name of a language"),
        ({**ON, "language": ""}, "not the name of a language"),
        ({**ON, "seconds": 0}, "summary.seconds: must be at least 1"),
        ({**ON, "token": "env:A"}, "did you mean tokens?"),
    ],
)
def test_what_cannot_be_used_names_the_key(table: dict[str, object], message: str) -> None:
    """And shows no secret."""
    with pytest.raises(SettingsError) as caught:
        load(**table)
    assert message in str(caught.value)
    assert "secret@" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)
