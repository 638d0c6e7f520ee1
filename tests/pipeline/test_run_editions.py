"""Weekly and monthly issues through the command line: what became of papers since first sight."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import feedparser
import pytest
from lxml import html

from tests.support.folders import SHORE, Folder, answer, items, paper, titles

EDITIONS = """
[site]
url = "https://example.org/papers/"
[[edition]]
name = "daily"
[[edition]]
name = "weekly"
period = "week"
at = "07:10"
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


def entry(number: int, votes: int) -> dict[str, Any]:
    """A paper of an API answer."""
    made = paper(number)
    fields = {"title": made.title, "summary": made.abstract, "upvotes": votes}
    return {"id": f"2610.{number:05}", **fields}


def captured(folder: Folder, day: date, on: date) -> None:
    """A day's page as it was on a later day, when the first of its papers had more votes."""
    first = (day - FIRST).days * A_DAY
    votes = 5 + GROWTH * (on - day).days
    shown = [entry(n, votes if n == first else 5) for n in range(first, first + A_DAY)]
    folder.drop(f"{day} on {on}.json", answer(day.isoformat(), shown))


def live(folder: Folder, days: int, *, skipped: Iterable[int] = ()) -> None:
    """So many days from `FIRST` on, each captured that day and once more when it has grown.

    What was captured is read the next morning.
    """
    for number in range(days):
        now = FIRST + timedelta(days=number)
        if number not in skipped:
            folder.run(f"{now}T07:30", "--due")
        for back in (0, GROWN):
            if number >= back:
                captured(folder, now - timedelta(days=back), now)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two weeks of daily, weekly and monthly issues; tests only read them."""
    folder = Folder(tmp_path_factory.mktemp("editions"))
    folder.sort_by(SHORE)
    folder.configure(EDITIONS)
    live(folder, 14)
    return folder


def text(folder: Folder, name: str, path: str) -> list[str]:
    """The text of what a path finds in a page of the output."""
    root = html.document_fromstring((folder.output / name).read_text("utf-8"))
    found: Any = root.xpath(path)
    return [" ".join(str(one.text_content()).split()) for one in found]


def test_a_week_is_called_by_its_days(lived: Folder) -> None:
    """Due on Monday, it looks back on the week before: page, Markdown, front page, feed."""
    assert ["2026-11-02", "2026-11-09"] == [issue["date"] for issue in lived.data("weekly")]
    name, page = "Week of 2 November 2026", "weekly/2026-11-09.html"
    assert [name] == text(lived, page, "//h1")
    assert ["Issued Monday 9 November 2026"] == text(lived, page, "//p[@class='kicker']/span[2]")
    markdown = (lived.output / "weekly/2026-11-09.md").read_text("utf-8")
    assert markdown.startswith(f"# Papers Digest: {name}\n")
    assert f"The newest weekly issue: {name}, 21 papers" in text(lived, "index.html", "//a")
    issues = feedparser.parse((lived.output / "issues.xml").read_bytes())
    assert f"weekly {name}: 21 papers" in [one.title for one in issues.entries]
    before = text(lived, page, "//a[@rel='prev']")
    assert ["← Week of 26 October 2026"] == before
    days = text(lived, "archive/2026.html", "//ol[@class='days']//a")
    assert "Mon 9 November 2026, weekly 21 papers, 2–8 Nov" in days


def test_a_month_is_called_by_its_name(lived: Folder) -> None:
    """The issue of the 1st looks back on the month before."""
    (issue,) = lived.data("monthly")
    assert ("2026-11-01", "2026-10-01", "2026-10-31") == (
        issue["date"], issue["span"]["first"], issue["span"]["last"],
    )  # fmt: skip
    assert ["October 2026"] == text(lived, "monthly/2026-11-01.html", "//h1")


def test_movement_since_first_sight(lived: Folder) -> None:
    """Votes then and now with the day of the first; nothing for what did not move."""
    issue = lived.data("weekly")[1]
    traces = issue["span"]["papers"]
    by_title = {one["title"]: traces[one["guid"]] for one in items(issue)}
    first, still = by_title[paper(7 * A_DAY).title], by_title[paper(7 * A_DAY + 1).title]
    assert {"then": 5, "now": 5 + GROWN * GROWTH, "since": "2026-11-03"} == first["upvotes"]
    assert ("2026-11-03", "upvotes" in still) == (still["seen"], False)


def test_picks_are_what_moved_most(lived: Folder) -> None:
    """Each with its reason; the papers of the last days had less time to move."""
    issue = lived.data("weekly")[1]
    picked = [issue["picked"][guid] for guid in issue["picks"]]
    assert "Up from 5 to 32 votes since Monday" in picked
    gains = [int(words.split()[4]) for words in picked]
    assert sorted(gains, reverse=True) == gains
    shown = text(lived, "weekly/2026-11-09.html", "//section[@class='picks']//p")
    assert picked == [words.split(" · ")[0] for words in shown]


def test_each_paper_leads_to_its_daily_issue(lived: Folder) -> None:
    """To its own place there; the page counts the papers by day."""
    page = html.document_fromstring((lived.output / "weekly/2026-11-09.html").read_text("utf-8"))
    links: Any = page.xpath("//p[@class='links']/a[starts-with(@href, '../daily/')]/@href")
    assert 7 * A_DAY == len(links)
    for link in links:
        name, _, anchor = str(link).removeprefix("../").partition("#")
        assert f'id="{anchor}"' in (lived.output / name).read_text("utf-8")
    cells = text(lived, "weekly/2026-11-09.html", "//table//td/span[@class='unseen']")
    assert "Tuesday 3 November 2026, 3 papers" == cells[1]
    assert 7 == len(cells)
    (lead,) = text(lived, "weekly/2026-11-09.html", "//p[@class='lead']")
    assert "All stood in daily issues, to which they are linked." in lead


def test_a_paper_the_daily_issues_left_out_has_no_link(folder: Folder) -> None:
    """The main edition shows some papers only, the weekly one all."""
    only = paper(0).title.partition(":")[0]
    folder.configure(
        f'[[edition]]\nname = "narrow"\ninclude = ["{only}"]\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\n'
    )
    captured(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00")
    held = {item["guid"] for issue in folder.data("narrow") for item in items(issue)}
    folder.run("2026-11-02T07:00", "--due")
    (issue,) = folder.data("weekly")
    traces = issue["span"]["papers"]
    assert A_DAY == len(traces) > len(held) > 0
    assert held == {guid for guid, trace in traces.items() if "issue" in trace}
    (lead,) = text(folder, f"weekly/{issue['date']}.html", "//p[@class='lead']")
    assert f"All but {A_DAY - len(held)} stood in narrow issues" in lead


def test_a_week_may_be_the_main_edition(folder: Folder) -> None:
    """Then feeds tell what moved, the front page is the week's, and no other issue is linked."""
    folder.configure('[[edition]]\nname = "weekly"\nperiod = "week"\n')
    folder.sort_by(SHORE)
    live(folder, 7)
    name = "Week of 26 October 2026"
    assert [name] == text(folder, "index.html", "//h2[@id='newest']")
    assert [name] == text(folder, "topics/shore/index.html", "//h2[@id='d-1']/a")
    assert [] == text(folder, "index.html", "//a[contains(., 'newest')]")
    (lead,) = text(folder, "weekly/2026-11-02.html", "//p[@class='lead']")
    assert "stood in" not in lead
    feed = feedparser.parse((folder.output / "feed.xml").read_bytes())
    full = [one for one in feed.entries if "Up from 5 to 32 votes" in one.content[0].value]
    assert 3 == len(full)  # of the days that had time to grow
    (issue,) = feedparser.parse((folder.output / "issues.xml").read_bytes()).entries
    assert f"weekly {name}: 18 papers" == issue.title
    assert "Read these first" in issue.content[0].value


def test_the_first_week_may_be_a_day(folder: Folder) -> None:
    """Papers that came on the due date, and none before, are not those of the week before."""
    folder.configure(EDITIONS)
    monday = date(2026, 11, 2)
    folder.drop("page.json", answer(monday.isoformat(), [entry(1, 5)]))
    folder.run(f"{monday}T12:00", "--due")
    assert ["Monday 2 November 2026"] == text(folder, f"weekly/{monday}.html", "//h1")
    (way,) = [words for words in text(folder, "index.html", "//a") if "newest weekly" in words]
    assert "The newest weekly issue: Monday 2 November 2026, 1 paper" == way


def test_a_late_week_bears_its_own_days(folder: Folder) -> None:
    """Made two days after it was due, it still looks back on the week before that date."""
    folder.configure(EDITIONS)
    captured(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00", "--due")
    folder.run("2026-11-04T09:00", "--due")
    (issue,) = folder.data("weekly")
    assert ("2026-11-02", "2026-10-26") == (issue["date"], issue["span"]["first"])


def test_a_week_whose_papers_all_came_later_lists_no_days(folder: Folder) -> None:
    """Made late, of a page from after its days: as Markdown it says so, and has no gap."""
    folder.configure(EDITIONS)
    captured(folder, FIRST, FIRST)
    folder.run(f"{FIRST}T12:00", "--due")
    folder.run("2026-11-02T09:00", "--due")
    captured(folder, date(2026, 11, 11), date(2026, 11, 11))
    folder.run("2026-11-11T09:00", "--due")
    markdown = (folder.output / "weekly" / "2026-11-09.md").read_text("utf-8")
    heading, said = "## By day of first sight", "3 papers came later, before this issue was made."
    assert f"\n\n{heading}\n\n{said}\n\n## " in markdown
    assert "\n\n\n" not in markdown


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        ("one", [("2026-11-02", "2026-10-26"), ("2026-11-23", "2026-11-02")]),
        (
            "dated",
            [
                ("2026-11-02", "2026-10-26"),
                ("2026-11-09", "2026-11-02"),
                ("2026-11-16", "2026-11-09"),
                ("2026-11-23", "2026-11-16"),
            ],
        ),
    ],
)
def test_missed_weeks(folder: Folder, catch_up: str, expected: list[tuple[str, str]]) -> None:
    """One issue looks back on all of them, or each on its own; no paper twice, none lost."""
    late = f'catch_up_days = 30\ncatch_up = "{catch_up}"\n'
    folder.configure(f'[[edition]]\nname = "w"\nperiod = "week"\n{late}')
    live(folder, 28, skipped=range(8, 27))
    found = folder.data("w")
    assert expected == [(issue["date"], issue["span"]["first"]) for issue in found]
    shown = sorted(item["title"] for issue in found for item in items(issue))
    assert titles(range(27 * A_DAY)) == shown
    name = "Week of 16 November 2026" if catch_up == "dated" else "2 to 22 November 2026"
    assert [name] == text(folder, "w/2026-11-23.html", "//h1")


def test_a_limit_lists_the_rest_by_title(lived: Folder) -> None:
    """Four in full, the rest under More: on the page, in Markdown; the data hold all."""
    (issue,) = lived.data("monthly")
    page = "monthly/2026-11-01.html"
    assert 5 * A_DAY == len(items(issue)) == 4 + len(issue["more"])
    assert 4 == len(text(lived, page, "//article"))
    more = text(lived, page, "//section[h2/@id='more']//li/a")
    held = text(lived, page, "//section[h2/@id='more']//li/p/a")
    assert 11 == len(held) == len([words for words in held if words.startswith("Issue of ")])
    assert sorted(i["title"] for i in items(issue) if i["guid"] in issue["more"]) == sorted(more)
    assert ["More 11"] == text(lived, page, "//nav[@class='toc']//a[@href='#more']")
    markdown = (lived.output / "monthly/2026-11-01.md").read_text("utf-8")
    assert all(title.replace("-", r"\-") in markdown or title in markdown for title in more)
    assert "## More (11 papers by title)" in markdown
    assert 5 * A_DAY == (lived.output / "monthly/2026-11-01.bib").read_text().count("@misc")


def test_a_limit_of_the_main_edition_shortens_no_feed(folder: Folder) -> None:
    """Feeds, topics and search hold all papers, and lead to their titles on the page."""
    folder.configure('[[edition]]\nname = "daily"\nlimit = 2\n')
    shown = [entry(number, 30 - number) for number in range(8)]
    folder.drop("page.json", answer(FIRST.isoformat(), shown))
    folder.run(f"{FIRST}T12:00")
    feed = feedparser.parse((folder.output / "feed.xml").read_bytes())
    assert titles(range(8)) == sorted(one.title for one in feed.entries)
    page = (folder.output / f"daily/{FIRST}.html").read_text("utf-8")
    (issue,) = folder.data()
    for item in items(issue):
        anchor = f"p-{item['guid'].rpartition(':')[2][:12]}"
        assert 1 == page.count(f'id="{anchor}"')
    front = text(folder, "index.html", "//div[@class='headings']//li/a")
    assert titles(range(8)) == sorted(front)
    (lead,) = text(folder, "index.html", "//p[@class='lead']")
    assert "6 of them by title alone" in lead


def test_withdrawn_papers_leave_weeks_too(lived: Folder, folder: Folder) -> None:
    """From the pages, the calendar and the data; and a rebuild gives the same bytes."""
    folder = lived.copy(folder.root.with_name("copy"))
    title = paper(7 * A_DAY).title
    assert 0 == folder.digest("withdraw", f"arxiv:2610.{7 * A_DAY:05}").status
    issue = folder.data("weekly")[1]
    assert title not in [item["title"] for item in items(issue)]
    assert {item["guid"] for item in items(issue)} == set(issue["span"]["papers"])
    before = folder.tree()
    assert 0 == folder.digest("rebuild").status
    assert before == folder.tree()


def test_an_issue_stored_before_there_were_spans_still_reads(lived: Folder, folder: Folder) -> None:
    """Its keys are those it was stored with; the page goes by its date."""
    folder = lived.copy(folder.root.with_name("copy"))
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    (body,) = ledger.execute(
        "SELECT body FROM issue WHERE edition = 'weekly' AND number = 1"
    ).fetchone()
    old = {key: said for key, said in json.loads(body).items() if key not in ("span", "more")}
    ledger.execute(
        "UPDATE issue SET body = ?, span = NULL WHERE edition = 'weekly' AND number = 1",
        (json.dumps(old).encode(),),
    )
    ledger.commit()
    ledger.close()
    assert 0 == folder.digest("rebuild").status
    assert ["Monday 2 November 2026"] == text(folder, "weekly/2026-11-02.html", "//h1")
