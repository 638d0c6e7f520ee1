"""Nothing from a dump steers a terminal: what does not show comes out as an escape."""

from __future__ import annotations

import json

import pytest

from tests.support.folders import Folder, Told, answer

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
STEERING = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\u202edesrever\u2066\r\u2028"
TITLE = f"Kelp {STEERING}at low tide"
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
)


def steering(answered: Told) -> list[str]:
    """The characters of an answer that a terminal would obey."""
    said = (answered.out + answered.err).replace("\n", "")
    return [sign for sign in said if not sign.isprintable()]


@pytest.fixture
def hostile(folder: Folder) -> Folder:
    """Words, names of files and of people, and an unreadable file, all of them steering."""
    entry = {
        "id": "2611.00001",
        "title": TITLE,
        "summary": f"We measure{STEERING} kelp. It is long.",
        "authors": [{"name": f"Ida{STEERING} Quill"}],
        "organization": {"name": f"north{STEERING}field", "fullname": STEERING},
    }
    folder.drop(f"a\x1b[2J\x9b{DAY}.json", answer(DAY, [entry, {"id": STEERING, "title": ""}]))
    folder.drop("b\x1b]0;owned\x07.txt", f"nothing{STEERING}".encode())
    return folder


def test_no_command_says_what_steers(hostile: Folder) -> None:
    """On standard output and standard error, for people and as JSON."""
    for words in COMMANDS:
        answered = hostile.digest(*words, now=NOW)
        assert [] == steering(answered), words
        assert answered.out + answered.err, words
        hostile.digest("backup", now=NOW)


@pytest.mark.parametrize("command", ["parse", "classify"])
def test_json_says_the_same_in_escapes(hostile: Folder, command: str) -> None:
    """What a program decodes is what the file holds; a person at a terminal is safe."""
    (file,) = hostile.inbox.glob("a*")
    answered = hostile.digest(command, str(file), now=NOW)
    assert [] == steering(answered)
    (found,) = [json.loads(line) for line in answered.out.splitlines()]
    if command == "parse":
        assert TITLE == found["sightings"][0]["title"]


def test_an_error_says_what_steers_in_escapes(folder: Folder) -> None:
    """Also where the configuration, or the command line, brought it."""
    folder.configure('[site]\ntimezone = "\\u001b[2J"\n')
    for words in (("check",), ("run",), ("explain", STEERING)):
        answered = folder.digest(*words, now=NOW)
        assert (2, []) == (answered.status, steering(answered)), words
