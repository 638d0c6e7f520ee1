"""The reference is complete: settings, commands, formats, keys, verdicts, tests of promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from digest.cli import command_group, commands
from digest.cli.global_options import GlobalOption
from digest.cli.main import cli
from digest.model import issues
from digest.model.incoming import IncomingCounts
from digest.model.people import MailingStatus
from digest.model.topics import Correction
from digest.settings import describe
from digest.storage.ledger import database
from docs import generate
from tests.support.documents import CHECKOUT
from tests.support.folders import Folder, page
from tests.support.monitors import monitor
from tests.support.smtp_server import SmtpServer


def column(file: str, heading: str) -> list[str]:
    """The names in the first column of the table that begins with this heading."""
    text = (CHECKOUT / "docs" / file).read_text("utf-8")
    table = text.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)


@pytest.mark.parametrize("path", generate.pages(), ids=lambda path: path.name)
def test_the_generated_parts_are_up_to_date(path: Path) -> None:
    """The committed page is what `docs/generate.py` writes; else run `make docs`."""
    assert generate.pages()[path] == path.read_text("utf-8")


def test_the_manual_page_has_the_commands_of_the_help() -> None:
    """Each command with its summary, its usage and its options; the global ones once."""
    text = generate.manual()
    program = click.Context(cli)
    for name in cli.list_commands(program):
        named = cli.get_command(program, name)
        assert named
        assert f"\n`digest {name}`\n: {command_group.summary(named)}\n" in text
    for name, context in commands.walk(cli, program):
        command = context.command
        section = text.partition(f"\n## digest {name}\n")[2].partition("\n## ")[0]
        assert f"digest {name} [OPTIONS]" in section
        for option in command.params:
            if isinstance(option, click.Option) and not isinstance(option, GlobalOption):
                assert all(name in section for name in option.opts), option
    assert 1 == text.count("\n`--root DIR`\n")
    assert re.findall(r"^`(\d+)`$", text, re.MULTILINE) == ["0", "1", "2", "3", "4", "130"]


@pytest.mark.parametrize("record", generate.TABLES.values())
def test_every_setting_has_a_docstring(record: type[msgspec.Struct]) -> None:
    """Each has a sentence at least, in the order of the fields."""
    texts = describe.field_texts(record)
    assert [*record.__struct_fields__] == [*texts]
    assert all(text.endswith(".") for text in texts.values()), texts


def test_every_format_is_listed() -> None:
    """The table has each `NAME` of a module that reads one, and no other."""
    modules = (path.read_text("utf-8") for path in (CHECKOUT / "digest").rglob("*.py"))
    names = [
        match[1]
        for module in modules
        if "\ndef read(" in module and (match := re.search(r'^NAME = "(.+)"', module, re.MULTILINE))
    ]
    assert sorted(names) == sorted(column("reference/formats.md", "`dialect`"))


def test_every_verdict_is_explained() -> None:
    """The table has the words that a run can answer with."""
    assert list(issues.VERDICTS) == column("reference/exit-statuses.md", "verdict")


@pytest.fixture
def published(folder: Folder) -> Folder:
    """A folder with one page of papers and their issue."""
    folder.drop("papers-2026-11-18.txt", page("2026-11-18", range(8)))
    folder.run("2026-11-18T08:00")
    return folder


def answer(folder: Folder, *words: str) -> dict[str, Any]:
    """The first line that a command prints, as data."""
    result = folder.digest(*words, now="2026-11-18T09:00")
    first: dict[str, Any] = json.loads(result.out.splitlines()[0])
    return first


def test_the_keys_of_parse_are_documented(published: Folder) -> None:
    """The tables have those of a file, and of each sighting in it."""
    data = answer(published, "parse", str(published.inbox / "papers-2026-11-18.txt"))
    assert [*data] == column("reference/json.md", "key of `parse`")
    assert [*data["sightings"][0]] == column("reference/json.md", "key of a sighting")


def test_the_keys_of_mail_receive_are_documented() -> None:
    """The table has all results that a mail may have."""
    fields = [*IncomingCounts.__struct_fields__]
    assert fields == column("reference/json.md", "key of `mail receive`")


def test_the_keys_of_classify_are_documented(published: Folder) -> None:
    """The table has those of each paper."""
    data = answer(published, "classify", str(published.inbox / "papers-2026-11-18.txt"))
    assert [*data] == column("reference/json.md", "key of `classify`")


@pytest.mark.parametrize("command", ["run", "topics", "status", "config"])
def test_the_keys_of_json_answers_are_documented(published: Folder, command: str) -> None:
    """The table has them in the order in which they are printed."""
    data = answer(published, command, "--json")
    assert [*data] == column("reference/json.md", f"key of `{command}`")


def test_the_keys_of_the_mail_status_are_documented(
    published: Folder, smtp_server: SmtpServer
) -> None:
    """The tables have those of an issue, and of each delivery."""
    published.configure(
        f'[mail]\nserver = "{smtp_server.url}"\nsecurity = "none"\nfrom = "a@example.org"\n'
        'to = ["b@example.org"]\n[[edition]]\nmail = true\n'
    )
    assert 0 == published.digest("mail", "send", now="2026-11-18T09:00").status
    data = answer(published, "mail", "status", "2026-11-18", "--json")
    assert ["mailings"] == [*answer(published, "mail", "status", "--json")]
    documented = column("reference/json.md", "key of `mail status`")
    assert set(data["counts"]) <= set(documented)
    assert [
        *msgspec.structs.asdict(MailingStatus(edition="", key="", begun="", last=""))
    ] == documented
    assert [*data["deliveries"][0]] == column("reference/json.md", "key of a delivery")


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Run a mail server, for the length of a test."""
    server = SmtpServer()
    yield server
    server.stop()


def test_the_keys_of_a_paper_that_moves_are_documented(published: Folder) -> None:
    """The table has them in the order in which they are printed."""
    published.sort_by("")  # no topic: every paper moves to "Other"
    data = answer(published, "topics", "--diff", "--json")
    assert [*data] == column("reference/json.md", "key of a paper that moves")


def test_the_keys_of_a_moved_paper_are_documented(published: Folder) -> None:
    """The table has them in the order in which they are printed."""
    title = published.titles()[0][0]
    assert 0 == published.digest("move", title, "vision").status
    data = answer(published, "move", "--list", "--json")
    assert [*data] == column("reference/json.md", "key of a moved paper")


def test_the_keys_of_what_is_learnt_are_documented(published: Folder) -> None:
    """The table has them in the order in which they are printed."""
    published.drop("papers-2026-11-19.txt", page("2026-11-19", range(8, 30)))
    published.run("2026-11-19T08:00")
    with database.opened(published.root / "state") as ledger, ledger.transaction():
        for number in range(1, 21):
            ledger.moved_papers.move(number, Correction("vision", "Vision", "2026-11-20T09:00"))
    data = answer(published, "topics", "--learn", "--json")
    assert [*data] == column("reference/json.md", "key of `topics --learn`")


def test_the_keys_of_a_search_and_of_a_setting_are_documented(published: Folder) -> None:
    """The tables have those of the answer, of each paper and of each setting."""
    found = answer(published, "search", "--json", "study")
    assert [*found] == column("reference/json.md", "key of `search`")
    assert [*found["papers"][0]] == column("reference/json.md", "key of a paper that was found")
    (setting, *_) = answer(published, "config", "--json")["settings"]
    assert [*setting] == column("reference/json.md", "key of a setting")


def test_the_keys_of_an_issue_are_documented(published: Folder) -> None:
    """The tables have those of the issue, and of each paper in it."""
    (data,) = published.data()
    assert [*data] == column("reference/json.md", "key of an issue")
    assert [*data["sections"][0]["papers"][0]] == column("reference/json.md", "key of a paper")


def test_the_keys_of_a_notice_are_documented(folder: Folder) -> None:
    """The table has those of the body that a webhook receives."""
    with monitor() as webhook:
        (folder.root / "secrets").mkdir()
        (folder.root / "secrets" / "webhook").write_text(webhook.url("/hook"), "utf-8")
        folder.configure('[notify]\nwebhook = "file:secrets/webhook"')
        assert 0 == folder.digest("check", "--notify").status
        (asked,) = webhook.asked
    assert [*asked.data] == column("reference/json.md", "key of a notice")


def test_every_test_of_a_promise_exists() -> None:
    """Each test file that the page names stands somewhere below `tests/`."""
    text = (CHECKOUT / "docs" / "design" / "promises.md").read_text("utf-8")
    names = {path.stem for path in (CHECKOUT / "tests").rglob("test_*.py")}
    cited = set(re.findall(r"`(test_\w+)`", text))
    assert cited
    assert cited <= names
