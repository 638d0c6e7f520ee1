"""No argument of any command ends in an error of Python, or steers the terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from digest.cli import commands, main
from tests.support.folders import MINUTE, Folder, page, run_command

NOW = "2026-11-18T08:00"
HOSTILE = (
    "", "\udcff\udcfe", "x" * 80_000, "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\u200f",
    "a\nError: b", "nan", "99999999999999999999", "9999-12-31T23:59:59-12:00", "'\"; DROP (NEAR *",
)  # fmt: skip
MORE_HOSTILE = (
    " ", "inf", "-inf", "-1", "0", "1e400", "9" * 400, "0001-01-01", "%_%_" * 2000, "../../..",
    "--", "-", "é中😀",
)  # fmt: skip
MOMENTS = {"", "nan", "0001-01-01", "9999-12-31T23:59:59-12:00"}
# What a terminal obeys, and a line feed within a line would show as a line of its own.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a working folder with an issue, for all tests of this module."""
    folder = Folder(tmp_path_factory.mktemp("hostile") / "folder")
    entries = page("2026-11-18", [1, 2]).replace(b"We study", "“é中” we study".encode())
    folder.drop("papers.txt", entries)
    folder.run(NOW)
    return folder


def all_commands() -> dict[str, click.Command]:
    """Return all commands but `serve` and `preview`, which do not return."""
    found = commands.walk(main.cli, click.Context(main.cli))
    return {name: context.command for name, context in found if name not in {"serve", "preview"}}


def calls(name: str, word: str) -> list[list[str]]:
    """Return a call of the command for each of its parameters, with this word as its value."""
    command, words = all_commands()[name], name.split()
    plain = [*words, *["x" for each in command.params if each.required]]
    made = [[*words, word, word]]
    # Each call takes time, so the options of all commands are tried where they mean most.
    if name in {"status", "init"}:
        made += [["--root", word, *plain], ["--log-format", word, *plain], [word, *plain]]
    if word in MOMENTS and name != "check":
        made.append(["--now", word, *plain])
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            made.append([*words, "--", word])
        elif not getattr(parameter, "is_flag", False):
            made.append([*words, parameter.opts[0], word, "x"])
    return made


@pytest.mark.parametrize(
    "hostile", [HOSTILE, pytest.param(MORE_HOSTILE, marks=pytest.mark.soak)], ids=["few", "more"]
)
@pytest.mark.parametrize(
    "command",
    [
        # They have many options of the same kinds.
        pytest.param(name, marks=[pytest.mark.soak] if name.startswith("subscribers ") else [])
        for name in all_commands()
    ],
)
def test_every_argument_has_an_answer(
    shared: Folder,
    command: str,
    hostile: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is the answer, or a sentence and a status; in this process an error would be raised."""
    monkeypatch.chdir(shared.root)
    monkeypatch.setenv("DIGEST_ROOT", str(shared.root))
    tried = 0
    for word in hostile:
        for words in calls(command, word):
            answered = run_command(words)
            assert answered.status in {0, 1, 2, 3, 4}, words
            assert not STEERING.search(answered.out + answered.err), words
            assert "Traceback" not in answered.err, words
            assert "\nError: b" not in answered.err, words
            tried += 1
    assert tried >= len(hostile)


@pytest.mark.parametrize("scan", ["inf", "nan", "-1", "1e400", "0", "x"])
def test_a_scan_that_is_no_time_is_wrong_usage(shared: Folder, scan: str) -> None:
    """`serve` does not begin with it."""
    assert 2 == shared.digest("serve", "--scan", scan).status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["explain", b"\xff\xfe"], 2),
        (["parse", b"papers.txt"], 0),
        *(
            pytest.param(words, status, marks=pytest.mark.soak)
            for words, status in [
                (["search", b"\xff\xfe"], 2),
                (["withdraw", b"\xff\xfe"], 2),
                (["explain", b"x" * 80_000], 2),
                (["topics"], 0),
                (["topics", "--json"], 0),
                (["classify", b"papers.txt"], 0),
                (["status"], 0),
            ]
        ),
    ],
)
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_a_terminal_of_any_encoding_has_an_answer(
    shared: Folder, words: list[str | bytes], status: int, environment: dict[str, str]
) -> None:
    """What it cannot show is escaped; a process has the arguments as bytes."""
    file = str(shared.inbox / "papers.txt")
    words = [file if word == b"papers.txt" else word for word in words]
    done = subprocess.run(
        [*shared.command(), "--now", NOW, *words],
        env=environment, capture_output=True, check=False, timeout=MINUTE,
    )  # fmt: skip
    assert (status, False) == (done.returncode, b"Traceback" in done.stderr), done


@pytest.mark.parametrize("redirect", ["| true", "> /dev/full", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "word", ["status", *(pytest.param(word, marks=pytest.mark.soak) for word in ("--help", "ran"))]
)
def test_a_stream_that_takes_nothing_is_no_error_of_python(
    shared: Folder, redirect: str, word: str
) -> None:
    """The reader may have gone, the disk may be full, and cron may have closed the streams."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirect}', "sh", *shared.command(), "--now", NOW, word],
        env=dict(os.environ), capture_output=True, check=False, timeout=MINUTE,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_deploy_files_are_made_for_a_user_without_an_entry(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container: they name the number of the user."""

    def no_entry(_: Path) -> str:
        raise KeyError(12345)

    monkeypatch.setattr(Path, "owner", no_entry)
    assert 0 == folder.digest("init", "--deploy").status
    unit = (folder.root / "deploy" / "papers-digest.service").read_text("utf-8")
    assert f"\nUser={folder.root.stat().st_uid}\n" in unit


def test_the_command_below_a_folder_called_like_the_example_stays(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the names in the shipped files are replaced, not those put there."""
    monkeypatch.setattr(sys, "executable", "/srv/papers/venv/bin/python")
    assert 0 == folder.digest("init", "--deploy").status
    table = (folder.root / "deploy" / "crontab").read_text("utf-8")
    assert f"/srv/papers/venv/bin/digest --root {folder.root} -q run --due" in table
