"""The command line as a whole: help, the working folder, commands that change nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from digest import __version__, cli
from digest.cli import command_group, commands, context, main
from tests.support.folders import Folder, run_command, tree

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
COMMANDS = commands.NAMES
PROGRAM = click.Context(main.cli)
EVERY = [name for name, _ in commands.walk(main.cli, PROGRAM)]  # "mail send" among them


@pytest.mark.parametrize("name", EVERY)
def test_help_of_a_command_describes_it_with_an_example(name: str) -> None:
    """Every option has a description, and -h prints the same as --help."""
    answered = run_command([*name.split(), "--help"])
    assert 0 == answered.status
    assert answered == run_command([*name.split(), "-h"])
    lines = answered.out.splitlines()
    assert lines[0].startswith(f"Usage: digest {name}")
    assert lines[2].strip()
    example = answered.out.partition("Example")[2].partition("Options:")[0]
    assert f"digest {name}" in example or f"{name}" in example
    for option in re.findall(r"^  (--[a-z-]+)(.*)$", answered.out, re.MULTILINE):
        assert option[1].strip(), option


def test_help_names_every_command() -> None:
    """Under the heading that it belongs to, with its whole summary; the first steps are shown."""
    answered = run_command(["--help"])
    assert "digest init" in answered.out
    assert "..." not in answered.out.partition("Options:")[2]
    shown = " ".join(answered.out.split())
    for heading, names in commands.GROUPS.items():
        listed = answered.out.partition(f"\n{heading}:\n")[2].partition("\n\n")[0]
        assert list(names) == re.findall(r"^  (\w+) ", listed, re.MULTILINE)
        for name in names:
            command = main.cli.get_command(click.Context(main.cli), name)
            assert command
            assert f"{name} {command_group.summary(command)}" in shown
    assert sorted(COMMANDS) == sorted(name for names in commands.GROUPS.values() for name in names)
    stable = "init run serve parse classify rebuild explain status check"
    assert set(stable.split()) <= set(COMMANDS)


@pytest.mark.parametrize("words", [[], ["mail"]])
def test_a_group_alone_answers_with_its_help(words: list[str]) -> None:
    """On standard error and line by line, because nothing was done."""
    answered = run_command(words)
    assert (2, "") == (answered.status, answered.out)
    assert run_command([*words, "--help"]).out == answered.err


def test_help_names_the_exit_statuses_of_a_run() -> None:
    """It names all five of them."""
    text = run_command(["run", "--help"]).out
    assert [0, 1, 2, 3, 4] == [n for n in range(5) if re.search(rf"\b{n} ", text)]


def test_module_and_script_are_the_same_command(published: Folder) -> None:
    """`python -m digest` and `digest` print the same, the version too."""
    for words in (["--version"], ["--root", str(published.root), "status", "--json"]):
        now = ["--now", NOW]
        module, script = (
            subprocess.run(
                [*start, *now, *words], capture_output=True, check=True, text=True
            ).stdout
            for start in (
                [sys.executable, "-m", "digest"],
                [str(Path(sys.executable).parent / "digest")],
            )
        )
        assert module == script
    assert f"digest, version {__version__}\n" == run_command(["--version"]).out


def test_digest_root_names_the_folder(published: Folder, tmp_path: Path) -> None:
    """The variable counts without --root; with it, --root counts."""
    command = [sys.executable, "-m", "digest", "status", "--json"]
    done = subprocess.run(
        command,
        env={"DIGEST_ROOT": str(published.root)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert 3 == json.loads(done.stdout)["counts"]["paper"]
    other = Folder(tmp_path / "other").process("status", DIGEST_ROOT=str(published.root))
    assert "Nothing was taken in yet." in other.out


def test_commands_that_only_show_write_nothing(published: Folder) -> None:
    """status, explain, check, parse and classify change no file."""
    before = tree(published.root)
    file = str(published.inbox / "papers.txt")
    for words in (["status"], ["explain", "a"], ["check"], ["parse", file], ["classify", file]):
        assert 0 == published.digest(*words, now=NOW).status, words
    assert before == tree(published.root)


def test_the_list_of_commands_is_complete() -> None:
    """It is in alphabetical order, each command stands in the module of its name, no other does."""
    context = click.Context(main.cli)
    assert sorted(COMMANDS) == main.cli.list_commands(context)
    loaded = [main.cli.get_command(context, name) for name in COMMANDS]
    assert list(COMMANDS) == [command.name for command in loaded if command]
    sources = {path.stem: path.read_text("utf-8") for path in Path(cli.__path__[0]).glob("*.py")}
    holders = {name for name, source in sources.items() if "@click.command(" in source}
    assert {name for name in EVERY if " " not in name} == holders
    folders = {
        path.parent.name: path.parent for path in Path(cli.__path__[0]).glob("*/__init__.py")
    }
    for name in set(COMMANDS) - holders:
        inner = {path.stem.rstrip("_") for path in folders[name].glob("*.py")} - {"__init__"}
        assert {f"{name} {each}" for each in inner} >= {
            each for each in EVERY if each.startswith(f"{name} ")
        }
    assert main.cli.get_command(context, "ran") is None


def test_the_version_needs_no_library_but_click() -> None:
    """`digest --version` imports nothing of the steps of a run, so that it is quick."""
    code = "import sys; from digest.cli import main; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    own = {name for name in done.stdout.split() if name.startswith("digest")}
    expected = {
        "",
        ".cli",
        ".cli.arguments",
        ".cli.command_group",
        ".cli.commands",
        ".cli.context",
        ".cli.global_options",
        ".cli.log",
        ".cli.main",
        ".cli.terminal",
        ".errors",
    }
    assert {f"digest{name}" for name in expected} == own
    assert {"msgspec", "jinja2", "sqlite3", "logging"}.isdisjoint(done.stdout.split())


def test_a_command_to_paste_has_the_folder_that_click_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last one, if `--root` was given twice."""
    for words, expected in (
        (["--root", "a", "--root=b", "run"], "digest --root=b restore"),
        (["--root=a", "run", "--root", "b c"], "digest --root 'b c' restore"),
        (["run", "--root", "a"], "digest --root a restore"),
        (["--root", "a", "run", "--root=b"], "digest --root=b restore"),
        (["run"], "digest restore"),
    ):
        monkeypatch.setattr(sys, "argv", ["digest", *words])
        assert expected == context.paste_command("restore")
