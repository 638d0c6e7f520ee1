"""Feeds over weeks of runs: nothing lost, nothing changed, one id wherever a paper stands."""

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
    """A folder after five weeks, and what each run left of the archive and the pages."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.trees: list[dict[str, bytes]] = []
        folder.sort_by(SHORE)
        for number, day in enumerate(DAYS):
            known, new = range(number * EACH), range(number * EACH, (number + 1) * EACH)
            shown = [*known[-3:], *new]
            folder.drop(f"{day}.json", answer(day.isoformat(), [_entry(n) for n in shown]))
            folder.run(f"{day}T08:00")
            self.trees.append(folder.tree())


def _entry(number: int) -> dict[str, Any]:
    made = paper(number)
    long = " ".join(f"In round {n} of {number} we measure it again." for n in range(150))
    return {"id": f"2611.{number:05}", "title": made.title, "summary": f"{made.abstract} {long}"}


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    """Five weeks of two runs each; tests only read them."""
    return Weeks(Folder(tmp_path_factory.mktemp("weeks")))


def ids(name: str, body: bytes) -> list[str]:
    """The ids of a feed document in its order."""
    if name.endswith(".json"):
        return [item["id"] for item in json.loads(body)["items"]]
    tags = ("{*}entry/{*}id", ".//item/guid")
    document = etree.fromstring(body)
    return [found.text or "" for tag in tags for found in document.iterfind(tag)]


def older(name: str, body: bytes) -> str | None:
    """The path of the document a reader goes on with."""
    if name.endswith(".json"):
        link = json.loads(body).get("next_url")
    else:
        links = etree.fromstring(body).iter(f"{ATOM}link")
        hrefs = (one.get("href") for one in links if one.get("rel") == "prev-archive")
        link = next(hrefs, None)
    return str(link).removeprefix("http://localhost:8000/") if link else None


@pytest.mark.parametrize("live", ARCHIVES)
def test_live_and_archive_together_hold_everything(weeks: Weeks, live: str) -> None:
    """After every run: whoever walks back from the live document finds each paper."""
    for tree in weeks.trees:
        found: set[str] = set()
        name: str | None = live
        while name is not None:
            found |= set(ids(name, tree[name]))
            name = older(name, tree[name])
        shown = [json.loads(tree[n]) for n in tree if n.startswith("daily/") and n.endswith("json")]
        assert {item["guid"] for issue in shown for item in items(issue)} == found


def test_each_week_that_is_over_has_its_documents(weeks: Weeks) -> None:
    """Three a week, with that week's papers, each once."""
    tree = weeks.folder.tree()
    guids = _guids(weeks.folder)
    documents = [name for name in tree if name.startswith("archive/2026-w")]
    names = [f"archive/2026-w{week}{s}" for week in range(45, 49) for s in ARCHIVES.values()]
    assert sorted(names) == sorted(documents)
    for name in documents:
        first = (int(name[14:16]) - 45) * 2 * EACH
        found = ids(name, tree[name])
        assert sorted(guids[first : first + 2 * EACH]) == sorted(found)


def test_readers_have_nothing_to_complain_about(weeks: Weeks) -> None:
    """They are taken by feedparser: live and archive documents, ids and all."""
    tree = weeks.folder.tree()
    for name in ("feed.xml", "atom.xml", "issues.xml", "archive/2026-w46.xml"):
        found = feedparser.parse(io.BytesIO(tree[name]))
        assert not found.bozo, found.get("bozo_exception")
        assert ids(name, tree[name]) == [entry.id for entry in found.entries]


def _guids(folder: Folder) -> list[str]:
    """The guids of all issued papers in the order of their numbers."""
    shown = [item for issue in folder.data() for item in items(issue)]
    return [item["guid"] for item in sorted(shown, key=lambda item: str(item["arxiv_id"]))]


def test_an_archive_document_never_changes(weeks: Weeks) -> None:
    """Nor does an issue as data, once it was written."""
    for before, after in zip(weeks.trees, weeks.trees[1:], strict=False):
        for name, body in before.items():
            closed = name.startswith("archive/2026-w") or (
                name.startswith("daily/") and name.endswith(".json")
            )
            if closed:
                assert body == after[name], name


@pytest.mark.parametrize("live", ARCHIVES)
def test_the_live_document_is_a_window(weeks: Weeks, live: str) -> None:
    """All of the last fourteen days, older ones while there is room, newest first."""
    body = weeks.folder.tree()[live]
    assert LIMIT > len(body)
    found = ids(live, body)
    guids = _guids(weeks.folder)
    assert len(guids) > len(found) == len(set(found))
    assert set(guids[-4 * EACH :]) <= set(found)
    assert set(guids[-EACH:]) == set(found[:EACH])


def test_the_formats_hold_the_same(weeks: Weeks) -> None:
    """In the same order."""
    for tree in weeks.trees:
        rss, atom, feed = (ids(name, tree[name]) for name in ARCHIVES)
        assert rss == atom == feed


def test_only_neighbours_change(weeks: Weeks) -> None:
    """An issue's page is written with its issue, and once more with the next one's link."""
    for number, day in enumerate(DAYS):
        bodies = [tree[f"daily/{day}.html"] for tree in weeks.trees[number:]]
        assert min(2, len(bodies)) == len(set(bodies))
        assert 1 == len(set(bodies[1:])) or len(bodies) == 1


def test_a_rebuild_after_weeks_changes_nothing(weeks: Weeks) -> None:
    """What was written run by run is what is written at once."""
    before = weeks.folder.marks()
    assert 0 == weeks.folder.digest("rebuild").status
    assert before == weeks.folder.marks()
