"""Fetching before a run and by itself: what is asked, what becomes a file, what is remembered."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.feed_server import (
    Asked,
    FeedServer,
    Reply,
    atom,
    configuration,
    feed_server,
    feed_source,
    forget_pauses,
    remember,
    state,
)
from tests.support.folders import Folder, titles
from tests.support.processes import finish, start

DAY = "2026-11-20"
AT = f"{DAY}T08:00"
LATER = f"{DAY}T12:00"
PLACE = "/feed.xml"
SETTLED = "[inbox]\nsettle_seconds = 0\n"  # for what an earlier command has fetched


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run a source that has three papers."""
    with feed_server() as running:
        running.feed(PLACE, [1, 2, 3])
        yield running


@pytest.fixture
def asking(folder: Folder, server: FeedServer) -> Folder:
    """Give a folder with one source, which is asked each hour."""
    folder.configure(configuration(feed_source("notes", server.url(PLACE), 'every = "1h"')))
    return folder


def run(folder: Folder, now: str, *words: str, status: int = 0) -> dict[str, Any]:
    """Run `digest run` at this moment without a pause; return its report."""
    forget_pauses(folder)
    return folder.run(now, *words, status=status)


def fetch(folder: Folder, now: str, *words: str, status: int = 0) -> list[dict[str, Any]]:
    """Run `digest fetch` at this moment without a pause; return what the sources gave."""
    forget_pauses(folder)
    result = folder.digest("fetch", "--json", *words, now=now)
    assert status == result.status, result
    sources: list[dict[str, Any]] = json.loads(result.out)["sources"]
    return sources


def fetched(folder: Folder) -> list[str]:
    """Return the names in the inbox."""
    return names(folder.inbox, but="done")


def names(folder: Path, but: str = "") -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name != but)


def test_a_due_source_is_asked_and_taken_in_by_the_same_run(asking: Folder) -> None:
    """Without a wait until the file has settled, also with --due."""
    report = run(asking, AT, "--due")
    assert 3 == report["accounting"]["new"]
    assert [titles([1, 2, 3])] == asking.titles()
    assert [f"notes-{DAY}.xml"] == fetched(asking)
    assert [("notes", "answered", [f"notes-{DAY}.xml"], 1)] == [
        (one["source"], one["outcome"], one["files"], one["requests"]) for one in report["fetched"]
    ]


def test_a_source_is_not_asked_before_its_time(asking: Folder, server: FeedServer) -> None:
    """Not by a second run, nor by `digest fetch`; by its name it is."""
    run(asking, AT)
    assert [] == run(asking, f"{DAY}T08:59")["fetched"]
    assert [] == fetch(asking, f"{DAY}T08:59")
    assert 1 == len(server.asked)
    assert "unchanged" == fetch(asking, f"{DAY}T08:59", "notes")[0]["outcome"]
    assert [None, True] == [asked.etag and True for asked in server.asked]


def test_validators_are_sent_and_a_304_is_an_answer(asking: Folder, server: FeedServer) -> None:
    """The next look is then planned as after any other."""
    run(asking, AT)
    report = run(asking, LATER)
    assert ["unchanged"] == [one["outcome"] for one in report["fetched"]]
    assert 0 == report["accounting"]["dumps"]
    assert server.asked[1].etag
    assert [f"notes-{DAY}.xml"] == fetched(asking)
    known = state(asking)["sources"]["notes"]
    assert f"{DAY}T13:00:00+00:00" == known["next_look"]
    assert 1 == known["quiet"]


def test_validators_hold_over_midnight(asking: Folder, server: FeedServer) -> None:
    """The file of another day has another name, and the feed is the same."""
    run(asking, AT)
    assert "unchanged" == run(asking, "2026-11-21T08:00")["fetched"][0]["outcome"]
    assert server.asked[1].etag


def test_the_same_bytes_again_are_no_file(asking: Folder, server: FeedServer) -> None:
    """Of a server that has no validators, on this day and on the next."""
    server.feed(PLACE, [1, 2, 3], etag=False)
    run(asking, AT)
    assert "unchanged" == run(asking, LATER)["fetched"][0]["outcome"]
    assert "unchanged" == run(asking, "2026-11-21T08:00")["fetched"][0]["outcome"]
    assert [f"notes-{DAY}.xml"] == fetched(asking)


def test_another_answer_of_a_day_gets_a_number(asking: Folder, server: FeedServer) -> None:
    """Nothing is written over, and only the new paper is new."""
    run(asking, AT)
    server.feed(PLACE, [1, 2, 3, 4])
    assert 1 == run(asking, LATER)["accounting"]["new"]
    assert [f"notes-{DAY}-2.xml", f"notes-{DAY}.xml"] == fetched(asking)


# What must not lose papers to a 304 or to "the same bytes".


def test_after_a_restored_ledger_everything_is_asked_for_again(
    asking: Folder, server: FeedServer
) -> None:
    """The state of the fetching stays, and its validators are not sent."""
    asking.drop("dropped.xml", atom([9]))
    run(asking, "2026-11-19T08:00", "--no-fetch")
    assert 0 == asking.digest("backup", now=AT).status
    (backup,) = (asking.root / "state" / "backups").glob("*.sqlite3")
    run(asking, AT)
    (asking.inbox / f"notes-{DAY}.xml").unlink()
    restored = asking.digest("restore", "--yes", str(backup), now=AT)
    assert 0 == restored.status, restored
    report = run(asking, LATER)
    assert (None, "answered") == (server.asked[1].etag, report["fetched"][0]["outcome"])
    assert 3 == report["accounting"]["new"]


def test_a_file_deleted_before_it_was_taken_in_is_asked_for_again(
    asking: Folder, server: FeedServer
) -> None:
    """Its papers are in no ledger; while it lies there it is not asked for again."""
    fetch(asking, AT)
    assert "unchanged" == fetch(asking, LATER)[0]["outcome"]
    assert server.asked[1].etag
    (asking.inbox / f"notes-{DAY}.xml").unlink()
    assert [f"notes-{DAY}.xml"] == fetch(asking, f"{DAY}T16:00")[0]["files"]
    assert server.asked[2].etag is None


def test_a_file_that_was_changed_is_asked_for_again(asking: Folder, server: FeedServer) -> None:
    """What lies there now is not what came, and is left alone."""
    fetch(asking, AT)
    (asking.inbox / f"notes-{DAY}.xml").write_bytes(b"mine")
    assert [f"notes-{DAY}-2.xml"] == fetch(asking, LATER)[0]["files"]
    assert b"mine" == (asking.inbox / f"notes-{DAY}.xml").read_bytes()
    assert server.asked[1].etag is None


def test_a_quarantined_file_is_asked_for_in_full(asking: Folder, server: FeedServer) -> None:
    """With smaller limits the reader refuses what it had let pass; the source may change it."""
    fetch(asking, AT)
    asking.configure(asking.configuration.read_text() + "\n[limits]\nrecords = 2\n" + SETTLED)
    assert 1 == len(run(asking, f"{DAY}T08:30", status=3)["quarantined"])
    assert 0 == len(run(asking, f"{DAY}T08:45")["quarantined"])
    assert 1 == fetch(asking, LATER, status=1)[0]["requests"]
    assert server.asked[1].etag is None
    server.feed(PLACE, [1, 2])
    assert 2 == run(asking, f"{DAY}T16:00")["accounting"]["new"]


def test_other_settings_make_another_source(asking: Folder, server: FeedServer) -> None:
    """It is due, and the validators of the old address are not sent to the new one."""
    run(asking, AT)
    server.feed("/other.xml", [4])
    asking.configure(configuration(feed_source("notes", server.url("/other.xml"))))
    assert 1 == run(asking, f"{DAY}T08:10")["accounting"]["new"]
    assert Asked("/other.xml", None) == server.asked[1]


@pytest.mark.parametrize("damage", ["lost", "damaged", "newer"])
def test_losing_the_state_costs_a_request_and_no_paper(
    asking: Folder, server: FeedServer, damage: str
) -> None:
    """What was taken in before is known by its bytes."""
    run(asking, AT)
    file = asking.root / "state" / "fetch.json"
    if damage == "lost":
        file.unlink()
    else:
        file.write_bytes(b"{" if damage == "damaged" else b'{"version": 99}')
    report = asking.run(f"{DAY}T08:05")
    assert ["unchanged"] == [one["outcome"] for one in report["fetched"]]
    assert [f"notes-{DAY}.xml"] == fetched(asking)
    assert [None, None] == [asked.etag for asked in server.asked]


def test_a_clock_set_back_by_a_year_keeps_nobody_waiting(
    asking: Folder, server: FeedServer
) -> None:
    """A source is due then, and the pause of its host lies in no future."""
    run(asking, AT)
    remember(asking, state(asking) | {"not_before": {"127.0.0.1": time.time() + 365 * 86_400}})
    asking.run("2025-11-20T08:00")
    assert 2 == len(server.asked)
    assert "2025-11-20T09:00:00+00:00" == state(asking)["sources"]["notes"]["next_look"]
    assert [] == run(asking, "2025-11-20T08:30")["fetched"]


def test_a_host_is_left_alone_as_long_as_it_wants(asking: Folder, server: FeedServer) -> None:
    """Naming the source asks no sooner. To be told to wait is no failure at first, but then."""
    server.replies[PLACE] = Reply(503, b"", (("Retry-After", "7200"),))
    (late,) = fetch(asking, AT)
    assert ("late", f"{DAY}T10:00:00+00:00") == (late["outcome"], late["next_look"])
    result = asking.digest("fetch", "--json", "notes", now=f"{DAY}T08:01")
    assert 0 == json.loads(result.out)["sources"][0]["requests"]
    assert 1 == len(server.asked)
    assert [("failed", True)] == [
        (one["outcome"], one["first_failure"]) for one in fetch(asking, LATER, status=1)
    ]


def test_an_outage_is_told_once(asking: Folder, server: FeedServer) -> None:
    """For days nothing is held up: what is dropped is issued, and the status is that of a run."""
    run(asking, AT)
    good, server.replies[PLACE] = server.replies[PLACE], Reply(404)
    assert [True] == [one["first_failure"] for one in run(asking, LATER, status=3)["fetched"]]
    for hour in range(13, 20):
        run(asking, f"{DAY}T{hour}:00", "--due")
    for day in (21, 22, 23):
        asking.drop(f"dropped-{day}.xml", atom([day]))
        assert 1 == run(asking, f"2026-11-{day}T08:00")["accounting"]["new"]
    server.replies[PLACE] = good
    run(asking, "2026-11-24T08:00")
    assert "failing_since" not in state(asking)["sources"]["notes"]
    server.replies[PLACE] = Reply(404)
    run(asking, "2026-11-24T12:00", status=3)


def test_a_failed_source_is_asked_again_soon_and_then_less(
    asking: Folder, server: FeedServer
) -> None:
    """After a quarter of an hour, half an hour, and then as often as it is set."""
    server.replies[PLACE] = Reply(404)
    for now, following in (("08:00", "08:15"), ("08:15", "08:45"), ("08:45", "09:45")):
        (failed,) = fetch(asking, f"{DAY}T{now}", status=1)
        assert f"{DAY}T{following}:00+00:00" == failed["next_look"]


def test_sources_of_a_host_that_wants_to_be_left_alone_wait(
    folder: Folder, server: FeedServer
) -> None:
    """The one that was told, and the other one, which is not even asked; the status says why."""
    server.replies["/a"] = Reply(429, headers=(("Retry-After", "3600"),))
    folder.configure(configuration(*(feed_source(name, server.url(f"/{name}")) for name in "ab")))
    assert ["late", "late"] == [one["outcome"] for one in fetch(folder, AT)]
    assert 1 == len(server.asked)
    told, other = json.loads(folder.digest("status", "--json", now=AT).out)["fetching"]
    assert "answered 429, and wants to be left alone for 60 minutes" in told["reason"]
    assert "127.0.0.1 wants to be left alone for 60 minutes more" == other["reason"]
    assert [None, None] == [one["failing_since"] for one in (told, other)]


def test_one_source_stops_no_other(folder: Folder, server: FeedServer) -> None:
    """Each has its own outcome, in the order of the configuration."""
    server.replies["/portal"] = Reply(200, b"<html><p>Log in to the network</p></html>")
    folder.configure(
        configuration(
            feed_source("gone", server.url("/gone.xml", "127.0.0.2")),
            feed_source("portal", server.url("/portal", "127.0.0.3")),
            feed_source("notes", server.url(PLACE, "127.0.0.4")),
            feed_source("resting", server.url(PLACE), "enabled = false"),
        )
    )
    report = run(folder, AT, status=3)
    assert [("gone", "failed"), ("portal", "failed"), ("notes", "answered")] == [
        (one["source"], one["outcome"]) for one in report["fetched"]
    ]
    assert "answered with something else" in report["fetched"][1]["reason"]
    assert [f"notes-{DAY}.xml"] == fetched(folder)
    assert 3 == report["accounting"]["new"]


def test_exit_statuses_of_fetch(folder: Folder, server: FeedServer) -> None:
    """All, some, none; a name that there is not, and no source at all."""
    assert 2 == folder.digest("fetch").status
    good = feed_source("notes", server.url(PLACE, "127.0.0.2"))
    bad = feed_source("gone", server.url("/gone.xml", "127.0.0.3"))
    folder.configure(configuration(good, bad))
    fetch(folder, AT, status=3)
    fetch(folder, AT, "notes")
    fetch(folder, AT, "gone", status=1)
    wrong = folder.digest("fetch", "notse", now=AT)
    assert 2 == wrong.status
    assert "Did you mean notes?" in wrong.err


def test_fetch_says_a_line_for_each_source(folder: Folder, server: FeedServer) -> None:
    """What failed stands on standard error, once."""
    good = feed_source("notes", server.url(PLACE, "127.0.0.2"))
    bad = feed_source("gone", server.url("/gone.xml", "127.0.0.3"))
    folder.configure(configuration(good, bad))
    result = folder.digest("fetch", now=AT)
    command = f"digest --root {folder.root} run"
    assert [
        "asked notes: 3 papers in 1 file",
        f"Next: {command}",
    ] == result.out.splitlines()
    assert "gone failed: 127.0.0.3: answered 404; next look 08:15\n" == result.err
    nobody = folder.digest("fetch", now=f"{DAY}T08:01").out
    assert "No source is due before 08:15.\n" == nobody


def test_dry_runs_ask_nobody(asking: Folder, server: FeedServer) -> None:
    """They say who is due, and leave no state."""
    assert [("notes", "due")] == [
        (one["source"], one["outcome"]) for one in run(asking, AT, "--dry-run")["fetched"]
    ]
    assert ["due"] == [one["outcome"] for one in fetch(asking, AT, "--dry-run")]
    assert [] == server.asked
    run(asking, AT)
    assert [] == fetch(asking, f"{DAY}T08:01", "--dry-run")
    assert ["due"] == [
        one["outcome"] for one in fetch(asking, f"{DAY}T08:01", "--dry-run", "notes")
    ]


def test_no_fetch_asks_nobody(asking: Folder, server: FeedServer) -> None:
    """The inbox is taken in all the same."""
    asking.drop("dropped.xml", atom([9]))
    assert 1 == run(asking, AT, "--no-fetch")["accounting"]["new"]
    assert [] == server.asked


def test_anew_asks_for_everything_although_nothing_is_due(
    asking: Folder, server: FeedServer
) -> None:
    """What is known stays known."""
    run(asking, AT)
    assert "unchanged" == fetch(asking, f"{DAY}T08:01", "--anew")[0]["outcome"]
    assert [None, None] == [asked.etag for asked in server.asked]


def test_quiet_sources_are_asked_less_and_busy_ones_more(
    asking: Folder, server: FeedServer
) -> None:
    """By what the ledger says of the files of their last looks."""
    for hour in range(4):
        server.feed(PLACE, [hour, 99])
        run(asking, f"{DAY}T{8 + hour:02}:00")
    known = state(asking)["sources"]["notes"]
    # Of the fourth look nobody knows yet what it brought. Half of an hour is below half of the
    # three hours that are usual for a feed, so an hour it stays.
    assert (3, f"{DAY}T12:00:00+00:00") == (known["burst"], known["next_look"])
    for count in range(12):
        fetch(asking, f"{DAY}T{12 + count // 4:02}:{15 * (count % 4):02}", "notes")
    known = state(asking)["sources"]["notes"]
    assert (12, f"{DAY}T16:45:00+00:00") == (known["quiet"], known["next_look"])


def test_what_is_not_reached_in_time_is_asked_by_the_next_run(
    folder: Folder, server: FeedServer
) -> None:
    """It is late, which is no failure; its turn comes first then."""
    names = ("one", "two")
    both = [feed_source(name, server.url(f"/{name}.xml")) for name in names]
    folder.configure(configuration(*both, fetch="seconds = 1"))
    for number, name in enumerate(names):
        server.feed(f"/{name}.xml", [number])
    report = run(folder, AT)
    assert ["answered", "late"] == [one["outcome"] for one in report["fetched"]]
    report = run(folder, f"{DAY}T08:01")
    assert [("two", "answered")] == [(one["source"], one["outcome"]) for one in report["fetched"]]
    assert 1 == report["accounting"]["new"]


def test_two_processes_at_once_ask_once(asking: Folder, server: FeedServer) -> None:
    """The second waits for the first, and finds that it has asked."""
    server.gate.clear()
    first = start(asking, "--now", AT, "run")
    while not server.asked:
        time.sleep(0.02)
    second = start(asking, "--now", AT, "run")
    due = asking.process("--now", AT, "run", "--due")
    assert 0 == due.status
    server.gate.set()
    assert [0, 0] == finish([first, second])
    assert 1 == len(server.asked)
    assert [titles([1, 2, 3])] == asking.titles()


def test_the_folder_is_free_while_a_source_is_asked(asking: Folder, server: FeedServer) -> None:
    """No command waits for the network."""
    server.gate.clear()
    asking.drop("dropped.xml", atom([9]))
    running = start(asking, "--now", AT, "run")
    while not server.asked:
        time.sleep(0.02)
    assert 1 == asking.run(AT, "--due")["accounting"]["new"]
    server.gate.set()
    assert [0] == finish([running])


def test_old_files_are_deleted_once_they_were_taken_in(folder: Folder, server: FeedServer) -> None:
    """Not those that were changed, dropped by somebody, or wait for a run; also from done/."""
    head = "keep_days = 2\n"
    source = feed_source("notes", server.url(PLACE))
    folder.configure(configuration(source, fetch=head) + '[inbox]\ndone = "move"\n')
    folder.drop("dropped.xml", atom([50]))
    for day, numbers in (("18", [1]), ("19", [2]), ("20", [3])):
        server.feed(PLACE, numbers)
        run(folder, f"2026-11-{day}T08:00")
    done = folder.inbox / "done"
    (done / "notes-2026-11-19.xml").write_bytes(b"mine now")
    server.feed(PLACE, [4])
    fetch(folder, "2026-11-21T08:00")
    assert ["notes-2026-11-21.xml"] == fetched(folder)
    server.feed(PLACE, [5])
    fetch(folder, "2026-12-21T08:00")
    assert ["notes-2026-11-21.xml", "notes-2026-12-21.xml"] == fetched(folder)
    assert ["dropped.xml", "notes-2026-11-19.xml"] == names(done)
    assert ["notes-2026-11-21.xml", "notes-2026-12-21.xml"] == sorted(state(folder)["files"])


def test_a_full_disk_leaves_no_half_file(asking: Folder, server: FeedServer) -> None:
    """The source counts as failed, and the next fetch has everything."""
    server.replies[PLACE] = Reply(200, atom(range(300)))
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY));"
        "from digest.cli import main; main.main()"
    )
    command = [sys.executable, "-W", "error", "-c", script, "--root", str(asking.root), "fetch"]
    done = subprocess.run(
        [*command, "--now", AT], capture_output=True, check=False, text=True, timeout=60
    )
    assert (1, True) == (
        done.returncode,
        "cannot be put into the inbox: File too large" in done.stderr,
    )
    assert [] == names(asking.inbox)
    assert [f"notes-{DAY}.xml"] == fetch(asking, LATER)[0]["files"]


def test_the_pauses_of_hosts_do_not_become_ever_more(asking: Folder) -> None:
    """Redirects may name a new host each time."""
    now = time.time()
    pauses = {"a.example": now - 100_000, "b.example": now - 5, "c.example": now + 1000}
    fetch(asking, AT)
    remember(asking, state(asking) | {"not_before": pauses})
    assert 0 == asking.digest("fetch", now=LATER).status
    assert {"127.0.0.1", "b.example", "c.example"} == set(state(asking)["not_before"])


def test_nobody_is_asked_while_it_cannot_be_remembered(asking: Folder, server: FeedServer) -> None:
    """Every run would ask again."""
    (asking.root / "state" / "fetch.json.new").mkdir(parents=True)
    for minute in (0, 1):
        result = asking.digest("run", now=f"{DAY}T08:0{minute}")
        assert "fetch: Is a directory" in result.err
    assert 1 == asking.digest("fetch", now=AT).status
    assert [] == server.asked


def test_a_run_that_asks_nobody_imports_nothing_that_asks(asking: Folder) -> None:
    """Neither without sources nor while none is due."""
    run(asking, AT)
    without = Folder(asking.root.parent / "without")
    code = "import sys; from digest.cli import main\ntry: main.main()\nfinally: print(*sys.modules)"
    for folder in (without, asking):
        words = ["--root", str(folder.root), "--now", f"{DAY}T08:05", "run"]
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, check=True, text=True
        )
        names = set(done.stdout.split())
        assert "digest.operations.run" in names
        loaded = {"urllib3", "protego", "ssl", "http.client", "zipfile"} & names
        assert not loaded
        for package in ("digest.http_client", "digest.sources", "digest.pipeline.fetching.ask"):
            assert not [name for name in names if name.startswith(package)]
