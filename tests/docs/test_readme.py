"""The README does what it says: its blocks run, its tables are complete."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest
from lxml import html

from digest import settings as settings_files
from digest.cli import main
from digest.model import issues, limits, settings
from tests.support.folders import Folder

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_blocks_run_from_top_to_bottom(tmp_path: Path) -> None:
    """In a new home, one after the other, with nothing but the installed command."""
    home = tmp_path / "home"
    home.mkdir()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        ["sh", "-eux", "-c", "".join(BLOCKS)],
        cwd=home,
        env={"HOME": str(home), "PATH": path, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == run.returncode, run.stderr
    assert (home / "papers" / "output" / "index.html").is_file()


def test_the_issue_it_shows_is_the_one_of_the_samples(folder: Folder) -> None:
    """In the order of the page, line breaks aside."""
    assert 0 == folder.digest("init", "--sample").status
    folder.configure('[profile]\nwords = ["tool use"]')
    folder.run("2026-11-20T08:00")
    page = html.document_fromstring((folder.output / "daily" / "latest.html").read_text("utf-8"))
    found = [*page.iterfind(".//header[@class='mast']"), *page.iterfind(".//main")]
    text = "".join("".join(str(words) for part in found for words in part.itertext()).split())
    shown = README.partition("```text\n")[2].partition("```")[0]
    assert shown
    at = 0
    for paragraph in re.split(r"\n(?!    browser)", shown):
        at = text.find("".join(paragraph.split()), at)
        assert at >= 0, paragraph


def test_the_pictures_it_opens_with_are_there() -> None:
    """In this repository, light enough for a phone, told in words, and no others lie about."""
    shown = re.findall(r'<img src="(docs/[\w-]+\.png)" width="\d+" alt="[^"]{40,}">', README)
    assert README.count("<img") == len(shown) == 2
    pictures = sorted((CHECKOUT / "docs").glob("*.png"))
    assert pictures == sorted(CHECKOUT / picture for picture in shown)
    for picture in pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG\r\n")
        assert len(content) < 200_000


def test_every_command_stands_in_the_table() -> None:
    """And the table names no command that does not exist."""
    assert main.cli.list_commands(click.Context(main.cli)) == sorted(
        re.findall(r"^\| `digest (\w+)", README, re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("heading", "record"),
    [
        ("[site]", settings.Site),
        ("[inbox]", settings.Inbox),
        ("[state]", settings.State),
        ("[notify]", settings.Notify),
        ("[limits]", limits.Limits),
        ("[profile]", settings.Profile),
        ("[[edition]]", settings.Edition),
        ("[[topic]]", settings.Topic),
    ],
)
def test_every_setting_stands_in_its_table(heading: str, record: type[msgspec.Struct]) -> None:
    """With its default, in the order of the record."""
    table = README.partition(f"| `{heading}` |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| `?(.*?)`? \|", table, re.MULTILINE)
    assert [(field.name, _shown(field)) for field in msgspec.structs.fields(record)] == rows


def _shown(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    return "none" if field.default is None else json.dumps(field.default)


def test_its_configurations_can_be_read(folder: Folder) -> None:
    """Each block of TOML, as it stands."""
    blocks = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert any("[notify]" in block for block in blocks)
    for block in blocks:
        folder.configure(block)
        assert settings_files.load(folder.root).editions


def test_every_verdict_is_explained() -> None:
    """The words a run can answer with."""
    table = README.partition("| verdict |")[2].partition("\n\n")[0]
    assert list(issues.VERDICTS) == re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)
