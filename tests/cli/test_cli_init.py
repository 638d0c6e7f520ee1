"""A working folder to start from."""

from __future__ import annotations

import json
from pathlib import Path

from digest import settings
from digest.cli import init
from digest.model.settings import Settings
from digest.settings import resources


def make(
    root: Path, *, topics: bool = False, templates: bool = False, sample: bool = False
) -> list[str]:
    """What is said while it is made."""
    return list(init.make(root, topics=topics, templates=templates, sample=sample))


def tree(root: Path) -> dict[str, bytes]:
    """Every file of the folder."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_a_folder_has_what_a_run_needs(tmp_path: Path) -> None:
    """One file to configure, an inbox, an output, and a word on what to do next."""
    root = tmp_path / "new" / "papers"
    said = make(root)
    assert ["config/digest.toml"] == list(tree(root))
    assert ["config", "inbox", "output"] == sorted(path.name for path in root.iterdir())
    assert f"made   {root / 'config' / 'digest.toml'}" == said[0]
    assert str(root / "inbox") in said[-1]
    assert Settings(root=str(root)) == settings.load(root)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A second time everything is kept, with a word on each file."""
    make(tmp_path, topics=True, templates=True, sample=True)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b"mine")
    before = tree(tmp_path)
    said = make(tmp_path, topics=True, templates=True, sample=True)
    assert before == tree(tmp_path)
    assert all(line.startswith("kept") for line in said[:-1])


def test_samples_go_only_into_an_empty_inbox(tmp_path: Path) -> None:
    """They would mix invented papers with real ones."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "page.txt").write_text("mine")
    make(tmp_path, sample=True)
    assert ["page.txt"] == [path.name for path in (tmp_path / "inbox").iterdir()]


def test_copies_are_the_shipped_files(tmp_path: Path) -> None:
    """Topics, templates and samples, complete."""
    make(tmp_path, topics=True, templates=True, sample=True)
    config, templates = resources.shipped("config"), resources.shipped("templates")
    assert (config / "topics.toml").read_bytes() == (tmp_path / "config/topics.toml").read_bytes()
    copied = tree(tmp_path / "templates")
    assert set(json.loads(copied.pop(".copied.json"))) == set(copied)
    assert tree(templates) == copied
    assert tree(config / "samples") == tree(tmp_path / "inbox")
