"""Topics with pages and feeds of their own: what is there, what changes, what never does."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from lxml import etree, html

from digest.model.counts import TopicCount
from digest.model.issues import Issue, Section
from digest.render.site.views import topics
from digest.storage.ledger import topic_counts
from tests.support import builders, folders
from tests.support.folders import Folder

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
    """A folder with three topics of its own."""
    made = Folder(tmp_path / "folder")
    made.configure('[site]\nurl = "https://example.org/papers/"\n')
    (made.root / "config" / "topics.toml").write_text(TOPICS)
    return made


def publish(folder: Folder, day: str, *titles: str) -> dict[str, Any]:
    """Issues these papers on this day; each title is its paper's identity."""
    folder.drop(f"{day}.json", folders.answer(day, map(_entry, titles)))
    return folder.run(f"{day}T08:00")


def _entry(title: str) -> dict[str, Any]:
    number = sum(map(ord, title)) % 100000
    return {"id": f"2611.{number:05}", "title": title, "summary": f"We build {title} at last."}


def said(page: bytes, path: str) -> list[str]:
    """The text of each element at a path, runs of blanks as one."""
    return [" ".join(str(element.text_content()).split()) for element in query(page, path)]


def query(page: bytes, path: str) -> list[Any]:
    """What a path finds in a page."""
    root: Any = html.document_fromstring(page.decode())
    return list(root.xpath(path))


def test_a_topic_has_pages_and_a_feed(folder: Folder) -> None:
    """Its first page, a page for the month, its feed; the list of topics names it."""
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
        assert ["Ferry Alpha", "Ferry Beta"] == sorted(said(page, "//ul/li/a"))
        assert ["Sunday 22 November 2026 2 papers"] == said(page, "//main/section[1]/h2")
    assert ["Boats & ferries"] == said(written["topics/boats/index.html"], "//h1")
    assert ["Boats & ferries, November 2026"] == said(written["topics/boats/2026-11.html"], "//h1")
    lead = said(written["topics/boats/index.html"], "//p[@class='lead']")
    assert ["2 papers since November 2026."] == lead
    assert ["Boats & ferries 2 papers", "Lamps 1 paper"] == [
        re.sub("(?<=[a-z])(?=[0-9])", " ", words)
        for words in said(written["topics/index.html"], "//ul/li")
    ]


def test_feeds_that_are_announced_are_there(folder: Folder) -> None:
    """Every page's alternates, and every line of the OPML list, name a feed of the tree."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Lantern Gamma", "Nothing of the Kind")
    written = folder.tree()
    for name, page in written.items():
        if name.endswith(".html"):
            hrefs = query(page, "//link[@rel='alternate']/@href")
            found = {str((Path("/") / name).parent.joinpath(href)) for href in hrefs}
            assert {_resolved(place) for place in found} <= set(written), name
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


def test_a_feed_holds_its_topic_alone(folder: Folder) -> None:
    """The items are the topic's papers under the guids of the main feed; its home is the topic."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Lantern Gamma", "Ferry under a Willow")
    feed = feedparser.parse(io.BytesIO(folder.tree()["topics/boats/feed.xml"]))
    main = feedparser.parse(io.BytesIO(folder.tree()["feed.xml"]))
    assert not feed.bozo
    assert ["Ferry Alpha", "Ferry under a Willow"] == sorted(e.title for e in feed.entries)
    assert {entry.id for entry in feed.entries} < {entry.id for entry in main.entries}
    assert "https://example.org/papers/topics/boats/" == feed.feed.link


def test_only_what_an_issue_touches_changes(folder: Folder) -> None:
    """A new issue rewrites the topics it speaks of, and no month that is over."""
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
    assert ["Ferry Epsilon", "Ferry Beta", "Ferry Alpha"] == said(page, "//ul/li/a")
    assert ["November 2026 2 papers", "October 2026 1 paper"] == said(page, "//ol/li")


def test_run_by_run_and_rebuilt_are_the_same(folder: Folder) -> None:
    """Promise 4 holds for topics: what runs wrote bit by bit, a rebuild writes at once."""
    publish(folder, "2026-09-30", "Ferry Alpha", "Lantern Gamma")
    publish(folder, "2026-10-30", "Ferry Beta")
    publish(folder, "2026-12-01", "Ferry Epsilon", "Willow Delta")
    by_runs = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-12-02T08:00").status
    assert by_runs == folder.tree()


def test_a_withdrawn_paper_leaves_its_topic(folder: Folder) -> None:
    """Lists, counts and feed do without it; a topic with nothing left has no page."""
    publish(folder, "2026-11-22", "Ferry Alpha", "Ferry Beta", "Lantern Gamma")
    for title in ("Ferry Alpha", "Lantern Gamma"):
        assert 0 == folder.digest("withdraw", f"arxiv:{_entry(title)['id']}").status
    written = folder.tree()
    assert ["Ferry Beta"] == said(written["topics/boats/index.html"], "//ul/li/a")
    assert ["1 paper since November 2026."] == said(
        written["topics/boats/index.html"], "//p[@class='lead']"
    )
    assert not [name for name in written if name.startswith("topics/lamps")]
    assert b"Ferry Alpha" not in written["topics/boats/feed.xml"]


def test_topics_before_the_first_issue(folder: Folder) -> None:
    """The list says that there is nothing yet, and the OPML list holds the main feeds."""
    folder.run("2026-11-22T08:00")
    assert 0 == folder.digest("rebuild", now="2026-11-22T08:00").status
    written = folder.tree()
    assert ["The topics appear here with the first issue."] == said(
        written["topics/index.html"], "//main/p"
    )
    assert b"topics" not in written["opml.xml"]


def _issue(date: str, name: str = "Boats", **fields: Any) -> Issue:
    papers = (builders.item(1), builders.item(2, also=("lamps",)))
    sections = (Section(topic="boats", name=name, papers=papers),)
    return builders.issue(date=date, sections=sections, topics={"lamps": "Lamps"}, **fields)


def test_counts_add_up_by_day_and_month(tmp_path: Path) -> None:
    """Recorded one by one or counted at once, the sums are the same; the newest name holds."""
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


def test_a_first_page_shows_the_newest_papers_only() -> None:
    """However much a topic holds, its first page is short and says how much there is."""
    many = tuple(builders.item(number) for number in range(topics.NEWEST + 5))
    days = topics.by_topic([builders.issue(*many)])["vision"]
    counts = [TopicCount("month", "2026-11", "vision", "Vision", len(many), 1)]
    first, month = topics.first(counts, days), topics.month(counts[0], days)
    assert topics.NEWEST == sum(len(day.papers) for day in first.days)
    assert len(many) == sum(len(day.papers) for day in month.days)
    assert "35 papers and 1 that also belongs here since November 2026." == first.lead
    assert "35 papers and 1 that also belongs here." == month.lead
    also = topics.total([TopicCount("month", "2026-11", "x", "X", 0, 2)])
    assert ("x/index.html", "2 papers that also belong here") == (also.href, also.amount)
