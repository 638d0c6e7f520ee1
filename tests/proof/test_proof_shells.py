"""zsh and fish complete commands, options and folders with the installed script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.folders import MINUTE
from tests.support.shells import shell

pytestmark = pytest.mark.proof


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a user whose home has a folder `papers-of-mine`."""
    (tmp_path / "papers-of-mine").mkdir()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"HOME": str(tmp_path), "PATH": path, "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def install(name: str, environment: dict[str, str]) -> None:
    """Install the script of a shell."""
    command = ["digest", "completion", "--install", name]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=MINUTE)


def test_zsh_completes_what_is_typed(environment: dict[str, str]) -> None:
    """With the line in `.zshrc` that the command names."""
    install("zsh", environment)
    with shell(["zsh", "-f", "-i"], environment) as zsh:
        zsh.type("cd ~; PS1='> '; echo rea''dy\n", "ready\r\n")
        zsh.type("autoload -U compinit; compinit -u; echo load''ed\n", "loaded\r\n")
        zsh.type(". ~/.local/share/papers-digest/completion.zsh; echo sour''ced\n", "sourced\r\n")
        zsh.type("digest stat\t", "digest status ")
        zsh.type("--js\t", "--json ")
        zsh.type("--root pap\t", "papers-of-mine")


def test_fish_completes_what_is_typed(environment: dict[str, str]) -> None:
    """It finds the script by itself."""
    install("fish", environment)
    for typed, expected in {
        "digest stat": "status",
        "digest status --js": "--json",
        "digest --root pap": "papers-of-mine/",
    }.items():
        done = subprocess.run(
            ["fish", "-c", f"cd ~; complete -C '{typed}'"],
            env=environment, check=True, capture_output=True, text=True, timeout=MINUTE,
        )  # fmt: skip
        assert expected in done.stdout.split(), done
