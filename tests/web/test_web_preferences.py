"""A person's own page: what they get, their data, and being forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from msgspec.structs import replace

from digest.model.people import Subscriber, Wish
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.people import NOW, add_people, address
from tests.support.web import MAIL, WEB, WebAnswer, WebFolder, web_folder

WEEKLY = MAIL + '[[edition]]\nname = "weekly"\nperiod = "week"\nmail = true\n'


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder with two subscribers."""
    with web_folder(folder, WEB + MAIL) as served:
        with served.context.people() as people:
            add_people(people, [1, 2])
        yield served


def person(web: WebFolder) -> Subscriber | None:
    """Return the first person."""
    with web.context.people() as people:
        return people.subscribers.find(address(1))


def page(web: WebFolder) -> str:
    """Return the address of the first person's page."""
    found = person(web)
    assert found
    return f"/preferences/{found.token}"


def wish(web: WebFolder) -> Wish:
    """Return what the first person wishes for."""
    found = person(web)
    assert found
    return found.wish


def form(answer: WebAnswer) -> html.FormElement:
    """Return the form of the choices on a page."""
    tree: html.HtmlElement = html.document_fromstring(answer.body)
    first: html.FormElement = tree.forms[0]
    return first


def found(answer: WebAnswer, path: str) -> list[str]:
    """Return the texts or attributes at a path of a page."""
    values = html.document_fromstring(answer.body).xpath(path)
    assert isinstance(values, list)
    return [str(value) for value in values]


CHOICES = {
    "editions": ["daily"],
    "topics": ["agents", "vision"],
    "words": "kelp, tide pool",
    "authors": "Imrie",
    "organizations": "",
    "mute_words": "survey",
    "mute_authors": "",
    "mute_organizations": "",
    "most": "5",
    "weekday": "fri",
    "pause": "2026-12-24",
}


def test_what_is_chosen_is_saved_and_shown(web: WebFolder) -> None:
    """Each field is a part of the wish; an empty one takes it back."""
    answer = web.post(page(web), CHOICES)
    assert (200, True) == (answer.status, "Saved." in answer.text)
    assert Wish(
        editions=("daily",),
        topics=("agents", "vision"),
        words=("kelp", "tide pool"),
        authors=("Imrie",),
        mute_words=("survey",),
        most=5,
        weekday="fri",
        pause="2026-12-24",
    ) == wish(web)
    shown = web.ask(page(web)).text
    for part in ('value="kelp, tide pool"', 'value="2026-12-24"', 'value="agents" checked'):
        assert part in shown
    web.post(page(web), dict.fromkeys(CHOICES, ""))
    assert Wish() == wish(web)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("topics", "nonsense", "Choose from the list as it is now."),
        ("most", "-1", "Write a number from 1 to 1,000, or leave it empty."),
        ("most", "5 or so", "Write a number"),
        ("pause", "tomorrow", "Write a day like 2026-12-24, or leave it empty."),
        ("weekday", "yesterday", "Choose a day of the week, or any day."),
        ("words", "!!!", "Write words or names"),
        ("mute_authors", "a\x00b", "Write words or names"),
        ("authors", ",".join(f"a{number}" for number in range(201)), "200 at most"),
    ],
)
def test_what_cannot_be_is_refused_whole(web: WebFolder, name: str, value: str, words: str) -> None:
    """Nothing is saved, what was typed is still there, and the reason stands at its field."""
    answer = web.post(page(web), CHOICES | {name: value})
    assert 422 == answer.status
    assert Wish() == wish(web)
    shown = form(answer)
    assert "survey" == shown.fields["mute_words"]
    assert [f"#{name}"] == found(answer, "//*[@role='alert']/a/@href")
    assert words in "".join(found(answer, "//*[@id='problem']/text()"))
    marks = ["true", "problem"] if name != "topics" else []  # which is a group of boxes
    goal = f"//*[@autofocus and @id='{name}']"
    assert marks == found(answer, f"{goal}/@aria-invalid | {goal}/@aria-describedby")


TYPED = st.text(st.sampled_from(" ,;ab0-é水\"<>'&\\/%\u202e\x00\n"), max_size=12)
FORMS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(known) | TYPED, max_size=3)
        for name, known in {
            **{key: ["kelp", "tide pool, kelp", ""] for key in CHOICES},
            "editions": ["daily", "weekly", "daily,daily"],
            "topics": ["agents", "vision", "other"],
            "most": ["1", "1000", "0", "05", "1e3", "٣"],
            "weekday": ["fri", "FRI", "any"],
            "pause": ["2026-12-24", "20261224", "2026-W52-4", "no", "9999-12-31"],
        }.items()
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(fields=FORMS)
def test_what_a_form_shows_is_what_is_stored(web: WebFolder, fields: dict[str, Any]) -> None:
    """Whatever is sent is refused and changes nothing, or is stored; sent again it stays so."""
    before = wish(web)
    answer = web.post(page(web), fields)
    assert answer.status in {200, 422}
    stored = wish(web)
    if answer.status == 422:
        assert before == stored
        return
    assert 200 == web.post(page(web), sent(form(answer))).status
    # The form does not offer the only edition, which everybody gets who has not chosen.
    assert comparable(stored) == comparable(wish(web))
    assert (stored.editions or ("daily",)) == (wish(web).editions or ("daily",))


def comparable(wished: Wish) -> Wish:
    """Return a wish without its editions, and with its topics in an order of their own.

    The form sends topics in the order in which it shows them.
    """
    return replace(wished, editions=(), topics=tuple(sorted(wished.topics)))


def sent(shown: html.FormElement) -> dict[str, list[str]]:
    """Return what a browser would send of a form, by name."""
    values: dict[str, list[str]] = {}
    for name, value in shown.form_values():
        values.setdefault(name, []).append(value)
    return values


def test_who_left_changes_nothing_by_a_page_that_is_still_open(web: WebFolder) -> None:
    """They are told that they get nothing; their data are theirs still."""
    link = page(web)
    found = person(web)
    assert found
    with web.context.people() as people:
        departing.leave(people, found, "left", NOW)
    for path, fields in ((link, CHOICES), (f"{link}/address", {"address": "new@example.org"})):
        answer = web.post(path, fields)
        assert (409, True) == (answer.status, "You get nothing at the moment" in answer.text)
    assert Wish() == wish(web)
    shown = web.ask(link).text
    assert ("Save" in shown, "Delete everything" in shown) == (False, True)
    assert "left" == json.loads(web.post(f"{link}/export", {}).body)["state"]


def test_the_form_offers_what_is_got(folder: Folder) -> None:
    """Without a choice a subscriber gets the first edition, an own address all of them."""
    own = 'to = ["me@example.org"]\n[[edition]]'
    with web_folder(folder, WEB + WEEKLY.replace("[[edition]]", own, 1)) as web:
        with web.context.people() as people:
            add_people(people, [1])
            me = people.subscribers.add("me@example.org", "me@example.org", "active", "added", NOW)
        shown = web.ask(page(web))
        assert (["daily"], "None: the first one." in shown.text) == (chosen(shown), True)
        shown = web.ask(f"/preferences/{me.token}")
        assert (["daily", "weekly"], "None: all of them." in shown.text) == (chosen(shown), True)


def chosen(answer: WebAnswer) -> list[str]:
    """Return the editions that are ticked on a page."""
    return sent(form(answer))["editions"]


def test_everything_is_exported(web: WebFolder) -> None:
    """As a file, to who asks by the button; a look at the address gives nothing."""
    assert 405 == web.ask(f"{page(web)}/export").status
    answer = web.post(f"{page(web)}/export", {})
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" == answer.headers["cache-control"]
    known = json.loads(answer.body)
    assert (address(1), "active") == (known["address"], known["state"])


def test_everything_is_deleted_at_once(web: WebFolder) -> None:
    """By a button on a page of its own; the link stands for nobody then."""
    link = page(web)
    assert "cannot be undone" in web.ask(f"{link}/delete").text
    assert person(web)
    assert "Deleted" in web.post(f"{link}/delete", {}).text
    assert person(web) is None
    assert 404 == web.ask(link).status
    web.post("/subscribe", {"address": address(1)})
    assert person(web) is None


@pytest.mark.parametrize("way", ["", "/export", "/address", "/delete"])
def test_a_form_of_another_site_changes_nothing(web: WebFolder, way: str) -> None:
    """Not with the link either, which it may have learned from a mail that was passed on."""
    before = person(web)
    fields = CHOICES | {"address": "new@example.org"}
    elsewhere = {"Sec_Fetch_Site": "cross-site", "Origin": "https://elsewhere.example"}
    assert 403 == web.post(f"{page(web)}{way}", fields, **elsewhere).status
    assert before == person(web)
