"""Every document does what it says: blocks run, configurations load, names and links exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from lxml import html

from digest.cli.main import cli
from tests.support import documents
from tests.support.documents import CHECKOUT, DOCUMENTS, NAMES
from tests.support.folders import Folder

LANGUAGES = {*documents.RUN, "text", "toml", "jinja", "json", "console"}
COMMANDS = cli.list_commands(click.Context(cli))
TREES = "benchmarks|config|digest|docs|templates|tests"  # whose files documents name
OF_A_FOLDER = {"config/topics-learnt.json"}  # is only in working folders

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
FIRST_READ = ("README.md", "docs/tutorial.md")  # their blocks run at each `make test`


@pytest.mark.parametrize("document", [
    pytest.param(document, id=name, marks=() if name in FIRST_READ else pytest.mark.soak)
    for document, name in zip(DOCUMENTS, NAMES, strict=True)
])  # fmt: skip
def test_its_blocks_run_from_top_to_bottom(document: Path, tmp_path: Path) -> None:
    """Blocks run in a new home, one after the other, and print what stands under them."""
    blocks = [block for block in documents.blocks(document) if block.language in documents.RUN]
    printed = documents.run(document, tmp_path / "home") if blocks else []
    assert len(blocks) == len(printed)
    for block, output in zip(blocks, printed, strict=True):
        assert block.output is None or documents.fits(block.output, output), output


@every_document
def test_every_block_names_a_language_that_is_checked(document: Path) -> None:
    """No block is in another language, which no test would check."""
    assert set() == {block.language for block in documents.blocks(document)} - LANGUAGES


@every_document
def test_its_configurations_can_be_used(
    document: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block of TOML passes `digest check` as it stands, as topics or configuration."""
    monkeypatch.setenv("DIGEST_HEARTBEAT", "https://example.org/ping")
    monkeypatch.setenv("HF_TOKEN", "a-token")
    (folder.root / "secrets").mkdir()
    (folder.root / "secrets" / "webhook").write_text("https://example.org/hook", "utf-8")
    (folder.root / "my.bib").write_text("@article{a, title = {Half a Byte Is Enough}}", "utf-8")
    for block in documents.blocks(document):
        if block.language == "toml":
            write = folder.sort_by if "[[topic]]" in block.body else folder.configure
            write(block.body)
            result = folder.digest("check")
            assert 0 == result.status, result


@every_document
def test_its_templates_can_be_used(document: Path, folder: Folder) -> None:
    """Each template passes `digest check` in the place of the shipped one that it extends."""
    for block in documents.blocks(document):
        if block.language == "jinja":
            (name,) = re.findall(r'extends "shipped/([\w.]+)"', block.body)
            (folder.root / "templates").mkdir(exist_ok=True)
            (folder.root / "templates" / name).write_text(block.body, "utf-8")
            assert 0 == folder.digest("check").status


@every_document
def test_its_json_can_be_parsed(document: Path) -> None:
    """Each line is an object, as logs and commands print it."""
    for block in documents.blocks(document):
        if block.language == "json":
            assert all(isinstance(json.loads(line), dict) for line in block.body.splitlines())


@every_document
def test_it_names_only_commands_that_exist(document: Path) -> None:
    """Commands of `digest` and `make` exist, in blocks that are not run and in sentences."""
    text = document.read_text("utf-8")
    targets = re.findall(r"^(\w+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)
    code = re.findall(r"`([^`\n]+)`|^\$ (.+)$", text, re.MULTILINE)
    for line in (one or other for one, other in code):
        if match := re.match(r"(?:\.venv/bin/)?digest (?:--?[a-z-]+ [~/]\S* )?([a-z]+)", line):
            assert match[1] in COMMANDS, line
        if match := re.match(r"make (?:[A-Z]+=\S+ )*([a-z]+)", line):
            assert match[1] in targets, line


@every_document
def test_its_links_lead_somewhere(document: Path) -> None:
    """Each link leads to a file of the repository, and to a heading of it."""
    for path, anchor in documents.links(document):
        target = (document.parent / path).resolve() if path else document
        assert target.is_file(), path
        if anchor:
            assert anchor in _anchors(target), f"{path}#{anchor}"


def _anchors(target: Path) -> list[str]:
    """The anchors of a page, those of a document that it includes among them."""
    included = re.findall(r"^```\{include\} (\S+)", target.read_text("utf-8"), re.MULTILINE)
    pages = [target, *(target.parent / path for path in included)]
    return [anchor for page in pages for anchor in documents.headings(page)]


@every_document
def test_its_files_exist(document: Path) -> None:
    """Each file of the repository that it names in code marks is there."""
    paths = re.findall(rf"`((?:{TREES})/[\w./-]+(?:\.\w+|/))`", document.read_text("utf-8"))
    missing = {path for path in paths if not (CHECKOUT / path).exists()}
    assert set() == missing - OF_A_FOLDER


def test_contributors_find_every_folder() -> None:
    """The tables of CONTRIBUTING have every folder of the package: what it holds, and its layer."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    folders = {path.parent.name for path in (CHECKOUT / "digest").glob("*/__init__.py")}
    layers = text.partition("| layer |")[2].partition("\n\n")[0]
    rows = [row.split("|")[2] for row in layers.splitlines()[2:]]
    assert folders == set(re.findall(r"`(\w+)/`", "".join(rows)))
    assert folders <= set(re.findall(r"`digest/(\w+)/`", text))


def test_the_issue_of_the_tutorial_is_that_of_the_samples(folder: Folder) -> None:
    """Its lines stand on the page in the same order, line breaks aside."""
    assert 0 == folder.digest("init", "--sample").status
    folder.configure('[profile]\nwords = ["tool use"]')
    folder.run(documents.CLOCK)
    page = html.document_fromstring((folder.output / "daily" / "latest.html").read_text("utf-8"))
    parts = [*page.iterfind(".//header[@class='mast']"), *page.iterfind(".//main")]
    text = "".join("".join(str(words) for part in parts for words in part.itertext()).split())
    tutorial = documents.blocks(CHECKOUT / "docs" / "tutorial.md")
    (excerpt,) = (block.body for block in tutorial if "Read these first" in block.body)
    at = 0
    for paragraph in re.split(r"\n(?!    browser)", excerpt):
        at = text.find("".join(paragraph.split()), at)
        assert at >= 0, paragraph


def test_the_pictures_of_the_readme_are_there() -> None:
    """They are light enough for a phone, described in words, and all that there are."""
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    images = re.findall(r'<img src="(docs/[\w-]+\.png)" width="\d+" alt="[^"]{40,}">', readme)
    assert readme.count("<img") == len(images) == 2
    pictures = sorted((CHECKOUT / "docs").glob("*.png"))
    assert pictures == sorted(CHECKOUT / picture for picture in images)
    for picture in pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG\r\n")
        assert len(content) < 200_000


def test_the_readme_is_short() -> None:
    """It has at most 200 lines; everything else is in `docs/`."""
    assert (CHECKOUT / "README.md").read_text("utf-8").count("\n") <= 200
