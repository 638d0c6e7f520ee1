"""Secrets: where they are found, and that errors do not show them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digest.delivery import secrets
from digest.errors import SettingsError


def test_a_secret_is_found_in_the_environment_and_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without blanks around it; a path begins in the folder."""
    monkeypatch.setenv("WORD", " open sesame\n")
    (tmp_path / "word").write_text("p\u00e4ss\n", encoding="utf-8")
    assert "open sesame" == secrets.read(tmp_path, "env:WORD", "mail.password")
    assert "p\u00e4ss" == secrets.read(tmp_path, "file:word", "mail.password")


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("env:MISSING", "mail: password: env:MISSING is not set"),
        ("env:EMPTY", "mail: password: env:EMPTY is empty"),
        ("file:none", "mail: password: file:none cannot be read"),
        ("file:pipe", "mail: password: file:pipe cannot be read"),
        ("file:bytes", "mail: password: file:bytes cannot be read"),
    ],
)
def test_what_is_no_secret_is_refused(
    reference: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key of the configuration, and never with the content."""
    monkeypatch.setenv("EMPTY", "\n")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError) as caught:
        secrets.read(tmp_path, reference, "mail.password")
    assert says == str(caught.value)
