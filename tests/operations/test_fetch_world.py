"""Whole fetches: all kinds of sources are asked, and their papers issued."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support import fetch_rules
from tests.support.fetch_world import (
    ALL_KINDS,
    CONTACT,
    StepResult,
    expected_titles,
    issued,
    play,
    step,
)
from tests.support.folders import Folder

ONE_SOURCE = f"""
[fetch]
contact = "{CONTACT}"
[[source]]
name = "hf"
kind = "hf-daily"
"""
MORNING, NOON = "2026-11-20T09:00:00+00:00", "2026-11-20T15:30:00+00:00"


SECRET = "hf_4f1dWxYz"


class TwoRuns(NamedTuple):
    """A folder after a run in the morning and one at noon, and what these did."""

    folder: Folder
    first: StepResult
    second: StepResult


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> TwoRuns:
    """Ask all kinds twice on a day; one of them with a token."""
    folder = Folder(tmp_path_factory.mktemp("world") / "folder")
    folder.configure(ALL_KINDS.replace('kind = "hf-daily"', 'kind = "hf-daily"\ntoken = "env:T"'))
    words = ("run", "-vv", "--log-format", "json")
    return TwoRuns(folder, *play(folder, [step(MORNING, *words), step(NOON, *words)], T=SECRET))


def test_every_kind_is_asked_and_issued(two_runs: TwoRuns) -> None:
    """One run asks all, and issues every paper exactly once; every request is polite."""
    result = two_runs.first
    assert 0 == result.status, result.err
    assert [] == fetch_rules.breaches(result.asked, CONTACT)
    assert expected_titles(MORNING) == two_runs.folder.titles()[0]
    assert all(asked.is_tls for asked in result.asked)
    assert "/robots.txt" in result.paths("pages.example.org")


def test_what_did_not_change_is_not_sent_again(two_runs: TwoRuns) -> None:
    """The second run of a day names the validators it had; who has not changed, sends nothing."""
    both = [*two_runs.first.asked, *two_runs.second.asked]
    assert [] == fetch_rules.breaches(both, CONTACT, once=False)
    feeds = [one.status for one in two_runs.second.asked if one.host == "feeds.example.org"]
    assert [304, 304, 304] == feeds
    assert ["/papers"] == two_runs.second.paths("pages.example.org")  # robots.txt holds for a day
    assert expected_titles(NOON) == issued(two_runs.folder)


def test_a_secret_stands_in_a_header_only(two_runs: TwoRuns) -> None:
    """A token goes to the source it is for, as Authorization, and nowhere else."""
    folder, *runs = two_runs
    for result in runs:
        assert [] == fetch_rules.breaches(result.asked, CONTACT, secrets=[SECRET])
        told = {one.host for one in result.asked if "authorization" in one.headers}
        assert {"huggingface.co"} == told
        assert SECRET not in result.out + result.err
    for file in folder.root.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_days_that_were_missed_are_asked_for(folder: Folder) -> None:
    """A machine that was off for a week asks for its days, at most for a month, and once."""
    folder.configure(ONE_SOURCE)
    moments = [MORNING, "2026-11-27T09:00:00+00:00", "2026-11-27T15:30:00+00:00"]
    first, second, third = play(folder, [step(moment, "run") for moment in moments])
    days = [[one.query["date"] for one in result.asked] for result in (first, second, third)]
    assert [f"2026-11-{day}" for day in range(18, 21)] == days[0]
    assert [f"2026-11-{day}" for day in range(19, 28)] == days[1]
    assert ["2026-11-27"] == days[2]
    (late,) = play(folder, [step("2027-06-01T09:00:00+00:00", "run")])
    assert 31 == len(late.asked)


def test_pages_that_fail_in_the_middle(folder: Folder) -> None:
    """An empty page in the middle is asked again, and after an expired token all begins anew."""
    folder.configure(ALL_KINDS)
    world = {"empty_pages": [15], "expires": 1}
    (result,) = play(folder, [step(MORNING, "run")], world=world)
    assert [] == fetch_rules.breaches(result.asked, CONTACT, once=False)
    starts = [one.query["start"] for one in result.asked if "start" in one.query]
    assert ["0", "15", "15", "30"] == starts
    oai = [one.query for one in result.asked if one.host == "oaipmh.arxiv.org"]
    assert ["from", "resumptionToken", "from"] == [[*query][-1] for query in oai[:3]]
    assert expected_titles(MORNING) == issued(folder)


def test_a_check_names_the_day_it_asked_for(folder: Folder) -> None:
    """A source that is asked day by day has nothing on some of them."""
    folder.configure(ALL_KINDS)
    (result,) = play(folder, [step(MORNING, "check", "--fetch")])
    assert 0 == result.status, result.err
    assert "ok  hf: 4 papers on 2026-11-18\n" in result.out
    assert "ok  announced: 10 papers\n" in result.out
    assert "ok  searched: 15 papers\n" in result.out
