"""Runs deliver what they published: what they report, and what it costs where nothing is mailed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from threading import Event

import pytest

from digest import settings as settings_files
from digest.errors import Busy
from digest.operations.mail import sending
from digest.render.mail import message
from digest.storage import lock
from tests.support.folders import MINUTE, Folder, page
from tests.support.mail_folders import (
    DAY,
    ME,
    configuration,
    deliver,
    publish,
    sent,
    states,
    subscribe,
)
from tests.support.monitors import monitor
from tests.support.processes import start
from tests.support.servers import serving
from tests.support.smtp_server import SmtpServer, delay, drop, hang, reply, smtp_server

ANN = "ann@example.org"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server that takes everything, until it is told otherwise."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def mailing(folder: Folder, server: SmtpServer) -> Folder:
    """Make a folder that mails its issues, with a page in its inbox."""
    folder.configure(configuration(server))
    folder.drop("a.txt", page(DAY, [1, 2]))
    return folder


def test_without_mail_there_is_no_cost(folder: Folder) -> None:
    """No file, and no module that only mails need: neither in a run nor in a status."""
    folder.drop("a.txt", page(DAY, [1]))
    code = "import sys\nfrom digest.cli import main\ntry: main.main()\nfinally: print(*sys.modules)"
    loaded = set[str]()
    for command in ("run", "status"):
        words = [sys.executable, "-c", code, "--root", str(folder.root), command]
        done = subprocess.run(words, capture_output=True, check=True, timeout=MINUTE)
        loaded |= set(done.stdout.decode().split())
    assert "digest.operations.mail.deliver" in loaded
    forbidden = ("digest.storage.people", "digest.pipeline.mailing", "digest.render.mail",
                 "digest.render.chat", "digest.delivery", "digest.operations.mail.sending",
                 "digest.operations.mail.mailing_status", "digest.text.addresses", "css_inline",
                 "smtplib", "ssl", "email", "threading_local")  # fmt: skip
    assert [] == [name for name in loaded if name.startswith(forbidden)]
    files = {file.name for file in (folder.root / "state").iterdir()}
    assert not {name for name in files if name.startswith(("people", "mail"))}


def test_a_run_mails_what_it_published(mailing: Folder, server: SmtpServer) -> None:
    """It says so to people and to scripts."""
    result = mailing.digest("run", now=f"{DAY}T08:00")
    assert (0, "") == (result.status, result.err)
    assert "Deliveries: 1 sent\n" in result.out
    mailing.drop("b.txt", page("2026-11-21", [3]))
    report = mailing.run("2026-11-21T08:00")
    assert {"counts": {"sent": 1}, "unknown": 0, "failed": [], "outage": None} == report[
        "deliveries"
    ]
    assert [ME, ME] == server.recipients
    assert b"https://papers.example.org/daily/2026-11-21.html" in server.taken[1].message


def test_a_run_without_mail_reports_none(folder: Folder) -> None:
    """Not even zeros."""
    assert folder.run(f"{DAY}T08:00")["deliveries"] is None


def test_a_run_in_which_one_failed_ends_with_status_3(mailing: Folder, server: SmtpServer) -> None:
    """The next one does not."""
    server.on("RCPT", reply("550 5.1.1 no me@example.org here"))
    result = mailing.digest("run", now=f"{DAY}T08:00")
    assert 3 == result.status
    assert "Deliveries: 1 failed\n" in result.out
    assert "digest: deliver: 550 5.1.1 no <address> here\n" == result.err
    assert 0 == mailing.digest("run", now=f"{DAY}T08:05").status


def test_runs_end_with_status_3_while_one_is_unknown(mailing: Folder, server: SmtpServer) -> None:
    """Until an order says what to do."""
    server.on("dot", drop(taken=True), times=1)
    first = mailing.digest("run", now=f"{DAY}T08:00")
    later = mailing.digest("run", now=f"{DAY}T09:00")
    assert (3, 3) == (first.status, later.status)
    assert "Deliveries: 1 unknown\n" in first.out
    assert "Deliveries: 1 unknown from before\n" in later.out


def test_no_address_stands_anywhere_but_with_people(mailing: Folder, server: SmtpServer) -> None:
    """Not in logs, the status, the ledger, its backups or the output."""
    subscribe(mailing, "zebedee@example.org")
    server.on(
        "RCPT", reply("550 5.1.1 <zebedee@example.org> zebedee is gone"), containing="zebedee"
    )
    words = ("--log-format", "json", "-v")
    done = mailing.digest(*words, "run", now=f"{DAY}T08:00")
    said = done.out + done.err
    said += mailing.digest("status", "--json", now=f"{DAY}T08:01").out
    said += mailing.digest("backup", now=f"{DAY}T08:02").out
    files = {
        path: path.read_bytes()
        for path in mailing.root.rglob("*")
        if path.is_file() and not path.name.startswith("people.") and path.suffix != ".toml"
    }
    assert "failed" in said
    assert "zebedee" not in said
    assert ME not in said
    assert len(files) > 20
    assert [] == [path for path, body in files.items() if b"zebedee" in body or b"me@ex" in body]


def test_the_status_counts_deliveries(mailing: Folder, server: SmtpServer) -> None:
    """As text, as JSON, and on the page."""
    subscribe(mailing, ANN)
    server.on("dot", drop(), containing=ANN, times=1)
    mailing.digest("run", now=f"{DAY}T08:00")
    text = mailing.digest("status", now=f"{DAY}T08:01").out
    line = (
        f"mail       daily {DAY} [unknown]: Mails: 1 sent, 1 unknown. Begun Fri 20 Nov 2026, 08:00."
    )
    assert line in text.splitlines()
    assert "All is well but for 1 delivery that may have arrived or not" in text
    status = json.loads(mailing.digest("status", "--json", now=f"{DAY}T08:01").out)
    assert {"sent": 1, "unknown": 1} == status["mailings"][0]["mail"]
    mailing.run(f"{DAY}T08:05", status=3)
    assert "1 sent, 1 unknown" in (mailing.output / "status.html").read_text("utf-8")


def test_the_status_says_since_when_the_server_takes_nothing(
    mailing: Folder, server: SmtpServer
) -> None:
    """Without its name: the page is public."""
    server.on("greeting", reply("554 no service", close=True))
    result = mailing.digest("run", now=f"{DAY}T08:00")
    assert 0 == result.status
    assert "the mail server takes nothing; digest check --mail tries it" in result.out
    assert 1 == (result.out + result.err).count("554 no service")
    text = mailing.digest("status", now=f"{DAY}T08:01").out
    assert "Mail server [failed]: It has taken nothing since Fri 20 Nov 2026, 08:00." in text
    assert "localhost" not in text


def test_a_notice_is_sent_once_and_again_when_it_is_over(
    mailing: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For failed and unknown deliveries, and while the server takes nothing."""
    with monitor() as hook:
        monkeypatch.setenv("HOOK", hook.url("/hook"))
        settings = mailing.configuration.read_text("utf-8")
        mailing.configure(f'{settings}\n[notify]\nwebhook = "env:HOOK"\n')
        server.on("RCPT", reply("550 5.1.1 no"), times=1)
        for minute in range(3):
            mailing.digest("run", now=f"{DAY}T08:0{minute}")
        (first,) = hook.asked
        assert ["mail"] == first.data["kinds"]
        assert f"1 delivery of daily {DAY} failed." == first.data["message"]
        mailing.drop("b.txt", page("2026-11-21", [3]))
        mailing.run("2026-11-21T08:00")
        assert ["mail"] == hook.asked[1].data["recovered"]


def test_one_sender_at_a_time(mailing: Folder, server: SmtpServer) -> None:
    """A second one does not wait; a run goes on without."""
    publish(mailing, 1)
    state = mailing.root / "state"
    with lock.hold_file(state / "mail.lock", 0), pytest.raises(Busy):
        deliver(mailing, f"{DAY}T08:00")
    with lock.hold_file(state / "mail.lock", 0):
        assert 0 == mailing.digest("run", now=f"{DAY}T08:00").status
    assert [] == server.recipients


def test_a_run_does_not_wait_for_the_sender_of_another(mailing: Folder, server: SmtpServer) -> None:
    """The lock of the folder is free while mails are sent."""
    server.on("RCPT", hang(), times=1)
    process = start(mailing, "--now", f"{DAY}T08:00", "run")
    while "RCPT" not in server.verbs:
        assert process.poll() is None
    mailing.drop("b.txt", page("2026-11-21", [3]))
    report = mailing.run("2026-11-21T08:00", "--due")
    assert 1 == len(report["issues"])
    process.kill()
    process.communicate()
    mailing.run("2026-11-21T08:10", status=3)  # that of the day before is too late
    assert [ME] == server.recipients


def test_a_stop_finishes_the_mail_that_is_being_sent(mailing: Folder, server: SmtpServer) -> None:
    """Then the run ends, and nothing is unknown."""
    subscribe(mailing, ANN)
    server.on("dot", delay(0.5))
    process = start(mailing, "--now", f"{DAY}T08:00", "run")
    while "DATA" not in server.verbs:
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=MINUTE)
    assert ["pending", "sent"] == sorted(state for _, state, _ in sent(mailing))
    assert 1 == len(server.recipients)


def test_serve_mails_in_the_background(mailing: Folder, server: SmtpServer) -> None:
    """Its runs go on while a mail hangs; a stop waits for the one that is being sent."""
    mailing.configure(f'{configuration(server)}at = "00:00"\n[inbox]\nsettle_seconds = 0.1\n')
    server.on("dot", delay(1.0), times=1)
    with serving(mailing, "--now", f"{DAY}T09:00") as service:
        service.until_true(lambda: "DATA" in server.verbs)
        (mailing.inbox / "b.txt").write_bytes(page("2026-11-20", [5]))
        service.until_true(lambda: len(list((mailing.output / "daily").glob("2026-*.html"))) > 0)
        assert 0 == service.stop()
    assert {ME: "sent"} == states(mailing)


def test_a_fault_of_the_program_fails_no_run(
    mailing: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged without its words, which may hold an address."""

    def fail(*_: object) -> bytes:
        raise KeyError(ME)

    monkeypatch.setattr(message, "make_message", fail)
    result = mailing.digest("run", now=f"{DAY}T08:00")
    assert (0, []) == (result.status, server.recipients)
    assert "a fault of the program: KeyError in fail" in result.err
    assert ME not in result.err
    monkeypatch.undo()
    mailing.run(f"{DAY}T08:10")
    assert [ME] == server.recipients


def test_an_error_of_the_settings_is_logged_and_fails_no_run(
    mailing: Folder, server: SmtpServer
) -> None:
    """What is published stays published, and the next run mails it."""
    good = mailing.configuration.read_text("utf-8")
    mailing.configure(good.replace("to = [", 'to = ["env:NOT_SET", '))
    result = mailing.digest("run", now=f"{DAY}T08:00")
    assert 0 == result.status
    assert "env:NOT_SET is not set" in result.err
    mailing.configure(good)
    mailing.run(f"{DAY}T08:10")
    assert [ME] == server.recipients


def test_a_people_database_that_cannot_be_read_fails_no_run(mailing: Folder) -> None:
    """Not even while another process is sending, when it is only counted in."""
    state = mailing.root / "state"
    state.mkdir(exist_ok=True)
    (state / "people.sqlite3").write_bytes(b"no database at all" * 100)
    lines = list[dict[str, object]]()

    def log(step: str, /, *, level: str = "info", **facts: object) -> None:
        lines.append({"step": step, "level": level, **facts})

    moment = datetime.fromisoformat(f"{DAY}T08:00:00+00:00")
    with lock.hold_file(state / lock.SENDER, 0.0):
        settings = settings_files.load(mailing.root)
        assert sending.deliver_pending(settings, moment, log, Event()) is None
    assert ("deliver", "warning") == (lines[-1]["step"], lines[-1]["level"])
    assert "people.sqlite3" in str(lines[-1]["reason"])


def test_what_came_too_late_is_told(mailing: Folder, server: SmtpServer) -> None:
    """Status 3 in that run, a line on standard error, and in the status."""
    server.on("RCPT", reply("450 4.2.0 later"))
    mailing.digest("run", now=f"{DAY}T08:00")
    late = mailing.digest("run", "--no-fetch", now="2026-11-21T09:00")
    assert (3, True) == (late.status, "deliver: 1 delivery too late" in late.err)
    assert "1 too late" in mailing.digest("mail", "status").out
    headline = "All is well but for 1 delivery that did not arrive"
    assert headline in mailing.digest("status", now="2026-11-21T09:01").out
    assert "All is well. " in mailing.digest("status", now="2026-11-22T09:01").out


def test_an_address_that_cannot_be_used_keeps_nobody_back(
    mailing: Folder, server: SmtpServer
) -> None:
    """It is named by its number, or by its variable."""
    mailing.configure(configuration(server, ["env:NO_SUCH_ADDRESS", ME]))
    done = mailing.digest("run", now=f"{DAY}T08:00")
    assert [ME] == server.recipients
    assert f"env:NO_SUCH_ADDRESS is not set: daily {DAY} is not mailed to it" in done.err


def test_an_issue_that_nobody_gets_is_told_once(mailing: Folder, server: SmtpServer) -> None:
    """By the run that published it."""
    mailing.configure(configuration(server, []))
    done = mailing.digest("run", now=f"{DAY}T08:00")
    assert f"daily {DAY} is mailed to nobody: there is no subscriber" in done.err
    assert "nobody" not in mailing.digest("run", now=f"{DAY}T08:05").err
    assert f"daily {DAY}: to nobody\n" == mailing.digest("mail", "status").out


def test_old_deliveries_are_forgotten_without_a_new_issue(mailing: Folder) -> None:
    """Of a publication that stopped as well."""
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    deliver(mailing, "2027-02-01T08:00")
    assert {ME: "sent"} == states(mailing)
    deliver(mailing, "2027-02-20T08:00")
    assert {} == states(mailing)
