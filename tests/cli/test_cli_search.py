"""`digest search`: papers by words, for a person and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from digest.render import paths
from tests.support.folders import Folder, answer, items, page, paper

DAY = "2026-11-18"


def test_a_hit_shows_votes_heading_key_page_and_address(published: Folder) -> None:
    """They stand below its title, in this order."""
    (section,) = published.data()[0]["sections"]
    (item,) = [item for item in section["papers"] if item["title"] == paper(2).title]
    out = published.digest("search", *paper(2).title.split()[1:], now=f"{DAY}T09:00").out
    title, facts, place, address = out.splitlines()
    assert paper(2).title == title
    assert f"  7 votes, {section['name']}" == facts
    assert place.startswith("  title:")
    assert place.endswith(f"  output/daily/{DAY}.html#{paths.anchor(item['guid'])}")
    assert f"  {item['url']}" == address


def test_a_search_says_how_many_papers_there_are(published: Folder) -> None:
    """Only where not all are shown: "2 of 3 papers", and how to see all. Not with -q."""
    found = published.digest("search", "--limit", "2", "study")
    assert 2 * 4 + 1 == len(found.out.splitlines())
    assert "2 of 3 papers; --limit 3 shows all." == found.out.splitlines()[-1]
    assert 3 * 4 == len(published.digest("search", "--limit", "3", "study").out.splitlines())
    quiet = published.digest("-q", "search", "--limit", "2", "study").out
    assert 2 * 4 == len(quiet.splitlines())


def test_a_search_as_json(published: Folder) -> None:
    """One document: the total, and the papers that were asked for with all facts of an item."""
    data = json.loads(published.digest("search", "--json", "--limit", "2", "study").out)
    assert (3, 2) == (data["total"], len(data["papers"]))
    issue = published.data()[0]
    by_guid = {item["guid"]: item for item in items(issue)}
    for found in data["papers"]:
        item = by_guid[found["guid"]]
        for name in ("title", "abstract", "upvotes", "url"):
            assert item[name] == found[name], name
        assert ("daily", DAY) == (found["edition"], found["issue"])
        assert issue["topics"][found["topic"]] == found["heading"]
    assert {"total": 0, "papers": []} == json.loads(
        published.digest("search", "--json", "qwxzy").out
    )


def test_a_paper_in_no_issue_is_found_without_a_heading(published: Folder) -> None:
    """Its votes and address are shown; a vote stands in the singular."""
    published.drop("more.txt", page(DAY, [0]))
    published.run(f"{DAY}T06:00", "--due")
    out = published.digest("search", paper(0).title).out
    assert "\n  1 vote\n" in out
    assert "  in no issue\n" in out


def test_a_search_without_a_hit_says_why(published: Folder, tmp_path: Path) -> None:
    """No paper has the words, or none was taken in yet; the exit status is 0."""
    answered = published.digest("search", "qwxzy")
    assert (0, "No paper has all of these words.\n") == (answered.status, answered.out)
    new = Folder(tmp_path / "new")
    new.configure("")
    assert "No paper was taken in yet.\n" == new.digest("search", "qwxzy").out


def test_a_title_is_shown_as_pages_show_it(folder: Folder) -> None:
    """On one line, though the listing broke it, and without its TeX."""
    entry = {"id": "2611.00099", "title": "Lanterns\n  at 4times70 \\textbf{Depth}"}
    folder.drop(f"{DAY}.json", answer(DAY, [entry]))
    folder.run(f"{DAY}T08:00")
    (hit,) = json.loads(folder.digest("search", "lanterns", "--json").out)["papers"]
    assert "Lanterns at 4×70 Depth" == hit["title"]
