"""Forms are taken from our own pages alone, and only so many of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from digest.text import addresses
from digest.web.pace import Pace
from tests.support.folders import Folder
from tests.support.web import FORM, MAIL, WEB, WebAnswer, WebFolder, web_folder

TWO_HOSTS = WEB.replace(
    'url = "http://localhost:8000/"', 'url = "https://Papers.Example.org:443/p/"'
)
TWO_HOSTS = TWO_HOSTS.replace("[web]", '[web]\nurl = "http://localhost:80/"')
DAY = timedelta(days=1)


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder whose static pages are at another host."""
    with web_folder(folder, TWO_HOSTS + MAIL) as served:
        yield served


def mark(web: WebFolder) -> str:
    """Return the mark of the form as its page has it."""
    found = re.search(r'name="form" value="([0-9a-f]{32})"', web.ask("/subscribe").text)
    assert found
    return found[1]


def send(web: WebFolder, marked: str = "", **headers: str) -> WebAnswer:
    """Send the form with nothing but these headers."""
    body = urlencode({"address": "ada@example.org", "topics": "vision", "form": marked}).encode()
    return web.ask("/subscribe", "POST", body, **({"Content_Type": FORM} | headers))


def requests(web: WebFolder) -> int:
    """Return how many requests were taken."""
    with web.context.people() as people:
        return people.web_facts.requests()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://papers.example.org"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "http://localhost"},
    ],
)
def test_what_the_browser_says_is_enough(web: WebFolder, headers: dict[str, str]) -> None:
    """Of our own pages, and of the static ones elsewhere, however their address is spelled."""
    assert (200, 1) == (send(web, **headers).status, requests(web))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://papers.example.org.evil.example"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://papers.example.org"},
        {"Origin": "https://papers.example.org:8443"},
        {"Origin": "https://evil.example"},
        {"Origin": "://"},
    ],
)
def test_no_mark_makes_up_for_another_site(web: WebFolder, headers: dict[str, str]) -> None:
    """Its server can read our form, and the mark in it; its visitors' browsers tell on it."""
    assert (403, 0) == (send(web, mark(web), **headers).status, requests(web))


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_where_the_browser_says_nothing_the_mark_decides(
    web: WebFolder, headers: dict[str, str]
) -> None:
    """That of today or of yesterday; never one that somebody made up."""
    marked = mark(web)
    forged = ["", "0" * 32, marked[:-1], marked.upper() + "0", "\u00e9" * 32, "\x00"]
    assert [403] * len(forged) == [send(web, each, **headers).status for each in forged]
    assert 200 == send(web, marked, **headers).status
    web.moment += DAY
    assert 200 == send(web, marked, **headers).status
    web.moment += DAY
    assert 403 == send(web, marked, **headers).status
    assert 2 == requests(web)


def test_who_was_refused_needs_only_press_the_button_again(web: WebFolder) -> None:
    """The page says so, has a new mark, and keeps what was typed."""
    refused = send(web, "0" * 32, Origin="null")
    tree: html.HtmlElement = html.document_fromstring(refused.body)
    [form] = [each for each in tree.forms if each.action == "/subscribe"]
    fields = dict(form.form_values())
    assert ("ada@example.org", "vision") == (fields["address"], fields["topics"])
    assert "press the button once more" in refused.text
    body = urlencode(fields).encode()
    again = web.ask("/subscribe", "POST", body, Content_Type=FORM, Origin="null")
    assert (200, 1) == (again.status, requests(web))


@pytest.mark.parametrize("path", ["confirm", "welcome"])
def test_the_buttons_of_a_person_are_pressed_on_our_pages(web: WebFolder, path: str) -> None:
    """A mail program or a page elsewhere that sends the form confirms nothing."""
    web.post("/subscribe", {"address": "ada@example.org"})
    with web.context.people() as people:
        before = people.subscribers.find("ada@example.org")
    assert before
    headers = {"Origin": "https://evil.example", "Sec_Fetch_Site": ""}
    assert 403 == web.post(f"/{path}/{before.token}", {}, **headers).status
    with web.context.people() as people:
        assert before == people.subscribers.find("ada@example.org")


def test_a_mailbox_gets_only_so_many_forms(web: WebFolder) -> None:
    """Whatever stands behind a plus sign, or with how many dots: it fills one and the same."""
    given = ["a.da+1@example.org", "Ada+2@example.org", "ada@EXAMPLE.org", "ada@example.org"]
    given += ["a.d.a@example.org", "ada+6@example.org", "ada@example.org"]
    answers = [web.post("/subscribe", {"address": each}) for each in given]
    assert [200] * 5 + [429] * 2 == [each.status for each in answers]
    assert 200 == web.post("/subscribe", {"address": "bo+ada@example.org"}).status
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    assert "Try again in 60 minutes." in answers[-1].text


def test_a_program_that_fills_everything_keeps_nobody_else_away(web: WebFolder) -> None:
    """What it sends counts for its network, and not for the mailbox."""
    for _ in range(6):
        fields = {"address": "ada@example.org", "website": "https://buy.example"}
        assert 200 == web.post("/subscribe", fields).status
    assert 0 == requests(web)
    assert 200 == web.post("/subscribe", {"address": "ada@example.org"}).status
    assert 1 == requests(web)


def test_a_form_that_is_wrong_counts_for_nothing(web: WebFolder) -> None:
    """Whoever mistypes their address twenty times may still subscribe."""
    for _ in range(25):
        assert 422 == web.post("/subscribe", {"address": "ada"}).status
    assert 200 == web.post("/subscribe", {"address": "ada@example.org"}).status


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Ada.Tern+papers@Example.org", "adatern@example.org"),
        ("+x@example.org", "@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada+a+b@example.org", "ada@example.org"),
    ],
)
def test_addresses_of_one_mailbox_are_known(address: str, expected: str) -> None:
    """By what most providers do."""
    assert expected == addresses.mailbox(address)


def test_the_pace_forgets_after_an_hour() -> None:
    """Each form on its own; who waits as long as they are told is taken."""
    now = [0.0]
    pace = Pace(lambda: now[0], per_key=2, in_all=3)
    assert [0, 0] == [pace.wait("a"), pace.wait("a")]
    now[0] = 600.0
    assert 3000 == pace.wait("a")
    assert 0 == pace.wait("b")
    assert 3000 == pace.wait("c")  # three in all
    now[0] += 3000
    assert [0, 0, 600] == [pace.wait("a"), pace.wait("c"), pace.wait("b")]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2000)), max_size=40))
def test_no_hour_has_more_than_the_pace_allows(steps: list[tuple[str, int]]) -> None:
    """Whenever they come; and who is refused is taken when they were told."""
    now, taken = [0.0], list[tuple[float, str]]()
    pace = Pace(lambda: now[0], per_key=2, in_all=4)
    for key, seconds in steps:
        now[0] += seconds
        wait = pace.wait(key)
        last = [each for moment, each in taken if now[0] - moment < 3600]
        assert bool(wait) == (len(last) >= 4 or last.count(key) >= 2)
        if not wait:
            taken.append((now[0], key))
        assert 0 <= wait <= 3600


def test_a_crowd_of_networks_takes_no_room() -> None:
    """Those that came least lately are forgotten."""
    pace = Pace(lambda: 0.0, per_key=1, in_all=10**6)
    assert 0 == pace.wait("first")
    assert 3600 == pace.wait("first")
    for number in range(10_000):
        pace.wait(f"{number}")
    assert 0 == pace.wait("first")
