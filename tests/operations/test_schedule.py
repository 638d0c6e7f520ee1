"""The schedule: which issues `digest run --due` makes, and when the alarms of `serve` ring."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time

from digest import settings
from digest.operations.serving import serve
from tests.support.folders import Folder, page, titles
from tests.support.schedules import DAY, drop, due, rows


def test_a_day_has_one_issue_at_its_hour(folder: Folder) -> None:
    """A minute earlier there is none, and a second page of the day waits for the next."""
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


def test_without_now_the_clock_decides_in_the_zone_of_the_site(folder: Folder) -> None:
    """The same hour, by the clock of the machine."""
    folder.configure('[site]\ntimezone = "Asia/Tokyo"\n')
    drop(folder, DAY, 1)
    for utc, expected in (("21:59:59", 0), ("22:00:00", 1), ("22:01:00", 0)):
        with freeze_time(f"2026-11-17 {utc}"):
            result = folder.digest("-v", "run", "--due")
        assert 0 == result.status, result
        assert expected == result.out.count(f"Issue 1 of daily, {DAY}: 1 paper")


def test_papers_that_come_after_an_empty_hour_become_the_issue_of_the_day(folder: Folder) -> None:
    """Only once: later ones wait for the next day."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    assert [] == due(folder, "2026-11-19T07:00")
    assert {DAY: "issued", "2026-11-19": "open"} == rows(folder)
    drop(folder, "2026-11-19", 2)
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-19T15:00")
    drop(folder, "2026-11-19", 3)
    assert [] == due(folder, "2026-11-19T23:59")
    assert [("daily", "2026-11-20", 1)] == due(folder, "2026-11-20T07:00")


def test_a_day_without_papers_is_closed_as_empty(folder: Folder) -> None:
    """By the first run after midnight. Papers that come then wait for the hour."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    due(folder, "2026-11-19T07:00")
    drop(folder, "2026-11-20", 2)
    assert [] == due(folder, "2026-11-20T00:01")
    assert {DAY: "issued", "2026-11-19": "empty"} == rows(folder)
    assert [("daily", "2026-11-20", 1)] == due(folder, "2026-11-20T07:00")


def test_with_when_empty_note_a_day_without_papers_has_an_issue(folder: Folder) -> None:
    """Papers that come later wait for the next day."""
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
    """A folder that was empty for weeks has missed nothing."""
    assert [] == due(folder, "2026-11-01T07:00")
    assert [] == due(folder, "2026-11-10T07:00")
    drop(folder, DAY, 1)
    assert [] == due(folder, f"{DAY}T06:00")
    assert {} == rows(folder)
    assert [("daily", DAY, 1)] == due(folder, f"{DAY}T09:30")
    assert {DAY: "issued"} == rows(folder)


def test_after_an_outage_one_issue_catches_up(folder: Folder) -> None:
    """It has the newest date, and names the other dates."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-19", 2)
    drop(folder, "2026-11-20", 3)
    assert [("daily", "2026-11-21", 2)] == due(folder, "2026-11-21T09:00")
    by = "caught up 2026-11-21"
    issued = {DAY: "issued", "2026-11-21": "issued"}
    assert issued | {"2026-11-19": by, "2026-11-20": by} == rows(folder)


def test_after_an_outage_without_papers_dates_are_missed(folder: Folder) -> None:
    """The date of today stays open."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    assert [] == due(folder, "2026-11-20T09:00")
    assert {DAY: "issued", "2026-11-19": "missed", "2026-11-20": "open"} == rows(folder)


def test_before_the_hour_the_date_of_yesterday_catches_up(folder: Folder) -> None:
    """Today is not due yet."""
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    drop(folder, "2026-11-19", 2)
    assert [("daily", "2026-11-19", 1)] == due(folder, "2026-11-20T06:00")
    assert [] == due(folder, "2026-11-20T07:00")


def test_an_issue_caught_up_between_two_others_is_linked_by_both(folder: Folder) -> None:
    """The later issue, published before it, linked to the earlier one until then."""
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
    """Return the links of a page to the issues before and after."""
    page = (folder.output / "daily" / f"{day}.html").read_text("utf-8")
    return dict(re.findall(r'<a rel="(prev|next)" href="([^"]+)"', page))


def test_with_catch_up_dated_each_missed_date_has_an_issue(folder: Folder) -> None:
    """By page dates. Papers without one, or with a later one, go into the newest."""
    folder.configure('[[edition]]\ncatch_up = "dated"\n')
    drop(folder, DAY, 1)
    due(folder, f"{DAY}T07:00")
    for number, day in enumerate(("2026-11-19", "2026-11-20", "2026-11-22"), start=2):
        drop(folder, day, number)
    issues = due(folder, "2026-11-22T09:00")
    dated = ("2026-11-19", "2026-11-20", "2026-11-22")
    assert [("daily", day, 1) for day in dated] == issues
    assert "missed" == rows(folder)["2026-11-21"]
    assert [titles([n]) for n in (1, 2, 3, 4)] == folder.titles()
    assert [1, 2, 3, 4] == [issue["number"] for issue in folder.data()]


@pytest.mark.parametrize("catch_up", ["one", "dated"])
def test_dates_too_long_ago_are_missed_and_no_paper_is_dropped(
    folder: Folder, catch_up: str
) -> None:
    """Dates older than `catch_up_days`; their papers are in the newest issues."""
    folder.configure(f'[[edition]]\ncatch_up = "{catch_up}"\ncatch_up_days = 2\n')
    drop(folder, "2026-11-10", 1)
    due(folder, "2026-11-10T07:00")
    for day in range(11, 19):
        drop(folder, f"2026-11-{day}", day)
    due(folder, f"{DAY}T09:00")
    missed = [day for day, state in rows(folder).items() if state == "missed"]
    assert [f"2026-11-{day}" for day in range(11, 16)] == missed
    issued = [title for issue in folder.titles() for title in issue]
    assert titles([1, *range(11, 19)]) == sorted(issued)


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


def test_each_edition_has_its_own_times_and_papers(folder: Folder) -> None:
    """Papers that its filters leave out are counted. A week has no paper of its due day."""
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
    issues = due(folder, "2026-11-20T07:00")
    assert [("daily", "2026-11-20", 1), ("kelp", "2026-11-20", 1)] == issues
    assert 1 == folder.data("kelp")[1]["filtered"]
    assert [] == due(folder, "2026-11-20T17:59")
    assert [("weekly", "2026-11-20", 6)] == due(folder, "2026-11-20T18:00")
    assert [] == due(folder, "2026-11-21T18:00")
    issues = due(folder, "2026-12-01T07:00")
    assert [("weekly", "2026-11-27", 1), ("monthly", "2026-12-01", 7)] == issues


def test_papers_left_out_by_a_filter_are_counted_once(folder: Folder) -> None:
    """Also in an issue without papers, if the filter left out everything."""
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
    """The due rows of day editions stay as they are."""
    folder.configure(EDITIONS)
    drop(folder, DAY, 1)
    editions = [issue["edition"] for issue in folder.run(f"{DAY}T03:00")["issues"]]
    assert ["daily"] == editions
    assert {} == rows(folder)
    folder.run("2026-11-20T17:59")
    assert ["weekly"] == [i["edition"] for i in folder.run("2026-11-20T18:00")["issues"]]
    assert {"2026-11-20": "issued"} == rows(folder, "weekly")


def test_a_plain_run_and_the_schedule_share_a_date(folder: Folder) -> None:
    """A second issue of a date has the next ordinal, and the next number."""
    drop(folder, DAY, 1)
    folder.run(f"{DAY}T03:00")
    assert [] == due(folder, f"{DAY}T07:00")
    drop(folder, DAY, 2)
    assert [("daily", DAY, 1)] == due(folder, f"{DAY}T12:00")
    assert [1, 2] == [issue["number"] for issue in folder.data()]
    assert (folder.output / "daily" / f"{DAY}-2.html").is_file()


def test_a_missed_week_is_caught_up(folder: Folder) -> None:
    """The issue has the date it was due, whenever it is made."""
    folder.configure('[[edition]]\nname = "weekly"\nperiod = "week"\ndays = ["fri"]\n')
    drop(folder, DAY, 1)
    assert [] == due(folder, f"{DAY}T09:00")
    assert [("weekly", "2026-11-20", 1)] == due(folder, "2026-11-23T09:00")
    assert [] == due(folder, "2026-11-27T06:59")


def test_an_edition_starts_after_it_was_configured(folder: Folder) -> None:
    """Papers that were taken in before are in none of its issues."""
    drop(folder, DAY, 1)
    folder.run(f"{DAY}T08:00")
    folder.configure('[[edition]]\nname = "daily"\n[[edition]]\nname = "late"\n')
    drop(folder, "2026-11-19", 2)
    editions = [issue["edition"] for issue in folder.run("2026-11-19T08:00")["issues"]]
    assert ["daily", "late"] == editions
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
def test_an_hour_that_the_clock_skips_or_repeats_is_due_once(
    folder: Folder, now: str, expected: int
) -> None:
    """After the gap if it is skipped, the first time if it is repeated."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n[[edition]]\nat = "02:30"\n')
    drop(folder, now[:10], 1)
    assert expected == len(due(folder, now))


def test_papers_in_a_repeated_hour_wait_for_the_next_day(folder: Folder) -> None:
    """They come between the first 02:30 and the second."""
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
def test_the_alarm_rings_at_the_hour_of_the_edition(
    folder: Folder, keys: str, expected: str
) -> None:
    """In the site's time zone, on the weekdays that are named."""
    toml = f'[site]\ntimezone = "Europe/Berlin"\n[[edition]]\n{keys}\n'
    assert [expected] == _alarms(toml, folder, f"{DAY}T07:00:01+01:00")


def test_a_late_alarm_still_rings_and_only_once(folder: Folder) -> None:
    """By default APScheduler skips an alarm that is late by more than a second."""
    clock = serve.scheduler(settings.load(folder.root), lambda: None)
    clock.start(paused=True)
    limits = [(job.misfire_grace_time, job.coalesce) for job in clock.get_jobs()]
    clock.shutdown()
    assert [(None, True)] == limits
