"""The global options stand before a command or after it, and mean the same in both places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from digest.cli import commands, main
from digest.cli.global_options import GlobalOption, global_options
from tests.support.folders import Folder, run_command

NOW = "2026-11-18T08:00"


def moment(*words: str) -> str:
    """Return the moment of the answer of `digest status --json` with these options."""
    answered = run_command(words)
    assert 0 == answered.status, answered
    data: dict[str, Any] = json.loads(answered.out)
    return str(data["moment"])


def test_they_may_stand_after_the_command(folder: Folder) -> None:
    """Folder and moment count in both places, and between the options of the command."""
    root = str(folder.root)
    expected = moment("--root", root, "--now", NOW, "status", "--json")
    assert expected.startswith(NOW)
    assert expected == moment("status", "--root", root, "--json", "--now", NOW)
    assert expected == moment("--now", NOW, "status", "--json", f"--root={root}")


def test_they_may_stand_between_a_group_and_its_command(folder: Folder) -> None:
    """`digest mail --root X status` is `digest mail status --root X`; the later one counts."""
    root = str(folder.root)
    expected = run_command(["mail", "status", "--root", root])
    assert (0, "Nothing was mailed yet.\n") == (expected.status, expected.out)
    assert expected == run_command(["mail", "--root", root, "status"])
    assert expected == run_command(["--root", "nowhere", "mail", "--root", root, "status"])
    assert "" == run_command(["-q", "mail", "--root", root, "status"]).out
    assert "nowhere" in run_command(["mail", "--root", root, "status", "--root", "nowhere"]).err


def test_of_a_value_given_twice_the_later_counts(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also against the environment, which counts least wherever the option stands."""
    monkeypatch.setenv("DIGEST_ROOT", str(tmp_path / "nowhere"))
    root, elsewhere = str(folder.root), str(tmp_path / "elsewhere")
    first = ["--root", elsewhere, "--now", "2026-11-17T08:00"]
    assert moment(*first, "status", "--json", "--root", root, "--now", NOW).startswith(NOW)
    assert moment("--root", root, "--now", NOW, "status", "--json").startswith(NOW)
    answered = run_command(["--root", root, "status", "--root", elsewhere])
    assert elsewhere in answered.err


def test_how_much_is_printed_is_counted_over_both_places(folder: Folder) -> None:
    """`-q` after the command silences it, and `-v` before it takes that back."""
    assert "" == folder.digest("run", "-q", now=NOW).out
    assert "Nothing waited" in folder.digest("-v", "run", "-q", now=NOW).out
    logged = folder.digest("run", "--log-format", "json", now=NOW).err.splitlines()
    assert {"intake", "done"} & {json.loads(line)["step"] for line in logged}


@pytest.mark.parametrize("name", commands.NAMES)
def test_the_help_of_each_command_lists_them(name: str) -> None:
    """They stand in a section of their own, each once, and no command has others of these names."""
    text = run_command([name, "--help"]).out
    own, _, listed = text.partition("\nGlobal options, here or before the command:\n")
    for option in global_options():
        flag = max(option.opts, key=len)
        assert 1 == listed.count(f"{flag} "), listed
        assert f" {flag} " not in own.partition("\nOptions:\n")[2]
    command = main.cli.get_command(click.Context(main.cli), name)
    assert command
    every = [flag for option in command.params for flag in option.opts]
    assert len(every) == len(set(every))
    assert 5 == sum(isinstance(option, GlobalOption) for option in command.params)
