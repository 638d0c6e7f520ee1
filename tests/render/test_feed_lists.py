"""The feed of issues, the feed of a topic, and the OPML list of feeds."""

from __future__ import annotations

import html
from collections.abc import Iterator

import msgspec
import pytest
from lxml import etree

from digest.model.issues import Issue, Section
from digest.render import feeds
from digest.render.feeds import writers
from tests.support.feed_rules import (
    CONTENT,
    HOSTILE,
    SITE,
    guids,
    make_issue,
    make_item,
)


def test_an_issue_is_one_item_of_the_issues_feed() -> None:
    """It has a title with date and count, headings with counts, and the titles of papers."""
    issue = make_issue(make_item(1), make_item(2, title=HOSTILE[0]))
    item = etree.fromstring(feeds.issues([issue], SITE).body).find("channel/item")
    assert item is not None
    assert "daily 2026-11-22: 2 papers" == item.findtext("title")
    assert "https://letters.example/d/daily/2026-11-22.html" == item.findtext("link")
    assert rf"Agents & tool use (2): Lighthouse Scheduling 1; {HOSTILE[0]}." == html.unescape(
        item.findtext("description", "")
    )
    assert (
        "<h3>Agents &amp; tool use (2)</h3><ul><li>Lighthouse Scheduling 1</li>"
        r"<li>A &lt; B &amp; C: $\alpha$</li></ul>"
    ) == item.findtext(CONTENT)


def test_an_issue_without_papers_says_why() -> None:
    """An issue of a quiet day is an item, too, described by its verdict."""
    channel = etree.fromstring(feeds.issues([make_issue(verdict="quiet")], SITE).body)[0]
    assert "daily 2026-11-22: no papers" == channel.findtext("item/title")
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
