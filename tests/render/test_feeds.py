"""Guids, dates, order and frequency of RSS, Atom and JSON Feed documents."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.model.issues import Section
from digest.model.settings import Edition, Site
from digest.render import feeds
from digest.render.feeds import entry, frequency, issue_entries, writers
from tests.support.feed_rules import (
    ATOM,
    FREQUENCY,
    PERIOD,
    SITE,
    guids,
    live_bodies,
    make_issue,
    make_item,
)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(("http://a.example/", "https://b.example/deep/er", "http://localhost:8000/")),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.permutations(range(4)),
    st.sampled_from(("-08:00", "+00:00", "+05:45")),
)
def test_guids_of_papers_survive_every_change(
    url: str, words: str, order: list[int], offset: str
) -> None:
    """Base URL, scheme, title, topic, order and time zone do not change a guid."""
    items = [make_item(number) for number in range(4)]
    before = set(guids(live_bodies(make_issue(*items))[0]))
    changed = (msgspec.structs.replace(items[place], title=words, url=url) for place in order)
    issue = make_issue(
        *changed,
        sections=(
            Section(
                topic="renamed",
                name=words,
                papers=tuple(msgspec.structs.replace(items[place], title=words) for place in order),
            ),
        ),
        moment=f"2026-11-22T07:00:00{offset}",
    )
    site = Site(title=words or "x", url=url, language="en-AU", timezone="Asia/Kathmandu")
    for body in live_bodies(issue, site=site):
        assert before == set(guids(body))


def test_the_guid_of_an_issue_survives_changes_of_the_site() -> None:
    """The guid of an issue depends only on its edition, key and moment."""
    issue = make_issue(make_item())
    other = Site(title="Other", url="http://elsewhere.example/")
    assert guids(feeds.issues([issue], SITE).body) == guids(feeds.issues([issue], other).body)
    assert issue_entries.issue_guid(issue) == issue_entries.issue_guid(
        make_issue(verdict="partial")
    )
    assert issue_entries.issue_guid(issue) != issue_entries.issue_guid(make_issue(ordinal=2))
    assert "urn:papers-digest:issue:cf5266479cc405ad3ec44f316881094e" == issue_entries.issue_guid(
        issue
    )


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-22T07:00:00+01:00", "2024-02-29T23:59:59-08:00", "2026-01-05T00:00:00.250000+05:45"],
)
def test_moments_are_spelled_as_by_the_standard_library(stamp: str) -> None:
    """RFC 822 has a four-digit year and a numeric zone, RFC 3339 an offset."""
    at = datetime.fromisoformat(stamp).replace(microsecond=0)
    assert format_datetime(at) == entry.spell_moment(stamp).rfc822
    assert at.isoformat() == entry.spell_moment(stamp).rfc3339


def test_the_date_of_an_item_is_the_moment_of_its_issue() -> None:
    """All formats date an item with the moment of its issue."""
    rss, atom, json_feed = live_bodies(make_issue(make_item()))
    moment = "2026-11-22T07:00:00+01:00"
    assert "Sun, 22 Nov 2026 07:00:00 +0100" == etree.fromstring(rss).findtext(
        "channel/item/pubDate"
    )
    assert moment == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}published")
    assert moment == json.loads(json_feed)["items"][0]["date_published"]


def test_items_are_ordered_by_instant() -> None:
    """Moments with different offsets compare as instants, and equal ones by guid."""
    early = make_issue(make_item(3), moment="2026-11-22T08:30:00+05:45", date="2026-11-22")
    late = make_issue(make_item(2), make_item(1), moment="2026-11-22T07:00:00+01:00")
    expected = [make_item(number).guid for number in (1, 2, 3)]
    for body in live_bodies(late, early):
        assert expected == guids(body)
    for body in live_bodies(early, late):
        assert expected == guids(body)


def test_items_of_one_moment_are_ordered_by_guid() -> None:
    """Two issues of one run have the same moment, so their items mix."""
    newer = make_issue(make_item(4), make_item(1), date="2026-11-22")
    older = make_issue(make_item(3), make_item(2), date="2026-11-21")
    expected = [make_item(number).guid for number in (1, 2, 3, 4)]
    for body in live_bodies(newer, older):
        assert expected == guids(body)


def test_building_twice_gives_the_same_bytes() -> None:
    """A document holds no time of the run, no counter and no hash order."""
    issue = make_issue(make_item(1), make_item(2))
    assert live_bodies(issue) == live_bodies(issue)


def test_the_channel_links_to_the_home_page_and_itself() -> None:
    """Its link is the home page, and a link of the Atom module its own address."""
    channel = etree.fromstring(live_bodies(make_issue(make_item()))[0])[0]
    own = channel.find(f"{ATOM}link")
    assert own is not None
    assert "https://letters.example/d/" == channel.findtext("link")
    assert "https://letters.example/d/feed.xml" == own.get("href")
    assert "Papers Digest" == channel.findtext("generator")


WEEK = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("editions", "expected"),
    [
        ([Edition()], ("daily", "1")),
        ([Edition(days=WEEK)], ("weekly", "5")),
        ([Edition(period="week")], ("weekly", "1")),
        ([Edition(period="week", days=WEEK)], ("weekly", "1")),
        ([Edition(period="month")], ("monthly", "1")),
        ([Edition(period="month"), Edition(days=WEEK), Edition(period="week")], ("weekly", "5")),
        ([Edition(period="month"), Edition(period="week"), Edition()], ("daily", "1")),
    ],
)
def test_the_frequency_follows_the_schedule(
    editions: list[Edition], expected: tuple[str, str]
) -> None:
    """A feed changes as often as its edition issues, or the most frequent of several.

    The ttl delays no issue by more than a day. No day or hour is skipped, because a plain run
    or a catch-up makes an issue at any time.
    """
    updates = frequency.most_frequent(editions)
    issue = make_issue(make_item())
    topics = feeds.topic(
        "agents", "Agents", [issue], writers.FeedWriters(SITE), frequency=updates
    ).body
    numbered = feeds.issues([issue], SITE, frequency=updates).body
    for body in (live_bodies(issue, frequency=updates)[0], numbered, topics):
        channel = etree.fromstring(body)[0]
        assert expected == (channel.findtext(PERIOD), channel.findtext(FREQUENCY))
        assert "1440" == channel.findtext("ttl")
        assert [] == [*channel.iter("skipDays"), *channel.iter("skipHours")]
