"""A topic removed from the configuration keeps its pages, with a notice and no dead link."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from digest.model.settings import Site
from digest.model.topics import RemovedTopic, Successor
from digest.render import removed_topic
from digest.render.feeds import removed_topics
from digest.storage.ledger import Ledger
from tests.support import builders, folders
from tests.support.folders import Folder

SITE = "https://example.org/papers/"
BOATS = '[[topic]]\nid = "boats"\nname = "Boats & ferries"\nstrong = ["ferry"]\n'
LAMPS = '[[topic]]\nid = "lamps"\nname = "Lamps"\nstrong = ["lantern"]\n'
TREES = '[[topic]]\nid = "trees"\nname = "Trees"\nstrong = ["willow"]\n'
WIDER = LAMPS.replace('["lantern"]', '["lantern", "ferry"]')


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with an issue under two topics."""
    folder = Folder(tmp_path / "folder")
    folder.configure(f'[site]\nurl = "{SITE}"\ntimezone = "Europe/Berlin"\n')
    folder.sort_by(BOATS + LAMPS)
    publish(folder, "2026-11-20", "Ferry Alpha", "Ferry Beta", "Lantern Gamma")
    return folder


def publish(folder: Folder, day: str, *titles: str) -> None:
    """Publish an issue with papers of these titles."""
    entries = [
        {"id": f"2611.{sum(map(ord, title)):05}", "title": title, "summary": f"We build {title}."}
        for title in titles
    ]
    folder.drop(f"{day}.json", folders.answer(day, entries))
    folder.run(f"{day}T08:00")


def entries(folder: Folder, topic: str = "boats") -> list[Any]:
    """Return the items of a topic's feed as feedparser reads them."""
    feed = feedparser.parse(io.BytesIO((folder.output / f"topics/{topic}/feed.xml").read_bytes()))
    assert not feed.bozo
    return list(feed.entries)


def texts(folder: Folder, name: str, path: str) -> list[str]:
    """Return the text of each element at an XPath of a page."""
    root: Any = html.document_fromstring((folder.output / name).read_text("utf-8"))
    return [" ".join(str(element.text_content()).split()) for element in root.xpath(path)]


def outlines(folder: Folder) -> list[str]:
    """Return the feeds that `opml.xml` lists."""
    opml: Any = etree.fromstring((folder.output / "opml.xml").read_bytes())
    return [str(url).removeprefix(SITE) for url in opml.xpath("//outline/@xmlUrl")]


def test_a_removed_topic_gets_a_notice(folder: Folder) -> None:
    """Its page stays and names its successors; its feed gets one item; OPML drops it."""
    before = [entry.id for entry in entries(folder)]
    months = (folder.output / "topics/boats/2026-11.html").read_bytes()
    folder.sort_by(WIDER)
    folder.run("2026-11-22T09:30")
    words = (
        "This heading was retired on Sunday 22 November 2026."
        " Its newest 2 papers would now stand elsewhere: 2 under Lamps."
    )
    assert [words] == texts(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert ["Go on with Lamps"] == texts(
        folder, "topics/boats/index.html", "//div[@class='notice']//a[@href='../lamps/index.html']"
    )
    assert ["Ferry Alpha", "Ferry Beta"] == sorted(
        texts(folder, "topics/boats/index.html", "//ul[@class='mentions']/li/a")
    )
    notice, *rest = entries(folder)
    assert before == [entry.id for entry in rest]
    assert "Boats & ferries: this heading was retired" == notice.title
    assert (words, f"{SITE}topics/boats/") == (notice.summary, notice.link)
    assert f"{SITE}topics/lamps/" in notice.content[0].value
    assert "Sun, 22 Nov 2026 09:30:00 +0100" == notice.published
    assert ["feed.xml", "issues.xml", "topics/lamps/feed.xml"] == outlines(folder)
    assert ["Boats & ferries"] == texts(
        folder, "topics/index.html", "//section[h2/@id='retired']//li/a"
    )
    assert months == (folder.output / "topics/boats/2026-11.html").read_bytes()


def test_the_notice_is_published_once_and_never_changes(folder: Folder) -> None:
    """Later runs, issues, a rebuild and new topics do not change page and feed."""
    folder.sort_by(WIDER)
    folder.run("2026-11-22T09:30")
    names = ["topics/boats/index.html", "topics/boats/feed.xml"]
    after = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-11-25T08:00").status
    assert after == folder.tree()
    folder.sort_by(WIDER + TREES)
    publish(folder, "2026-11-26", "Lantern Delta", "Willow Epsilon")
    folder.run("2026-11-27T08:00")
    by_runs = folder.tree()
    assert [after[name] for name in names] == [by_runs[name] for name in names]
    assert 0 == folder.digest("rebuild", now="2026-12-25T08:00").status
    assert by_runs == folder.tree()


def test_a_run_that_fails_to_publish_has_stored_its_notice(folder: Folder) -> None:
    """The next run publishes the notice with the moment of the failed one."""
    whole = folder.copy(folder.root.with_name("whole"))
    for copy in (folder, whole):
        copy.sort_by(WIDER)
    whole.run("2026-11-22T09:30")
    elsewhere = folder.output.rename(folder.root.with_name("elsewhere"))
    folder.output.symlink_to(elsewhere)  # no page is written through a link
    assert 1 == folder.digest("run", now="2026-11-22T09:30").status
    assert [] == texts(folder, "topics/boats/index.html", "//div[@class='notice']")
    folder.output.unlink()
    elsewhere.rename(folder.output)
    folder.run("2026-11-23T10:00")
    assert whole.tree() == folder.tree()


def test_a_restored_topic_has_no_notice(folder: Folder) -> None:
    """Its page, its feed and the list are as before; a second removal has a new notice."""
    before = folder.tree()
    folder.sort_by(WIDER)
    folder.run("2026-11-22T09:30")
    (first, *_) = entries(folder)
    folder.sort_by(BOATS + LAMPS)
    folder.run("2026-11-23T09:30")
    assert before == folder.tree()
    folder.sort_by(WIDER)
    folder.run("2026-11-24T09:30")
    (second, *_) = entries(folder)
    assert first.id != second.id


def test_a_successor_without_a_page_is_named_without_a_link(folder: Folder) -> None:
    """Other has no page before it has papers, so neither page nor feed link to it."""
    folder.sort_by(LAMPS)
    folder.run("2026-11-22T09:30")
    (words,) = texts(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 2 papers would now stand elsewhere: 2 under Other.")
    assert [] == texts(folder, "topics/boats/index.html", "//div[@class='notice']//a")
    assert "<a" not in entries(folder)[0].content[0].value


def test_successors_are_those_of_the_newest_thirty_papers(folder: Folder) -> None:
    """They are taken from all months, not only from the last one."""
    publish(folder, "2026-12-01", "Ferry under a Lantern")
    many = folder.copy(folder.root.with_name("many"))
    folder.sort_by(WIDER)
    folder.run("2026-12-02T09:30")
    (words,) = texts(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 3 papers would now stand elsewhere: 3 under Lamps.")
    publish(many, "2026-12-02", *(f"Ferry {'x' * number}" for number in range(1, 40)))
    many.sort_by(WIDER)
    many.run("2026-12-03T09:30")
    (words,) = texts(many, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 30 papers would now stand elsewhere: 30 under Lamps.")


def test_a_topic_without_papers_is_removed_without_notice(folder: Folder) -> None:
    """It had no page; and a change of a topic's words removes nothing."""
    folder.sort_by(BOATS + LAMPS + TREES)
    folder.run("2026-11-22T09:30")
    before = folder.marks()
    folder.sort_by(BOATS.replace("ferry", "ferry, boat") + LAMPS)
    folder.run("2026-11-22T10:30")
    assert before == folder.marks()


def test_the_words_of_a_notice() -> None:
    """One paper is singular; papers under other topics are counted; else there is only the day."""
    lamps = Successor("lamps", "Lamps", 1, has_page=True)
    single = RemovedTopic("boats", "Boats", builders.MOMENT, 1, (lamps,))
    day = "This heading was retired on Sunday 22 November 2026."
    notice = removed_topic.removal_notice(single, {"lamps"})
    assert f"{day} Its newest paper would now stand under Lamps." == notice.words
    assert () == removed_topic.removal_notice(single, set()).heirs
    several = RemovedTopic("boats", "Boats", builders.MOMENT, 4, (lamps, lamps))
    notice = removed_topic.removal_notice(several, {"lamps"})
    assert notice.words.endswith("elsewhere: 1 under Lamps, 1 under Lamps and 2 under others.")
    assert (
        day
        == removed_topic.removal_notice(
            RemovedTopic("boats", "Boats", builders.MOMENT), set()
        ).words
    )


def test_names_of_topics_are_no_markup() -> None:
    """The name of a topic is escaped in the notice, although the operator wrote it."""
    heir = Successor("lamps", "<b>Lamps</b>", 2, has_page=True)
    entry = removed_topics.removal_entry(
        RemovedTopic("x", "A & <i>", builders.MOMENT, 2, (heir,)), {"lamps"}, Site()
    )
    assert "A & <i>: this heading was retired" == entry.title
    assert "<b>" not in entry.content
    assert "&lt;b&gt;Lamps" in entry.content


def test_the_ledger_keeps_the_first_notice(tmp_path: Path) -> None:
    """Whoever retires a topic twice; and forgets one that is back."""
    opened: Ledger = builders.ledger(tmp_path, "daily")
    heir = Successor("lamps", "Lamps", 2, has_page=True)
    first = RemovedTopic("boats", "Boats", builders.MOMENT, 3, (heir,))
    opened.removed_topics.record_removed_topics(
        [first, RemovedTopic("acorns", "Acorns", builders.MOMENT)]
    )
    opened.removed_topics.record_removed_topics(
        [RemovedTopic("boats", "Ships", "2026-12-24T00:00:00+00:00")]
    )
    assert first == opened.removed_topics.list_removed_topics()[1]
    opened.removed_topics.delete_removed_topics(["acorns", "never"])
    assert [first] == opened.removed_topics.list_removed_topics()
    opened.close()
