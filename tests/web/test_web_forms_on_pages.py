"""The form to subscribe on the static pages, and what a request costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html

from digest.storage.people import departing
from tests.support.folders import SHORE, Folder, page
from tests.support.people import NOW, add_people, address
from tests.support.web import MAIL, WEB, WebFolder, web_folder

DAY = "2026-11-18"
PAGES = ["index.html", f"daily/{DAY}.html", "topics/shore/index.html"]


def published(folder: Folder, configuration: str) -> Folder:
    """Publish an issue with this configuration."""
    folder.configure(configuration)
    folder.sort_by(SHORE)
    folder.drop("a.txt", page(DAY, range(12)))
    folder.run(f"{DAY}T08:00")
    return folder


def form(folder: Folder, path: str) -> html.FormElement | None:
    """Return the form by which one subscribes on a page, if there is one."""
    tree: html.HtmlElement = html.document_fromstring((folder.output / path).read_bytes())
    forms = [each for each in tree.forms if "by-mail" in each.classes]
    return forms[0] if forms else None


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_the_form(folder: Folder, path: str) -> None:
    """It goes to the web side, which may be elsewhere, and the policy of the page allows that."""
    published(folder, WEB.replace("[web]", '[web]\nurl = "https://forms.example.org/p"') + MAIL)
    found = form(folder, path)
    assert found is not None
    action = "https://forms.example.org/p/subscribe"
    assert ("POST", action) == (found.method, found.action)
    assert f"form-action {action}".encode() in (folder.output / path).read_bytes()
    topics = {"topics": "shore"} if path.startswith("topics") else {}
    assert topics == {name: value for name, value in found.form_values() if name == "topics"}
    links = {urljoin(action, link) for _, _, link, _ in found.iterlinks()}
    assert f"{action}{'?topics=shore' if topics else ''}" in links


@pytest.mark.parametrize(
    "configuration",
    [MAIL, WEB, WEB + "subscribe = false\n" + MAIL, WEB + MAIL.replace("mail = true", "")],
)
def test_without_subscriptions_there_is_no_form(folder: Folder, configuration: str) -> None:
    """Where nobody answers, or nothing is mailed; and no page may send a form."""
    published(folder, configuration)
    for path in PAGES:
        assert form(folder, path) is None
        assert b"form-action 'none'" in (folder.output / path).read_bytes()


def test_the_form_of_a_page_is_taken(folder: Folder) -> None:
    """As a browser sends it: from the site, which is another one than the web side."""
    published(folder, WEB + MAIL)
    with web_folder(folder, WEB.replace("[web]", '[web]\nurl = "http://127.0.0.1/"') + MAIL) as web:
        headers = {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost:8000"}
        answer = web.post("/subscribe", {"address": "ada@example.org", "website": ""}, **headers)
        assert (200, True) == (answer.status, "Look into your mails" in answer.text)


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder with people in each state."""
    with web_folder(folder, WEB + MAIL) as served:
        with served.context.people() as people:
            everybody = add_people(people, range(1, 5))
            departing.leave(people, everybody[1], "left", NOW)
            departing.leave(people, everybody[2], "bounced", NOW)
            departing.leave(people, everybody[3], "complained", NOW)
            departing.suppress(people, "never@example.org", "asked", NOW)
        yield served


def test_a_request_costs_the_same_for_every_address(
    web: WebFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit, whoever it is for, and nothing else that syncs a file.

    That takes nearly all of its time. Both ends of a connection sync too, so they are counted.
    """
    commits: list[str] = []

    class Counting(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
            if sql in {"COMMIT", "BEGIN IMMEDIATE"}:
                commits.append(sql)
            return super().execute(sql, *rest)  # type: ignore[arg-type]

        def close(self) -> None:
            commits.append("close")
            super().close()

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *words, **named: connect(*words, **named, factory=Counting)
    )
    given = ["new@example.org", "new@example.org", *map(address, range(1, 5)), "never@example.org"]
    costs = []
    for one in given:
        commits.clear()
        assert 200 == web.post("/subscribe", {"address": one}).status
        # The letter is sent by somebody else, later; that it is there must not be seen either.
        assert web.context.letters.is_set()
        web.context.letters.clear()
        costs.append(tuple(commits))
    assert {("BEGIN IMMEDIATE", "COMMIT", "close")} == set(costs), costs


def test_nothing_of_a_request_is_logged(web: WebFolder) -> None:
    """Neither the address nor where it came from."""
    web.post("/subscribe", {"address": "ada@example.org"})
    web.ask("/subscribe?address=ada@example.org")
    assert "ada@" not in str(web.log)
    assert "127.0.0.1" not in str(web.log)
    state = Path(web.settings.state_folder)
    holders = [
        file.name
        for file in state.rglob("*")
        if file.is_file() and b"ada@example.org" in file.read_bytes()
    ]
    assert holders
    assert all(name.startswith("people.sqlite3") for name in holders)
