"""The API for programs: lists that can be gone through, papers, issues, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.storage.ledger import database
from tests.support.folders import EDITIONS, Folder, answer, api_entry, items, page, paper
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

DAYS = ("2026-11-17", "2026-11-18", "2026-11-19")
BIBTEX = b"""@article{a,
  title = {Harbour Lights of Kelp}, author = {Ann Lee and Bo Imrie}, doi = {10.1234/kelp/7},
  year = {2026}, month = nov, day = 19, abstract = {We study lights at the wharf.}
}
"""
TWO = WEB + EDITIONS.replace('[site]\nurl = "https://example.org/papers/"\n', "")


def make(root: Path) -> Folder:
    """Return a folder with three daily issues of 12 papers each, and a weekly one."""
    folder = Folder(root)
    folder.configure(TWO)
    for number, day in enumerate(DAYS):
        papers = range(number * 12, number * 12 + 12)
        folder.drop(f"{day}.json", answer(day, [api_entry(each, each) for each in papers]))
        if day == DAYS[-1]:
            folder.drop("shelf.bib", BIBTEX)
        folder.run(f"{day}T08:00")
    folder.run("2026-11-23T08:00")
    return folder


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve such a folder. No test changes it."""
    with web_folder(make(tmp_path_factory.mktemp("api")), TWO) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[WebFolder]:
    """Serve such a folder that a test may change."""
    with web_folder(make(tmp_path), TWO) as served:
        yield served


def get(web: WebFolder, path: str, status: int = 200) -> Any:
    """Return the JSON at a path of the API."""
    found = web.ask(f"/api/{path}")
    assert status == found.status, found
    kind = "application/json" if status == 200 else "application/problem+json"
    assert kind == found.headers["content-type"]
    return json.loads(found.body)


def go_through(web: WebFolder, path: str, name: str = "papers") -> Iterator[list[Any]]:
    """Yield each part of a list, by the addresses that the parts themselves give."""
    following: str | None = f"http://localhost:8000/api/{path}"
    while following:
        found = web.ask(following.removeprefix("http://localhost:8000"))
        assert 200 == found.status, found
        content = json.loads(found.body)
        following = content["next"]
        assert (f'<{following}>; rel="next"' if following else None) == found.headers.get("link")
        yield content[name]


def published(web: WebFolder, edition: str = "daily") -> list[str]:
    """Return the guids of the papers on an edition's pages, the newest issue first."""
    newest_first = reversed(web.folder.data(edition))
    return [item["guid"] for issue in newest_first for item in items(issue)]


def guids(papers: list[Any]) -> list[str]:
    """Return the guids of papers of a list."""
    return [each["guid"] for each in papers]


@pytest.mark.parametrize("limit", [1, 5, 12, 200])
def test_all_papers_are_listed_once_in_the_order_of_the_pages(web: WebFolder, limit: int) -> None:
    """The newest issue first; each part leads to the next, and no part is larger than asked for."""
    parts = list(go_through(web, f"papers?limit={limit}"))
    assert published(web) == [guid for part in parts for guid in guids(part)]
    assert {limit} >= {len(part) for part in parts[:-1]}
    assert 0 < len(parts[-1]) <= limit


def test_a_paper_of_a_list_is_that_of_its_issue(web: WebFolder) -> None:
    """With its key, and the address of its place on a page that is served."""
    issue = web.folder.data()[-1]
    (section, item) = next(
        (section, item)
        for section in issue["sections"]
        for item in section["papers"]
        if item["doi"]
    )
    (listed,) = [each for each in get(web, "papers?limit=200")["papers"] if each["key"][0] == "d"]
    place = listed.pop("page").removeprefix("http://localhost:8000")
    assert {
        "key": "doi:10.1234/kelp/7",
        **{name: item[name] for name in ("guid", "title", "url", "abstract", "authors", "upvotes")},
        "edition": "daily",
        "issue": DAYS[-1],
        "date": DAYS[-1],
        "topic": section["topic"],
        "heading": section["name"],
    } == listed
    path, _, anchor = place.partition("#")
    assert f'id="{anchor}"' in web.ask(path).text


def test_papers_of_days_of_an_edition_and_of_a_topic(web: WebFolder) -> None:
    """Days count both; the weekly edition has the same papers in its own issue."""
    everything = get(web, "papers?limit=200")["papers"]
    of_a_day = get(web, f"papers?since={DAYS[1]}&until={DAYS[1]}")["papers"]
    assert [each for each in everything if each["date"] == DAYS[1]] == of_a_day
    assert published(web)[:13] == guids(get(web, f"papers?since={DAYS[2]}")["papers"])
    assert sorted(published(web, "weekly")) == sorted(
        guids(get(web, "papers?edition=weekly&limit=200")["papers"])
    )
    for topic in {each["topic"] for each in everything}:
        under = [each for each in everything if each["topic"] == topic]
        parts = go_through(web, f"papers?topic={topic}&limit=2")
        assert under == [each for part in parts for each in part]
        assert [each for each in under if each["date"] >= DAYS[1]] == (
            get(web, f"papers?topic={topic}&since={DAYS[1]}&limit=200")["papers"]
        )
    assert {"papers": [], "next": None, "total": None} == get(web, "papers?until=2020-01-01")


def test_going_through_a_list_is_not_disturbed(own: WebFolder) -> None:
    """Runs publish, papers are withdrawn and moved: nothing comes twice, and nothing is missed."""
    expected = published(own)
    parts = go_through(own, "papers?limit=5")
    seen = guids(next(parts))
    own.folder.drop("new.json", answer("2026-11-24", [api_entry(99, 1)]))
    own.folder.run("2026-11-24T08:00")
    by_guid = {item["guid"]: item for issue in own.folder.data() for item in items(issue)}
    for guid in (expected[1], expected[8]):  # one that was seen, one that was not
        own.folder.digest("withdraw", by_guid[guid]["title"], now="2026-11-24T09:00")
    moved = own.folder.digest("move", by_guid[expected[5]]["title"], "robotics", now="2026-11-24")
    assert 0 == moved.status, moved
    rest = [paper for part in parts for paper in part]
    assert [guid for guid in expected if guid != expected[8]] == seen + guids(rest)
    assert "robotics" == rest[0]["topic"]
    assert published(own) == guids(get(own, "papers?limit=200")["papers"])


def test_a_moved_paper_stands_under_its_new_topic(own: WebFolder) -> None:
    """As on the pages of topics; the issue itself stays as it was published."""
    (before,) = get(own, "papers?limit=1")["papers"]
    assert "robotics" != before["topic"]
    assert guids(get(own, "papers?topic=robotics&limit=200")["papers"]) != [before["guid"]]
    own.folder.digest("move", before["title"], "robotics", now="2026-11-24T09:00")
    under = guids(get(own, "papers?topic=robotics&limit=200")["papers"])
    assert before["guid"] in under
    old = guids(get(own, f"papers?topic={before['topic']}&limit=200")["papers"])
    assert before["guid"] not in old
    for day in DAYS:
        file = own.folder.output / "daily" / f"{day}.json"
        assert file.read_bytes() == own.ask(f"/api/issues/daily/{day}").body


def test_papers_are_found_by_words(web: WebFolder) -> None:
    """The best first, of all editions; parts follow each other, also within some days."""
    (best, *_) = get(web, "papers?q=kelp+lights")["papers"]
    assert "Harbour Lights of Kelp" == best["title"]
    whole = get(web, "papers?q=study&limit=200")
    assert (37, 37, None) == (whole["total"], len(whole["papers"]), whole["next"])
    parts = list(go_through(web, "papers?q=study&limit=10"))
    assert [10, 10, 10, 7] == [len(part) for part in parts]
    assert whole["papers"] == [each for part in parts for each in part]
    of_a_day = get(web, f"papers?q=study&since={DAYS[1]}&until={DAYS[1]}&limit=200")
    assert sorted(paper(number).title for number in range(12, 24)) == sorted(
        each["title"] for each in of_a_day["papers"]
    )
    assert 12 == of_a_day["total"]
    topic = best["topic"]
    assert best in get(web, f"papers?q=kelp&topic={topic}&limit=200")["papers"]
    assert {"papers": [], "next": None, "total": 0} == get(web, "papers?q=nowhere")


def test_later_issues_do_not_shift_what_is_found(own: WebFolder) -> None:
    """A list that was begun goes on without them."""
    first = go_through(own, "papers?q=study&limit=30")
    seen = guids(next(first))
    own.folder.drop("new.json", answer("2026-11-24", [api_entry(n, 1) for n in range(50, 60)]))
    own.folder.run("2026-11-24T08:00")
    assert 47 == get(own, "papers?q=study")["total"]
    rest = [guid for part in first for guid in guids(part)]
    assert (37, 37) == (len(seen + rest), len({*seen, *rest}))


@pytest.mark.parametrize(
    "key",
    [
        "doi:10.1234/kelp/7",
        "10.1234/KELP/7",
        "https://doi.org/10.1234/kelp/7",
        "doi%3A10.1234%2Fkelp%2F7",
        "title:harbour%20lights%20of%20kelp",
        "Harbour%20Lights%20of%20Kelp",
    ],
)
def test_a_paper_is_found_by_its_key(web: WebFolder, key: str) -> None:
    """Also one with slashes, by its link, or by its whole title."""
    record = get(web, f"papers/{key}")
    daily = web.folder.data()[-1]
    (item,) = [each for each in items(daily) if each["doi"]]
    assert ("doi:10.1234/kelp/7", item["guid"]) == (record["key"], record["guid"])
    assert item["title"] == record["paper"]["title"]
    assert ["weekly", "daily"] == [place["edition"] for place in record["issues"]]
    for place in record["issues"]:
        path, _, anchor = place["page"].removeprefix("http://localhost:8000").partition("#")
        assert f'id="{anchor}"' in web.ask(path).text


def test_every_listed_paper_is_found_by_its_key(web: WebFolder) -> None:
    """With versions of an arXiv id as well."""
    for each in get(web, "papers?limit=200")["papers"]:
        assert each["guid"] == get(web, f"papers/{each['key']}")["guid"]
    assert "arxiv:2611.00003" == get(web, "papers/arXiv:2611.00003v2")["key"]


def test_issues_are_listed_and_given_whole(web: WebFolder) -> None:
    """Those of all editions, or of one; the whole issue is the file beside its page."""
    whole = get(web, "issues")["issues"]
    assert ["2026-11-23", *reversed(DAYS)] == [each["issue"] for each in whole]
    assert whole == [each for part in go_through(web, "issues?limit=1", "issues") for each in part]
    daily = [each for each in whole if each["edition"] == "daily"]
    assert daily == get(web, "issues?edition=daily")["issues"]
    assert daily[:2] == get(web, f"issues?edition=daily&since={DAYS[1]}")["issues"]
    parts = go_through(web, "issues?edition=daily&limit=2", "issues")
    assert daily == [each for part in parts for each in part]
    for each in whole:
        data = web.ask(each["data"].removeprefix("http://localhost:8000"))
        file = web.folder.output / each["edition"] / f"{each['issue']}.json"
        assert file.read_bytes() == data.body
        assert 200 == web.ask(each["page"].removeprefix("http://localhost:8000")).status
        stored = json.loads(data.body)
        assert (stored["number"], stored["moment"]) == (each["number"], each["moment"])


def test_what_is_not_published_is_not_shown(own: WebFolder) -> None:
    """Neither an issue whose pages are not written yet, nor a withdrawn paper."""
    newest = published(own)[0]
    with closing(database.open_to_write(own.folder.root / "state")) as ledger:
        ledger.connection.execute("UPDATE issue SET published = 0 WHERE date = ?", (DAYS[2],))
        ledger.connection.execute("UPDATE issue SET published = 0 WHERE edition = 'weekly'")
    assert published(own)[13:] == guids(get(own, "papers?limit=200")["papers"])
    assert list(reversed(DAYS[:2])) == [each["issue"] for each in get(own, "issues")["issues"]]
    get(own, f"issues/daily/{DAYS[2]}", 404)
    get(own, "papers/10.1234/kelp/7", 404)
    with closing(database.open_to_write(own.folder.root / "state")) as ledger:
        ledger.connection.execute("UPDATE issue SET published = 1")
    title = get(own, "papers?limit=1")["papers"][0]["title"]
    own.folder.digest("withdraw", title, now="2026-11-24T09:00")
    assert newest not in guids(get(own, "papers?limit=200")["papers"])
    assert newest not in own.ask(f"/api/issues/daily/{DAYS[2]}").text
    get(own, f"papers/{title.replace(' ', '%20')}", 404)


def test_an_issue_that_is_taken_back_and_made_again(own: WebFolder) -> None:
    """What was kept in memory of the first is not shown for the second."""
    assert 25 == len(get(own, f"papers?until={DAYS[2]}&since={DAYS[1]}")["papers"])
    for edition in ("weekly", "daily"):
        undone = own.folder.digest("undo", edition, "--yes", now="2026-11-24T08:00")
        assert 0 == undone.status, undone
    assert 12 == len(get(own, f"papers?since={DAYS[1]}")["papers"])
    own.folder.run("2026-11-24T08:00")
    assert published(own) == guids(get(own, "papers?limit=200")["papers"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("papers?limit=0", "limit: write a number from 1 to 200"),
        ("papers?limit=201", "limit: write a number from 1 to 200"),
        ("papers?limit=ten", "limit: write a number from 1 to 200"),
        ("papers?since=yesterday", "since: write a day, such as 2026-11-20"),
        ("papers?until=2026-13-01", "until: write a day, such as 2026-11-20"),
        ("papers?after=x", "after: take it from `next` of an answer"),
        ("papers?after=2026-11-20.1", "after: take it from `next` of an answer"),
        ("papers?q=kelp&after=2026-11-20.1.1", "after: take it from `next` of an answer"),
        ("papers?q=kelp&after=1.2026-99-99", "after: take it from `next` of an answer"),
        ("issues?after=2026-11-20", "after: take it from `next` of an answer"),
        ("papers?until=null", "until: write a day, such as 2026-11-20"),
        ("papers?since=", "since: write a day, such as 2026-11-20"),
        ("papers?q=", "q: write a word, with letters or digits"),
        ("papers?after=", "after: take it from `next` of an answer"),
        ("papers?q=!", "q: write a word, with letters or digits"),
        ("papers?q=kelp&q=gull", "q: it may be given once"),
        ("papers?q=kelp&edition=daily", "edition: with `q` papers of all editions are found"),
        ("papers?topic=robotic", "topic: there is no topic 'robotic'; did you mean robotics?"),
        ("papers?edition=dayly", "edition: there is no edition 'dayly'; did you mean daily?"),
        ("issues?edition=x", "edition: there is no edition 'x'; there are: daily, weekly"),
        ("papers?limits=3", "there is no parameter 'limits'; did you mean limit?"),
        ("papers/arxiv:2611.00003?a=b", "this address takes no parameters: a"),
    ],
)
def test_a_wrong_parameter_is_named(web: WebFolder, path: str, words: str) -> None:
    """With what to write in its place, as a problem that programs can read (RFC 9457)."""
    problem = get(web, path, 400)
    assert (400, True) == (problem["status"], problem["detail"].startswith(words)), problem


@pytest.mark.parametrize(
    "path",
    [
        "", "nothing", "papers/", "papers/none", "papers/arxiv:9999.99999", "issues/daily/x",
        f"issues/none/{DAYS[0]}", f"issues/daily/{DAYS[0]}-1", f"issues/daily/{DAYS[0]}-2",
        "issues/daily/2026-11-1", "issues/daily", "issues/daily/../../x", "papers/%00",
        "papers/a%0Ab", "a%0Ab",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(web: WebFolder, path: str) -> None:
    """As a problem too."""
    assert 404 == get(web, path, 404)["status"]


@pytest.mark.parametrize(
    "path",
    ["papers", "papers/arxiv:2611.00003", "issues", f"issues/daily/{DAYS[0]}", "openapi.json"],
)
def test_an_answer_is_sent_once_and_then_known(web: WebFolder, path: str) -> None:
    """By its tag; HEAD has the lines of GET; scripts of other sites may read all of it."""
    first = web.ask(f"/api/{path}")
    again = web.ask(f"/api/{path}", If_None_Match=first.headers["etag"])
    assert (304, b"") == (again.status, again.body)
    assert not {"content-type", "content-length"} & again.headers.keys()
    head = web.ask(f"/api/{path}", "HEAD")
    assert (200, b"") == (head.status, head.body)
    assert _lines(first) == _lines(head)
    assert "*" == first.headers["access-control-allow-origin"]
    assert {"ETag", "Link"} <= {*first.headers["access-control-expose-headers"].split(", ")}
    assert "Accept-Encoding" == first.headers["vary"]


def _lines(found: WebAnswer) -> dict[str, str]:
    return {name: value for name, value in found.headers.items() if name != "date"}


def test_scripts_may_ask_before_and_nothing_can_be_written(web: WebFolder) -> None:
    """Errors of methods are problems as well, with those that there are."""
    before = web.ask("/api/papers", "OPTIONS", Origin="https://elsewhere.example")
    assert (204, "GET, HEAD, OPTIONS") == (
        before.status,
        before.headers["access-control-allow-methods"],
    )
    for method in ("POST", "PUT", "DELETE"):
        refused = web.ask("/api/papers", method, b"{}")
        assert (405, "GET, HEAD, OPTIONS") == (refused.status, refused.headers["allow"])
        assert 405 == json.loads(refused.body)["status"]


def test_before_the_first_run_there_is_nothing(folder: Folder) -> None:
    """No error, and no ledger is made."""
    with web_folder(folder) as web:
        assert {"papers": [], "next": None, "total": None} == get(web, "papers")
        assert {"papers": [], "next": None, "total": 0} == get(web, "papers?q=kelp")
        assert {"issues": [], "next": None} == get(web, "issues")
        get(web, "papers/arxiv:2611.00003", 404)
        get(web, "issues/daily/2026-11-20", 404)
        assert not (folder.root / "state" / "ledger.sqlite3").exists()


def test_a_ledger_that_cannot_be_read_is_a_matter_of_time(folder: Folder) -> None:
    """The problem says when to ask again, and the log why."""
    folder.drop("a.txt", page(DAYS[0], range(3)))
    folder.run(f"{DAYS[0]}T08:00")
    with web_folder(folder) as web:
        (folder.root / "state" / "ledger.sqlite3").write_bytes(b"no database")
        found = web.ask("/api/papers")
        assert (503, "5") == (found.status, found.headers["retry-after"])
        assert "The data cannot be read." == json.loads(found.body)["detail"]
        assert [step for step, facts in web.log if facts["level"] == "error"] == ["web"]
