"""Mails through a program: what it gets, and what its end means."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.delivery import sendmail
from digest.delivery.sendmail import SendmailTransport
from digest.errors import SettingsError
from tests.support.folders import MINUTE
from tests.support.mail_transports import unmarked

MESSAGE = b"Subject: Papers\r\n\r\n.one\r\ntwo\r\n"
SAVE = """import pathlib, sys
pathlib.Path("got").write_bytes(sys.stdin.buffer.read())
pathlib.Path("words").write_text("\\n".join(sys.argv[1:]))
"""


def program(folder: Path, script: str) -> SendmailTransport:
    """Return a transport to a script of the shell."""
    (folder / "send").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "send").chmod(0o755)
    return SendmailTransport(["./send", "-f", "{sender}", "--", "{recipient}"], folder)


def test_the_program_gets_the_message_and_both_addresses(tmp_path: Path) -> None:
    """The lines as programs of this system end them, and no shell between."""
    command = [sys.executable, "-c", SAVE, "-f{sender}", "--", "{recipient}", "$HOME"]
    marks: list[bool] = []
    outcome = SendmailTransport(command, tmp_path).send(
        "b+{recipient}@example.org",
        "a|b@example.net",
        MESSAGE,
        lambda: marks.append((tmp_path / "got").exists()),
    )
    assert ("sent", True) == (outcome.state, outcome.is_about_recipient)
    assert [False] == marks
    assert MESSAGE.replace(b"\r\n", b"\n") == (tmp_path / "got").read_bytes()
    words = ["-fb+{recipient}@example.org", "--", "a|b@example.net", "$HOME"]
    assert words == (tmp_path / "words").read_text("utf-8").split("\n")


@pytest.mark.parametrize(
    ("script", "state", "is_about_recipient"),
    [
        ("cat >got", "sent", True),
        ("exit 75", "deferred", True),
        ("exit 67", "failed", True),
        ("exit 65", "failed", True),
        ("exit 78", "deferred", False),
        ("exit 64", "deferred", False),
        ("exec no-such-program", "deferred", False),
        ("exit 1", "unknown", True),
        ("kill -9 $$", "unknown", True),
    ],
)
def test_the_end_of_the_program_decides(
    script: str, state: str, is_about_recipient: bool, tmp_path: Path
) -> None:
    """By sysexits.h; what is not in it may have happened after the mail was sent."""
    outcome = program(tmp_path, script).send("b@example.org", "ada@example.net", MESSAGE, unmarked)
    assert (state, is_about_recipient) == (outcome.state, outcome.is_about_recipient)


def test_what_the_program_says_is_kept_without_addresses(tmp_path: Path) -> None:
    """Its last line: it names whom it refuses."""
    script = "echo begun; echo 'ada: <Ada@example.net>: no such user' >&2; exit 67"
    outcome = program(tmp_path, script).send("b@example.org", "ada@example.net", MESSAGE, unmarked)
    assert "./send: exit status 67: <address>: <address>: no such user" == outcome.reply


def test_a_program_that_does_not_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know what it has done."""
    monkeypatch.setattr(sendmail, "_SECONDS", 0.3)
    before = time.monotonic()
    outcome = program(tmp_path, "sleep 1000").send("", "ada@example.net", MESSAGE, unmarked)
    assert ("unknown", "./send: was stopped after 0.3 s") == outcome[:2]
    assert time.monotonic() - before < MINUTE / 2


def test_a_missing_program_is_nobodys_fault(tmp_path: Path) -> None:
    """It is not marked as being sent either."""
    marks: list[int] = []
    transport = SendmailTransport(["./none", "{recipient}"], tmp_path)
    outcome = transport.send("", "ada@example.net", MESSAGE, lambda: marks.append(1))
    assert ("deferred", False, []) == (outcome.state, outcome.is_about_recipient, marks)
    transport.close()


@pytest.mark.parametrize("recipient", ["-oQ/tmp@example.net", "a b@example.net", "ada", "a@b\nc"])
def test_an_address_is_no_option(recipient: str, tmp_path: Path) -> None:
    """Nor two, nor none: the program is not even started."""
    outcome = program(tmp_path, "touch started").send("", recipient, MESSAGE, unmarked)
    assert "failed" == outcome.state
    assert not (tmp_path / "started").exists()


def test_a_program_without_a_recipient_is_refused(tmp_path: Path) -> None:
    """Unless it reads the recipients from the message."""
    with pytest.raises(SettingsError, match="names no recipient"):
        SendmailTransport(["sendmail", "-i"], tmp_path)
    SendmailTransport(["sendmail", "-i", "-t"], tmp_path)


def test_a_program_gets_a_whole_message_also_if_this_process_is_killed(tmp_path: Path) -> None:
    """The mark is set before it starts: what it then sends is unknown, and not half."""
    code = f"""
import os, signal, sys
from pathlib import Path
from digest.delivery.sendmail import SendmailTransport
slow = ["sh", "-c", "kill -9 $PPID; sleep 0.2; cat >part; mv part got", "sh", "{{recipient}}"]
SendmailTransport(slow, Path({str(tmp_path)!r})).send("", "a@example.net", b"x\\r\\n" * 99999, int)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert -9 == done.returncode
    deadline = time.monotonic() + MINUTE
    while not (tmp_path / "got").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert b"x\n" * 99999 == (tmp_path / "got").read_bytes()
