"""What is issued when: due dates through the command line, and when alarms ring."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time

from digest import settings
from digest.operations import serve
from tests.support.folders import Folder, page, titles
from tests.support.schedules import DAY, drop, due, rows


def test_a_day(folder: Folder) -> None:
    """06:59 nothing, 07:00 one, 07:01 none, a second page at 08:00 none, next day one."""
    drop(folder, DAY, 1, 2)
    assert [] == due(folder, f"{DAY}T06:59:59")
    assert [] == folder.data()
    assert [("daily", DAY, 2)] == due(folder, f"{DAY}T07:00")
    assert [] == due(folder, f"{DAY}T07:01")
    drop(folder, DAY, 2, 3)
    assert [] == due(folder, f"{DAY}T08:00")
    assert [] == due(folder, "2026-11-19T06:59")
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-19T07:00")
    assert [titles([1, 2]), titles([3])] == folder.titles()
    assert {DAY: "issued", "2026-11-19": "issued"} == rows(folder)


def test_a_day_by_the_clock(folder: Folder) -> None:
    """The same without `--now`: the machine's clock, in the site's zone."""
    folder.configure('[site]\ntimezone = "Asia/Tokyo"\n')
    drop(folder, DAY, 1)
    for utc, expected in (("21:59:59", 0), ("22:00:00", 1), ("22:01:00", 0)):
        with freeze_time(f"2026-11-17 {utc}"):
            answered = folder.digest("-v", "run", "--due")
        assert 0 == answered.status, answered
        assert expected == answered.out.count(f"Issue 1 of daily, {DAY}: 1 paper")


def test_a_day_that_stays_open_is_filled(folder: Folder) -> None:
    """Nothing at the hour: what comes later that day is the day's issue, and only once."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    assert [] == due(folder, "2026-11-19T07:00")
    assert {DAY: "issued", "2026-11-19": "open"} == rows(folder)
    drop(folder, "2026-11-19", 2)
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-19T15:00")
    drop(folder, "2026-11-19", 3)
    assert [] == due(folder, "2026-11-19T23:59")
    assert [("daily", "2026-11-20", 1)] == due(folder, "2026-11-20T07:00")


def test_a_day_without_papers_is_empty(folder: Folder) -> None:
    """Its row is closed at the first wake after midnight; what comes then waits for the hour."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    due(folder, "2026-11-19T07:00")
    drop(folder, "2026-11-20", 2)
    assert [] == due(folder, "2026-11-20T00:01")
    assert {DAY: "issued", "2026-11-19": "empty"} == rows(folder)
    assert [("daily", "2026-11-20", 1)] == due(folder, "2026-11-20T07:00")


def test_a_note_takes_an_empty_date(folder: Folder) -> None:
    """`when_empty = "note"`: an issue without papers, and what comes later waits."""
    folder.configure('[[edition]]\nwhen_empty = "note"\n')
    assert [] == due(folder, f"{DAY}T06:00")
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    assert [("daily", "2026-11-19", 0)] == due(folder, "2026-11-19T07:00")
    assert [] == due(folder, "2026-11-19T07:15")
    drop(folder, "2026-11-19", 2)
    assert [] == due(folder, "2026-11-19T08:00")
    assert [("daily", "2026-11-20", 1)] == due(folder, "2026-11-20T07:00")
    assert ["new", "quiet", "new"] == [issue["verdict"] for issue in folder.data()]
    assert (folder.output / "daily" / "2026-11-19.html").is_file()


def test_no_date_is_due_before_the_first_paper(folder: Folder) -> None:
    """A folder that waited for weeks has missed nothing."""
    assert [] == due(folder, "2026-11-01T07:00")
    assert [] == due(folder, "2026-11-10T07:00")
    drop(folder, DAY, 1)
    assert [] == due(folder, f"{DAY}T06:00")
    assert {} == rows(folder)
    assert [("daily", DAY, 1)] == due(folder, f"{DAY}T09:30")
    assert {DAY: "issued"} == rows(folder)


def test_catching_up_with_one_issue(folder: Folder) -> None:
    """After an outage the newest date takes everything, and says so of the others."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-19", 2)
    drop(folder, "2026-11-20", 3)
    assert [("daily", "2026-11-21", 2)] == due(folder, "2026-11-21T09:00")
    by = "caught up 2026-11-21"
    issued = {DAY: "issued", "2026-11-21": "issued"}
    assert issued | {"2026-11-19": by, "2026-11-20": by} == rows(folder)


def test_an_outage_with_nothing_to_show(folder: Folder) -> None:
    """Missed dates are missed, the present one stays open."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    assert [] == due(folder, "2026-11-20T09:00")
    assert {DAY: "issued", "2026-11-19": "missed", "2026-11-20": "open"} == rows(folder)


def test_catching_up_before_the_hour(folder: Folder) -> None:
    """Yesterday was missed and today is not due yet: yesterday's date takes all that waits."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-19", 2)
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-20T06:00")
    assert [] == due(folder, "2026-11-20T07:00")


def test_an_issue_caught_up_between_two_others_is_linked_by_both(folder: Folder) -> None:
    """The later one, published before it, links back to it, and no longer over it."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-20", 2)
    folder.run("2026-11-20T05:00")
    assert {"prev": f"{DAY}.html"} == neighbours(folder, "2026-11-20")
    drop(folder, "2026-11-19", 3)
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-20T06:00")
    assert {"next": "2026-11-19.html"} == neighbours(folder, DAY)
    both = {"prev": f"{DAY}.html", "next": "2026-11-20.html"}
    assert both == neighbours(folder, "2026-11-19")
    assert {"prev": "2026-11-19.html"} == neighbours(folder, "2026-11-20")


def neighbours(folder: Folder, day: str) -> dict[str, str]:
    """Where the page of a day's issue links for the issues before and after."""
    page = (folder.output / "daily" / f"{day}.html").read_text("utf-8")
    return dict(re.findall(r'<a rel="(prev|next)" href="([^"]+)"', page))


def test_catching_up_with_an_issue_for_each_date(folder: Folder) -> None:
    """`catch_up = "dated"`: by page date; what has none, or a later one, goes to the newest."""
    folder.configure('[[edition]]\ncatch_up = "dated"\n')
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    for number, day in enumerate(("2026-11-19", "2026-11-20", "2026-11-22"), start=2):
        drop(folder, day, number)
    made = due(folder, "2026-11-22T09:00")
    dated = ("2026-11-19", "2026-11-20", "2026-11-22")
    assert [("daily", day, 1) for day in dated] == made
    assert "missed" == rows(folder)["2026-11-21"]
    assert [titles([n]) for n in (1, 2, 3, 4)] == folder.titles()
    assert [1, 2, 3, 4] == [issue["number"] for issue in folder.data()]


@pytest.mark.parametrize("catch_up", ["one", "dated"])
def test_dates_too_long_ago_are_missed_and_no_paper_is_dropped(
    folder: Folder, catch_up: str
) -> None:
    """Older than `catch_up_days`: the papers stand in the newest issues all the same."""
    folder.configure(f'[[edition]]\ncatch_up = "{catch_up}"\ncatch_up_days = 2\n')
    drop(folder, "2026-11-10", 1)
    due(folder, "2026-11-10T07:00")
    for day in range(11, 19):
        drop(folder, f"2026-11-{day}", day)
    due(folder, f"{DAY}T09:00")
    missed = [day for day, state in rows(folder).items() if state == "missed"]
    assert [f"2026-11-{day}" for day in range(11, 16)] == missed
    shown = [title for issue in folder.titles() for title in issue]
    assert titles([1, *range(11, 19)]) == sorted(shown)


EDITIONS = """
[[edition]]
name = "daily"
[[edition]]
name = "kelp"
include = ["kelp"]
[[edition]]
name = "weekly"
period = "week"
days = ["fri", "sat"]
at = "18:00"
[[edition]]
name = "monthly"
period = "month"
"""


def test_several_editions(folder: Folder) -> None:
    """Each at its own time with its own papers; what a filter leaves out is counted."""
    folder.configure(EDITIONS)
    kelp = [n for n in range(30) if b"kelp" in page(DAY, [n]).lower()]
    others = [n for n in range(30) if n not in kelp]
    assert kelp
    assert others
    drop(folder, DAY, *kelp[:2], *others[:3])
    assert [("daily", DAY, 5), ("kelp", DAY, 2)] == due(folder, f"{DAY}T07:00")
    assert 3 == folder.data("kelp")[0]["filtered"]
    drop(folder, "2026-11-19", others[3])
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-19T07:00")
    drop(folder, "2026-11-20", kelp[2])
    made = due(folder, "2026-11-20T07:00")
    assert [("daily", "2026-11-20", 1), ("kelp", "2026-11-20", 1)] == made
    assert 1 == folder.data("kelp")[1]["filtered"]
    assert [] == due(folder, "2026-11-20T17:59")
    assert [("weekly", "2026-11-20", 7)] == due(folder, "2026-11-20T18:00")
    assert [] == due(folder, "2026-11-21T18:00")
    assert [("monthly", "2026-12-01", 7)] == due(folder, "2026-12-01T07:00")


def test_what_a_filter_left_out_is_counted_once(folder: Folder) -> None:
    """Also in a note, when the filter left out everything that came."""
    folder.configure('[[edition]]\nwhen_empty = "note"\ninclude = ["kelp"]\n')
    kelp = next(n for n in range(30) if b"kelp" in page(DAY, [n]).lower())
    others = [n for n in range(30) if b"kelp" not in page(DAY, [n]).lower()]
    drop(folder, DAY, kelp, *others[:2])
    assert [("daily", DAY, 1)] == due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-19", *others[2:5])
    assert [("daily", "2026-11-19", 0)] == due(folder, "2026-11-19T07:00")
    drop(folder, "2026-11-20", *others[5:9])
    assert [] == due(folder, "2026-11-20T06:00")
    assert [("daily", "2026-11-20", 0)] == due(folder, "2026-11-20T07:00")
    assert [2, 3, 4] == [issue["filtered"] for issue in folder.data()]


def test_a_plain_run_issues_day_editions_now_and_others_when_due(folder: Folder) -> None:
    """And leaves the due rows of day editions alone."""
    folder.configure(EDITIONS)
    drop(folder, DAY, 1)
    made = [issue["edition"] for issue in folder.run(f"{DAY}T03:00")["issues"]]
    assert ["daily"] == made
    assert {} == rows(folder)
    folder.run("2026-11-20T17:59")
    assert ["weekly"] == [i["edition"] for i in folder.run("2026-11-20T18:00")["issues"]]
    assert {"2026-11-20": "issued"} == rows(folder, "weekly")


def test_a_plain_run_and_the_schedule_share_a_date(folder: Folder) -> None:
    """A second issue of one date has the next ordinal, and numbers count on."""
    drop(folder, DAY, 1)
    folder.run(f"{DAY}T03:00")
    assert [] == due(folder, f"{DAY}T07:00")
    drop(folder, DAY, 2)
    assert [("daily", DAY, 1)] == due(folder, f"{DAY}T12:00")
    assert [1, 2] == [issue["number"] for issue in folder.data()]
    assert (folder.output / "daily" / f"{DAY}-2.html").is_file()


def test_a_missed_week_is_caught_up(folder: Folder) -> None:
    """A weekly edition bears the date it was due, whenever it is made."""
    folder.configure('[[edition]]\nname = "weekly"\nperiod = "week"\ndays = ["fri"]\n')
    drop(folder, DAY, 1)
    assert [] == due(folder, f"{DAY}T09:00")
    assert [("weekly", "2026-11-20", 1)] == due(folder, "2026-11-23T09:00")
    assert [] == due(folder, "2026-11-27T06:59")


def test_an_edition_starts_after_it_was_configured(folder: Folder) -> None:
    """Papers taken in before are not its own."""
    drop(folder, DAY, 1)
    folder.run(f"{DAY}T08:00")
    folder.configure('[[edition]]\nname = "daily"\n[[edition]]\nname = "late"\n')
    drop(folder, "2026-11-19", 2)
    made = [issue["edition"] for issue in folder.run("2026-11-19T08:00")["issues"]]
    assert ["daily", "late"] == made
    assert [titles([2])] == folder.titles("late")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-29T01:59:59+01:00", 0),  # 02:30 does not exist on this day
        ("2026-03-29T03:00:00+02:00", 1),
        ("2026-10-25T02:29:00+02:00", 0),  # 02:30 exists twice on this one
        ("2026-10-25T02:30:00+02:00", 1),
        ("2026-10-25T02:30:00+01:00", 1),
    ],
)
def test_hours_that_clocks_skip_or_repeat(folder: Folder, now: str, expected: int) -> None:
    """A skipped hour is due when the clock has passed it, a repeated one the first time."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n[[edition]]\nat = "02:30"\n')
    drop(folder, now[:10], 1)
    assert expected == len(due(folder, now))


def test_a_repeated_hour_is_due_once(folder: Folder) -> None:
    """What comes between the first 02:30 and the second waits for the next day."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n[[edition]]\nat = "02:30"\n')
    drop(folder, "2026-10-24", 1)
    assert 1 == len(due(folder, "2026-10-25T02:30:00+02:00"))
    drop(folder, "2026-10-25", 2)
    assert [] == due(folder, "2026-10-25T02:30:00+01:00")


def _alarms(toml: str, folder: Folder, now: str) -> list[str]:
    folder.configure(toml)
    clock = serve.scheduler(settings.load(folder.root), lambda: None)
    moment = datetime.fromisoformat(now).astimezone(ZoneInfo("Europe/Berlin"))
    fires = (job.trigger.get_next_fire_time(None, moment) for job in clock.get_jobs())
    return [moment.isoformat() for moment in fires]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('at = "07:00"', "2026-11-19T07:00:00+01:00"),
        ('at = "07:00"\ndays = ["mon", "tue"]', "2026-11-23T07:00:00+01:00"),
        ('at = "07:30"\nperiod = "week"\ndays = ["sun", "mon"]', "2026-11-22T07:30:00+01:00"),
        ('at = "00:05"\nperiod = "month"', "2026-12-01T00:05:00+01:00"),
    ],
)
def test_when_the_alarm_rings(folder: Folder, keys: str, expected: str) -> None:
    """At the edition's hour in the site's zone, on the days that are meant by their names."""
    toml = f'[site]\ntimezone = "Europe/Berlin"\n[[edition]]\n{keys}\n'
    assert [expected] == _alarms(toml, folder, f"{DAY}T07:00:01+01:00")


def test_a_late_alarm_still_rings_and_only_once(folder: Folder) -> None:
    """Grace and coalescing are explicit: the library's defaults would skip a busy second."""
    clock = serve.scheduler(settings.load(folder.root), lambda: None)
    clock.start(paused=True)
    kept = [(job.misfire_grace_time, job.coalesce) for job in clock.get_jobs()]
    clock.shutdown()
    assert [(None, True)] == kept
