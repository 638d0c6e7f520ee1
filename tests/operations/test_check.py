"""The check of configuration, topics and templates."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from digest.errors import SettingsError
from digest.model.settings import Edition, Settings, Site
from digest.operations import check


def findings(root: Path, **fields: object) -> list[str]:
    """Return the lines about these settings."""
    whole = Settings(root=str(root), site=Site(url="https://example.org/"))
    return list(check.findings(msgspec.structs.replace(whole, **fields)))


def test_a_folder_in_order_has_no_warning(tmp_path: Path) -> None:
    """Every part has its line."""
    (tmp_path / "inbox").mkdir()
    lines = findings(tmp_path)
    assert all(line.startswith("ok ") for line in lines)
    assert any("topics" in line for line in lines)
    assert any("templates" in line for line in lines)


def test_a_local_address_and_a_missing_inbox_are_warnings(tmp_path: Path) -> None:
    """Others cannot reach the address; a run makes the inbox later."""
    lines = findings(tmp_path, site=Site())
    assert ["!", "!"] == [line[0] for line in lines if not line.startswith("ok")]
    assert any("http://localhost:8000/" in line for line in lines)
    assert any(str(tmp_path / "inbox") in line for line in lines)


def test_an_unknown_topic_is_an_error(tmp_path: Path) -> None:
    """An edition with only this topic would always be empty."""
    with pytest.raises(SettingsError, match="no topic 'tunels'") as raised:
        findings(tmp_path, editions=(Edition(topics=("tunels",)),))
    assert raised.value.key == "edition daily.topics"


def test_a_broken_template_is_an_error(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "issue.html").write_text("{% if %}")
    with pytest.raises(SettingsError, match=r"issue\.html"):
        findings(tmp_path)
