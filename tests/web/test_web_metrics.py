"""What operators see on the private listener: figures, the status, and nothing of a person."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from digest.storage.people import departing
from tests.support.folders import Folder, page
from tests.support.people import NOW, add_people, address
from tests.support.web import MAIL, WEB, WebFolder, web_folder

DAY = "2026-11-18"


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder with an issue and three subscribers, one of whom left."""
    folder.drop("a.txt", page(DAY, range(12)))
    folder.run(f"{DAY}T08:00")
    with web_folder(folder, WEB + MAIL) as served:
        with served.context.people() as people:
            *_, last = add_people(people, [1, 2, 3])
            departing.leave(people, last, "left", NOW)
        yield served


def figures(web: WebFolder) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and the values of its labels, by their names."""
    answer = web.ask_privately("/metrics")
    assert 200 == answer.status
    return {
        (sample.name.removeprefix("papers_digest_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_folder(web: WebFolder) -> None:
    """Prometheus' own parser reads them back."""
    found = figures(web)
    assert {
        ("health", "ok"): 1.0,
        ("health", "failed"): 0.0,
        ("stored", "paper"): 12.0,
        ("stored", "issue"): 1.0,
        ("newest_issue_papers", "daily"): 12.0,
        ("last_run_entries", "new"): 12.0,
        ("subscribers", "active"): 2.0,
        ("subscribers", "left"): 1.0,
        ("part_up", "status"): 1.0,
        ("part_up", "people"): 1.0,
    }.items() <= found.items()


def test_answers_are_counted_by_route(web: WebFolder) -> None:
    """Addresses of files and of people are no labels: there would be no end of them."""
    for number in range(3):
        web.ask(f"/unsubscribe/{number:032x}")
        web.ask(f"/none-{number}.html")
        web.ask("/index.html", f"METHOD{number}")
    found = figures(web)
    assert 3.0 == found["http_requests_total", "GET", "/unsubscribe/<token:token>", "4xx"]
    assert 3.0 == found["http_requests_total", "GET", "files", "4xx"]
    assert 3.0 == found["http_requests_total", "other", "files", "4xx"]


def test_nothing_of_a_person_is_in_them(web: WebFolder) -> None:
    """Neither an address nor a token."""
    with web.context.people() as people:
        tokens = [one.token for one in people.subscribers.list_all()]
    for token in tokens:
        web.ask(f"/preferences/{token}")
    text = web.ask_privately("/metrics").text + web.ask_privately("/status").text
    assert [] == [word for word in (*tokens, address(1)) if word in text]


def test_one_part_that_fails_leaves_the_others(web: WebFolder) -> None:
    """A damaged people database is a part that is not up."""
    for file in web.settings.state_folder.glob("people.sqlite3*"):
        file.write_bytes(b"no database at all" * 100)
    found = figures(web)
    assert (0.0, 1.0) == (found["part_up", "people"], found["part_up", "status"])
    assert 12.0 == found["stored", "paper"]


@pytest.mark.parametrize("path", ["/metrics", "/status", "/status.json", "/status.html"])
def test_the_public_listener_shows_none_of_it(web: WebFolder, path: str) -> None:
    """Behind a proxy every visitor comes from this machine, so the listener decides."""
    assert 404 == web.ask(path, X_Forwarded_For="127.0.0.1").status
    assert 200 == web.ask_privately(path).status


def test_the_status_is_that_of_the_moment(web: WebFolder) -> None:
    """Not that of the last run."""
    shown = json.loads(web.ask_privately("/status.json").body)
    assert ("2026-11-20T08:00:00+00:00", "ok") == (shown["moment"], shown["health"])
