"""Configuration, topics and templates, without running."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from digest.errors import SettingsError
from digest.model.settings import Edition, Settings, Site
from digest.operations import check


def findings(root: Path, **fields: object) -> list[str]:
    """What is said about these settings."""
    whole = Settings(root=str(root), site=Site(url="https://example.org/"))
    return list(check.findings(msgspec.structs.replace(whole, **fields)))


def test_a_folder_in_order_has_no_warning(tmp_path: Path) -> None:
    """Every part gets its line."""
    (tmp_path / "inbox").mkdir()
    said = findings(tmp_path)
    assert all(line.startswith("ok ") for line in said)
    assert any("topics" in line for line in said)
    assert any("templates" in line for line in said)


def test_what_deserves_a_second_look_is_a_warning(tmp_path: Path) -> None:
    """An address nobody else can reach, and a missing inbox."""
    said = findings(tmp_path, site=Site())
    assert ["!", "!"] == [line[0] for line in said if not line.startswith("ok")]
    assert any("http://localhost:8000/" in line for line in said)
    assert any(str(tmp_path / "inbox") in line for line in said)


def test_a_topic_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """An edition that asks for it would be empty for ever."""
    with pytest.raises(SettingsError, match="no topic 'tunels'") as raised:
        findings(tmp_path, editions=(Edition(topics=("tunels",)),))
    assert raised.value.key == "edition daily.topics"


def test_a_broken_template_is_refused(tmp_path: Path) -> None:
    """The file is named, before a run would fail on it."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "issue.html").write_text("{% if %}")
    with pytest.raises(SettingsError, match=r"issue\.html"):
        findings(tmp_path)
