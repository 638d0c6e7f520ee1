"""`digest completion`: shells complete commands, options and paths."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.cli import commands, completion
from tests.support.folders import MINUTE, Folder, run_command
from tests.support.shells import shell

BIN = str(Path(sys.executable).parent)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home folder without any variable that names another place."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "BASH_COMPLETION_USER_DIR", "SHELL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


PLACES = {
    "bash": ".local/share/bash-completion/completions/digest",
    "zsh": ".local/share/papers-digest/completion.zsh",
    "fish": ".config/fish/completions/digest.fish",
}


@pytest.mark.parametrize("name", completion.SHELLS)
def test_the_script_is_printed_or_installed(home: Path, name: str) -> None:
    """The same both times, in the place where the shell looks; a second time it is renewed."""
    printed = run_command(["completion", name])
    assert (0, "") == (printed.status, printed.err)
    assert "_DIGEST_COMPLETE" in printed.out
    assert [] == list(home.iterdir())
    for _ in range(2):
        answered = run_command(["completion", "--install", name])
        assert (0, "") == (answered.status, answered.err)
        assert answered.out.startswith(f"made   {home / PLACES[name]}\nNext: ")
        assert printed.out == (home / PLACES[name]).read_text("utf-8")


def test_the_shell_of_the_user_is_the_default(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, or with another one, the shells are named."""
    monkeypatch.setenv("SHELL", "/usr/local/bin/fish")
    assert run_command(["completion", "fish"]) == run_command(["completion"])
    for other in ("/bin/tcsh", ""):
        monkeypatch.setenv("SHELL", other)
        answered = run_command(["completion", "--install"])
        assert 2 == answered.status
        assert "bash, zsh, fish" in answered.err
    assert [] == list(home.iterdir())


def test_the_places_follow_the_variables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the XDG base directories, and that of bash-completion."""
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    for name, place in PLACES.items():
        inside = place.replace(".local/share", "data").replace(".config", "config")
        assert home / inside == completion.script_file(name, os.environ)
    monkeypatch.setenv("BASH_COMPLETION_USER_DIR", str(home / "own"))
    assert home / "own/completions/digest" == completion.script_file("bash", os.environ)


def test_a_file_of_another_origin_is_not_overwritten(home: Path) -> None:
    """There are other programs called digest."""
    file = home / PLACES["bash"]
    file.parent.mkdir(parents=True)
    file.write_text("complete -W 'md5 sha1' digest\n")
    answered = run_command(["completion", "--install", "bash"])
    assert (1, "") == (answered.status, answered.out)
    assert f"digest: {file}: is another file, and was not overwritten" in answered.err
    assert "md5" in file.read_text()


def answers(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """Return what the program answers to a shell that asks for the last of these words."""
    monkeypatch.setenv("_DIGEST_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(["digest", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    return run_command([]).out.split("\n")


def test_every_command_and_option_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The global options in both places, values of choices, and folders by the shell itself."""
    assert set(commands.NAMES) <= {line.removeprefix("plain,") for line in answers(monkeypatch, "")}
    assert ["plain,run"] == answers(monkeypatch, "ru")[:1]
    after = answers(monkeypatch, "run", "--")
    assert {"plain,--due", "plain,--root", "plain,--log-format", "plain,--help"} <= set(after)
    assert "plain,json" in answers(monkeypatch, "run", "--log-format", "")
    assert ["dir,pa"] == answers(monkeypatch, "--root", "pa")[:1]
    assert ["dir,pa"] == answers(monkeypatch, "init", "pa")[:1]
    assert ["file,in"] == answers(monkeypatch, "parse", "in")[:1]
    assert "plain,zsh" in answers(monkeypatch, "completion", "")


def test_the_answer_needs_no_library_but_click() -> None:
    """Shells wait for it at each tab, so no command may import what it needs only to run."""
    code = (
        "import sys; from digest.cli.main import cli\ncli.main(standalone_mode=False, args=['-h'])"
    )
    command = [sys.executable, "-c", f"{code}\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=MINUTE)
    modules = done.stdout.splitlines()[-1].split()
    assert {f"digest.cli.{name}" for name in commands.NAMES} <= set(modules)
    assert {"msgspec", "jinja2", "sqlite3", "logging", "rich"}.isdisjoint(modules)


def test_bash_completes_what_is_typed(home: Path) -> None:
    """A real bash on a terminal: a command, an option of it, and a folder."""
    assert 0 == run_command(["completion", "--install", "bash"]).status
    Folder(home / "papers-of-mine")
    environment = {"HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb"}
    with shell(["bash", "--norc", "--noprofile", "-i"], environment) as bash:
        bash.type("cd ~; PS1='> '; echo rea''dy\n", "ready\r\n> ")
        bash.type(f". {home / PLACES['bash']}; echo load''ed\n", "loaded\r\n> ")
        bash.type("digest stat\t", "digest status ")
        bash.type("--js\t", "--json ")
        bash.type("--root pap\t", "papers-of-mine/")
        bash.type("\x15echo do''ne\n", "done\r\n> ")
