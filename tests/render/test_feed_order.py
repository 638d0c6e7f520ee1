"""Items of a feed stand in the order of their issue's page, and never get another date."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from lxml import etree, html
from msgspec.structs import replace

from digest.editorial import item_dates
from digest.model.issues import Issue
from tests.support.feed_rules import guids, live_bodies, make_issue, make_item
from tests.support.folders import SHORE, Folder, page

LIVE = ("feed.xml", "atom.xml", "feed.json")


def titles_on_page(file: str) -> list[str]:
    """Return the titles of an issue's page, in the order of its papers."""
    root: Any = html.document_fromstring(file)
    headings = root.xpath("//article//*[self::h3 or self::h4]")
    return [" ".join(heading.text_content().split()) for heading in headings]


def items(folder: Folder) -> list[dict[str, str]]:
    """Return the items of feed.json."""
    return list(json.loads((folder.output / "feed.json").read_bytes())["items"])


def test_a_feed_has_the_order_of_the_page(folder: Folder) -> None:
    """In all formats, by place in the document and by date, newest first."""
    folder.sort_by(SHORE)
    folder.drop("page.txt", page("2026-11-18", range(12)))
    folder.run("2026-11-18T08:00")
    shown = titles_on_page((folder.output / "daily/2026-11-18.html").read_text("utf-8"))
    assert 12 == len(shown)
    assert shown == [item["title"] for item in items(folder)]
    dates = [item["date_published"] for item in items(folder)]
    assert 12 == len(set(dates))
    assert sorted(dates, reverse=True) == dates
    assert "2026-11-18T08:00:00+00:00" == dates[0]
    rss, atom, json_feed = ((folder.output / name).read_bytes() for name in LIVE)
    assert guids(json_feed) == guids(rss) == guids(atom)
    topic = guids((folder.output / "topics/shore/feed.xml").read_bytes())
    assert topic == [guid for guid in guids(rss) if guid in topic]


def test_a_withdrawal_moves_no_date(folder: Folder) -> None:
    """The papers below a withdrawn one keep theirs, and a rebuild changes nothing."""
    folder.sort_by(SHORE)
    folder.drop("page.txt", page("2026-11-18", range(6)))
    folder.run("2026-11-18T08:00")
    before = {item["id"]: item["date_published"] for item in items(folder)}
    first = items(folder)[0]
    assert 0 == folder.digest("withdraw", first["title"], now="2026-11-18T09:00").status
    after = {item["id"]: item["date_published"] for item in items(folder)}
    assert before.keys() - {first["id"]} == after.keys()
    assert all(before[guid] == date for guid, date in after.items())
    built = etree.parse(folder.output / "feed.xml").findtext("channel/lastBuildDate")
    assert "Wed, 18 Nov 2026 07:59:59 +0000" == built


def test_issues_that_catch_up_do_not_mix(folder: Folder) -> None:
    """Three dated issues of one moment: the latest day comes first, each in its page's order."""
    folder.sort_by(SHORE)
    folder.configure('[[edition]]\nname = "daily"\ncatch_up = "dated"\n')
    folder.drop("first.txt", page("2026-11-15", range(3)))
    folder.run("2026-11-15T08:00", "--due")
    for number, day in enumerate(("2026-11-16", "2026-11-17", "2026-11-18"), start=1):
        folder.drop(f"{day}.txt", page(day, range(number * 9, number * 9 + 9)))
    folder.run("2026-11-18T08:00", "--due")
    days = ("2026-11-18", "2026-11-17", "2026-11-16", "2026-11-15")
    files = [folder.output / f"daily/{day}.html" for day in days]
    expected = [title for file in files for title in titles_on_page(file.read_text("utf-8"))]
    assert 30 == len(expected)
    assert expected == [item["title"] for item in items(folder)]
    dates = [datetime.fromisoformat(item["date_published"]) for item in items(folder)]
    assert sorted(dates, reverse=True) == dates


def test_a_backfilled_issue_has_the_hour_of_its_edition(folder: Folder) -> None:
    """Its papers are dated before that hour, in the order of the page."""
    folder.sort_by(SHORE)
    folder.configure('[[edition]]\nname = "daily"\nat = "06:30"\n')
    old = folder.root / "2026-11-02.txt"
    old.write_bytes(page("2026-11-02", range(5)))
    assert 0 == folder.digest("backfill", str(old), now="2026-11-20T13:00").status
    shown = titles_on_page((folder.output / "daily/2026-11-02.html").read_text("utf-8"))
    document = json.loads((folder.output / "archive/2026-w45.json").read_bytes())
    assert shown == [item["title"] for item in document["items"]]
    dates = [item["date_published"][11:19] for item in document["items"]]
    assert ["06:30:00", "06:29:59", "06:29:58", "06:29:57", "06:29:56"] == dates


def stored_before(papers: Iterable[int], **fields: str) -> Issue:
    """Return an issue as earlier versions stored it, without dates of papers."""
    return make_issue(*map(make_item, papers), **fields)


@pytest.mark.parametrize("number", [8, 9])
def test_items_of_earlier_versions_keep_date_and_order(number: int) -> None:
    """They have the moment of their issue and are ordered by guid, below the next issue."""
    old = stored_before((3, 1, 2))
    new = make_issue(*map(make_item, (9, 4, 7)), number=number, moment="2026-11-22T07:00:01+01:00")
    new = item_dates.date_items(new, old.moment)
    rss, _, json_feed = live_bodies(new, old)
    expected = [make_item(paper).guid for paper in (9, 4, 7, 1, 2, 3)]
    assert expected == guids(rss)
    dates = [item["date_published"][11:19] for item in json.loads(json_feed)["items"]]
    assert ["07:00:01"] * 3 + ["07:00:00"] * 3 == dates
    reordered = replace(old, sections=(replace(old.sections[0], papers=old.papers[::-1]),))
    assert expected[3:] == guids(live_bodies(reordered)[0])
