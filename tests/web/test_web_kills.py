"""The web side is killed at every step of each POST: nothing is half done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from digest.model.people import Wish
from digest.storage.people import backups, database, departing
from tests.support.folders import Folder
from tests.support.people import NOW, add_mailing, add_people, address, files_with
from tests.support.smtp_server import smtp_server
from tests.support.web import MAIL, WEB
from tests.support.web_kill_driver import ACTIVE, LETTER, OPERATIONS, WAITS

ROOT = Path(__file__).parents[2]
POSTS = [name for name in OPERATIONS if name != "send_letter"]
EVERY = [pytest.param(name, 1, id=name, marks=pytest.mark.soak) for name in POSTS]
SOME = [pytest.param(name, 9, id=f"some-{name}") for name in ("subscribe", "confirm", "forget")]


def prepared(folder: Folder, mail: str = MAIL) -> Folder:
    """Make a folder with one who is active, one who waits for two things, and one who left.

    There is a backup of all of them.
    """
    folder.configure(WEB + mail)
    state = folder.root / "state"
    with database.opened(state) as people:
        with people.transaction():
            _, waits, left = add_people(people, [1, 2, 3])
            departing.leave(people, left, "left", NOW)
            people.address_changes.ask(waits.id, "moved@example.org", "moved@example.org", NOW)
            people.connection.execute("DELETE FROM consent WHERE subscriber = ?", (WAITS,))
            people.web_facts.secret()
            add_mailing(people)
        backups.make(people, state, datetime.fromisoformat(NOW))
    return folder


def drive(folder: Path, scratch: Path, operation: str, stride: int) -> Iterator[Any]:
    """Yield what the driver prints, as it comes."""
    driver = [sys.executable, "-W", "error", "-m", "tests.support.web_kill_driver"]
    command = [*driver, str(folder), str(scratch), operation, "0", str(stride)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        for line in process.stdout:
            done = json.loads(line)
            yield done
            if done["status"] < 0:
                print(file=process.stdin, flush=True)
    assert 0 == process.returncode


def known(root: Path) -> dict[str, Any]:
    """Return what is known about people, without what is random or a moment."""
    questions = {
        "delivery": "SELECT mailing, subscriber, state FROM delivery ORDER BY id",
        "subscriber": "SELECT address, state, wish, asked IS NULL FROM subscriber ORDER BY id",
        "consent": "SELECT subscriber, how FROM consent ORDER BY rowid",
        "letter": "SELECT subscriber, kind, address, wish, state FROM letter ORDER BY id",
        "address_change": "SELECT subscriber, address FROM address_change ORDER BY id",
        "leave_reason": "SELECT reason, words FROM leave_reason ORDER BY id",
        "suppression": "SELECT reason FROM suppression ORDER BY reason",
    }
    with database.opened(root / "state") as people:
        return {name: people.connection.execute(sql).fetchall() for name, sql in questions.items()}


@pytest.mark.parametrize(("operation", "stride"), [*SOME, *EVERY])
def test_nothing_is_half_done(
    folder: Folder, tmp_path: Path, figure: Callable[[str], None], operation: str, stride: int
) -> None:
    """After a kill everything is as before or as after it, and done once more it is as after it."""
    base = prepared(folder).root
    if operation in {"confirm", "withdraw", "ask_again"}:
        with database.opened(base / "state") as people:
            people.subscribers.set_state(WAITS, "pending", NOW)
    before, whole = known(base), folder.copy(tmp_path / "whole").root
    OPERATIONS[operation](whole)
    after = known(whole)
    assert before != after
    killed = 0
    for line in drive(base, tmp_path / "kills", operation, stride):
        copy = tmp_path / "kills" / str(line["number"])
        if line["status"] >= 0:
            assert (0, after) == (line["status"], known(copy)), line
            continue
        assert -signal.SIGKILL == line["status"], line
        killed += 1
        found = known(copy)
        # A departure is written down first, so it may be known before the rest.
        assert found in (before, after), line
        if found == before:
            OPERATIONS[operation](copy)
            assert after == known(copy), line
        if operation == "forget":
            assert [] == files_with(copy / "state", address(ACTIVE)), line
    assert killed > (5 if stride == 1 else 0)
    figure(f"{operation}: killed at {killed} steps; nothing was half done")


@pytest.mark.parametrize(
    "stride", [pytest.param(5, id="some"), pytest.param(1, id="every", marks=pytest.mark.soak)]
)
def test_no_letter_is_sent_twice(
    folder: Folder, tmp_path: Path, figure: Callable[[str], None], stride: int
) -> None:
    """A letter whose sender is killed is sent later, or is unknown; never both."""
    with smtp_server() as server:
        mail = MAIL.replace("smtp://localhost:1", f"smtp://localhost:{server.port}")
        base = prepared(folder, mail).root
        with database.opened(base / "state") as people:
            people.subscribers.set_state(WAITS, "pending", NOW)
            people.subscribers.set_wish(WAITS, Wish())
            people.letters.add(WAITS, LETTER, "2026-11-20T07:00:00+00:00")
        killed = unknown = 0
        for line in drive(base, tmp_path / "kills", "send_letter", stride):
            killed += line["status"] < 0
            copy = tmp_path / "kills" / str(line["number"])
            server.settle()
            OPERATIONS["send_letter"](copy)
            [(*_, state)] = known(copy)["letter"]
            taken = len(server.taken)
            assert (state, taken) in {("sent", 1), ("unknown", 0), ("unknown", 1)}, line
            unknown += state == "unknown"
            server.taken.clear()
    assert killed > (20 if stride == 1 else 3)
    figure(f"a letter: its sender killed at {killed} steps, {unknown} unknown, none sent twice")
