"""`digest serve`: its alarms, its watch of the inbox, its end."""

from __future__ import annotations

import ctypes
import fcntl
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.folders import MINUTE, Folder, page, titles
from tests.support.processes import finish, start
from tests.support.schedules import DAY, drop, due, rows
from tests.support.servers import serving, serving_at

AT_MIDNIGHT = '[inbox]\nsettle_seconds = 0.1\n[[edition]]\nat = "00:00"\n'


def test_serve_publishes_a_dropped_page(folder: Folder) -> None:
    """Nobody calls another command."""
    folder.configure(AT_MIDNIGHT)
    with serving(folder, "--now", f"{DAY}T09:00") as server:
        server.until_serving()
        (folder.inbox / "papers.txt").write_bytes(page(DAY, [1, 2]))
        server.until(folder.output / "daily" / f"{DAY}.html")
        assert 0 == server.stop()
        assert [titles([1, 2])] == folder.titles()
        assert f"Issue 1 of daily, {DAY}: 2 papers" in server.said()


def test_serve_issues_when_the_hour_comes(folder: Folder) -> None:
    """It was started a second before."""
    drop(folder, DAY, 1)
    with serving_at(folder, f"{DAY} 06:59:59") as server:
        server.until_serving()
        server.until(folder.output / "daily" / f"{DAY}.html")
        assert 0 == server.stop(signal.SIGINT)
    assert f"{DAY}T07:00:0" == folder.data()[0]["moment"][:18]
    assert {DAY: "issued"} == rows(folder)


def test_setting_the_clock_issues_nothing_twice_and_stops_no_scan(folder: Folder) -> None:
    """Back by a week, then forward by one, as after a suspend."""
    drop(folder, DAY, 1)
    with serving_at(folder, f"{DAY} 07:00:01") as server:
        server.until(folder.output / "daily" / f"{DAY}.html")
        server.set_clock("2026-11-11 09:00")
        drop(folder, "2026-11-20", 2)
        server.until_true(lambda: count_papers(folder) == 2)
        server.set_clock(f"{DAY} 07:00:01")
        server.set_clock("2026-11-25 12:00")
        server.until(folder.output / "daily" / "2026-11-25.html")
        server.set_clock("2026-11-25 06:59:58")
        drop(folder, "2026-11-25", 3)
        server.until_true(lambda: count_papers(folder) == 3)
        server.set_clock("2026-11-26 06:59:59")
        server.until(folder.output / "daily" / "2026-11-26.html")
        assert 0 == server.stop()
    assert [titles([1]), titles([2]), titles([3])] == folder.titles()
    by = dict.fromkeys((f"2026-11-{day}" for day in range(19, 25)), "caught up 2026-11-25")
    issued = dict.fromkeys((DAY, "2026-11-25", "2026-11-26"), "issued")
    assert by | issued == rows(folder)


def count_papers(folder: Folder) -> int:
    """Return the number of papers in the ledger."""
    with closing(sqlite3.connect(folder.root / "state" / "ledger.sqlite3")) as ledger:
        (count,) = ledger.execute("SELECT count(*) FROM paper").fetchone()
        return int(count)


def test_a_dropped_file_is_taken_in_before_the_next_scan(folder: Folder) -> None:
    """As soon as it has settled."""
    folder.configure(AT_MIDNIGHT)
    file, issue = folder.inbox / "papers.txt", folder.output / "daily" / f"{DAY}.html"

    def came() -> bool:
        if time.time() - file.stat().st_mtime > 1:
            file.touch()  # it was dropped before the inbox was watched
        return issue.exists()

    with serving(folder, "--now", f"{DAY}T09:00", scan=2 * MINUTE) as server:
        server.until_serving()
        file.write_bytes(page(DAY, [1, 2]))
        server.until_true(came)
        assert 0 == server.stop()
    assert [titles([1, 2])] == folder.titles()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_another_thread_gets_stops_it_at_once(folder: Folder, number: int) -> None:
    """The system chooses the thread; the main thread is waiting for the next scan meanwhile."""
    folder.configure(AT_MIDNIGHT)
    with serving(folder, "--now", f"{DAY}T09:00", scan=2 * MINUTE) as server:
        server.until_serving()
        process = server.process.pid
        threads = [int(thread.name) for thread in Path(f"/proc/{process}/task").iterdir()]
        other = next(thread for thread in sorted(threads) if thread != process)
        assert 0 == ctypes.CDLL(None).tgkill(process, other, number)
        assert 0 == server.process.wait(MINUTE)


def test_it_ends_when_its_output_cannot_be_written(folder: Folder) -> None:
    """It does not stay without scanning, so that a supervisor can start it again."""
    folder.configure(AT_MIDNIGHT)
    drop(folder, DAY, 1)
    folder.run(f"{DAY}T08:00")
    command = [*folder.command(), "--now", f"{DAY}T09:00", "serve"]
    with Path("/dev/full").open("wb") as full:
        env = {"PYTHONUNBUFFERED": "1"}
        ended = subprocess.run(command, stdout=full, env=env, check=False, timeout=MINUTE)
    assert 1 == ended.returncode


@pytest.mark.parametrize("fault", ["None", "type('', (), {'Change': 1, 'watch': open})"])
def test_without_watching_the_scan_finds_everything(folder: Folder, fault: str) -> None:
    """The library watchfiles is not installed, or fails at once."""
    folder.configure(AT_MIDNIGHT)
    code = (
        f"import sys; sys.modules['watchfiles'] = {fault}; from digest.cli import main; main.main()"
    )
    command = [sys.executable, "-c", code, "--root", str(folder.root)]
    with serving(folder, "--now", f"{DAY}T09:00", command=command) as server:
        server.until_serving()
        (folder.inbox / "papers.txt").write_bytes(page(DAY, [1, 2]))
        server.until(folder.output / "daily" / f"{DAY}.html")
        assert 0 == server.stop()
    assert [titles([1, 2])] == folder.titles()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_in_progress_is_finished_before_serve_ends(folder: Folder, number: int) -> None:
    """It waits for the database when the signal comes; it still publishes."""
    folder.configure(AT_MIDNIGHT)
    folder.run(f"{DAY}T08:00")
    with closing(sqlite3.connect(folder.root / "state" / "ledger.sqlite3")) as ledger:
        ledger.execute("BEGIN IMMEDIATE")
        with serving(folder, "--now", f"{DAY}T09:00") as server:
            drop(folder, DAY, 1)
            server.until_true(lambda: is_locked(folder))
            time.sleep(0.1)
            server.process.send_signal(number)
            time.sleep(0.1)
            assert server.process.poll() is None
            ledger.execute("ROLLBACK")
            assert 0 == server.process.wait(MINUTE)
            assert "Traceback" not in server.said()
    assert [titles([1])] == folder.titles()


def is_locked(folder: Folder) -> bool:
    """Return whether a run holds the folder."""
    with (folder.root / "state" / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_a_restart_in_the_due_minute_issues_nothing_twice(folder: Folder) -> None:
    """Once at its beginning, once at its end."""
    drop(folder, DAY, 1)
    for second in ("00", "59"):
        with serving_at(folder, f"{DAY} 07:00:{second}") as server:
            server.until_serving()
            assert 0 == server.stop()
    assert [titles([1])] == folder.titles()
    assert {DAY: "issued"} == rows(folder)


def test_serve_beside_cron_issues_each_paper_once(folder: Folder) -> None:
    """Papers come a few at a time while both are running."""
    folder.configure(AT_MIDNIGHT)
    words = ("--now", f"{DAY}T09:00", "run", "--due")
    with serving(folder, "--now", f"{DAY}T09:00", scan=0.05) as server:
        for number in range(2):
            drop(folder, DAY, number, number + 1)
            cron = [start(folder, *words) for _ in range(2)]
            finish(cron)
        server.until_true(lambda: count_papers(folder) == 3)
        assert 0 == server.stop()
    due(folder, "2026-11-19T00:00")
    issued = [title for issue in folder.titles() for title in issue]
    assert titles(range(3)) == sorted(issued)
    assert {DAY: "issued", "2026-11-19": "issued"} == rows(folder)


def test_serve_killed_and_started_again_issues_nothing_twice(folder: Folder) -> None:
    """Also with a run from cron in between."""
    folder.configure(AT_MIDNIGHT)
    now = f"{DAY}T09:00"
    for number in range(3):
        drop(folder, DAY, number, number + 1)
        with serving(folder, "--now", now) as server:
            if number == 0:
                server.until(folder.output / "daily" / f"{DAY}.html")
            assert -signal.SIGKILL == server.stop(signal.SIGKILL)
        assert 0 == folder.process("run", "--due", now=now).status
    assert 1 == len(folder.data())
    assert [("daily", "2026-11-19", 2)] == due(folder, "2026-11-19T00:00")
    issued = [title for issue in folder.titles() for title in issue]
    assert titles(range(4)) == sorted(issued)


def test_serve_goes_on_after_an_unusable_configuration(folder: Folder) -> None:
    """It is reported; a later run uses the repaired one."""
    folder.configure(AT_MIDNIGHT)
    with serving(folder, "--now", f"{DAY}T09:00") as server:
        server.until_serving()
        folder.configure("[site]\ntitel = 1\n")
        assert server.process.stdout
        assert b"titel" in server.process.stdout.readline()
        folder.configure(AT_MIDNIGHT)
        drop(folder, DAY, 1)
        server.until(folder.output / "daily" / f"{DAY}.html")
        assert 0 == server.stop()


def test_serve_does_not_start_with_an_unusable_configuration(folder: Folder) -> None:
    """Exit status 2, and the message names the key."""
    folder.configure('[[edition]]\nat = "25:00"\n')
    result = folder.process("serve")
    assert 2 == result.status
    assert "edition[0].at" in result.err


def test_serve_logs_issues_and_with_v_every_wake(folder: Folder) -> None:
    """Each line is JSON."""
    folder.configure(AT_MIDNIGHT)
    drop(folder, DAY, 1)
    with serving(folder, "--now", f"{DAY}T09:00", "--log-format", "json", "-v") as server:
        server.until_serving()
        time.sleep(0.5)  # a scan or two
        assert 0 == server.stop()
        rest = [json.loads(line) for line in server.said().splitlines()]
    assert {"wake": "debug", "intake": "debug", "serve": "info"}.items() <= {
        line["step"]: line["level"] for line in rest
    }.items()
    assert any(line.get("message", "").startswith("Stopping") for line in rest)
    second = Folder(folder.root.parent / "second")
    second.configure(AT_MIDNIGHT)
    drop(second, DAY, 1)
    with serving(second, "--now", f"{DAY}T09:00", "--log-format", "json") as server:
        assert server.process.stdout
        lines = [json.loads(server.process.stdout.readline()) for _ in range(5)]
        assert 0 == server.stop()
    assert ["intake", "issue", "publish", "run", "serve"] == [line["step"] for line in lines]


@pytest.mark.soak
def test_serve_issues_by_the_real_clock(folder: Folder) -> None:
    """At the next minute, in a process whose clock is not changed."""
    at = time.gmtime(time.time() + 75)
    folder.configure(f'[[edition]]\nat = "{at.tm_hour:02}:{at.tm_min:02}"\n')
    drop(folder, DAY, 1)
    with serving(folder) as server:
        server.until_serving()
        assert not (folder.output / "daily").exists()
        server.until(folder.output / "daily" / "latest.html", 3 * MINUTE)
        assert 0 == server.stop()
    assert f"{at.tm_hour:02}:{at.tm_min:02}" == folder.data()[0]["moment"][11:16]
