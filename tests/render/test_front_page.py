"""The front page, the calendars of the archive, and the charts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.issue_links import IssueLink
from digest.model.topics import TopicCount
from digest.render import paths
from digest.render.site.views import archive, charts, front, headings
from tests.support.pages import (
    AFTER,
    BARE,
    BEFORE,
    COUNTS,
    FULL,
    SHIPPED,
    element_texts,
    full_issue,
    full_item,
    parse,
)

RECENT = ".//section[@class='recent']//li"
WEEK = (("Fri", 20), ("Thu", 19), ("Wed", 18), ("Tue", 17), ("Mon", 16), ("Sun", 15))


def test_the_front_page_shows_the_newest_issue_and_lists_the_others() -> None:
    """The picks come first, then all papers by heading, then the other issues, the newest first."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31", 1, 1, "new")
    page = SHIPPED.index(FULL, [old, BEFORE, AFTER])
    root = parse(page.body)
    assert "index.html" == page.path
    issue = "daily/2026-11-22.html"
    assert ["Read this issue"] == element_texts(
        root, f".//a[@class='button read'][@href='{issue}']"
    )
    (pick,) = root.xpath("//ol[@class='firsts']/li")
    assert [f"{issue}#{paths.anchor(full_item().guid)}"] == pick.xpath("a/@href")
    assert ["We hang lanterns: 3.4× more of the wall is seen."] == element_texts(pick, "p[1]")
    assert ["73 votes", "Agents & tool use", "Northfield Lab"] == element_texts(pick, "p[2]/span")
    headings = element_texts(root, ".//div/section/h3")
    assert ["Agents & tool use 1 paper", "Vision & 3D 1 paper"] == headings
    anchor = paths.anchor(BARE.guid)
    assert f"{issue}#{anchor}" in [str(href) for href in root.xpath("//li/a/@href")]
    assert [
        "Mon 23 Nov 0 papers", "Fri 20 Nov 9 papers", "Wed 31 Dec 2025 1 paper",
    ] == element_texts(root, RECENT)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        (
            "Follows your words “lamps” and “walls”",
            ["73 votes", "Follows your words “lamps” and “walls”"],
        ),
        ("Most votes in this issue (73)", ["73 votes", "Most votes in this issue (73)"]),
        ("73 votes and 12 comments", ["73 votes", "12 comments"]),
        ("73 votes", ["73 votes"]),
    ],
)
def test_a_pick_has_its_reason_on_the_front_page(reason: str, facts: list[str]) -> None:
    """It is the same as in the issue, and does not repeat the votes."""
    item = full_item(organization=None)
    issue = full_issue(item, picks=(item.guid,), picked={item.guid: reason})
    (pick,) = parse(SHIPPED.index(issue, []).body).xpath("//ol[@class='firsts']/li")
    assert [facts[0], "Agents & tool use", *facts[1:]] == element_texts(pick, "p[2]/span")
    (pick,) = parse(SHIPPED.issue(issue)[0].body).xpath("//section[@class='picks']//li")
    assert [f"{reason} · Agents & tool use"] == element_texts(pick, "p")


def test_all_feeds_stand_behind_one_fold() -> None:
    """It has every feed and the list of topics, each with a line on whom it suits."""
    root = parse(SHIPPED.index(FULL, [BEFORE]).body)
    (fold,) = root.xpath("//header//details")
    assert ["Subscribe"] == element_texts(fold, "summary")
    names = ["RSS", "Atom", "JSON Feed", "Issues", "OPML"]
    assert names == element_texts(fold, ".//dt/a")
    hrefs = ["feed.xml", "atom.xml", "feed.json", "issues.xml", "opml.xml"]
    assert hrefs == fold.xpath(".//dt/a/@href")
    assert all(len(line) > 20 for line in element_texts(fold, ".//dd"))
    assert 5 == len(fold.xpath(".//dd"))
    # No other link to a feed in the page: a reader has one place to look.
    assert [] == root.xpath("//body//a[not(ancestor::details)][contains(@type, 'xml')]")


def test_the_front_page_names_editions_if_there_are_several() -> None:
    """Two issues of one day are told apart; the newest of an edition is listed however old."""
    weekly = IssueLink(
        "weekly", "2026-11-20", "2026-11-20", 1, 40, "new", span="2026-11-13/2026-11-19"
    )
    days = [
        IssueLink("daily", f"2026-11-{day}", f"2026-11-{day}", day, 9, "new")
        for day in range(12, 21)
    ]
    monthly = IssueLink(
        "monthly", "2026-11-01", "2026-11-01", 1, 80, "new", span="2026-10-01/2026-10-31"
    )
    root = parse(SHIPPED.index(FULL, [*days, monthly, weekly]).body)
    assert [
        "Week of 13 November 2026 weekly, 40 papers",
        *(f"{name} {day} Nov daily, 9 papers" for name, day in WEEK),
        "October 2026 monthly, 80 papers",
    ] == element_texts(root, RECENT)


def test_a_newest_issue_without_papers_leads_to_the_last_with_some() -> None:
    """A reader who comes on a quiet day finds papers with one click."""
    quiet = full_issue(verdict="quiet", date="2026-11-23")
    root = parse(SHIPPED.index(quiet, [BEFORE, AFTER]).body)
    (link,) = root.xpath("//section[@class='newest']//a[contains(., 'last one with papers')]")
    assert "daily/2026-11-20.html" == link.get("href")
    assert "The last one with papers: Friday 20 November 2026, 9 papers" == link.text_content()
    root = parse(SHIPPED.index(FULL, [BEFORE, AFTER]).body)
    assert "last one with papers" not in root.text_content()


@given(st.lists(st.integers(1, 90), max_size=80), st.integers(0, 70))
def test_titles_are_shared_among_headings(sizes: list[int], room: int) -> None:
    """No room is wasted, no heading shows more than it has or two more than another could."""
    shares = headings.share_titles(sizes, room)
    assert min(room, sum(sizes)) == sum(shares)
    assert all(share <= size for share, size in zip(shares, sizes, strict=True))
    most = max(shares, default=0)
    assert all(
        share == size or share >= most - 1 for share, size in zip(shares, sizes, strict=True)
    )


def test_a_large_issue_shows_sixty_titles_on_the_front_page() -> None:
    """Each heading says how many more it has, and leads to them."""
    papers = [full_item(f"{number:032x}", title=f"Paper {number}") for number in range(201)]
    root = parse(SHIPPED.index(full_issue(*papers), [BEFORE]).body)
    titles = root.xpath("//div[@class='headings']//li[not(@class)]")
    assert front.MAX_TITLES == len(titles)
    rest = root.xpath("//div[@class='headings']//li[@class='rest']/a")
    assert [("and 141 more", "daily/2026-11-22.html#t-vision")] == [
        (link.text_content(), link.get("href")) for link in rest
    ]


def test_the_front_page_before_the_first_issue_says_what_to_do() -> None:
    """It names the inbox and the command."""
    root = parse(SHIPPED.index(None, []).body)
    assert ["No issue yet"] == element_texts(root, ".//h2")
    assert ["inbox/", "digest run"] == element_texts(root, ".//code")


def test_the_front_page_does_not_grow_with_the_archive() -> None:
    """It lists the newest two months that have issues, however many there are."""
    days = [f"{year}-{month:02}-09" for year in range(2016, 2027) for month in range(1, 13)]
    links = [IssueLink("daily", day, day, n, 1, "new") for n, day in enumerate(days)]
    months = archive.list_newest_months(links)
    assert ["December 2026", "November 2026"] == [month.name for month in months]


def test_charts_of_the_front_page_are_described_in_words() -> None:
    """The labels state ranges, sums, and the shares of the last week."""
    root = parse(SHIPPED.index(FULL, [BEFORE], COUNTS).body)
    words = [str(label) for label in root.xpath("//main//svg/@aria-label")]
    assert [
        "3 papers on each of 2 days with papers, 6 in all",
        "67% to 67% of the papers of a week over 2 weeks, 67% in the last",
        "33% to 33% of the papers of a week over 2 weeks, 33% in the last",
    ] == words
    assert ["vision", "agents"] == element_texts(root, ".//ul[@class='shares']/li/a")
    amounts = element_texts(root, ".//ul[@class='shares']/li/a/following-sibling::span[1]")
    assert ["67%, 4 papers", "33%, 2 papers"] == amounts
    assert ["Papers a day since 3 Nov"] == element_texts(root, ".//figcaption")
    axis = element_texts(root, ".//p[@class='axis']/span")
    assert ["3 Nov: 3", "most: 3 on 22 Nov", "22 Nov: 3"] == axis
    ends = element_texts(root, ".//span[@class='spark']/small")
    assert ["67%", "67%", "33%", "33%"] == ends
    assert "topics/vision/index.html" in [str(h) for h in root.xpath("//ul/li/a/@href")]


def test_charts_need_two_days_or_weeks() -> None:
    """One day is no chart of days, one week no chart of shares; without papers there is neither."""
    counts = [TopicCount("day", "2026-11-22", "agents", "Agents", 3, 0)]
    assert charts.build_days(counts, "2026-11-22") is None
    (share,) = charts.build_shares(counts, "2026-11-22")
    assert ("100%, 3 papers", None) == (share.amount, share.chart)
    also = [TopicCount("day", "2026-11-22", "agents", "Agents", 0, 3)]
    assert () == charts.build_shares(also, "2026-11-22") == charts.build_shares([], "2026-11-22")
    assert "2026-08-24" == charts.first_day("2026-11-22")


def test_the_chart_of_an_issue_needs_two_earlier_ones() -> None:
    """An issue without papers is one pixel high, the one with the most full height."""
    assert charts.build_strip(full_issue(chart=(("2026-11-20", 3),))) is None
    chart = charts.build_strip(
        full_issue(full_item(), chart=(("2026-11-19", 2), ("2026-11-20", 0)))
    )
    assert chart is not None
    assert "M0 40v-40h8v40zM11 40v-1h8v1z" == chart.before
    assert "M22 40v-20h8v20z" == chart.now
    assert "0 to 2 papers in each of the 2 issues before, 1 in this one" == chart.words


def calendar_rows(month: Any) -> list[list[str]]:
    """Return the cells of a calendar, each as its text with blanks between number and links."""
    return [
        [" ".join(map(str, cell.xpath(".//text()"))) for cell in row.xpath("td")]
        for row in month.xpath(".//tbody/tr")
    ]


def test_the_calendar_of_a_year_has_its_issues_by_weekday() -> None:
    """It has no issue of another year, and two issues of a day stand in one cell."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31-2", 1, 1, "new")
    second = IssueLink("daily", "2026-11-20", "2026-11-20-2", 214, 4, "new")
    links = [
        old,
        IssueLink("daily", "2026-01-02", "2026-01-02", 2, 3, "new"),
        BEFORE,
        second,
        AFTER,
    ]
    year = SHIPPED.year("2026", links)
    root = parse(year.body)
    assert "archive/2026.html" == year.path
    assert ["November 2026", "January 2026"] == element_texts(root, ".//h2")
    november, january = root.xpath("//main//section")
    assert ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] == element_texts(november, ".//th")
    rows = calendar_rows(november)
    assert ["16", "17", "18", "19", "20 9 4", "21", "22"] == rows[3]
    assert ["23 0", "24", "25", "26", "27", "28", "29"] == rows[4]
    assert ["", "", "", "", "", "", "1"] == rows[0]
    assert [
        ("../daily/2026-11-20.html", "Friday 20 November 2026: 9 papers"),
        ("../daily/2026-11-20-2.html", "Friday 20 November 2026, second issue: 4 papers"),
        ("../daily/2026-11-23.html", "Monday 23 November 2026: 0 papers"),
    ] == [(link.get("href"), link.get("aria-label")) for link in november.xpath(".//a")]
    assert ["../daily/2026-01-02.html"] == january.xpath(".//a/@href")


def test_issues_of_weeks_and_months_have_their_place_in_the_calendar() -> None:
    """A week's stands at the end of its last row, a month's above the month that it covers."""
    weekly = IssueLink(
        "weekly", "2026-12-01", "2026-12-01", 1, 40, "new", span="2026-11-23/2026-11-29"
    )
    monthly = IssueLink(
        "monthly", "2027-01-01", "2027-01-01", 1, 90, "new", span="2026-12-01/2026-12-31"
    )
    root = parse(SHIPPED.year("2026", [BEFORE, weekly, monthly]).body)
    december, november = root.xpath("//main//section")
    rows = calendar_rows(november)
    assert ["23", "24", "25", "26", "27", "28", "29", "40"] == rows[4]
    assert "Week of 23 November 2026: 40 papers" in november.xpath(".//a/@aria-label")
    assert ["December 2026 monthly, 90 papers"] == element_texts(december, ".//p")
    assert ["../monthly/2027-01-01.html"] == december.xpath(".//a/@href")
    # The year in which the issue was made lists it nowhere: one place is enough.
    assert b"2027-01-01" not in SHIPPED.year("2027", [BEFORE, monthly]).body


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["daily", "boats", "weekly", "monthly"]),
            st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)),
            st.integers(0, 400),
        ),
        max_size=30,
        unique_by=lambda issue: issue[:2],
    )
)
def test_every_issue_is_listed_once(issues: list[tuple[str, dt.date, int]]) -> None:
    """Each stands in the calendar of one year, whatever it covers."""
    lengths = {"weekly": 7, "monthly": 31}
    links = [
        IssueLink(
            edition,
            str(day),
            str(day),
            number,
            number,
            "new",
            span=_span(day, lengths.get(edition)),
        )
        for edition, day, number in issues
    ]
    years = {archive.day_listed(link)[:4] for link in links}
    months = [month for year in years for month in archive.list_months_of_year(year, links)]
    expected = sorted(f"../{link.edition}/{link.key}.html" for link in links)
    assert expected == sorted(issue.href for month in months for issue in month.days)
    counted = [month.amount for _, within in archive.list_years(links) for month in within]
    assert sorted(month.amount for month in months) == sorted(counted)
    for month in months:
        weeks = [[day.number for day in week.days] for week in month.weeks]
        numbers = [number for week in weeks for number in week if number]
        assert [str(number) for number in range(1, len(numbers) + 1)] == numbers
        assert 28 <= len(numbers) <= 31
        first = dt.date.fromisoformat(f"{month.anchor[2:]}-01").weekday()
        assert "1" == weeks[0][first]


def _span(day: dt.date, length: int | None) -> str | None:
    """Return the period of an issue made on this day, the day after its last one."""
    if length is None:
        return None
    return f"{day - dt.timedelta(days=length)}/{day - dt.timedelta(days=1)}"


def test_the_archive_begins_with_the_newest_months() -> None:
    """All others are listed by year, and lead to the calendar of their year."""
    days = [f"2026-{month:02}-09" for month in range(1, 13)]
    links = [
        IssueLink("daily", day, day, n, 1, "new") for n, day in enumerate(["2025-12-31", *days])
    ]
    root = parse(SHIPPED.archive(links).body)
    months = element_texts(root, ".//section[@class='month']/h2")
    assert ["December 2026", "November 2026", "October 2026"] == months[:3]
    assert archive.ARCHIVE_MONTHS == len(months)
    assert ["2026", "2025"] == element_texts(root, ".//h3")
    listed = element_texts(root, ".//ol/li")
    assert ["December 2026 1 issue", "November 2026 1 issue"] == listed[:2]
    assert "December 2025 1 issue" == listed[-1]
    assert "2026.html#m-2026-11" in [str(href) for href in root.xpath("//li/a/@href")]
    assert ["The first issue will be listed here."] == element_texts(
        parse(SHIPPED.archive([]).body), ".//main/p"
    )
