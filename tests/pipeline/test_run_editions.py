"""Weekly and monthly issues through the command line: periods, gains, links to daily issues."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import feedparser
import pytest
from lxml import html

from tests.support.folders import EDITIONS, SHORE, Folder, answer, api_entry, items, paper, titles

THREE_EDITIONS = f"""{EDITIONS}
[[edition]]
name = "monthly"
period = "month"
at = "07:20"
limit = 4
"""
FIRST = date(2026, 10, 27)  # a Tuesday
A_DAY = 3  # papers
GROWTH = 9  # votes a day of each day's first paper
GROWN = 3  # days


def drop_capture(folder: Folder, day: date, on: date) -> None:
    """Drop a day's page as it was on a later day, when its first paper had more votes."""
    first = (day - FIRST).days * A_DAY
    votes = 5 + GROWTH * (on - day).days
    papers = [api_entry(n, votes if n == first else 5) for n in range(first, first + A_DAY)]
    folder.drop(f"{day} on {on}.json", answer(day.isoformat(), papers))


def run_days(folder: Folder, days: int, *, skipped: Iterable[int] = ()) -> None:
    """Run on this many days from `FIRST` on, except on the numbers in ``skipped``.

    Each day's page is captured that day, and again when its votes have grown. Captures are
    read the next morning.
    """
    for number in range(days):
        now = FIRST + timedelta(days=number)
        if number not in skipped:
            folder.run(f"{now}T07:30", "--due")
        for back in (0, GROWN):
            if number >= back:
                drop_capture(folder, now - timedelta(days=back), now)


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with two weeks of daily, weekly and monthly issues; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("editions"))
    folder.sort_by(SHORE)
    folder.configure(THREE_EDITIONS)
    run_days(folder, 14)
    return folder


def text(folder: Folder, name: str, path: str) -> list[str]:
    """Return the texts of the elements or attributes at a path in a page of the output."""
    root = html.document_fromstring((folder.output / name).read_text("utf-8"))
    nodes: Any = root.xpath(path)
    return [
        " ".join((node if isinstance(node, str) else node.text_content()).split()) for node in nodes
    ]


def test_a_weekly_issue_is_named_by_the_week_it_covers(two_weeks: Folder) -> None:
    """It is due on Monday and covers the week before; page, Markdown, front page and feed agree."""
    assert ["2026-11-02", "2026-11-09"] == [issue["date"] for issue in two_weeks.data("weekly")]
    name, page = "Week of 2 November 2026", "weekly/2026-11-09.html"
    assert [name] == text(two_weeks, page, "//h1")
    assert ["Issued Monday 9 November 2026"] == text(
        two_weeks, page, "//p[@class='kicker']/span[2]"
    )
    markdown = (two_weeks.output / "weekly/2026-11-09.md").read_text("utf-8")
    assert markdown.startswith(f"# Papers Digest: {name}\n")
    recent = text(two_weeks, "index.html", "//section[@class='recent']//li")
    assert f"{name} weekly, 21 papers" in recent
    issues = feedparser.parse((two_weeks.output / "issues.xml").read_bytes())
    assert f"{name}: 21 papers" in [feed_entry.title for feed_entry in issues.entries]
    before = text(two_weeks, page, "//a[@rel='prev']")
    assert ["← Since 28 October 2026"] == before
    assert [f"{name}: 21 papers"] == text(
        two_weeks, "archive/2026.html", "//a[@href='../weekly/2026-11-09.html']/@aria-label"
    )


def test_a_day_is_named_once(two_weeks: Folder) -> None:
    """A paper of the week's daily issues links to its day, and does not repeat it."""
    page = "weekly/2026-11-09.html"
    assert 21 == len(text(two_weeks, page, "//a[starts-with(., 'Issue of ')]"))
    assert [] == text(two_weeks, page, "//article//span[contains(., 'first seen')]")


def test_a_monthly_issue_is_named_by_the_month_it_covers(two_weeks: Folder) -> None:
    """The issue of the 1st covers the month before; the first one, since the first paper."""
    (issue,) = two_weeks.data("monthly")
    span = issue["span"]
    assert ("2026-11-01", "2026-10-28", "2026-10-31", True) == (
        issue["date"], span["first"], span["last"], span["incomplete"],
    )  # fmt: skip
    assert ["Since 28 October 2026"] == text(two_weeks, "monthly/2026-11-01.html", "//h1")
    (lead,) = text(two_weeks, "monthly/2026-11-01.html", "//p[@class='lead']")
    assert "12 papers under 2 headings since 28 October, 8 of them by title alone." in lead
    assert ["Since 28 October 2026: 12 papers"] == text(
        two_weeks, "archive/2026.html", "//a[@href='../monthly/2026-11-01.html']/@aria-label"
    )


def test_a_weekly_issue_records_votes_gained_since_a_paper_was_first_seen(
    two_weeks: Folder,
) -> None:
    """Votes then and now with the day of the first; nothing if they are the same."""
    issue = two_weeks.data("weekly")[1]
    traces = issue["span"]["papers"]
    by_title = {item["title"]: traces[item["guid"]] for item in items(issue)}
    first, still = by_title[paper(7 * A_DAY).title], by_title[paper(7 * A_DAY + 1).title]
    assert {"then": 5, "now": 5 + GROWN * GROWTH, "since": "2026-11-04"} == first["upvotes"]
    assert ("2026-11-04", "upvotes" in still) == (still["seen"], False)


def test_the_picks_of_a_week_gained_most_votes(two_weeks: Folder) -> None:
    """Each has its gain as reason, and the highest gain comes first."""
    issue = two_weeks.data("weekly")[1]
    picked = [issue["picked"][guid] for guid in issue["picks"]]
    assert "Up from 5 to 32 votes since Tuesday" in picked
    gains = [int(words.split()[4]) for words in picked]
    assert sorted(gains, reverse=True) == gains
    texts = text(two_weeks, "weekly/2026-11-09.html", "//section[@class='picks']//p")
    assert picked == [words.split(" · ")[0] for words in texts]


def test_each_paper_of_a_week_links_to_its_daily_issue(two_weeks: Folder) -> None:
    """The link leads to the paper itself. The page counts the papers of each day."""
    page = html.document_fromstring(
        (two_weeks.output / "weekly/2026-11-09.html").read_text("utf-8")
    )
    links: Any = page.xpath("//p[@class='links']/a[starts-with(@href, '../daily/')]/@href")
    assert 7 * A_DAY == len(links)
    for link in links:
        name, _, anchor = str(link).removeprefix("../").partition("#")
        assert f'id="{anchor}"' in (two_weeks.output / name).read_text("utf-8")
    cells = text(two_weeks, "weekly/2026-11-09.html", "//table//td/span[@class='unseen']")
    assert "Tuesday 3 November 2026, 3 papers" == cells[1]
    assert 7 == len(cells)
    (lead,) = text(two_weeks, "weekly/2026-11-09.html", "//p[@class='lead']")
    assert "All stood in daily issues, to which they are linked." in lead


def test_a_paper_that_is_in_no_issue_of_the_main_edition_has_no_link(folder: Folder) -> None:
    """The main edition filters papers, the weekly one does not."""
    only = paper(0).title.partition(":")[0]
    folder.configure(
        f'[[edition]]\nname = "narrow"\ninclude = ["{only}"]\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\n'
    )
    drop_capture(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00")
    issued = {item["guid"] for issue in folder.data("narrow") for item in items(issue)}
    folder.run("2026-11-02T07:00", "--due")
    (issue,) = folder.data("weekly")
    traces = issue["span"]["papers"]
    assert A_DAY == len(traces) > len(issued) > 0
    assert issued == {guid for guid, trace in traces.items() if "issue" in trace}
    (lead,) = text(folder, f"weekly/{issue['date']}.html", "//p[@class='lead']")
    assert f"All but {A_DAY - len(issued)} stood in narrow issues" in lead


def test_a_weekly_edition_can_be_the_main_one(folder: Folder) -> None:
    """The feeds have its picks, the front page shows its week, and it links to no other issue."""
    folder.configure('[[edition]]\nname = "weekly"\nperiod = "week"\n')
    folder.sort_by(SHORE)
    run_days(folder, 7)
    name = "Since 28 October 2026"
    assert [name] == text(folder, "index.html", "//h2[@id='newest']")
    assert [name] == text(folder, "topics/shore/index.html", "//h2[@id='d-1']/a")
    assert [] == text(folder, "index.html", "//a[contains(., 'newest')]")
    (lead,) = text(folder, "weekly/2026-11-02.html", "//p[@class='lead']")
    assert "stood in" not in lead
    feed = feedparser.parse((folder.output / "feed.xml").read_bytes())
    full = [each for each in feed.entries if "Up from 5 to 32 votes" in each.content[0].value]
    assert 3 == len(full)  # of the days that had time to grow
    (issue,) = feedparser.parse((folder.output / "issues.xml").read_bytes()).entries
    assert f"{name}: 15 papers" == issue.title
    assert "Read these first" in issue.content[0].value


def test_a_paper_of_the_due_date_waits_for_the_next_week(folder: Folder) -> None:
    """At whatever hour it came; an edition that begins on that day has its first issue then."""
    folder.configure(THREE_EDITIONS)
    monday = date(2026, 11, 2)
    drop_capture(folder, monday, monday)
    folder.run(f"{monday}T06:50", "--due")
    folder.run(f"{monday}T12:00")
    assert [] == folder.data("weekly")
    for number, now in ((1, "2026-11-09T06:50"), (2, "2026-11-09T07:10")):
        day = date(2026, 11, 9) + timedelta(days=number)
        drop_capture(folder, day, day)
        folder.run(now)
    (issue,) = folder.data("weekly")
    assert titles(range(6 * A_DAY, 7 * A_DAY)) == sorted(item["title"] for item in items(issue))
    assert ["Week of 2 November 2026"] == text(folder, "weekly/2026-11-09.html", "//h1")
    assert A_DAY == issue["accounting"]["new"]
    folder.run("2026-11-16T07:10")
    assert 2 * A_DAY == len(items(folder.data("weekly")[1]))


def test_a_late_weekly_issue_has_its_due_date_and_week(folder: Folder) -> None:
    """The run comes two days after the due date."""
    folder.configure(THREE_EDITIONS)
    drop_capture(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00", "--due")
    folder.run("2026-11-04T09:00", "--due")
    (issue,) = folder.data("weekly")
    assert ("2026-11-02", "2026-10-27") == (issue["date"], issue["span"]["first"])


def test_papers_of_a_week_that_was_let_go_come_late_in_the_next_issue(folder: Folder) -> None:
    """They have a mark. The issue is named after its own week, whose calendar only counts them."""
    folder.configure(THREE_EDITIONS)
    drop_capture(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00", "--due")
    folder.run("2026-11-11T09:00", "--due")  # nine days after the first Monday
    (issue,) = folder.data("weekly")
    assert ("2026-11-09", "2026-11-02") == (issue["date"], issue["span"]["first"])
    assert [FIRST.isoformat()] * A_DAY == [item["late_from"] for item in items(issue)]
    assert A_DAY == len(issue["late"])
    assert ["Week of 2 November 2026"] == text(folder, "weekly/2026-11-09.html", "//h1")
    (lead,) = text(folder, "weekly/2026-11-09.html", "//p[@class='lead']")
    assert "3 papers. All papers of this issue are late, from 27 October." in lead
    markdown = (folder.output / "weekly" / "2026-11-09.md").read_text("utf-8")
    heading, sentence = "## By day of first sight", "3 papers came late, from earlier days."
    assert f"\n\n{heading}\n\n{sentence}\n\n## " in markdown
    assert "\n\n\n" not in markdown


def test_a_page_that_came_late_within_the_week_is_not_late_for_the_week(folder: Folder) -> None:
    """The daily issue marks its papers. A page of the week before is late for both."""
    folder.configure(THREE_EDITIONS)
    run_days(folder, 3)
    folder.run("2026-11-02T08:00")
    days = [date(2026, 11, day) for day in (4, 3, 1)]  # the second and third come late
    for day, now in zip(days, ("2026-11-04", "2026-11-05", "2026-11-06"), strict=True):
        drop_capture(folder, day, day)
        folder.run(f"{now}T12:00")
    folder.run("2026-11-09T08:00")
    daily = [sorted({item["late_from"] or "" for item in items(i)}) for i in folder.data()]
    assert [[""], ["2026-11-03"], ["2026-11-01"]] == daily[-3:]
    issue = folder.data("weekly")[1]
    assert ["", "2026-11-01"] == sorted({item["late_from"] or "" for item in items(issue)})
    assert A_DAY == len(issue["late"])


def test_a_change_before_a_weekly_issue_is_made_is_no_update_of_it(folder: Folder) -> None:
    """The issue has the text of its moment. A later change is an update in the next issue."""
    folder.configure('[[edition]]\nname = "weekly"\nperiod = "week"\n')
    changes = {"2026-11-06": "", "2026-11-09": "Moss ", "2026-11-11": "Lichen "}
    for day, word in changes.items():
        first = api_entry(1, 5)
        folder.drop(f"{day}.json", answer(day, [first | {"title": word + first["title"]}]))
        folder.run(f"{day}T08:00")
    (issue,) = folder.data("weekly")
    assert f"Moss {paper(1).title}" == items(issue)[0]["title"]
    folder.drop("new.json", answer("2026-11-17", [api_entry(2, 5)]))
    folder.run("2026-11-17T08:00")
    folder.run("2026-11-23T08:00")
    (update,) = folder.data("weekly")[1]["updated"]
    assert [f"title: “Moss {paper(1).title}” → “Lichen {paper(1).title}”"] == update["changes"]


@pytest.mark.parametrize(
    ("catch_up", "expected", "name"),
    [
        ("one", ("2026-11-23", "2026-11-02"), "2 to 22 November 2026"),
        ("dated", ("2026-11-09", "2026-11-02"), "Week of 2 November 2026"),
    ],
)
def test_missed_weeks_are_covered_by_one_issue_or_each_by_its_own(
    folder: Folder, catch_up: str, expected: tuple[str, str], name: str
) -> None:
    """As ``catch_up`` says. No paper is issued twice, and none is lost.

    Pages that wait in the inbox over three weeks are first seen, and issued, after them.
    """
    late = f'catch_up_days = 30\ncatch_up = "{catch_up}"\n'
    folder.configure(f'[[edition]]\nname = "w"\nperiod = "week"\n{late}')
    run_days(folder, 28, skipped=range(8, 27))
    folder.run("2026-11-30T07:30")
    issues = folder.data("w")
    assert [("2026-11-02", "2026-10-28"), expected, ("2026-11-30", "2026-11-23")] == [
        (issue["date"], issue["span"]["first"]) for issue in issues
    ]
    assert [5 * A_DAY, 2 * A_DAY, 20 * A_DAY] == [len(items(issue)) for issue in issues]
    issued = sorted(item["title"] for issue in issues for item in items(issue))
    assert titles(range(27 * A_DAY)) == issued
    assert [name] == text(folder, f"w/{expected[0]}.html", "//h1")


def test_papers_beyond_the_limit_are_listed_by_title(two_weeks: Folder) -> None:
    """Under More, on the page and in Markdown. The JSON and BibTeX files have all papers."""
    (issue,) = two_weeks.data("monthly")
    page = "monthly/2026-11-01.html"
    assert 4 * A_DAY == len(items(issue)) == 4 + len(issue["more"])
    assert 4 == len(text(two_weeks, page, "//article"))
    more = text(two_weeks, page, "//section[h2/@id='more']//li/a")
    links = text(two_weeks, page, "//section[h2/@id='more']//li/p/a")
    assert 8 == len(links) == len([words for words in links if words.startswith("Issue of ")])
    assert sorted(i["title"] for i in items(issue) if i["guid"] in issue["more"]) == sorted(more)
    assert ["More 8"] == text(two_weeks, page, "//nav[@class='toc']//a[@href='#more']")
    markdown = (two_weeks.output / "monthly/2026-11-01.md").read_text("utf-8")
    assert all(title.replace("-", r"\-") in markdown or title in markdown for title in more)
    assert "## More (8 papers by title)" in markdown
    assert 4 * A_DAY == (two_weeks.output / "monthly/2026-11-01.bib").read_text().count("@misc")


def test_a_limit_of_the_main_edition_shortens_no_feed(folder: Folder) -> None:
    """Feeds and the front page list all papers, and each has its anchor on the page."""
    folder.configure('[[edition]]\nname = "daily"\nlimit = 2\n')
    papers = [api_entry(number, 30 - number) for number in range(8)]
    folder.drop("page.json", answer(FIRST.isoformat(), papers))
    folder.run(f"{FIRST}T12:00")
    feed = feedparser.parse((folder.output / "feed.xml").read_bytes())
    assert titles(range(8)) == sorted(feed_entry.title for feed_entry in feed.entries)
    page = (folder.output / f"daily/{FIRST}.html").read_text("utf-8")
    (issue,) = folder.data()
    for item in items(issue):
        anchor = f"p-{item['guid'].rpartition(':')[2][:12]}"
        assert 1 == page.count(f'id="{anchor}"')
    front = text(folder, "index.html", "//div[@class='headings']//li/a")
    assert titles(range(8)) == sorted(front)
    (lead,) = text(folder, "index.html", "//p[@class='lead']")
    assert "6 of them by title alone" in lead


def test_a_withdrawn_paper_is_removed_from_weekly_issues(two_weeks: Folder, folder: Folder) -> None:
    """From the pages and the JSON. A rebuild gives the same bytes."""
    folder = two_weeks.copy(folder.root.with_name("copy"))
    title = paper(7 * A_DAY).title
    assert 0 == folder.digest("withdraw", f"arxiv:2611.{7 * A_DAY:05}").status
    issue = folder.data("weekly")[1]
    assert title not in [item["title"] for item in items(issue)]
    assert {item["guid"] for item in items(issue)} == set(issue["span"]["papers"])
    before = folder.tree()
    assert 0 == folder.digest("rebuild").status
    assert before == folder.tree()


def test_a_weekly_issue_stored_without_a_period_is_named_by_its_date(
    two_weeks: Folder, folder: Folder
) -> None:
    """Versions before periods stored such issues."""
    folder = two_weeks.copy(folder.root.with_name("copy"))
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    (body,) = ledger.execute(
        "SELECT body FROM issue WHERE edition = 'weekly' AND number = 1"
    ).fetchone()
    old = {key: value for key, value in json.loads(body).items() if key not in ("span", "more")}
    ledger.execute(
        "UPDATE issue SET body = ?, span = NULL WHERE edition = 'weekly' AND number = 1",
        (json.dumps(old).encode(),),
    )
    ledger.commit()
    ledger.close()
    assert 0 == folder.digest("rebuild").status
    assert ["Monday 2 November 2026"] == text(folder, "weekly/2026-11-02.html", "//h1")
