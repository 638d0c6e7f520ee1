"""`digest withdraw` and `digest undo` ask on a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
from contextlib import closing, suppress

import pytest

from tests.support.folders import MINUTE, Folder, paper

NOW = "2026-11-18T09:00"
ONE = paper(1).title
QUESTIONS = {
    ("withdraw", ONE): f"Withdraw {{key}}  {ONE}  (daily 2026-11-18)? [y/N]: ",
    ("withdraw", "--undo", ONE): f"Bring back {{key}}  {ONE}  (daily 2026-11-18)? [y/N]: ",
    ("undo",): "Take back issue 1 of daily, 2026-11-18, 3 papers? [y/N]: ",
    ("undo", "--drop"): (
        "Take back issue 1 of daily, 2026-11-18, 3 papers, and withdraw them? [y/N]: "
    ),
}


def on_terminal(folder: Folder, *words: str, answer: str) -> tuple[int, str]:
    """Run a command whose input is a terminal; return its exit status and what it printed."""
    ours, theirs = pty.openpty()
    with closing(os.fdopen(ours, "wb", buffering=0)) as keyboard:
        keyboard.write(f"{answer}\n".encode())
        command = [*folder.command(), "--now", NOW, *words]
        done = subprocess.run(
            command, stdin=theirs, capture_output=True, check=False, timeout=MINUTE, text=True
        )
        with suppress(OSError):
            os.close(theirs)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_it_asks_on_a_terminal(published: Folder, words: tuple[str, ...]) -> None:
    """Nothing changes unless the answer is yes; with --yes it does not ask."""
    before = published.tree()
    key = published.digest("explain", ONE).out.partition("keys     ")[2].splitlines()[0]
    question = QUESTIONS[words].format(key=key)
    status, shown = on_terminal(published, *words, answer="n")
    assert (130, True) == (status, question in shown)
    assert before == published.tree()
    status, shown = on_terminal(published, *words, answer="y")
    assert (0, True) == (status, question in shown)
    assert (before == published.tree()) == ("--undo" in words)


@pytest.mark.parametrize("words", [("withdraw", "--yes", ONE), ("undo", "--yes")], ids=" ".join)
def test_it_does_not_ask_with_yes(published: Folder, words: tuple[str, ...]) -> None:
    """An answer in the keyboard's buffer is not read."""
    status, shown = on_terminal(published, *words, answer="n")
    assert (0, False) == (status, "[y/N]" in shown)
    assert ONE.encode() not in published.tree()["index.html"]
