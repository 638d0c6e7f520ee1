"""Feeds and their archives over five weeks of runs."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree

from tests.support.folders import SHORE, Folder, answer, items, paper

MONDAY = date(2026, 11, 2)
DAYS = [MONDAY + timedelta(days=week * 7 + day) for week in range(5) for day in (0, 3)]
EACH = 12  # papers a day, long enough that five weeks do not fit one document
LIMIT = 512 * 1024
ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVES = {"feed.xml": ".xml", "atom.xml": ".atom.xml", "feed.json": ".json"}


class Weeks:
    """A folder with five weeks of runs, and the output after each of them."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.trees: list[dict[str, bytes]] = []
        folder.sort_by(SHORE)
        for number, day in enumerate(DAYS):
            known, new = range(number * EACH), range(number * EACH, (number + 1) * EACH)
            numbers = [*known[-3:], *new]
            folder.drop(f"{day}.json", answer(day.isoformat(), [_entry(n) for n in numbers]))
            folder.run(f"{day}T08:00")
            self.trees.append(folder.tree())


def _entry(number: int) -> dict[str, Any]:
    new = paper(number)
    long = " ".join(f"In round {n} of {number} we measure it again." for n in range(150))
    return {"id": f"2611.{number:05}", "title": new.title, "summary": f"{new.abstract} {long}"}


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    """Five weeks with two runs each; tests only read them."""
    return Weeks(Folder(tmp_path_factory.mktemp("weeks")))


def ids(name: str, body: bytes) -> list[str]:
    """Return the ids of a feed document, in its order."""
    if name.endswith(".json"):
        return [item["id"] for item in json.loads(body)["items"]]
    tags = ("{*}entry/{*}id", ".//item/guid")
    document = etree.fromstring(body)
    return [element.text or "" for tag in tags for element in document.iterfind(tag)]


def older(name: str, body: bytes) -> str | None:
    """Return the path of the next older document that a feed names."""
    if name.endswith(".json"):
        link = json.loads(body).get("next_url")
    else:
        links = etree.fromstring(body).iter(f"{ATOM}link")
        hrefs = (element.get("href") for element in links if element.get("rel") == "prev-archive")
        link = next(hrefs, None)
    return str(link).removeprefix("http://localhost:8000/") if link else None


@pytest.mark.parametrize("live", ARCHIVES)
def test_the_live_feed_and_its_archives_hold_every_paper(weeks: Weeks, live: str) -> None:
    """After every run, each can be reached from the live document by its links."""
    for tree in weeks.trees:
        reachable: set[str] = set()
        name: str | None = live
        while name is not None:
            reachable |= set(ids(name, tree[name]))
            name = older(name, tree[name])
        issues = [
            json.loads(tree[n]) for n in tree if n.startswith("daily/") and n.endswith("json")
        ]
        assert {item["guid"] for issue in issues for item in items(issue)} == reachable


def test_each_past_week_has_archive_documents_with_its_papers(weeks: Weeks) -> None:
    """One for each of three formats, with each paper once."""
    tree = weeks.folder.tree()
    guids = _guids(weeks.folder)
    documents = [name for name in tree if name.startswith("archive/2026-w")]
    names = [f"archive/2026-w{week}{s}" for week in range(45, 49) for s in ARCHIVES.values()]
    assert sorted(names) == sorted(documents)
    for name in documents:
        first = (int(name[14:16]) - 45) * 2 * EACH
        in_document = ids(name, tree[name])
        assert sorted(guids[first : first + 2 * EACH]) == sorted(in_document)


def test_feedparser_finds_no_mistake(weeks: Weeks) -> None:
    """In live and archive documents, and it reads the same ids."""
    tree = weeks.folder.tree()
    for name in ("feed.xml", "atom.xml", "issues.xml", "archive/2026-w46.xml"):
        feed = feedparser.parse(io.BytesIO(tree[name]))
        assert not feed.bozo, feed.get("bozo_exception")
        assert ids(name, tree[name]) == [entry.id for entry in feed.entries]


def _guids(folder: Folder) -> list[str]:
    """Return the guids of all issued papers, in the order of their numbers."""
    issued = [item for issue in folder.data() for item in items(issue)]
    return [item["guid"] for item in sorted(issued, key=lambda item: str(item["arxiv_id"]))]


def test_an_archive_document_never_changes(weeks: Weeks) -> None:
    """Nor does the JSON file of an issue."""
    for before, after in zip(weeks.trees, weeks.trees[1:], strict=False):
        for name, body in before.items():
            closed = name.startswith("archive/2026-w") or (
                name.startswith("daily/") and name.endswith(".json")
            )
            if closed:
                assert body == after[name], name


@pytest.mark.parametrize("live", ARCHIVES)
def test_the_live_document_holds_the_newest_papers_within_its_limit(
    weeks: Weeks, live: str
) -> None:
    """All papers of the last fourteen days, then older ones up to 512 KiB, newest first."""
    body = weeks.folder.tree()[live]
    assert LIMIT > len(body)
    in_document = ids(live, body)
    guids = _guids(weeks.folder)
    assert len(guids) > len(in_document) == len(set(in_document))
    assert set(guids[-4 * EACH :]) <= set(in_document)
    assert set(guids[-EACH:]) == set(in_document[:EACH])


def test_all_feed_formats_hold_the_same_papers(weeks: Weeks) -> None:
    """In the same order."""
    for tree in weeks.trees:
        rss, atom, feed = (ids(name, tree[name]) for name in ARCHIVES)
        assert rss == atom == feed


def test_an_issue_page_changes_only_when_the_next_issue_comes(weeks: Weeks) -> None:
    """It then gets a link to the next issue."""
    for number, day in enumerate(DAYS):
        bodies = [tree[f"daily/{day}.html"] for tree in weeks.trees[number:]]
        assert min(2, len(bodies)) == len(set(bodies))
        assert 1 == len(set(bodies[1:])) or len(bodies) == 1


def test_a_rebuild_after_weeks_changes_nothing(weeks: Weeks) -> None:
    """No file is written again."""
    before = weeks.folder.marks()
    assert 0 == weeks.folder.digest("rebuild").status
    assert before == weeks.folder.marks()
