"""The shipped defaults are found in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.settings import resources


def test_a_checkout_uses_the_folders_beside_the_package() -> None:
    """They hold the topics and the templates."""
    assert Path(__file__).parents[2] / "config" == resources.shipped("config")
    assert (resources.shipped("config") / "topics.toml").is_file()
    assert (resources.shipped("templates") / "issue.html").is_file()


def test_an_installed_package_uses_the_folders_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are preferred to folders of the same name beside the package."""
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "digest")
    beside, inside = tmp_path / "config", tmp_path / "digest" / "_shipped" / "config"
    assert beside == resources.shipped("config")
    inside.mkdir(parents=True)
    assert inside == resources.shipped("config")
