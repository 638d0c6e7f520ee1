"""Where the shipped defaults are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.settings import resources


def test_a_checkout_has_its_own_folders() -> None:
    """Beside the package, with what the product needs from them."""
    assert Path(__file__).parents[2] / "config" == resources.shipped("config")
    assert (resources.shipped("config") / "topics.toml").is_file()
    assert (resources.shipped("templates") / "issue.html").is_file()


def test_an_installed_package_carries_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a wheel put inside the package comes before anything beside it."""
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "digest")
    beside, inside = tmp_path / "config", tmp_path / "digest" / "_shipped" / "config"
    assert beside == resources.shipped("config")
    inside.mkdir(parents=True)
    assert inside == resources.shipped("config")
