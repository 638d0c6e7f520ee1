"""`digest init`: a working folder to start from."""

from __future__ import annotations

import json
import os
from pathlib import Path

from digest import settings
from digest.cli import init
from digest.model.settings import Settings
from digest.settings import resources
from tests.support.folders import Folder, told, tree


def make(
    root: Path, *, topics: bool = False, templates: bool = False, sample: bool = False
) -> list[str]:
    """Make a folder and return the printed lines."""
    return list(init.make(root, topics=topics, templates=templates, sample=sample))


def test_a_new_folder_has_what_a_run_needs(tmp_path: Path) -> None:
    """It has a configuration, an inbox and an output, and the last line names the next step."""
    root = tmp_path / "new" / "papers"
    lines = make(root)
    assert ["config/digest.toml"] == list(tree(root))
    assert ["config", "inbox", "output"] == sorted(path.name for path in root.iterdir())
    assert f"made   {root / 'config' / 'digest.toml'}" == lines[0]
    assert str(root / "inbox") in lines[-1]
    assert Settings(root=str(root)) == settings.load(root)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A second time every file is kept, with a line on each."""
    make(tmp_path, topics=True, templates=True, sample=True)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b"mine")
    before = tree(tmp_path)
    lines = make(tmp_path, topics=True, templates=True, sample=True)
    assert before == tree(tmp_path)
    assert all(line.startswith("kept") for line in lines[:-1])


def test_samples_go_only_into_an_empty_inbox(tmp_path: Path) -> None:
    """Invented papers would else mix with real ones."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "page.txt").write_text("mine")
    make(tmp_path, sample=True)
    assert ["page.txt"] == [path.name for path in (tmp_path / "inbox").iterdir()]


def test_copies_are_the_shipped_files(tmp_path: Path) -> None:
    """Topics, templates and samples are the same, byte for byte."""
    make(tmp_path, topics=True, templates=True, sample=True)
    config, templates = resources.shipped("config"), resources.shipped("templates")
    assert (config / "topics.toml").read_bytes() == (tmp_path / "config/topics.toml").read_bytes()
    copies = tree(tmp_path / "templates")
    assert set(json.loads(copies.pop(".copied.json"))) == set(copies)
    assert tree(templates) == copies
    assert tree(config / "samples") == tree(tmp_path / "inbox")


def test_the_command_may_be_repeated_with_more_options(tmp_path: Path) -> None:
    """Each option adds its part, and a changed configuration is kept."""
    root = tmp_path / "papers"
    text = told(["init", str(root)]).out
    assert {"config", "inbox", "output"} == {path.name for path in root.iterdir()}
    assert f"digest --root {root} run" in text
    for name in ("topics", "templates", "sample"):
        assert 0 == told(["init", f"--{name}", str(root)]).status
    (root / "config" / "digest.toml").write_text("# mine\n", encoding="utf-8")
    before = tree(root)
    answered = told(["init", "--topics", "--templates", "--sample", str(root)])
    assert 0 == answered.status
    assert before == tree(root)
    assert "kept" in answered.out


def test_a_folder_with_samples_is_ready_to_run(tmp_path: Path) -> None:
    """The samples of three days are taken in with its own topics and templates."""
    folder = Folder(tmp_path / "papers")
    told(["init", "--sample", "--topics", "--templates", str(folder.root)])
    for file in folder.inbox.iterdir():
        os.utime(file, (0, 0))
    report = folder.run("2026-11-20T08:00")
    assert (3, 36) == (report["accounting"]["dumps"], report["accounting"]["new"])
