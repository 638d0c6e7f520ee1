"""A command that needs a working folder refuses to make do without one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from digest.cli import commands, main
from digest.storage.ledger import locations
from tests.support.folders import MINUTE, Folder, page, run_command, tree

NOW = "2026-11-18T08:00"
WITHOUT = {"init", "parse", "classify", "completion"}  # work without a working folder
WORDS = {
    "explain": ["x"], "search": ["x"], "withdraw": ["x"], "move": ["x", "vision"],
    "backfill": [__file__], "mail test": ["a@example.org"], "mail resend": ["x", "--failed"],
    "mail cancel": ["x"], "subscribers import": [__file__],
    **{
        f"subscribers {name}": ["a@example.org"]
        for name in ("add", "show", "remove", "forget", "suppress", "unsuppress")
    },
    "subscribers change": ["a@example.org", "--all"],
}  # fmt: skip
EVERY = [name for name, _ in commands.walk(main.cli, click.Context(main.cli))]
NEEDING = sorted(set(EVERY) - WITHOUT)


def every_entry(folder: Path) -> list[str]:
    """Return the names of all files and folders below a folder."""
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("name", NEEDING)
@pytest.mark.parametrize("place", ["empty", "missing", "mistyped"])
def test_without_a_configuration_nothing_is_done(tmp_path: Path, name: str, place: str) -> None:
    """Status 2, one line with the folder and the next command, and nothing is created."""
    (tmp_path / "empty").mkdir()
    Folder(tmp_path / "papers")
    root = tmp_path / {"mistyped": "papers/config"}.get(place, place)
    before = every_entry(tmp_path)
    answered = run_command(["--root", str(root), "-q", *name.split(), *WORDS.get(name, [])])
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n")), answered
    assert answered.err.startswith(f"digest: {root}: ")
    assert f"digest init {root}" in answered.err
    assert ("there is no such folder" in answered.err) == (place == "missing")
    assert before == every_entry(tmp_path)


@pytest.mark.parametrize("name", NEEDING)
def test_a_ledger_without_its_configuration_is_named(tmp_path: Path, name: str) -> None:
    """An edition would else begin again with the defaults; the ledger is not touched."""
    folder = Folder(tmp_path / "papers")
    folder.drop("papers.txt", page("2026-11-18", [1]))
    folder.run(NOW)
    folder.configuration.unlink()
    before = tree(folder.root)
    answered = folder.digest(*name.split(), *WORDS.get(name, []), now=NOW)
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    assert f"{folder.root}: has a ledger in state/, but no config/digest.toml" in answered.err
    assert "digest init" in answered.err
    assert before == tree(folder.root)
    assert 0 == folder.digest("init").status
    assert 0 == folder.digest("status", now=NOW).status
    assert locations.FILE in {path.name for path in (folder.root / "state").iterdir()}


def test_the_folder_is_named_as_cron_would_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its whole path, though `--root` was relative, and quoted for a shell."""
    place = tmp_path / "my papers"
    place.mkdir()
    monkeypatch.chdir(place)
    done = run_command(["-q", "run", "--due"])
    assert (2, "") == (done.status, done.out)
    assert done.err.startswith(f"digest: {place}: ")
    assert f"digest init '{place}'" in done.err


def test_an_empty_configuration_is_enough(tmp_path: Path) -> None:
    """Everything has a default."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "digest.toml").touch()
    answered = run_command(["--root", str(tmp_path), "--now", NOW, "run"])
    assert 0 == answered.status
    quiet, hint = answered.out.splitlines()
    assert f"quiet: Nothing waited in the inbox: {tmp_path}/inbox" == quiet
    assert f"digest --root {tmp_path} init --source hf-daily" in hint


def test_the_inbox_that_was_looked_into_is_named(folder: Folder, tmp_path: Path) -> None:
    """By its whole path, as the configuration names it; a file that waits is not "nothing"."""
    folder.configure(f'[inbox]\npath = "{tmp_path}/drop here"\n')
    (tmp_path / "drop here").mkdir()
    assert f"inbox: {tmp_path}/drop here\n" in folder.digest("run", now=NOW).out
    (tmp_path / "drop here" / "papers.txt").write_bytes(page("2026-11-18", [1]))
    os.utime(tmp_path / "drop here" / "papers.txt", (0, 0))
    assert "Nothing waited" not in folder.digest("run", now=NOW).out


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["run", "--help"]])
def test_help_needs_no_folder(tmp_path: Path, words: list[str]) -> None:
    """Nothing is read or created."""
    answered = run_command(["--root", str(tmp_path / "nowhere"), *words])
    assert (0, "") == (answered.status, answered.err)
    assert [] == every_entry(tmp_path)


@pytest.mark.parametrize("name", ["parse", "classify"])
def test_files_are_read_without_a_folder(tmp_path: Path, name: str) -> None:
    """`parse` and `classify` say the same as in a folder, and create nothing."""
    folder = Folder(tmp_path / "papers")
    file = folder.drop("papers.txt", page("2026-11-18", [1, 2]))
    inside = folder.digest(name, str(file))
    assert 0 == inside.status
    assert inside == run_command(["--root", str(tmp_path / "nowhere"), name, str(file)])
    assert not (tmp_path / "nowhere").exists()


def test_a_line_of_cron_with_a_wrong_path_speaks(folder: Folder) -> None:
    """The folder was moved after `digest init --deploy`: cron gets a line to mail."""
    assert 0 == folder.digest("init", "--deploy").status
    crontab = (folder.root / "deploy" / "crontab").read_text("utf-8").splitlines()
    (line,) = [line for line in crontab if not line.startswith("#")]
    shutil.move(folder.root, folder.root.with_name("moved"))
    command = ["sh", "-c", line.split(maxsplit=5)[5]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MINUTE)
    assert (2, "") == (done.returncode, done.stdout)
    assert f"digest: {folder.root}: there is no such folder" in done.stderr
    assert not folder.root.exists()
