"""Heartbeats and notices: what is sent when, and that a faulty receiver does no harm."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery import monitors, secrets
from digest.errors import SettingsError
from digest.render import escape
from tests.support.folders import Folder, page
from tests.support.monitors import Monitor, monitor

DAY = "2026-11-18"
SECRET = "/ping/4f1c-secret?key=also-secret"


@pytest.fixture
def listening() -> Iterator[Monitor]:
    """Run a monitor that answers 200."""
    with monitor() as server:
        yield server


def configure(folder: Folder, at: Monitor, *keys: str, more: str = "") -> None:
    """Configure these keys of ``[notify]``, each with an address of the monitor in a file."""
    (folder.root / "secrets").mkdir(exist_ok=True)
    for key in keys:
        path = SECRET if key == "heartbeat" else f"/{key}/secret"
        (folder.root / "secrets" / key).write_text(f"{at.url(path)}\n", encoding="utf-8")
    addresses = "".join(f'{key} = "file:secrets/{key}"\n' for key in keys)
    inbox = '[inbox]\nexpect_every = "36h"\n'
    folder.configure(f"{inbox}[notify]\n{addresses}timeout_seconds = 5\n{more}")


def fail(folder: Folder, now: str) -> None:
    """Run with a broken template."""
    template = folder.root / "templates" / "index.html"
    template.parent.mkdir(exist_ok=True)
    template.write_text("{% if %}")
    assert 2 == folder.digest("run", now=now).status
    template.unlink()


def test_each_run_calls_the_heartbeat(folder: Folder, listening: Monitor) -> None:
    """Also a run that found nothing, because the monitor counts the calls."""
    configure(folder, listening, "heartbeat")
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    assert 0 == folder.digest("run", "--due", now=f"{DAY}T08:01").status
    assert [f"GET {SECRET}"] * 2 == listening.paths


def test_a_failed_run_calls_the_heartbeat_with_fail(folder: Folder, listening: Monitor) -> None:
    """`/fail` follows the path of the address, before its query."""
    configure(folder, listening, "heartbeat")
    fail(folder, f"{DAY}T08:00")
    assert ["GET /ping/4f1c-secret/fail?key=also-secret"] == listening.paths


def test_a_failed_run_calls_heartbeat_fail_if_that_is_configured(
    folder: Folder, listening: Monitor
) -> None:
    """Some monitors have a separate address for failures."""
    configure(folder, listening, "heartbeat", "heartbeat_fail")
    fail(folder, f"{DAY}T08:00")
    folder.run(f"{DAY}T08:01")
    assert ["GET /heartbeat_fail/secret", f"GET {SECRET}"] == listening.paths


def test_a_failure_is_notified_once_until_it_recovers(folder: Folder, listening: Monitor) -> None:
    """Not by every run from cron. After a recovery the next failure is notified again."""
    configure(folder, listening, "webhook")
    folder.drop("a.txt", page(DAY, [1]))
    for minute in range(3):
        fail(folder, f"{DAY}T08:0{minute}")
    (first,) = listening.asked
    assert "POST" == first.method
    assert (["failed"], [], "failed") == tuple(
        first.data[name] for name in ("kinds", "recovered", "verdict")
    )
    assert "The run failed: templates/index.html: line 1" in first.data["message"]
    assert first.data["text"] == first.data["content"]
    assert first.data["text"].startswith("Papers Digest: The run failed")
    assert {"parse": []} == first.data["allowed_mentions"]
    folder.drop("b.txt", page(DAY, [2]))
    folder.run(f"{DAY}T08:10")
    folder.run(f"{DAY}T08:11")
    fail(folder, f"{DAY}T08:12")
    recovered, again = (request.data for request in listening.asked[1:])
    assert ([], ["failed"], "new") == tuple(
        recovered[name] for name in ("kinds", "recovered", "verdict")
    )
    assert 1 == recovered["counts"]["new"]
    assert [{"edition": "daily", "date": DAY, "papers": 1}] == recovered["issues"]
    assert ["failed"] == again["kinds"]


def test_silence_is_notified_once_until_something_comes(folder: Folder, listening: Monitor) -> None:
    """Silence is longer than `expect_every`."""
    configure(folder, listening, "webhook")
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    for hour in (20, 21, 22):
        folder.run(f"2026-11-19T{hour}:00", status=4 if hour > 20 else 0)
    folder.drop("b.txt", page("2026-11-20", [2]))
    folder.run("2026-11-20T08:00")
    stale, over = (request.data for request in listening.asked)
    assert (["stale"], "Nothing came for longer than 36h.") == (stale["kinds"], stale["message"])
    assert (["stale"], "Over: stale.") == (over["recovered"], over["message"])


def test_a_failed_run_does_not_end_silence(folder: Folder, listening: Monitor) -> None:
    """Only a run that succeeds can know that the silence is over."""
    configure(folder, listening, "webhook")
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    folder.run("2026-11-20T08:00", status=4)
    folder.drop("b.txt", page("2026-11-20", [2]))
    fail(folder, "2026-11-20T08:10")
    folder.run("2026-11-20T08:20")
    notices = [(request.data["kinds"], request.data["recovered"]) for request in listening.asked]
    assert [(["stale"], []), (["failed"], []), ([], ["stale", "failed"])] == notices


def test_a_failure_is_not_notified_if_on_does_not_name_it(
    folder: Folder, listening: Monitor
) -> None:
    """It does not end the silence that was notified before either."""
    configure(folder, listening, "webhook", more='on = ["stale", "recovered"]\n')
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    folder.run("2026-11-20T08:00", status=4)
    fail(folder, "2026-11-20T08:10")
    folder.run("2026-11-20T08:20", status=4)
    assert [["stale"]] == [request.data["kinds"] for request in listening.asked]


def test_a_file_in_quarantine_is_notified(folder: Folder, listening: Monitor) -> None:
    """The next one only if a file was read in between."""
    configure(folder, listening, "webhook", more='on = ["quarantined"]\n')
    folder.drop("<!channel> @here.txt", b"no paper in it")
    folder.run(f"{DAY}T08:00", status=3)
    folder.drop("bad.txt", b"no paper in this")
    folder.run(f"{DAY}T08:10", status=3)
    (notice,) = (request.data for request in listening.asked)
    assert ["quarantined"] == notice["kinds"]
    assert notice["message"].startswith("1 file quarantined: <!channel> @here.txt: not a listing")
    assert not {"<", ">", "@"} & set(notice["text"])
    folder.drop("good.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:20")
    folder.drop("worse.txt", b"nor in that")
    folder.run(f"{DAY}T08:30", status=3)
    assert 2 == len(listening.asked)


def test_rejects_are_notified_if_on_names_them(folder: Folder, listening: Monitor) -> None:
    """By default they are in the status only."""
    for number, more in enumerate(("", 'on = ["rejected", "partial"]\n')):
        configure(folder, listening, "webhook", more=more)
        cut = page(DAY, [number * 9 + n for n in range(3)])
        folder.drop(f"{number}.txt", cut[: cut.rindex(b"authors") - 20])
        folder.run(f"{DAY}T08:0{number}", status=3)
    (notice,) = (request.data for request in listening.asked)
    assert ["partial", "rejected"] == notice["kinds"]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (500, "answered 500"),
        (404, "answered 404"),
        (301, "answered 301, a redirect: configure the address it leads to"),
        (307, "answered 307, a redirect: configure the address it leads to"),
    ],
)
def test_each_call_that_fails_is_one_line(folder: Folder, status: int, says: str) -> None:
    """Without the address. The issue is published, and the notice is sent again later."""
    with monitor(status) as unwell:
        configure(folder, unwell, "heartbeat", "webhook")
        folder.drop("bad.txt", b"no paper in it")
        folder.drop("a.txt", page(DAY, [1]))
        result = folder.digest("run", now=f"{DAY}T08:00")
        assert 3 == result.status
        assert [
            f"digest: notify: heartbeat at 127.0.0.1: {says}",
            f"digest: notify: webhook at 127.0.0.1: {says}",
        ] == result.err.splitlines()[:2]
        assert 3 == result.err.count("\n")
        assert {"/elsewhere"}.isdisjoint(request.path for request in unwell.asked)
        fail(folder, f"{DAY}T08:01")
        unwell.status = 200
        fail(folder, f"{DAY}T08:02")
        fail(folder, f"{DAY}T08:03")
    assert [["quarantined"], ["failed"], ["failed"]] == [
        request.data["kinds"] for request in unwell.asked if request.method == "POST"
    ]
    assert (folder.output / "daily" / f"{DAY}.html").is_file()


def test_a_receiver_that_never_answers_is_named(folder: Folder) -> None:
    """The issue is published before it is called."""
    with monitor(0) as hanging:
        configure(folder, hanging, "heartbeat", "webhook")
        file = folder.root / "config" / "digest.toml"
        file.write_text(file.read_text().replace("timeout_seconds = 5", "timeout_seconds = 0.4"))
        folder.drop("bad.txt", b"no paper in it")
        result = folder.digest("run", now=f"{DAY}T08:00")
    assert 3 == result.status
    assert 2 == result.err.count("no answer within 0.4 s")
    assert (folder.output / "index.html").is_file()


def test_heartbeat_and_webhook_are_called_at_the_same_time(folder: Folder) -> None:
    """One is answered only when the other has arrived, so both cost no more than one timeout."""
    with monitor(together=2) as both:
        configure(folder, both, "heartbeat", "webhook")
        folder.drop("bad.txt", b"no paper in it")
        result = folder.digest("run", now=f"{DAY}T08:00")
    assert 3 == result.status
    assert "notify:" not in result.err
    assert 2 == len(both.asked)


def test_the_timeout_limits_the_whole_answer() -> None:
    """A receiver that sends a byte now and then would keep the run for ever."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        dripping = pool.submit(drip, listening, over)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert ["no answer within 1 s"] == monitors.send([monitors.Call("heartbeat", url)], 1)
        assert not dripping.done()
        over.set()


def drip(listening: socket.socket, over: threading.Event) -> None:
    """Answer the first client with a byte of a header at a time, until it is over."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not over.wait(0.1):
            connection.sendall(b"x")


def test_a_refused_connection_gives_the_words_of_the_system() -> None:
    """And no calls give no results."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}{SECRET}"
    assert ["Connection refused"] == monitors.send([monitors.Call("heartbeat", url)], 5)
    assert [] == monitors.send([], 5)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_log_ever_holds_an_address(folder: Folder, form: str) -> None:
    """Everything is logged, and every call fails."""
    with monitor(500) as unwell:
        configure(folder, unwell, "heartbeat", "webhook")
        folder.drop("bad.txt", b"no paper in it")
        first = folder.process("-vv", "--log-format", form, "run", now=f"{DAY}T08:00")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}{SECRET}"
    (folder.root / "secrets" / "heartbeat").write_text(address)
    second = folder.process("-vv", "--log-format", form, "run", now=f"{DAY}T08:10")
    assert "127.0.0.1" in first.err
    assert "Connection refused" in second.err
    status = (folder.output / "status.json").read_text()
    whole = f"{first.out}{first.err}{second.out}{second.err}{status}"
    assert not [word for word in ("secret", "4f1c", "ping") if word in whole]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "file:secrets/heartbeat cannot be read"),
        ("", "file:secrets/heartbeat is empty"),
        ("ftp://example.org/secret", "holds no web address"),
        ("file:///etc/passwd", "holds no web address"),
        ("https://example.org/a secret", "holds no web address"),
        ("https://user:secret@example.org/", "holds no web address"),
        ("https:///secret", "holds no web address"),
        ("https://[secret", "holds no web address"),
    ],
)
def test_an_unusable_address_is_reported_and_stops_nothing(
    folder: Folder, listening: Monitor, content: str | None, says: str
) -> None:
    """In one line of the run, and as a warning of `check`. Neither shows the address."""
    configure(folder, listening, "heartbeat")
    file = folder.root / "secrets" / "heartbeat"
    file.unlink()
    if content is not None:
        file.write_text(content)
    result = folder.digest("run", now=f"{DAY}T08:00")
    assert (0, 1) == (result.status, result.err.count("\n"))
    checked = folder.digest("check")
    assert 0 == checked.status
    assert "!   notify.heartbeat: " in checked.out
    for words in (result.err, checked.out):
        assert says in words
        assert "secret" not in words.replace("file:secrets/heartbeat", "")


def test_an_address_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listening: Monitor
) -> None:
    """`env:NAME`; the error for a variable that is not set names it."""
    monkeypatch.setenv("PULSE", listening.url(SECRET))
    assert listening.url(SECRET) == secrets.web_address(tmp_path, "env:PULSE", "notify.heartbeat")
    monkeypatch.delenv("PULSE")
    with pytest.raises(SettingsError, match="env:PULSE is not set"):
        secrets.web_address(tmp_path, "env:PULSE", "notify.heartbeat")


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('webhook = "https://example.org/secret"', "notify.webhook: the address is a secret"),
        ('on = ["fialed"]', "notify.on: not a kind of notice: 'fialed'"),
        ("timeout_seconds = 0", "notify.timeout_seconds: must be more than 0"),
        ("timeout_seconds = 900", "notify.timeout_seconds: must be at most 60"),
        ('webhok = "env:A"', "did you mean webhook?"),
    ],
)
def test_unusable_keys_of_the_configuration_are_refused(
    folder: Folder, toml: str, says: str
) -> None:
    """A literal address is refused as well, and not repeated."""
    folder.configure(f"[notify]\n{toml}\n")
    result = folder.digest("check")
    assert 2 == result.status
    assert says in result.err
    assert "example.org" not in result.err


def test_check_notify_sends_both_and_fails_if_one_does_not_arrive(
    folder: Folder, listening: Monitor
) -> None:
    """It ends with status 1 then."""
    configure(folder, listening, "heartbeat", "webhook")
    result = folder.digest("check", "--notify", now=f"{DAY}T08:00")
    assert (0, True) == (result.status, "ok  the test was sent" in result.out)
    assert ["GET", "POST"] == sorted(request.method for request in listening.asked)
    (posted,) = [request.data for request in listening.asked if request.body]
    assert ("test", ["test"]) == (posted["verdict"], posted["kinds"])
    assert "Papers Digest (test): This is a test: notices arrive." == posted["text"]
    listening.status = 500
    assert 1 == folder.digest("check", "--notify", now=f"{DAY}T08:00").status
    configure(folder, listening, "heartbeat")
    assert 1 == folder.digest("check", "--notify", now=f"{DAY}T08:00").status


def test_check_notify_says_that_there_is_nothing_to_call(
    folder: Folder, listening: Monitor
) -> None:
    """An address for failures alone is not called by a test: it would raise an alarm."""
    for names in ((), ("heartbeat_fail",)):
        configure(folder, listening, *names)
        result = folder.digest("check", "--notify", now=f"{DAY}T08:00")
        assert (1, False) == (result.status, "was sent" in result.out)
        assert "nothing was called" in result.err
    assert [] == listening.asked


def test_heartbeat_fail_alone_is_called(folder: Folder, listening: Monitor) -> None:
    """After a failed run, and after no other."""
    configure(folder, listening, "heartbeat_fail")
    fail(folder, f"{DAY}T08:00")
    folder.run(f"{DAY}T08:01")
    assert ["GET /heartbeat_fail/secret"] == listening.paths


def test_a_dry_run_sends_nothing(folder: Folder, listening: Monitor) -> None:
    """Neither the heartbeat nor the notice of the quarantined file."""
    configure(folder, listening, "heartbeat", "webhook")
    folder.drop("bad.txt", b"no paper in it")
    folder.run(f"{DAY}T08:00", "--dry-run", status=3)
    assert [] == listening.asked


def test_a_full_disk_is_notified_once(folder: Folder, listening: Monitor) -> None:
    """Each run fails because no file may grow; the notice is recorded all the same."""
    configure(folder, listening, "webhook")
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    folder.drop("b.txt", page(DAY, range(2, 30)))
    limit = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (4096, 4096)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    code = f"{limit}{ignore}from digest.cli import main; main.main()"
    words = ["--root", str(folder.root), "--now", f"{DAY}T09:00", "run"]
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, check=False, env={}
        )
        assert 1 == done.returncode, done.stderr
    assert [["failed"]] == [request.data["kinds"] for request in listening.asked]


@given(st.text())
def test_no_text_mentions_or_marks_anything_in_a_chat(text: str) -> None:
    """No character is left that Slack, Mattermost or Discord read as markup, link or mention."""
    escaped = escape.chat(text)
    assert not {"<", ">", "@", "&", "`", "\n", "\r", "\x00"} & set(escaped)
    escaped.encode()
