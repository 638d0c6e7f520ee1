"""Whole fetches from sources that misbehave: what is no listing never becomes a file."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from tests.support import answer_faults, fetch_rules, transport_faults
from tests.support.fault_cases import HERE, Case
from tests.support.fetch_world import CONTACT, StepResult, play, step, trouble
from tests.support.folders import Folder
from tests.support.misbehaving import GOOD

HOST = "huggingface.co"
START = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
ONE_SOURCE = f"""
[fetch]
contact = "{CONTACT}"
answer_mb = 1
[[source]]
name = "hf"
kind = "hf-daily"
look_back = 1
"""
TABLES = {
    "packing": transport_faults.PACKING,
    "lengths": transport_faults.LENGTHS,
    "breaks": transport_faults.BREAKS,
    "statuses": answer_faults.STATUSES,
    "redirects": answer_faults.REDIRECTS,
    "contents": answer_faults.CONTENTS,
}
MOST = 5  # requests for one day: the first, and four more


def _cases(table: str) -> list[Case]:
    """Return the cases that need one act only, on a connection like any other.

    Good redirects lead to another path, which the client's own tests follow.
    """
    usual = (1, "http", None, (HERE,))
    return [
        case
        for case in TABLES[table]
        if usual == (len(case.acts), case.scheme, case.greet, case.addresses)
        and (table, case.outcome) != ("redirects", "good")
    ]


def test_only_listings_become_files(folder: Folder) -> None:
    """A case a day: an answer is put into the inbox, or the failure is told with its reason."""
    folder.configure(ONE_SOURCE)
    cases = [case for table in TABLES for case in _cases(table)]
    steps, troubles = [], []
    for place, case in enumerate(cases):
        moment = START + timedelta(days=2 * place)
        steps.append(step(moment.isoformat(), "fetch", "hf", "--json"))
        until = moment + timedelta(days=1)
        troubles.append(trouble(HOST, case.name, moment.isoformat(), until.isoformat()))
    results = play(folder, steps, troubles=troubles)
    for case, result in zip(cases, results, strict=True):
        _judge(case, result)
    files = {file.read_bytes() for file in folder.inbox.iterdir()}
    listings = {case.body for case in cases if case.outcome == "good"}
    assert listings <= files <= listings | {GOOD}


def _judge(case: Case, result: StepResult) -> None:
    (source,) = result.report["sources"]
    shown = f"{case.name}: {source}"
    assert fetch_rules.breaches(result.asked, CONTACT, once=False) == [], shown
    # The days that the cases before cost are asked for as well.
    assert max(Counter(asked.path for asked in result.asked).values()) <= MOST, shown
    if case.outcome == "good":
        assert source["outcome"] in {"answered", "unchanged"}, shown
        assert 0 == result.status, shown
        return
    if case.outcome == "strange" and source["files"]:
        return  # the bytes of all files are looked at in the end
    assert source["outcome"] in {"failed", "late"}, shown
    assert source["reason"], shown
    assert not source["files"], shown
    if case.outcome == "final":  # of the missed days, one more is asked for
        assert len([asked for asked in result.asked if asked.status // 100 != 3]) <= 2, shown


ONE_PAGE = f"""
[fetch]
contact = "{CONTACT}"
[[source]]
name = "list"
kind = "page"
url = "https://pages.example.org/papers"
"""
EVERYBODY = "User-agent: *\nDisallow: /\n"


ROBOTS = [
    ((404, "no such file"), True),
    ((200, ""), True),
    ((200, "<!doctype html><h1>Welcome</h1>"), True),
    ((200, "User-agent: *\nDisallow: /private/\n"), True),
    ((200, f"User-agent: papers-digest\nAllow: /papers\n\n{EVERYBODY}"), True),
    ((200, "# a long history\n" * 300_000 + EVERYBODY), True),
    ((200, EVERYBODY), False),
    ((200, "User-agent: papers-digest\nDisallow: /papers\n"), False),
    ((500, "broken"), False),
    ((429, "too many"), False),
]  # what robots.txt answers, and whether the page may be asked for


def test_robots(folder: Folder) -> None:
    """A page is asked only if the site's robots.txt allows it, or there is none. A case a day."""
    folder.configure(ONE_PAGE)
    moments = [START + timedelta(days=2 * place) for place in range(len(ROBOTS))]
    steps = [
        step(moment.isoformat(), "fetch", "--json", robots=robots)
        for moment, (robots, _) in zip(moments, ROBOTS, strict=True)
    ]
    for (robots, may_ask), result in zip(ROBOTS, play(folder, steps), strict=True):
        (source,) = result.report["sources"]
        shown = f"{robots[0]} {robots[1][:60]}: {source}"
        assert [] == fetch_rules.breaches(result.asked, CONTACT), shown
        assert (["/robots.txt", "/papers"] if may_ask else ["/robots.txt"]) == [
            asked.path for asked in result.asked
        ], shown
        assert may_ask == bool(source["files"]), shown
        assert may_ask or "robots.txt" in source["reason"], shown
