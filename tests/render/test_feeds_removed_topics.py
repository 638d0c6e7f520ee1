"""D6: a topic that leaves the configuration leaves its pages, a notice and no dead link."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree, html

from digest.model.retired import RemovedTopic, Successor
from digest.model.settings import Site
from digest.render.feeds import removed_topics
from digest.render.site.views import topics
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
    """A folder with an issue under two topics."""
    made = Folder(tmp_path / "folder")
    made.configure(f'[site]\nurl = "{SITE}"\ntimezone = "Europe/Berlin"\n')
    made.sort_by(BOATS + LAMPS)
    publish(made, "2026-11-20", "Ferry Alpha", "Ferry Beta", "Lantern Gamma")
    return made


def publish(folder: Folder, day: str, *titles: str) -> None:
    """Issues these papers on this day."""
    entries = [
        {"id": f"2611.{sum(map(ord, title)):05}", "title": title, "summary": f"We build {title}."}
        for title in titles
    ]
    folder.drop(f"{day}.json", folders.answer(day, entries))
    folder.run(f"{day}T08:00")


def entries(folder: Folder, topic: str = "boats") -> list[Any]:
    """The items of a topic's feed as feedparser reads them."""
    feed = feedparser.parse(io.BytesIO((folder.output / f"topics/{topic}/feed.xml").read_bytes()))
    assert not feed.bozo
    return list(feed.entries)


def said(folder: Folder, name: str, path: str) -> list[str]:
    """The text of what a path finds in a page."""
    root: Any = html.document_fromstring((folder.output / name).read_text("utf-8"))
    return [" ".join(str(one.text_content()).split()) for one in root.xpath(path)]


def outlines(folder: Folder) -> list[str]:
    """The feeds that `opml.xml` lists."""
    opml: Any = etree.fromstring((folder.output / "opml.xml").read_bytes())
    return [str(url).removeprefix(SITE) for url in opml.xpath("//outline/@xmlUrl")]


def test_a_removed_topic_says_goodbye(folder: Folder) -> None:
    """Its page stays and tells where its papers go; its feed gets one item; OPML drops it."""
    before = [one.id for one in entries(folder)]
    months = (folder.output / "topics/boats/2026-11.html").read_bytes()
    folder.sort_by(WIDER)
    folder.run("2026-11-22T09:30")
    words = (
        "This heading was retired on Sunday 22 November 2026."
        " Its newest 2 papers would now stand elsewhere: 2 under Lamps."
    )
    assert [words] == said(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert ["Go on with Lamps"] == said(
        folder, "topics/boats/index.html", "//div[@class='notice']//a[@href='../lamps/index.html']"
    )
    assert ["Ferry Alpha", "Ferry Beta"] == sorted(
        said(folder, "topics/boats/index.html", "//ul[@class='mentions']/li/a")
    )
    notice, *rest = entries(folder)
    assert before == [one.id for one in rest]
    assert "Boats & ferries: this heading was retired" == notice.title
    assert (words, f"{SITE}topics/boats/") == (notice.summary, notice.link)
    assert f"{SITE}topics/lamps/" in notice.content[0].value
    assert "Sun, 22 Nov 2026 09:30:00 +0100" == notice.published
    assert ["feed.xml", "issues.xml", "topics/lamps/feed.xml"] == outlines(folder)
    assert ["Boats & ferries"] == said(
        folder, "topics/index.html", "//section[h2/@id='retired']//li/a"
    )
    assert months == (folder.output / "topics/boats/2026-11.html").read_bytes()


def test_the_notice_comes_once_and_stays(folder: Folder) -> None:
    """Later runs, issues, a rebuild and other topics leave page and feed as they are."""
    folder.sort_by(WIDER)
    folder.run("2026-11-22T09:30")
    kept = ["topics/boats/index.html", "topics/boats/feed.xml"]
    after = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-11-25T08:00").status
    assert after == folder.tree()
    folder.sort_by(WIDER + TREES)
    publish(folder, "2026-11-26", "Lantern Delta", "Willow Epsilon")
    folder.run("2026-11-27T08:00")
    by_runs = folder.tree()
    assert [after[name] for name in kept] == [by_runs[name] for name in kept]
    assert 0 == folder.digest("rebuild", now="2026-12-25T08:00").status
    assert by_runs == folder.tree()


def test_a_run_that_dies_before_publishing_changes_no_notice(folder: Folder) -> None:
    """The notice is committed first: what the next run publishes is that of the first."""
    whole = folder.copy(folder.root.with_name("whole"))
    for one in (folder, whole):
        one.sort_by(WIDER)
    whole.run("2026-11-22T09:30")
    blocked = folder.output / "topics" / "boats" / ".index.html.digest-staged"
    blocked.mkdir()  # nothing can be written in the place of this file
    assert 1 == folder.digest("run", now="2026-11-22T09:30").status
    assert [] == said(folder, "topics/boats/index.html", "//div[@class='notice']")
    blocked.rmdir()
    folder.run("2026-11-23T10:00")
    assert whole.tree() == folder.tree()


def test_a_topic_that_comes_back_is_as_it_was(folder: Folder) -> None:
    """No notice on page and feed, back in the list; retired again it has a new notice."""
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


def test_a_heading_no_paper_goes_to_is_named_without_a_link(folder: Folder) -> None:
    """Other has no page yet, and a topic without papers none: neither is linked."""
    folder.sort_by(LAMPS)
    folder.run("2026-11-22T09:30")
    (words,) = said(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 2 papers would now stand elsewhere: 2 under Other.")
    assert [] == said(folder, "topics/boats/index.html", "//div[@class='notice']//a")
    assert "<a" not in entries(folder)[0].content[0].value


def test_the_newest_papers_of_all_months_are_looked_at(folder: Folder) -> None:
    """One paper in the last month says little; at most thirty are placed anew."""
    publish(folder, "2026-12-01", "Ferry under a Lantern")
    many = folder.copy(folder.root.with_name("many"))
    folder.sort_by(WIDER)
    folder.run("2026-12-02T09:30")
    (words,) = said(folder, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 3 papers would now stand elsewhere: 3 under Lamps.")
    publish(many, "2026-12-02", *(f"Ferry {'x' * number}" for number in range(1, 40)))
    many.sort_by(WIDER)
    many.run("2026-12-03T09:30")
    (words,) = said(many, "topics/boats/index.html", "//div[@class='notice']/p")
    assert words.endswith("Its newest 30 papers would now stand elsewhere: 30 under Lamps.")


def test_a_topic_without_papers_goes_without_a_word(folder: Folder) -> None:
    """It had no page; and a change of words alone retires nothing."""
    folder.sort_by(BOATS + LAMPS + TREES)
    folder.run("2026-11-22T09:30")
    before = folder.marks()
    folder.sort_by(BOATS.replace("ferry", "ferry, boat") + LAMPS)
    folder.run("2026-11-22T10:30")
    assert before == folder.marks()


def test_one_paper_is_told_in_the_singular() -> None:
    """What is under none of those named is counted; without papers there is only the day."""
    heir = Successor("lamps", "Lamps", 1, has_page=True)
    one = RemovedTopic("boats", "Boats", builders.MOMENT, 1, (heir,))
    day = "This heading was retired on Sunday 22 November 2026."
    told = topics.notice(one, {"lamps"})
    assert f"{day} Its newest paper would now stand under Lamps." == told.words
    assert () == topics.notice(one, set()).heirs
    several = RemovedTopic("boats", "Boats", builders.MOMENT, 4, (heir, heir))
    told = topics.notice(several, {"lamps"})
    assert told.words.endswith("elsewhere: 1 under Lamps, 1 under Lamps and 2 under others.")
    assert day == topics.notice(RemovedTopic("boats", "Boats", builders.MOMENT), set()).words


def test_hostile_names_stay_words() -> None:
    """A heading is the operator's, but no markup either."""
    heir = Successor("lamps", "<b>Lamps</b>", 2, has_page=True)
    found = removed_topics.of(
        RemovedTopic("x", "A & <i>", builders.MOMENT, 2, (heir,)), {"lamps"}, Site()
    )
    assert "A & <i>: this heading was retired" == found.title
    assert "<b>" not in found.content
    assert "&lt;b&gt;Lamps" in found.content


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
