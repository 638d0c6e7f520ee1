"""Errors: one line that says what is wrong where, and an exit status."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.folders import Folder, page, titles

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ran"], "No such command 'ran'. Did you mean run? There are: backfill, backup, "),
        (["zzz"], "No such command 'zzz'. There are: backfill, backup, "),
        (["run", "--dew"], "No such option '--dew'. Did you mean --due? There are: --due, "),
        (["run", "--jsn=yes"], "No such option '--jsn'. Did you mean --json?"),
        (["run", "-dry-run"], "No such option '-dry-run'. Did you mean --dry-run?"),
        (
            ["run", "--rot", "x"],
            "Did you mean --root? There are: --due, --no-fetch, --dry-run, --json, --root,",
        ),
        (["--loot=x", "run"], "Did you mean --root? There are: --root, --now,"),
        (["run", "-x"], "No such option '-x'. There are: --due, "),
        (["parse"], "FILE"),
        (["parse", "no-such-file"], "no-such-file"),
        (["explain"], "KEY_OR_TITLE"),
        (["serve", "--scan", "0"], "--scan"),
    ],
)
def test_wrong_usage_leaves_with_2(folder: Folder, words: list[str], expected: str) -> None:
    """Standard error names the wrong part."""
    answered = folder.digest(*words)
    assert (2, "") == (answered.status, answered.out)
    assert expected in answered.err


@pytest.mark.parametrize(
    ("toml", "key", "expected"),
    [
        ("[site]\ntitel = 'x'\n", "site.titel", "did you mean title?"),
        ("[sight]\n", "sight", "did you mean site?"),
        ("[site]\ntimezone = 'Mars/Olympus'\n", "site.timezone", "Mars/Olympus"),
        ("[site]\nurl = 'papers'\n", "site.url", "papers"),
        ("[inbox]\nsettle_seconds = 'two'\n", "inbox.settle_seconds", "must be a number"),
        ("[inbox]\nexpect_every = 'often'\n", "inbox.expect_every", "36h"),
        ("[[edition]]\nat = '7'\n", "edition[0].at", "07:00"),
        ("[[edition]]\ndays = ['moon']\n", "edition[0].days", "mon"),
        ("[[edition]]\n[[edition]]\nname = 'daily'\n", "edition[", "daily"),
        ("[[edition]]\nname = 'archive'\n", "edition[0].name", "archive"),
        ("[[edition]]\nperiod = 'year'\n", "edition[0].period", "year"),
        ("[[edition]]\nwhen_emty = 'note'\n", "edition[0].when_emty", "did you mean when_empty?"),
        ("[site\n", "", "not valid TOML"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_wrong_configuration_leaves_with_2(
    folder: Folder, command: str, toml: str, key: str, expected: str
) -> None:
    """One line names the file, the key and the remedy, and nothing was written."""
    folder.configure(toml)
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest(command, now=NOW)
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    place = f"{folder.root}/config/digest.toml: {key}"
    assert answered.err.startswith(f"digest: {place}"), answered.err
    assert expected in answered.err
    assert {} == folder.tree()


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_broken_template_is_named_with_its_line(folder: Folder, command: str) -> None:
    """No page is written; once it is repaired, the run succeeds."""
    file = folder.root / "templates" / "issue.html"
    file.parent.mkdir()
    file.write_text("fine\n{% if %}\n", encoding="utf-8")
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest(command, now=NOW)
    assert 2 == answered.status
    assert f"{file}: line 2" in answered.err
    assert not (folder.output / "index.html").exists()
    file.unlink()
    assert 0 == folder.digest("run", now=NOW).status
    assert [titles([1])] == folder.titles()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"not a database at all, but long enough to be looked at" * 9, "not usable as a database"),
        (None, "the database of another program"),
    ],
)
def test_a_file_that_is_no_ledger_is_not_changed(
    folder: Folder, content: bytes | None, expected: str
) -> None:
    """The status is 1, a line names the file, and its bytes stay the same."""
    import sqlite3

    file = folder.root / "state" / "ledger.sqlite3"
    file.parent.mkdir(exist_ok=True)
    if content is None:
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE tea (leaf)")
        other.close()
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    for words in (["run"], ["status"], ["explain", "x"], ["rebuild"]):
        answered = folder.digest(*words, now=NOW)
        assert (1, "") == (answered.status, answered.out), words
        assert answered.err.startswith(f"digest: {file}: "), words
        assert expected in answered.err, words
    assert before == file.read_bytes()


def _file_in_place_of(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file", encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / "output").write_text("a file", encoding="utf-8"),
        lambda root: _file_in_place_of(root / "state"),
    ],
    ids=["output", "state"],
)
def test_a_folder_that_cannot_be_made_is_one_line(
    folder: Folder, spoil: Callable[[Path], object]
) -> None:
    """A file has its name: the line has the path, and the status is 1."""
    spoil(folder.root)
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest("run", now=NOW)
    assert (1, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    assert str(folder.root) in answered.err
