"""``digest completion``: commands and options completed by the shell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.context import NAME
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.cli.context import CliContext

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = f"_{NAME.upper()}_COMPLETE"  # by which the script asks; click's name for it


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.option("--install", is_flag=True, help="Write it to its place in the home folder.")
@click.pass_obj
def completion(context: CliContext, shell: str | None, install: bool) -> None:
    """Print the completion script of bash, zsh or fish, or install it.

    Without a name the shell is that of the variable SHELL. A file that is no completion script of
    this program is not overwritten. Works without a working folder.

    \b
    Example:
      digest completion --install
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise click.UsageError(f"Name the shell: {', '.join(SHELLS)}.")
    text = script(shell)
    if not install:
        for line in text.splitlines():
            terminal.write_line(line)
        return
    file = script_file(shell, os.environ)
    if file.exists() and _VARIABLE not in file.read_text("utf-8", errors="replace"):
        raise DigestError(f"{file}: is another file, and was not overwritten")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    context.echo(f"made   {file}")
    context.echo(_next_step(shell, file))


def script(shell: str) -> str:
    """Return the script that makes a shell ask this program for completions."""
    from click import shell_completion

    from digest.cli.main import cli

    kind = shell_completion.get_completion_class(shell)
    assert kind, shell
    # Not by `source()`, which for bash starts a bash to ask for its version.
    source = kind(cli, {}, NAME, _VARIABLE)
    return source.source_template % source.source_vars()


def script_file(shell: str, environment: Mapping[str, str]) -> Path:
    """Return the path of the user's completion script for `digest`.

    bash and fish look there by themselves. zsh does not: found by its ``fpath``, the script of
    click completes nothing at its second call, so ``.zshrc`` has to load it.
    """
    data = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    config = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folder = Path(environment.get("BASH_COMPLETION_USER_DIR") or data / "bash-completion")
    return {
        "bash": folder / "completions" / NAME,
        "zsh": data / "papers-digest" / "completion.zsh",
        "fish": config / "fish" / "completions" / f"{NAME}.fish",
    }[shell]


def _next_step(shell: str, file: Path) -> str:
    import shlex

    path = shlex.quote(str(file))
    return {
        "bash": f"Next: open a new shell; if it completes nothing, add to ~/.bashrc: . {path}",
        "zsh": f"Next: add to ~/.zshrc, after compinit: . {path}",
        "fish": "Next: open a new shell",
    }[shell]
