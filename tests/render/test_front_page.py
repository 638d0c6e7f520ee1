"""The front page, the calendars of the archive, and the charts."""

from __future__ import annotations

from digest.model.issues import (
    IssueLink,
)
from digest.model.topics import TopicCount
from digest.render import paths
from digest.render.site.views import archive, charts
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


def test_the_front_page_shows_the_newest_issue_and_lists_the_others() -> None:
    """The newest issue's papers stand by heading, then the issues, the newest month first."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31", 1, 1, "new")
    page = SHIPPED.index(FULL, [old, BEFORE, AFTER])
    root = parse(page.body)
    assert "index.html" == page.path
    headings = element_texts(root, ".//div/section/h3")
    assert ["Agents & tool use 1 paper", "Vision & 3D 1 paper"] == headings
    anchor = paths.anchor(BARE.guid)
    assert f"daily/2026-11-22.html#{anchor}" in [str(href) for href in root.xpath("//li/a/@href")]
    assert ["November 2026", "December 2025"] == element_texts(
        root, ".//section[@class='issues']/h3"
    )
    assert [
        "Mon 23 November 2026, quiet",
        "Fri 20 November 2026, 9 papers",
        "Wed 31 December 2025, 1 paper",
    ] == element_texts(root, ".//ol[@class='days']/li")
    buttons = ["RSS", "Atom", "JSON Feed", "Issues", "OPML, all topics"]
    assert buttons == element_texts(root, ".//a[@class='button']")


def test_the_front_page_names_editions_if_there_are_several() -> None:
    """Two issues of one day are told apart by their edition."""
    weekly = IssueLink("weekly", "2026-11-20", "2026-11-20", 1, 40, "new")
    root = parse(SHIPPED.index(FULL, [BEFORE, weekly]).body)
    assert [
        "Fri 20 November 2026, weekly 40 papers",
        "Fri 20 November 2026, daily 9 papers",
    ] == element_texts(root, ".//ol[@class='days']/li")


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
    assert ["vision 67%, 4 papers", "agents 33%, 2 papers"] == element_texts(
        root, ".//ul[@class='shares']/li"
    )
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


def test_the_calendar_of_a_year_lists_its_issues_by_month() -> None:
    """It has no issue of another year, and the list of years links to it."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31-2", 1, 1, "new")
    links = [old, IssueLink("daily", "2026-01-02", "2026-01-02", 2, 3, "new"), BEFORE, AFTER]
    year = SHIPPED.year("2026", links)
    root = parse(year.body)
    assert "archive/2026.html" == year.path
    assert ["November 2026", "January 2026"] == element_texts(root, ".//h2")
    hrefs = [str(href) for href in root.xpath("//main//a/@href")]
    assert [f"../daily/2026-{day}.html" for day in ("11-23", "11-20", "01-02")] == hrefs
    root = parse(SHIPPED.archive(links).body)
    assert ["2026", "2025"] == element_texts(root, ".//h2")
    assert [
        "November 2026 2 issues", "January 2026 1 issue", "December 2025 1 issue",
    ] == element_texts(root, ".//li")  # fmt: skip
    assert "2026.html#m-2026-11" in [str(href) for href in root.xpath("//li/a/@href")]
    assert ["The first issue will be listed here."] == element_texts(
        parse(SHIPPED.archive([]).body), ".//main/p"
    )
