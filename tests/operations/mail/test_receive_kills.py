"""Kill the program while it handles mails, and let several handle the same ones."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.support import smtp_server
from tests.support.incoming_mails import TOKEN, VERP, delivery_report, mail
from tests.support.receiving import Office, about

PEOPLE = 12


def start(office: Office, file: Path) -> subprocess.Popen[bytes]:
    """Start the command on a file in a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "digest", "--root", str(office.root)]
    return subprocess.Popen(
        [*command, "mail", "receive", "--json", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
    )


def finish(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """Wait for a process and return its counts."""
    out, err = process.communicate(timeout=60)
    assert (0, b"") == (process.returncode, err)
    counts: dict[str, int] = json.loads(out)
    return counts


def test_a_kill_while_forwarding_loses_nothing(office: Office) -> None:
    """What was being forwarded is forwarded again; what was done is not done again."""
    ada = office.add("ada@reader.example.net")
    mails = [about(delivery_report(), ada), mail("Re: one"), mail("Re: two", to=VERP)]
    file = office.root / "mails.mbox"
    file.write_bytes(b"\n".join(b"From MAILER-DAEMON x\n" + each for each in mails))
    office.server.on("dot", smtp_server.hang(taken=True), times=1)
    process = start(office, file)
    deadline = time.monotonic() + 30
    while not office.server.taken and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert "bounced" == office.state(ada)
    assert {"forwarded": 2, "repeated": 1} == finish(start(office, file))
    assert 3 == len(office.server.taken)
    assert office.server.taken[0].message == office.server.taken[1].message


def test_several_at_once_do_each_thing_once(office: Office) -> None:
    """Two calls of cron that overlap handle the same mails, and each person leaves once."""
    people = [office.add(f"reader{number}@reader.example.net") for number in range(PEOPLE)]
    file = office.root / "mails.mbox"
    mails = [about(mail(f"unsubscribe {TOKEN}"), person) for person in people]
    file.write_bytes(b"\n".join(b"From somebody x\n" + each for each in mails))
    total: Counter[str] = Counter()
    for process in [start(office, file) for _ in range(2)]:
        total.update(finish(process))
    assert {"left": PEOPLE, "repeated": PEOPLE} == dict(total)
    assert {"left"} == {office.state(person) for person in people}
