"""The check of configuration, topics and templates."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from digest.errors import SettingsError
from digest.model.mail_settings import Mail
from digest.model.settings import Edition, Settings, Site
from digest.model.source_settings import Source
from digest.operations import check
from digest.settings import resources
from digest.sources import kinds
from tests.support.folders import Folder, page


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


def test_topics_of_ones_own_are_named(tmp_path: Path) -> None:
    """Whether they replace the shipped ones, extend them or are a copy, and what is so already."""
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "topics.toml"
    shipped = resources.shipped("config") / "topics.toml"
    assert "ok  25 topics" in findings(tmp_path)
    file.write_bytes(shipped.read_bytes())
    assert f"ok  25 topics: {file} is a copy of the shipped ones in {shipped}" in findings(tmp_path)
    file.write_text("[[topic]]\nid = 'a'\nname = 'A'\n")
    (line,) = (line for line in findings(tmp_path) if " topic" in line)
    assert f"ok  1 topic: {file} replaces the shipped ones in {shipped}" == line.split(",")[0]
    assert line.endswith("without the weights learnt for them")
    file.write_text("extends = 'shipped'\n[[topic]]\nid = 'audio'\nabout = 'Sound'\n")
    lines = findings(tmp_path)
    assert f"ok  25 topics: {file} extends the shipped ones in {shipped}" in lines
    assert "ok  topic audio: overrides about" in lines
    file.write_text("extends = 'shipped'\n[[topic]]\nid = 'audio'\n")
    assert "ok  topic audio: nothing is changed: it says what is so already" in findings(tmp_path)


def test_a_broken_template_is_an_error(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "issue.html").write_text("{% if %}")
    with pytest.raises(SettingsError, match=r"issue\.html"):
        findings(tmp_path)


def test_templates_of_mails_are_filled_where_mails_go_out(tmp_path: Path) -> None:
    """One without a way to unsubscribe is found before anybody gets it; without mail, none is."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mail.txt").write_text("{{ lead }}")
    mail = Mail(server="smtp://relay.example.org", sender="papers@example.org")
    assert "ok  templates" in findings(tmp_path)
    with pytest.raises(SettingsError, match=r"mail\.txt: does not print recipient\.why"):
        findings(tmp_path, mail=mail)
    (tmp_path / "templates" / "mail.txt").write_text("{{ recipient.why }}")
    assert "ok  templates" in findings(tmp_path, mail=mail)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\n{{ 1 / 0 }}", "line 2: ZeroDivisionError"),
        ("{{ none + 1 }}", "TypeError"),
        ("{% for i in range(10 ** 12) %}x{% endfor %}", "1,000,000 steps"),
        (
            "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
            "1,000,000 steps",
        ),
        ('{% include "issue.html" %}', "without end"),
        ('{% extends "issue.html" %}', "without end"),
        ("{{ " + "(" * 9000 + "1" + ")" * 9000 + " }}", "without end"),
        ("{% for a in [1] %}" * 25 + "{% endfor %}" * 25, "nested"),
        (b"\xff{{ day }}", "is not in UTF-8, at byte 0"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_template_that_cannot_be_filled_is_an_error(
    folder: Folder, command: str, source: str | bytes, expected: str
) -> None:
    """The line names the template and the reason, the status is 2, and nothing goes on for ever."""
    (folder.root / "templates").mkdir()
    content = source if isinstance(source, bytes) else source.encode()
    (folder.root / "templates" / "issue.html").write_bytes(content)
    folder.drop("papers.txt", page("2026-11-18", [1]))
    answered = folder.digest(command, now="2026-11-18T08:00")
    assert (2, 1) == (answered.status, answered.err.count("\n")), answered
    assert "issue.html" in answered.err
    assert expected in answered.err


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"[" * 100_000, b"\xff"])
def test_a_damaged_record_of_copies_is_a_warning(tmp_path: Path, content: bytes) -> None:
    """The check goes on, and says which file to remove."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / ".copied.json").write_bytes(content)
    assert any("copied.json is damaged" in line for line in findings(tmp_path))


@pytest.mark.parametrize("path", ["inbox", "state"])
def test_a_file_in_place_of_a_folder_is_an_error(tmp_path: Path, path: str) -> None:
    """A run could neither read it nor write there."""
    (tmp_path / path).write_text("a file")
    with pytest.raises(SettingsError, match="is not a folder"):
        findings(tmp_path)


def test_without_sources_nothing_is_said_of_them(tmp_path: Path) -> None:
    """Most folders have none."""
    assert not any(" source " in line for line in findings(tmp_path))


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("ok  source hf: hf-daily, every {usual}", Source("hf", "hf-daily")),
        ("ok  source hf: hf-daily, every 3h", Source("hf", "hf-daily", every="3h")),
        ("ok  source hf: hf-daily, not enabled", Source("hf", "hf-daily", enabled=False)),
        (
            "ok  source hf: hf-daily, every 3h, with its token",
            Source("hf", "hf-daily", every="3h", token="file:token"),
        ),
        (
            "!   source hf: its token env:NO_SUCH_TOKEN is not set",
            Source("hf", "hf-daily", token="env:NO_SUCH_TOKEN"),
        ),
        (
            "!   source hf: its token file:none cannot be read",
            Source("hf", "hf-daily", token="file:none"),
        ),
        ("ok  source in: folder, from {root}/lists", Source("in", "folder", path="lists")),
        ("!   source in: there is no {root}/none", Source("in", "mailbox", path="none")),
        (
            "ok  source in: mailbox, not enabled",
            Source("in", "mailbox", path="none", enabled=False),
        ),
    ],
)
def test_each_source_has_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: str, source: Source
) -> None:
    """What would make a source fail is a warning, because a run goes on without that source."""
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    (tmp_path / "token").write_text("4f1c-secret\n")
    (tmp_path / "lists").mkdir()
    lines = findings(tmp_path, sources=(source,))
    usual = kinds.load("hf-daily").EVERY
    assert expected.format(root=tmp_path, usual=usual) in lines
    assert not any("4f1c" in line for line in lines)
