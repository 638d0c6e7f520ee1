"""Papers that arXiv announces as replaced, and papers that were withdrawn, through whole runs."""

from __future__ import annotations

from typing import Any

from tests.support.folders import Folder, items, paper

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"><channel>
<title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link>
{}
</channel></rss>
"""
ITEM = """<item><title>{title}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v{version} Announce Type: {kind}
Abstract: {abstract}</description><arxiv:announce_type>{kind}</arxiv:announce_type></item>"""
WITHDRAWN = "This paper has been withdrawn by the authors due to an error in Section 4."


def item(number: int, kind: str, abstract: str = "", version: int = 1) -> str:
    """Return an item of the feed, with the invented paper of this number."""
    new = paper(number)
    return ITEM.format(
        title=new.title,
        id=f"2611.{number:05}",
        kind=kind,
        version=version,
        abstract=abstract or new.abstract,
    )


def run(folder: Folder, day: str, *feed_items: str, status: int = 0) -> dict[str, Any]:
    """Drop the feed of a day, run, and return the counts."""
    folder.drop(f"{day}.xml", FEED.format("\n".join(feed_items)).encode())
    accounting = folder.run(f"{day}T12:00", status=status)["accounting"]
    return {name: accounting[name] for name in ("new", "changed", "known", "repeated")}


def test_a_replacement_is_never_a_new_paper(folder: Folder) -> None:
    """It counts as known; the paper becomes new when it is announced as new or listed crosswise."""
    counts = run(folder, "2026-11-18", item(1, "new"), item(2, "replace"), item(3, "cross"))
    assert {"new": 2, "changed": 0, "known": 1, "repeated": 0} == counts
    replaced = item(2, "replace-cross", version=2), item(1, "replace")
    counts = run(folder, "2026-11-19", *replaced, status=4)  # nothing new
    assert {"new": 0, "changed": 0, "known": 2, "repeated": 0} == counts
    assert [[paper(1).title, paper(3).title]] == [sorted(each) for each in folder.titles()]
    counts = run(folder, "2026-11-20", item(2, "new"))
    assert {"new": 1, "changed": 0, "known": 0, "repeated": 0} == counts
    assert [paper(2).title] == folder.titles()[-1]


def test_a_withdrawal_is_shown_where_the_paper_was_issued(folder: Folder) -> None:
    """As an update in the next issue; a paper that is new and withdrawn is marked."""
    run(folder, "2026-11-18", item(1, "new"))
    counts = run(
        folder,
        "2026-11-19",
        item(1, "replace", WITHDRAWN, 2),
        item(4, "new", WITHDRAWN),
        item(5, "new"),
    )
    assert {"new": 2, "changed": 1, "known": 0, "repeated": 0} == counts
    issue = folder.data()[-1]
    assert {paper(4).title: True, paper(5).title: False} == {
        each["title"]: each["retracted"] for each in items(issue)
    }
    (updated,) = issue["updated"]
    assert paper(1).title == updated["title"]
    assert ["withdrawn"] == updated["changes"]
    page = (folder.output / "daily" / "2026-11-19.html").read_text("utf-8")
    assert 1 == page.count('<span class="tag withdrawn">withdrawn</span>')
