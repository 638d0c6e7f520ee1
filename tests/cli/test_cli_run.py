"""`digest run` and its moment: the report for people and scripts, exit statuses."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time

from tests.support.folders import CommandResult, Folder, page

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"


def test_the_report_as_json_has_the_keys_scripts_depend_on(folder: Folder) -> None:
    """It has exactly these, and standard output has nothing else."""
    folder.drop("papers.txt", page(DAY, [1, 2, 3, 3]))
    folder.drop("broken.bin", b"\x00\x01\x02")
    answered = folder.digest("run", "--json", now=NOW)
    reason = json.loads(answered.out)["quarantined"][0]["reason"]
    sums = {"dumps": 1, "entries": 4, "new": 3, "changed": 0, "known": 0, "repeated": 1}
    paths = [f"output/daily/{DAY}.{suffix}" for suffix in ("html", "md", "json")]
    assert {
        "verdict": "new",
        "moment": f"{NOW}:00+00:00",
        "accounting": sums | {"rejected": 0},
        "issues": [
            {"edition": "daily", "date": DAY, "number": 1, "papers": 3, "paths": paths},
        ],
        "quarantined": [{"dump": "broken.bin", "reason": reason}],
        "fetched": [],
        "summaries": None,
        "deliveries": None,
    } == json.loads(answered.out)
    assert (3, f"broken.bin: {reason}\n") == (answered.status, answered.err)
    for path in paths:
        assert (folder.root / path).is_file()


def test_the_report_for_a_person_names_the_next_steps(folder: Folder) -> None:
    """Sums, the issue and what to open are printed; with -q nothing is."""
    folder.drop("papers.txt", page(DAY, [1, 2]))
    answered = folder.digest("run", now=NOW)
    lines = ["1 dump, 2 entries = 2 new + 0 changed + 0 known + 0 repeated + 0 rejected"]
    lines.append(f"Issue 1 of daily, {DAY}: 2 papers")
    assert lines == answered.out.splitlines()[:2]
    assert str(folder.output / "index.html") in answered.out
    assert str(folder.output / "feed.xml") in answered.out
    idle = f"quiet: Nothing waited in the inbox: {folder.root / 'inbox'}\n"
    assert CommandResult(0, idle, "") == folder.digest("run", now=NOW)
    assert CommandResult(0, "", "") == folder.digest("-q", "run", now=NOW)


def test_v_prints_how_each_dump_was_read(folder: Folder) -> None:
    """Its format, source, page date and the evidence for the year are printed."""
    folder.drop("papers-2026-11-18.txt", page(DAY, [1]))
    text = folder.digest("-v", "run", now=NOW).out
    assert f"papers-2026-11-18.txt: plain-text of huggingface.co/papers, {DAY}, 1 entry" in text
    assert "year: 2026: the file name" in text


@pytest.mark.parametrize("now", [f"{DAY}T23:30:00Z", f"{DAY}T23:30:00+00:00", "2026-11-19T00:30"])
def test_now_without_an_offset_is_in_the_sites_time_zone(folder: Folder, now: str) -> None:
    """The same moment, written in three ways, is on the next day in the site's zone."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n')
    folder.drop("papers.txt", page(DAY, [1]))
    report = folder.run(now)
    assert "2026-11-19T00:30:00+01:00" == report["moment"]
    assert ["2026-11-19"] == [issue["date"] for issue in report["issues"]]


def test_now_may_be_a_date(folder: Folder) -> None:
    """A date alone means its midnight."""
    assert f"{DAY}T00:00:00+00:00" == folder.run(DAY)["moment"]


def test_without_now_the_moment_is_the_clocks(folder: Folder) -> None:
    """It is given in the site's time zone."""
    folder.configure('[site]\ntimezone = "America/New_York"\n')
    with freeze_time(f"{DAY} 12:00:00"):
        answered = folder.digest("run", "--json")
    assert f"{DAY}T07:00:00-05:00" == json.loads(answered.out)["moment"]


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01", "07:00", ""])
def test_a_now_that_is_no_date_and_time_is_wrong_usage(folder: Folder, now: str) -> None:
    """The status is 2, and the message repeats the words and gives an example."""
    answered = folder.digest("--now", now, "run")
    assert 2 == answered.status
    assert f"digest: --now: not a date and time: {now!r}" in answered.err
    assert "2026-11-22T07:00" in answered.err


def test_no_input_for_too_long_is_exit_status_4(published: Folder) -> None:
    """Once `expect_every` has passed, `run` and `status` leave with 4, for monitors."""
    published.configure('[inbox]\nexpect_every = "36h"\n')
    assert 0 == published.digest("status", now="2026-11-19T19:59").status
    answered = published.digest("status", now="2026-11-19T20:01")
    assert 4 == answered.status
    assert "stale" in answered.out
    assert "quiet" == published.run("2026-11-19T19:59")["verdict"]
    assert "no-input" == published.run("2026-11-19T20:01", status=4)["verdict"]
    published.drop("broken", b"\x00")
    assert "unreadable" == published.run("2026-11-19T20:02", status=3)["verdict"]
