"""Subscribers are changed and removed, forgotten and suppressed."""

from __future__ import annotations

import json

import pytest

from digest.storage.people import database
from tests.support.folders import CommandResult, Folder

NOW = "2026-11-20T08:00+00:00"
ADA = "ada@example.org"


def call(folder: Folder, *words: str) -> CommandResult:
    """Run a command on subscribers."""
    return folder.digest("subscribers", *words, now=NOW)


@pytest.fixture
def people(folder: Folder) -> Folder:
    """Make a folder with a subscriber."""
    words = ("--words", "kelp", "--most", "5", "--consent", "at the pier, 2026-11-19")
    assert 0 == call(folder, "add", "Ada@Example.org", *words).status
    return folder


def wish(folder: Folder) -> dict[str, object]:
    """Return what Ada gets."""
    known: dict[str, object] = json.loads(call(folder, "export", "--json", ADA).out)["wish"]
    return known


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--words", "lantern"), {"words": ["lantern"], "most": 5}),
        (("--words", ""), {"most": 5}),
        (("--most", "0", "--weekday", "fri"), {"words": ["kelp"], "weekday": "fri"}),
        (("--all",), {}),
        (("--all", "--topics", "agents"), {"topics": ["agents"]}),
    ],
)
def test_given_options_replace_what_was_wished_for(
    people: Folder, words: tuple[str, ...], expected: dict[str, object]
) -> None:
    """The others stay; with --all they begin anew."""
    answered = call(people, "change", ADA, *words)
    assert 0 == answered.status
    assert answered.out.startswith("Gets: daily")
    assert expected == wish(people)


def test_any_weekday_is_every_day(people: Folder) -> None:
    """It takes the weekday back."""
    call(people, "change", ADA, "--weekday", "fri")
    assert "fri" == wish(people)["weekday"]
    call(people, "change", ADA, "--weekday", "any")
    assert "weekday" not in wish(people)


@pytest.mark.parametrize("words", [(), ("--words", "!"), ("--edition", "weekly")])
def test_a_change_to_nothing_or_to_what_cannot_be_is_refused(
    people: Folder, words: tuple[str, ...]
) -> None:
    """As wrong usage, and the wish stays."""
    assert 2 == call(people, "change", ADA, *words).status
    assert {"words": ["kelp"], "most": 5} == wish(people)


def test_who_is_removed_has_left(people: Folder) -> None:
    """What is known stays, and twice is harmless."""
    assert f"Left: {ADA}\n" == call(people, "remove", ADA).out
    assert f"Had left already: {ADA}\n" == call(people, "remove", ADA).out
    known = json.loads(call(people, "export", "--json", ADA).out)
    assert ("left", 1) == (known["state"], len(known["consents"]))


def test_who_is_forgotten_stands_nowhere(people: Folder) -> None:
    """Neither do they come back before the operator allows it."""
    answered = call(people, "forget", "ADA@example.org")
    assert answered.out.startswith("Everything about this person is deleted")
    for file in (people.root / "state").rglob("*"):
        assert file.is_dir() or b"ada@example.org" not in file.read_bytes().lower(), file
    assert 1 == call(people, "show", ADA).status
    again = call(people, "add", ADA, "--consent", "at the pier, 2026-11-20")
    assert 1 == again.status
    assert "forgotten, since 2026-11-20" in again.err
    assert f"May be written to again: {ADA}\n" == call(people, "unsuppress", ADA).out
    assert 0 == call(people, "add", ADA, "--consent", "at the pier, 2026-11-20").status


def test_nobody_known_can_be_forgotten_or_suppressed_too(folder: Folder) -> None:
    """Then an import does not add them either."""
    assert call(folder, "forget", ADA).out.startswith("Nothing was stored")
    assert f"Is not written to again: {ADA}\n" == call(folder, "suppress", ADA).out
    assert f"May be written to again: {ADA}\n" == call(folder, "unsuppress", ADA).out
    assert f"Was not suppressed: {ADA}\n" == call(folder, "unsuppress", ADA).out


@pytest.mark.parametrize("reason", ["ada@example.org asked", "a\nb"])
def test_the_reason_of_a_suppression_holds_no_address(folder: Folder, reason: str) -> None:
    """It is kept when the address is not."""
    assert 2 == call(folder, "suppress", ADA, "--reason", reason).status
    assert not database.exists(folder.root / "state")


@pytest.mark.parametrize("script", [".github/digest.sh", ".gitlab/digest.sh"])
def test_a_folder_that_others_run_has_no_subscribers(folder: Folder, script: str) -> None:
    """Its state is stored in a branch, and a branch is no place for addresses."""
    (folder.root / script).parent.mkdir()
    (folder.root / script).touch()
    (folder.root / "people.csv").write_text("email\nada@example.org\n")
    consent = ("--consent", "at the pier, 2026-11-19")
    for words in (("add", ADA, *consent), ("import", str(folder.root / "people.csv"))):
        answered = call(folder, *words)
        assert 2 == answered.status
        assert "cannot have subscribers" in answered.err
    assert not database.exists(folder.root / "state")


@pytest.mark.parametrize("command", ["forget", "suppress", "unsuppress"])
def test_what_is_no_address_is_wrong_usage(folder: Folder, command: str) -> None:
    """And makes no database."""
    assert 2 == call(folder, command, "ada").status
    assert not database.exists(folder.root / "state")
