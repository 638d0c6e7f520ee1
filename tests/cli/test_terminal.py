"""No text from a dump controls a terminal: control characters are printed as escapes."""

from __future__ import annotations

import json

import pytest

from tests.support.folders import CommandResult, Folder, answer

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
CONTROLS = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\u202edesrever\u2066\r\u2028"
TITLE = f"Kelp {CONTROLS}at low tide"
COMMANDS = (
    ("run",),
    ("-v", "run"),
    ("run", "--json"),
    ("--log-format", "json", "run"),
    ("--log-format", "text", "run"),
    ("explain", "2611.00001"),
    ("search", "kelp"),
    ("topics",),
    ("topics", "--json"),
    ("status",),
    ("status", "--json"),
    ("restore", "--list"),
    ("withdraw", "2611.00001"),
    ("withdraw", "--undo", "low tide"),
    ("undo", "\x1b[2J\x9b"),
    ("undo", "--drop"),
)


def controls(answered: CommandResult) -> list[str]:
    """Return the characters of an answer that a terminal would obey."""
    text = (answered.out + answered.err).replace("\n", "")
    return [sign for sign in text if not sign.isprintable()]


@pytest.fixture
def hostile(folder: Folder) -> Folder:
    """Drop dumps whose words, file names and authors have control characters."""
    entry = {
        "id": "2611.00001",
        "title": TITLE,
        "summary": f"We measure{CONTROLS} kelp. It is long.",
        "authors": [{"name": f"Ida{CONTROLS} Quill"}],
        "organization": {"name": f"north{CONTROLS}field", "fullname": CONTROLS},
    }
    folder.drop(f"a\x1b[2J\x9b{DAY}.json", answer(DAY, [entry, {"id": CONTROLS, "title": ""}]))
    folder.drop("b\x1b]0;owned\x07.txt", f"nothing{CONTROLS}".encode())
    return folder


def test_no_command_prints_control_characters(hostile: Folder) -> None:
    """Standard output and standard error are free of them, as text and as JSON."""
    for words in COMMANDS:
        answered = hostile.digest(*words, now=NOW)
        assert [] == controls(answered), words
        assert answered.out + answered.err, words
        hostile.digest("backup", now=NOW)


@pytest.mark.parametrize("command", ["parse", "classify"])
def test_json_keeps_control_characters_as_escapes(hostile: Folder, command: str) -> None:
    """A program decodes the words of the file; a terminal shows only escapes."""
    (file,) = hostile.inbox.glob("a*")
    answered = hostile.digest(command, str(file), now=NOW)
    assert [] == controls(answered)
    (row,) = [json.loads(line) for line in answered.out.splitlines()]
    if command == "parse":
        assert TITLE == row["sightings"][0]["title"]


def test_an_error_prints_control_characters_as_escapes(folder: Folder) -> None:
    """They may come from the configuration or the command line too."""
    folder.configure('[site]\ntimezone = "\\u001b[2J"\n')
    for words in (("check",), ("run",), ("explain", CONTROLS)):
        answered = folder.digest(*words, now=NOW)
        assert (2, []) == (answered.status, controls(answered)), words
