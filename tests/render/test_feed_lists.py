"""The feed of issues, the feed of a topic, and the OPML list of feeds."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digest.model.issues import Accounting, Issue, Period, Section
from digest.model.settings import Edition
from digest.render import feeds, paths
from digest.render.feeds import issue_entries, writers
from tests.support.feed_rules import (
    CONTENT,
    HOSTILE,
    SITE,
    guids,
    make_issue,
    make_item,
)


def test_an_issue_is_one_item_of_the_issues_feed() -> None:
    """Its title is a day and a number of papers, its description one plain line."""
    issue = make_issue(make_item(1), make_item(2, title=HOSTILE[0]))
    item = etree.fromstring(feeds.issues([issue], SITE).body).find("channel/item")
    assert item is not None
    assert "Sunday 22 November 2026: 2 papers" == item.findtext("title")
    assert "https://letters.example/d/daily/2026-11-22.html" == item.findtext("link")
    assert "Agents & tool use (2)" == html.unescape(item.findtext("description", ""))


def test_the_item_holds_the_issue() -> None:
    """Picks with reasons, headings, linked titles, teasers, votes, sums, and a link to the page."""
    first, second = make_item(1, upvotes=12), make_item(2, title=HOSTILE[0], url="ftp://x")
    issue = make_issue(
        first,
        second,
        picks=(first.guid,),
        picked={first.guid: "12 votes"},
        accounting=Accounting(dumps=1, entries=3, new=2, known=1),
    )
    page = "https://letters.example/d/daily/2026-11-22.html"
    link = '<a href="https://papers.example/2611.00001">Lighthouse Scheduling 1</a>'
    expected = (
        "<p>2 new papers.</p>"
        f"<h3>Read these first</h3><ul><li>{link}: 12 votes</li></ul>"
        f"<h3>Agents &amp; tool use (2)</h3><ul><li>{link} (12 votes)<br>We count the ships.</li>"
        f'<li><a href="{page}#{paths.anchor(second.guid)}">A &lt; B &amp; C: $\\alpha$</a>'
        "<br>We count the ships.</li></ul>"
        "<p>1 dump holds 3 entries: 2 new, 0 changed, 1 known, 0 repeated and 0 rejected.</p>"
        f'<p><a href="{page}">The issue on its page</a></p>'
    )
    item = etree.fromstring(feeds.issues([issue], SITE).body).find("channel/item")
    assert item is not None
    assert expected == item.findtext(CONTENT)


def issue_titles(*issues: Issue, editions: Sequence[Edition]) -> list[str | None]:
    """Return the titles of these issues in issues.xml."""
    channel = etree.fromstring(feeds.issues(issues, SITE, editions=editions).body)[0]
    return [item.findtext("title") for item in channel.iter("item")]


def test_issues_of_a_day_have_different_titles() -> None:
    """The edition is named if another one comes first with its period; later issues are counted."""
    week = Period(first="2026-11-16", last="2026-11-22")
    editions = (Edition(), Edition(name="vision"), Edition(name="weekly", period="week"))
    issues = (
        make_issue(make_item(1), ordinal=2),
        make_issue(make_item(1)),
        make_issue(make_item(1), edition="vision"),
        make_issue(make_item(1), edition="weekly", span=week),
        make_issue(make_item(1), edition="former"),
    )
    assert {
        "Sunday 22 November 2026, second issue: 1 paper",
        "Sunday 22 November 2026: 1 paper",
        "Sunday 22 November 2026, vision: 1 paper",
        "Week of 16 November 2026: 1 paper",
        "Sunday 22 November 2026, former: 1 paper",
    } == set(issue_titles(*issues, editions=editions))


def test_issues_of_one_moment_are_ordered_by_day() -> None:
    """An edition that catches up makes several issues at once."""
    issues = [make_issue(make_item(1), date=f"2026-11-{day}") for day in (20, 19, 18, 17)]
    days = [str(title).split()[1] for title in issue_titles(*issues, editions=(Edition(),))]
    assert ["20", "19", "18", "17"] == days


def crowd(*sizes: int) -> Issue:
    """Return an issue with headings of these sizes."""
    number = itertools.count()
    sections = tuple(
        Section(
            topic=f"topic-{place}",
            name=f"Topic {place}",
            papers=tuple(make_item(next(number)) for _ in range(size)),
        )
        for place, size in enumerate(sizes)
    )
    return make_issue(sections=sections)


def test_a_crowded_issue_is_shortened_under_each_heading() -> None:
    """Each heading shows its first papers with teasers, then titles, then how many more."""
    page = feeds.issues([crowd(600, 300, 99, 1)], SITE).body
    content = etree.fromstring(page).findtext(f"channel/item/{CONTENT}") or ""
    shown = content.count("<li>")
    assert issue_entries.TITLES - 4 <= shown - 3 <= issue_entries.TITLES
    assert issue_entries.TEASERS - 4 <= content.count("<br>") <= issue_entries.TEASERS
    assert "<h3>Topic 0 (600)</h3>" in content
    heading = paths.heading("topic-0")
    assert f'2026-11-22.html#{heading}">and 517 more in the issue</a>' in content
    assert "Topic 3 (1)" in content
    assert len(page) < 200_000


@given(st.lists(st.integers(0, 50), max_size=9), st.integers(0, 100))
def test_headings_share_what_is_shown(sizes: list[int], most: int) -> None:
    """Together they show no more than is allowed, and with one more each would show too many."""
    each = issue_entries.share(sizes, most)
    assert sum(min(size, each) for size in sizes) <= most
    assert each >= max(sizes, default=0) or sum(min(size, each + 1) for size in sizes) > most


def test_the_issues_feed_is_bounded() -> None:
    """Of two months of crowded issues the newest are whole, and older ones lose their content."""
    issues = [
        msgspec.structs.replace(
            crowd(500, 500),
            date=f"2026-{month:02}-{day:02}",
            moment=f"2026-{month:02}-{day:02}T07:00Z",
        )
        for month in (11, 10)
        for day in range(30, 0, -1)
    ]
    body = feeds.issues(issues, SITE).body
    items = list(etree.fromstring(body).iter("item"))
    assert len(body) <= 1 << 20
    assert 14 <= len(items)
    whole = [item.find(CONTENT) is not None for item in items]
    assert whole[0]
    assert sorted(whole, reverse=True) == whole
    assert all(item.findtext("description") for item in items)
    assert body == feeds.issues(iter(issues), SITE).body


def test_an_issue_without_papers_says_why() -> None:
    """An issue of a quiet day is an item, too, described by its verdict."""
    channel = etree.fromstring(feeds.issues([make_issue(verdict="quiet")], SITE).body)[0]
    assert "Sunday 22 November 2026: no papers" == channel.findtext("item/title")
    assert "No page has come since the issue before." == channel.findtext("item/description")


def test_the_issues_feed_holds_the_newest_issues() -> None:
    """It reads no more issues than it shows."""

    def endless() -> Iterator[Issue]:
        for number in range(feeds.NEWEST_ISSUES):
            yield make_issue(make_item(), number=number, ordinal=number + 1)
        pytest.fail("read further than needed")

    assert feeds.NEWEST_ISSUES == len(guids(feeds.issues(endless(), SITE).body))


def test_a_topic_feed_holds_the_papers_of_the_topic() -> None:
    """It holds the papers under the heading and those that also belong to it, no others."""
    elsewhere = Section(topic="vision", name="Vision & 3D", papers=(make_item(3, also=()),))
    issue = make_issue(make_item(1), make_item(2, also=()))
    issue = msgspec.structs.replace(issue, sections=(*issue.sections, elsewhere))
    page = feeds.topic("vision", "Vision & 3D", [issue], writers.FeedWriters(SITE))
    channel = etree.fromstring(page.body)[0]
    assert "topics/vision/feed.xml" == page.path
    assert [make_item(1).guid, make_item(3).guid] == guids(page.body)
    assert "Lanternfish Letters: Vision & 3D" == channel.findtext("title")
    assert "https://letters.example/d/topics/vision/" == channel.findtext("link")


def test_opml_lists_every_feed() -> None:
    """Each outline has type, text, xmlUrl and htmlUrl; topics come in the given order."""
    page = feeds.opml({"agents": "Agents & tool use", "other": "Other"}, SITE)
    root = etree.fromstring(page.body)
    outlines = list(root.iter("outline"))
    rss_outlines = [outline for outline in outlines if outline.get("type") == "rss"]
    assert "2.0" == root.get("version")
    assert ["feed.xml", "issues.xml", "topics/agents/feed.xml", "topics/other/feed.xml"] == [
        (outline.get("xmlUrl") or "").removeprefix(SITE.url) for outline in rss_outlines
    ]
    assert ["", "", "topics/agents/", "topics/other/"] == [
        (outline.get("htmlUrl") or "").removeprefix(SITE.url) for outline in rss_outlines
    ]
    assert all(outline.get("text") for outline in outlines)
    assert "Agents & tool use" == rss_outlines[2].get("text")


def test_opml_without_topics_has_no_folder() -> None:
    """A reader that imports the list gets no empty folder for topics."""
    root = etree.fromstring(feeds.opml({}, SITE).body)
    assert ["rss", "rss"] == [outline.get("type") for outline in root.iter("outline")]
