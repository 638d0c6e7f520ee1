"""Kill the sender at every step and at random moments: nobody gets two, nobody is missing."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from digest.model.people import OPEN_STATES
from tests.support.folders import Folder
from tests.support.mail_folders import DAY, configuration, deliveries, publish, sent, subscribe
from tests.support.smtp_server import SmtpServer, drop, raw, reply, smtp_server

NOON = datetime.fromisoformat(f"{DAY}T12:00:00+00:00")
AGAIN = 'unknown = "again"\n'
FAULTS = (drop(), reply("451 4.0.0 later"), reply("421 4.0.0 closing", close=True), raw(b"2"))


class Killer:
    """The driver, which does passes of the sender in processes of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def deliver(
        self, folder: Folder, moment: datetime, *, step: int = -1, after: float | None = None
    ) -> int:
        """Do a pass, kill it as said, and return its exit status."""
        order = {
            "root": str(folder.root), "moment": moment.isoformat(), "step": step, "after": after
        }  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert answer["status"] in (0, -9), answer
        return int(answer["status"])


@contextmanager
def killing() -> Iterator[Killer]:
    """Run the driver during the block."""
    command = [sys.executable, "-W", "error", "-m", "tests.support.mail_kill_driver"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Killer(process)
        assert process.stdin
        process.stdin.close()


def _judge(folder: Folder, server: SmtpServer, again: bool) -> Counter[str]:
    """Check every delivery against what the server has taken; return how many are how.

    Mails of several issues to one address are told apart by their Message-ID.
    """
    copies = Counter((taken.recipient, _message_id(taken.message)) for taken in server.taken)
    different = {(taken.recipient, taken.message) for taken in server.taken}
    assert len(copies) == len(different), "the bytes of two copies differ"
    numbers, of_person = Counter[str](), Counter[tuple[str, str]]()
    for address, state, _ in sent(folder):
        numbers[state] += 1
        of_person[address, state] += 1
    taken_by = Counter(recipient for recipient, _ in copies)
    for address in {address for address, _ in of_person}:
        arrived = of_person[address, "sent"]
        assert arrived <= taken_by[address] <= arrived + of_person[address, "unknown"], address
    numbers["doubles"] = sum(copies.values()) - len(copies)
    assert again or not numbers["doubles"]
    return numbers


def _message_id(message: bytes) -> bytes:
    return message.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]


MODES = [
    pytest.param(False, id="hold"),
    pytest.param(True, id="again", marks=pytest.mark.soak),
]


@pytest.mark.parametrize("again", MODES)
def test_a_sender_killed_at_any_step_is_made_up_for(
    folder: Folder, again: bool, figure: Callable[[str], None]
) -> None:
    """Before and after each commit, each command and each reply: a new issue for each step."""
    status, step, now = -9, 0, NOON
    with smtp_server() as server, killing() as killer:
        folder.configure(configuration(server, (), more=AGAIN if again else ""))
        subscribe(folder, "ann@example.org")
        while status:
            publish(folder, step + 1, day=f"{now:%Y-%m-%d}", moment=now.isoformat())
            status = killer.deliver(folder, now, step=step)
            for minutes in (10, 20) if again else (10,):
                killer.deliver(folder, now + timedelta(minutes=minutes))
            step, now = step + 1, now + timedelta(days=1)
        numbers = _judge(folder, server, again)
    assert step == numbers["sent"] + numbers["unknown"]
    assert (numbers["unknown"] == 0) is again
    mode = "again" if again else "hold"
    figure(
        f"{step} kills at steps, {mode}: {numbers['sent']} sent, {numbers['unknown']} unknown,"
        f" {numbers['doubles']} second copies"
    )


def _is_open(folder: Folder, expected: int) -> bool:
    """Return whether a delivery is missing or waits."""
    found = deliveries(folder)
    return len(found) < expected or any(each.state in OPEN_STATES for each in found)


def _kill_at_random(
    folder: Folder, kills: int, people: int, longest: float, *, again: bool
) -> Counter[str]:
    """Kill passes after random times while the server misbehaves; a new issue once all have one."""
    dice = random.Random(kills + again)
    done, issues, now = 0, 0, NOON
    with smtp_server() as server, killing() as killer:
        more = f'{AGAIN if again else ""}not_after = "365d"\nretry = ["5m"]\nconnections = 2'
        folder.configure(configuration(server, (), more=more))
        subscribe(folder, *(f"p{number}@example.org" for number in range(people)))
        while done < kills:
            # Only the newest issue is mailed: the one before must have its audience.
            if not _is_open(folder, issues * people):
                issues += 1
                # All of one day: what was sent to whom is not kept for ever.
                publish(folder, issues, ordinal=issues, moment=now.isoformat())
            verb = dice.choice(("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"))
            server.on(verb, dice.choice(FAULTS)._replace(then="close"), times=1)
            now += timedelta(minutes=6)
            done += killer.deliver(folder, now, after=dice.uniform(0, longest)) == -9
        while _is_open(folder, issues * people):
            now += timedelta(minutes=6)
            killer.deliver(folder, now)
        numbers = _judge(folder, server, again)
        assert issues * people == numbers["sent"] + numbers["unknown"]
    numbers["kills"], numbers["issues"] = done, issues
    return numbers


@pytest.mark.parametrize("again", MODES)
def test_forty_random_kills(folder: Folder, again: bool, figure: Callable[[str], None]) -> None:
    """While the server misbehaves too."""
    _say(figure, _kill_at_random(folder, 40, 30, 0.05, again=again), again)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("again", [False, True], ids=["hold", "again"])
def test_a_thousand_random_kills(
    folder: Folder, again: bool, figure: Callable[[str], None]
) -> None:
    """Over 500 people."""
    _say(figure, _kill_at_random(folder, 1000, 500, 0.25, again=again), again)


def _say(figure: Callable[[str], None], numbers: Counter[str], again: bool) -> None:
    mode = "again" if again else "hold"
    figure(
        f"{numbers['kills']} random kills, {mode}: {numbers['issues']} issues,"
        f" {numbers['sent']} sent, {numbers['unknown']} unknown, {numbers['doubles']} second copies"
    )
