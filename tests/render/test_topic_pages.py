"""Topics with pages and feeds of their own: what is there, what changes, what never does."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from lxml import etree

from digest.model.issues import Issue, Section
from digest.model.topics import TopicCount
from digest.render.site.views import topics
from digest.storage.ledger import topic_counts
from tests.support import builders, folders
from tests.support.folders import Folder
from tests.support.pages import element_texts, parse

TOPICS = """
[[topic]]
id = "boats"
name = "Boats & ferries"
strong = ["ferry"]
[[topic]]
id = "lamps"
name = "Lamps"
strong = ["lantern"]
[[topic]]
id = "trees"
name = "Trees"
strong = ["willow"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with three topics of its own."""
    folder = Folder(tmp_path / "folder")
    folder.configure('[site]\nurl = "https://example.org/papers/"\n')
    (folder.root / "config" / "topics.toml").write_text(TOPICS)
    return folder


def publish(folder: Folder, day: str, *titles: str) -> dict[str, Any]:
    """Publish an issue of papers with these titles on this day."""
    folder.drop(f"{day}.json", folders.answer(day, map(_entry, titles)))
    return folder.run(f"{day}T08:00")


def _entry(title: str) -> dict[str, Any]:
    number = sum(map(ord, title)) % 100000
    return {"id": f"2611.{number:05}", "title": title, "summary": f"We build {title} at last."}


def texts(page: bytes, path: str) -> list[str]:
    """Return the text of each element at an XPath of the page."""
    return element_texts(parse(page), path)


def test_a_topic_has_pages_and_a_feed(folder: Folder) -> None:
    """It has a first page and one for the month, and the list of topics links to it."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Ferry Beta", "Lantern Gamma")
    written = folder.tree()
    topics = [name for name in written if name.startswith("topics/")]
    assert [
        "topics/boats/2026-11.html", "topics/boats/feed.xml", "topics/boats/index.html",
        "topics/index.html",
        "topics/lamps/2026-11.html", "topics/lamps/feed.xml", "topics/lamps/index.html",
    ] == sorted(topics)  # fmt: skip
    for name in ("index.html", "2026-11.html"):
        page = written[f"topics/boats/{name}"]
        assert ["Ferry Alpha", "Ferry Beta"] == sorted(texts(page, "//ul/li/a"))
        assert ["Sunday 22 November 2026 2 papers"] == texts(page, "//main/section[1]/h2")
    assert ["Boats & ferries"] == texts(written["topics/boats/index.html"], "//h1")
    assert ["Boats & ferries, November 2026"] == texts(written["topics/boats/2026-11.html"], "//h1")
    lead = texts(written["topics/boats/index.html"], "//p[@class='lead']")
    assert ["2 papers since November 2026."] == lead
    assert ["Boats & ferries 2 papers", "Lamps 1 paper"] == [
        re.sub("(?<=[a-z])(?=[0-9])", " ", words)
        for words in texts(written["topics/index.html"], "//ul/li")
    ]


def test_announced_feeds_exist(folder: Folder) -> None:
    """Every alternate of a page and every line of the OPML list is a feed of the tree."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Lantern Gamma", "Nothing of the Kind")
    written = folder.tree()
    for name, page in written.items():
        if name.endswith(".html"):
            hrefs = parse(page).xpath("//link[@rel='alternate']/@href")
            feeds = {str((Path("/") / name).parent.joinpath(href)) for href in hrefs}
            assert {_resolved(feed) for feed in feeds} <= set(written), name
    opml: Any = etree.fromstring(written["opml.xml"])
    outlines = list(opml.xpath("//outline/@xmlUrl"))
    base = "https://example.org/papers/"
    assert [
        "feed.xml", "issues.xml", "topics/boats/feed.xml", "topics/lamps/feed.xml",
        "topics/other/feed.xml",
    ] == [str(url).removeprefix(base) for url in outlines]  # fmt: skip
    assert {str(url).removeprefix(base) for url in outlines} <= set(written)


def _resolved(path: str) -> str:
    parts: list[str] = []
    for part in path.strip("/").split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_a_topic_feed_has_the_papers_of_its_topic_alone(folder: Folder) -> None:
    """Its items have the guids of the main feed, and it links to the topic's page."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Lantern Gamma", "Ferry under a Willow")
    feed = feedparser.parse(io.BytesIO(folder.tree()["topics/boats/feed.xml"]))
    main = feedparser.parse(io.BytesIO(folder.tree()["feed.xml"]))
    assert not feed.bozo
    assert ["Ferry Alpha", "Ferry under a Willow"] == sorted(e.title for e in feed.entries)
    assert {entry.id for entry in feed.entries} < {entry.id for entry in main.entries}
    assert "https://example.org/papers/topics/boats/" == feed.feed.link


def test_an_issue_changes_the_pages_of_its_topics_alone(folder: Folder) -> None:
    """A new issue changes no other topic, and no page of an earlier month."""
    publish(folder, "2026-10-30", "Ferry Alpha", "Lantern Gamma")
    publish(folder, "2026-11-02", "Ferry Beta", "Willow Delta")
    before = folder.marks()
    publish(folder, "2026-11-03", "Ferry Epsilon")
    after = folder.marks()
    changed = {name for name in after if before.get(name) != after[name]}
    assert {
        "topics/boats/2026-11.html", "topics/boats/feed.xml", "topics/boats/index.html",
        "topics/index.html",
    } == {name for name in changed if name.startswith("topics/")}  # fmt: skip
    page = folder.tree()["topics/boats/index.html"]
    assert ["Ferry Epsilon", "Ferry Beta", "Ferry Alpha"] == texts(page, "//ul/li/a")
    assert ["November 2026 2 papers", "October 2026 1 paper"] == texts(page, "//ol/li")


def test_a_rebuild_writes_the_same_topic_pages(folder: Folder) -> None:
    """The pages that several runs wrote are equal to those of one rebuild."""
    publish(folder, "2026-09-30", "Ferry Alpha", "Lantern Gamma")
    publish(folder, "2026-10-30", "Ferry Beta")
    publish(folder, "2026-12-01", "Ferry Epsilon", "Willow Delta")
    by_runs = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-12-02T08:00").status
    assert by_runs == folder.tree()


def test_a_withdrawn_paper_leaves_its_topic(folder: Folder) -> None:
    """It leaves lists, counts and the feed; a topic without papers has no page."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Ferry Beta", "Lantern Gamma")
    for title in ("Ferry Alpha", "Lantern Gamma"):
        assert 0 == folder.digest("withdraw", f"arxiv:{_entry(title)['id']}").status
    written = folder.tree()
    assert ["Ferry Beta"] == texts(written["topics/boats/index.html"], "//ul/li/a")
    assert ["1 paper since November 2026."] == texts(
        written["topics/boats/index.html"], "//p[@class='lead']"
    )
    assert not [name for name in written if name.startswith("topics/lamps")]
    assert b"Ferry Alpha" not in written["topics/boats/feed.xml"]


def test_the_list_of_topics_before_the_first_issue(folder: Folder) -> None:
    """It says that there are none yet, and the OPML list has the main feeds alone."""
    folder.run("2026-11-22T08:00")
    assert 0 == folder.digest("rebuild", now="2026-11-22T08:00").status
    written = folder.tree()
    assert ["The topics appear here with the first issue."] == texts(
        written["topics/index.html"], "//main/p"
    )
    assert b"topics" not in written["opml.xml"]


def _issue(date: str, name: str = "Boats", **fields: Any) -> Issue:
    papers = (builders.item(1), builders.item(2, also=("lamps",)))
    sections = (Section(topic="boats", name=name, papers=papers),)
    return builders.issue(date=date, sections=sections, topics={"lamps": "Lamps"}, **fields)


def test_counts_add_up_by_day_and_month(tmp_path: Path) -> None:
    """Issues counted one by one or at once have the same sums, under the topic's newest name."""
    ledger = builders.ledger(tmp_path, "daily")
    several = [_issue("2026-11-29"), _issue("2026-11-30", number=2), _issue("2026-12-01", "Ships")]
    for number, issue in enumerate(several, 1):
        numbered = msgspec.structs.replace(issue, number=number)
        ledger.issues.record_issue(numbered, "live", 1, [])
    assert topic_counts.count_topics(several) == ledger.topic_counts.list_all_counts("daily")
    assert [
        TopicCount("month", "2026-11", "boats", "Boats", 4, 0),
        TopicCount("month", "2026-11", "lamps", "Lamps", 0, 2),
        TopicCount("month", "2026-12", "boats", "Ships", 2, 0),
        TopicCount("month", "2026-12", "lamps", "Lamps", 0, 1),
    ] == ledger.topic_counts.list_counts("daily", "month")
    assert 4 == len(ledger.topic_counts.list_counts("daily", "day", since="2026-11-30"))
    ledger.topic_counts.replace_counts("daily", topic_counts.count_topics(several[:1]))
    assert topic_counts.count_topics(several[:1]) == ledger.topic_counts.list_all_counts("daily")
    ledger.close()


def test_the_first_page_of_a_topic_has_its_newest_papers_alone() -> None:
    """It states the number of all papers; the page of the month lists them."""
    many = tuple(builders.item(number) for number in range(topics.MAX_PAPERS + 5))
    days = topics.group_by_topic([builders.issue(*many)])["vision"]
    counts = [TopicCount("month", "2026-11", "vision", "Vision", len(many), 1)]
    first = topics.build_first_page(counts, days)
    month = topics.build_month_page(counts[0], "2026-11", days)
    assert topics.MAX_PAPERS == sum(len(day.papers) for day in first.days)
    assert len(many) == sum(len(day.papers) for day in month.days)
    assert "35 papers and 1 that also belongs here since November 2026." == first.lead
    assert "35 papers and 1 that also belongs here." == month.lead
    also = topics.build_total([TopicCount("month", "2026-11", "x", "X", 0, 2)])
    assert ("x/index.html", "2 papers that also belong here") == (also.href, also.amount)
