"""`digest init`: a working folder to start from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from digest import settings
from digest.cli import init
from digest.model.settings import Settings
from digest.settings import resources
from tests.support.documents import CHECKOUT
from tests.support.folders import MINUTE, Folder, page, run_command, tree


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
    for folder in ("config", "templates"):
        for path in (tmp_path / folder).rglob("*"):
            if path.is_file():
                path.write_bytes(b"" if path.name == "digest.toml" else b"mine")
    before = tree(tmp_path)
    lines = make(tmp_path, topics=True, templates=True, sample=True)
    assert before == tree(tmp_path)
    assert all(line.startswith("kept") for line in lines[:-1])
    assert len(lines) - 1 == len(before) - len(["templates/.copied.json"])


SAMPLE = min((resources.shipped("config") / "samples").iterdir())


@pytest.mark.parametrize("name", ["page.txt", SAMPLE.name, "folder"])
def test_samples_do_not_join_other_dumps(tmp_path: Path, name: str) -> None:
    """Invented papers would mix with real ones; a dump may be called like a sample."""
    inbox = tmp_path / "papers" / "inbox"
    inbox.mkdir(parents=True)
    if name == "folder":
        (inbox / name).mkdir()
    else:
        (inbox / name).write_bytes(b"x" * SAMPLE.stat().st_size)
    answered = run_command(["init", "--sample", "--topics", str(tmp_path / "papers")])
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    assert f"digest: {tmp_path}/papers: {inbox / name} is no sample" in answered.err
    assert "digest init --sample sample" in answered.err
    assert ["inbox", f"inbox/{name}"] == sorted(
        path.relative_to(tmp_path / "papers").as_posix()
        for path in (tmp_path / "papers").rglob("*")
    )


def test_samples_do_not_join_issues(folder: Folder) -> None:
    """Also when the dumps are gone, and wherever the configuration puts inbox and ledger."""
    folder.configure('[inbox]\npath = "in"\n[state]\npath = "memory"\n')
    (folder.root / "in").mkdir()
    (folder.root / "in" / "papers.txt").write_bytes(page("2026-11-18", [1]))
    os.utime(folder.root / "in" / "papers.txt", (0, 0))
    folder.run("2026-11-18T08:00")
    (folder.root / "in" / "papers.txt").unlink()
    before = tree(folder.root)
    answered = folder.digest("init", "--sample")
    assert (2, "") == (answered.status, answered.out)
    assert "memory/ledger.sqlite3 has papers already" in answered.err
    assert before == tree(folder.root)
    assert 0 == folder.digest("init", "--topics").status


def test_the_folder_of_the_samples_stays_one(folder: Folder) -> None:
    """After its issues, too, the command may be repeated; what is missing is added."""
    assert 0 == folder.digest("init", "--sample").status
    for file in folder.inbox.iterdir():
        os.utime(file, (0, 0))
    folder.run("2026-11-20T08:00")
    (folder.inbox / SAMPLE.name).unlink()
    assert f"sample {folder.inbox / SAMPLE.name}\n" in folder.digest("init", "--sample").out


def test_only_the_folder_of_the_samples_says_how_to_start_your_own(folder: Folder) -> None:
    """Who has a folder of their own has started; both are told where to read."""
    assert 0 == folder.digest("init", "--sample").status
    for file in folder.inbox.iterdir():
        os.utime(file, (0, 0))
    text = folder.digest("run", now="2026-11-20T08:00").out
    assert "\nYour own:  digest init ~/papers, then drop pages into ~/papers/inbox/\n" in text
    own = Folder(folder.root.with_name("own"))
    own.drop("papers.txt", page("2026-11-18", [1]))
    text = own.digest("run", now="2026-11-18T08:00").out
    assert "\nSubscribe: " in text
    assert "Your own" not in text


def make_run(checkout: Path) -> str:
    """Run `make run` in a folder with the Makefile, as in a checkout, and return its output."""
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        ["make", "--no-print-directory", "run", f"BIN={bin_folder}", "READY=ready"],
        cwd=checkout, capture_output=True, text=True, check=True, timeout=MINUTE,
    )  # fmt: skip
    return done.stdout


def test_make_run_keeps_the_samples_apart(tmp_path: Path) -> None:
    """In a new checkout it makes an issue of the samples in `sample/`, later one of own pages."""
    shutil.copyfile(CHECKOUT / "Makefile", tmp_path / "Makefile")
    for name in ("requirements-dev.lock", "pyproject.toml", "ready"):
        (tmp_path / name).touch()
    os.utime(tmp_path / "ready", (2e9, 2e9))
    (tmp_path / "config").mkdir()
    shutil.copyfile(CHECKOUT / "config" / "digest.toml", tmp_path / "config" / "digest.toml")
    said = make_run(tmp_path)
    assert "these are sample papers, in sample/inbox/" in said
    assert "\nRead it:   sample/output/index.html\n" in said
    assert {"config", "sample"} == {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert "quiet: " in make_run(tmp_path)
    own = Folder(tmp_path)
    shutil.rmtree(tmp_path / "state")
    before = tree(tmp_path / "sample")
    own.drop("papers.txt", page("2026-11-18", [1]))
    said = make_run(tmp_path)
    assert "\nRead it:   output/index.html\n" in said
    assert "1 dump, 1 entry = 1 new" in said
    (own.inbox / "papers.txt").unlink()
    assert f"quiet: Nothing waited in the inbox: {tmp_path}/inbox\n" in make_run(tmp_path)
    assert before == tree(tmp_path / "sample")


def test_copies_are_the_shipped_files(tmp_path: Path) -> None:
    """Templates and samples are the same, byte for byte, and topics extend the shipped ones."""
    lines = make(tmp_path, topics=True, templates=True, sample=True)
    config, templates = resources.shipped("config"), resources.shipped("templates")
    own = tmp_path / "config" / "topics.toml"
    assert (config / "topics-changes.toml").read_bytes() == own.read_bytes()
    assert {f"made   {own}", f"see    {config / 'topics.toml'} for the shipped topics"} <= set(
        lines
    )
    copies = tree(tmp_path / "templates")
    assert set(json.loads(copies.pop(".copied.json"))) == set(copies)
    assert tree(templates) == copies
    assert tree(config / "samples") == tree(tmp_path / "inbox")


def test_the_command_may_be_repeated_with_more_options(tmp_path: Path) -> None:
    """Each option adds its part, and a changed configuration is kept."""
    root = tmp_path / "papers"
    text = run_command(["init", str(root)]).out
    assert {"config", "inbox", "output"} == {path.name for path in root.iterdir()}
    assert f"digest --root {root} run" in text
    for name in ("topics", "templates", "sample"):
        assert 0 == run_command(["init", f"--{name}", str(root)]).status
    (root / "config" / "digest.toml").write_text("# mine\n", encoding="utf-8")
    before = tree(root)
    answered = run_command(["init", "--topics", "--templates", "--sample", str(root)])
    assert 0 == answered.status
    assert before == tree(root)
    assert "kept" in answered.out


def test_a_folder_with_samples_is_ready_to_run(tmp_path: Path) -> None:
    """The samples of three days are taken in with its own topics and templates."""
    folder = Folder(tmp_path / "papers")
    run_command(["init", "--sample", "--topics", "--templates", str(folder.root)])
    for file in folder.inbox.iterdir():
        os.utime(file, (0, 0))
    report = folder.run("2026-11-20T08:00")
    assert (3, 36) == (report["accounting"]["dumps"], report["accounting"]["new"])


def test_check_tells_phrases_against_a_topic_from_those_for_it(folder: Folder) -> None:
    """The ``not_words`` of a change are not among what it adds for the topic."""
    change = (
        'extends = "shipped"\n[[topic]]\nid = "nas"\nadd = ["ferry"]\nnot_words = ["harbour"]\n'
    )
    (folder.root / "config" / "topics.toml").write_text(change, "utf-8")
    told = "ok  topic nas: adds “ferry”; adds, as speaking against it, “harbour”\n"
    assert told in folder.digest("check").out


def test_the_new_topics_file_changes_nothing_until_its_examples_are_used(folder: Folder) -> None:
    """Each example can be used as it stands."""
    folder.digest("init", "--topics")
    file = folder.root / "config" / "topics.toml"
    extends = f": {file} extends the shipped ones in {resources.shipped('config')}/topics.toml\n"
    told = folder.digest("check").out
    assert f"ok  25 topics{extends}" in told
    assert "ok  topic " not in told
    text = file.read_text("utf-8")
    file.write_text(re.sub("^#(?! )", "", text, flags=re.MULTILINE), "utf-8")
    answered = folder.digest("check")
    assert 0 == answered.status, answered
    assert f"ok  25 topics{extends}" in answered.out
    vision = (
        "ok  topic vision: overrides name; adds “tide gauge image”, “harbour camera”; "
        "changes the strength of “bounding box”; drops “image recognition”"
    )
    assert [
        vision,
        "ok  topic nas: removed",
        "ok  topic boats: new; adds “autonomous vessel”, “ship trajectory”, “ferry”, “harbour”",
    ] == [line for line in answered.out.splitlines() if line.startswith("ok  topic ")]
