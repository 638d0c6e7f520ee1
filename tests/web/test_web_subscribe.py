"""Subscribing on the pages: a request, the letter it causes, the button that confirms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from digest.model.people import Subscriber
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.people import NOW, add_people, address
from tests.support.web import MAIL, WEB, WebFolder, web_folder


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder that mails its issues. No server takes the letters."""
    with web_folder(folder, WEB + MAIL) as served:
        yield served


def person(web: WebFolder, given: str) -> Subscriber | None:
    """Return the person with an address."""
    with web.context.people() as people:
        return people.subscribers.find(given)


def letters(web: WebFolder) -> list[tuple[str, int]]:
    """Return kind and person of each letter that waits."""
    with web.context.people() as people:
        rows = people.connection.execute("SELECT kind, subscriber FROM letter ORDER BY id")
        return [(str(kind), int(subscriber)) for kind, subscriber in rows]


def test_a_request_waits_for_the_button(web: WebFolder) -> None:
    """The link in the letter shows a button; pressing it makes a subscriber with a consent."""
    answer = web.post("/subscribe", {"address": "ada@example.org", "topics": ["agents"]})
    assert (200, True) == (answer.status, "Look into your mails" in answer.text)
    asked = person(web, "ada@example.org")
    assert asked
    assert ("pending", ("agents",)) == (asked.state, asked.wish.topics)
    assert [("confirm", asked.id)] == letters(web)
    link = f"/confirm/{asked.token}"
    for method in ("GET", "HEAD", "OPTIONS"):
        assert web.ask(link, method).status in {200, 204}
    assert asked == person(web, "ada@example.org")
    assert "You are subscribed" in web.post(link, {}).text
    assert "You are subscribed" in web.post(link, {}).text  # twice is harmless
    now = person(web, "ada@example.org")
    assert now
    assert ("active", "confirmed") == (now.state, now.origin)
    with web.context.people() as people:
        [consent] = people.subscribers.consents(now.id)
    assert "pressed the button of the confirmation page" == consent.how


def test_the_answer_is_the_same_for_every_address(web: WebFolder) -> None:
    """New, waiting, active, left, bounced, complained, suppressed: byte for byte (E15)."""
    with web.context.people() as people:
        everybody = add_people(people, range(1, 5))
        departing.leave(people, everybody[1], "left", NOW)
        departing.leave(people, everybody[2], "bounced", NOW)
        departing.leave(people, everybody[3], "complained", NOW)
        departing.suppress(people, "never@example.org", "asked", NOW)
    given = ["new@example.org", "new@example.org", *map(address, range(1, 5)), "never@example.org"]
    answers = [web.post("/subscribe", {"address": one}) for one in given]
    assert {(200, answers[0].body)} == {(one.status, one.body) for one in answers}
    kinds = [kind for kind, _ in letters(web)]
    assert ["confirm", "subscribed", "confirm", "confirm"] == kinds
    states = [found.state for n in range(1, 5) if (found := person(web, address(n)))]
    assert ["active", "left", "bounced", "complained"] == states


def test_one_letter_a_day_goes_to_an_address(web: WebFolder) -> None:
    """However often somebody types it, and whoever it belongs to."""
    with web.context.people() as people:
        add_people(people, [1])
    for _ in range(3):
        web.post("/subscribe", {"address": "ada@example.org"})
        web.post("/subscribe", {"address": address(1)})
    assert ["confirm", "subscribed"] == [kind for kind, _ in letters(web)]


def test_who_left_comes_back_by_the_button_alone(web: WebFolder) -> None:
    """With what they wish for now; until then they have left."""
    with web.context.people() as people:
        [one] = add_people(people, [1])
        departing.leave(people, one, "left", NOW)
    assert 404 == web.post(f"/confirm/{one.token}", {}).status
    web.post("/subscribe", {"address": address(1), "topics": ["vision"]})
    left = person(web, address(1))
    assert left
    assert ("left", ()) == (left.state, left.wish.topics)
    web.post(f"/confirm/{one.token}", {})
    back = person(web, address(1))
    assert back
    assert ("active", ("vision",)) == (back.state, back.wish.topics)


def test_a_form_of_another_site_is_refused(web: WebFolder) -> None:
    """Whatever it says of itself; our own forms are known by the browser or by their mark."""
    fields = {"address": "ada@example.org"}
    shown = web.ask("/subscribe").text
    found = re.search(r'name="form" value="([0-9a-f]+)"', shown)
    assert found
    foreign = [
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
        {"Sec_Fetch_Site": "", "Origin": "null"},
    ]
    for headers in foreign:
        assert 403 == web.post("/subscribe", fields, **headers).status
    assert [] == letters(web)
    own = {"Content_Type": "application/x-www-form-urlencoded", "Origin": "null"}
    body = f"address=ada@example.org&form={found[1]}".encode()
    assert 200 == web.ask("/subscribe", "POST", body, **own).status
    assert 1 == len(letters(web))


def test_a_program_that_fills_everything_gets_nothing(web: WebFolder) -> None:
    """It sees the same answer."""
    fields = {"address": "ada@example.org", "website": "https://buy.example"}
    assert "Look into your mails" in web.post("/subscribe", fields).text
    assert [] == letters(web)


def test_what_is_wrong_is_said_and_kept(web: WebFolder) -> None:
    """The form comes back with what was typed, and the reason beside it."""
    answer = web.post("/subscribe", {"address": "ada<at>example.org", "topics": ["agents"]})
    assert 422 == answer.status
    assert 'value="ada&lt;at&gt;example.org"' in answer.text
    assert 'role="alert"' in answer.text
    assert re.search(r'value="agents" checked', answer.text)


def test_too_many_from_one_network_wait(web: WebFolder) -> None:
    """With the answer that says how long."""
    statuses = [
        web.post("/subscribe", {"address": f"a{number}@example.org"}).status for number in range(22)
    ]
    assert ([200] * 20 + [429] * 2) == statuses


def test_a_closed_list_takes_its_own_addresses(folder: Folder) -> None:
    """Others are told who may."""
    allow = WEB + 'allow = ["@lab.example.org", "me@example.com"]\n' + MAIL
    with web_folder(folder, allow) as web:
        for given in ("a@LAB.example.org", "Me@example.com"):
            assert 200 == web.post("/subscribe", {"address": given}).status
        for given in ("a@example.org", "a@evil-lab.example.org", "a@x.lab.example.org"):
            answer = web.post("/subscribe", {"address": given})
            assert (422, True) == (answer.status, "@lab.example.org" in answer.text)
