"""The button that confirms: what it gives, to whom, and what a request may not change before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest

from digest.model.people import Subscriber, Wish
from digest.operations.mail.letters import LetterWriter
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.mail_folders import deliver, publish
from tests.support.people import NOW, add_people, address
from tests.support.smtp_server import smtp_server
from tests.support.web import MAIL, WEB, WebFolder, web_folder

ADA = "ada@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder that mails its issues. No server takes the letters."""
    with web_folder(folder, WEB + MAIL) as served:
        yield served


def ask(web: WebFolder, given: str, **fields: object) -> None:
    """Send the form to subscribe."""
    assert 200 == web.post("/subscribe", {"address": given, **fields}).status


def person(web: WebFolder, given: str = ADA) -> Subscriber:
    """Return the person with an address."""
    with web.context.people() as people:
        found = people.subscribers.find(given)
    assert found
    return found


def confirm(web: WebFolder, given: str = ADA) -> Subscriber:
    """Press the button of a person, and return what they are then."""
    assert 200 == web.post(f"/confirm/{person(web, given).token}", {}).status
    return person(web, given)


def stored(web: WebFolder) -> list[str]:
    """Return everything that stands about people, but how many requests there were."""
    with web.context.people() as people:
        return [line for line in people.connection.iterdump() if "'web requests'" not in line]


def letters(web: WebFolder) -> list[str]:
    """Return the kind of each letter, in their order."""
    with web.context.people() as people:
        rows = people.connection.execute("SELECT kind FROM letter ORDER BY id")
        return [str(kind) for (kind,) in rows]


def waits(web: WebFolder, wish: Wish) -> None:
    """Let an operator's command have asked Ada."""
    with web.context.people() as people, people.transaction():
        one = people.subscribers.add(ADA, ADA, "pending", "added", NOW, wish)
        people.subscribers.set_asked(one.id, NOW)


@pytest.mark.parametrize("state", ["pending", "active", "left", "bounced", "complained"])
def test_a_request_changes_nothing_that_somebody_has(web: WebFolder, state: str) -> None:
    """Neither what they get or asked for, nor the link that they have: anybody may have sent it."""
    ask(web, ADA, topics=["agents"], words="kelp")
    if state != "pending":
        one = confirm(web)
        ask(web, ADA, topics=["agents"])  # the letter of the day is on its way
        if state != "active":
            with web.context.people() as people, people.transaction():
                departing.leave(people, one, state, web.moment.isoformat())  # type: ignore[arg-type]
    before = stored(web)
    ask(web, ADA, topics=["vision"], mute_words="kelp")
    assert before == stored(web)


def test_what_an_operator_wrote_down_stands_until_the_button(web: WebFolder) -> None:
    """A request of a later day is a letter of its own, and what it wishes for lies with that."""
    waits(web, Wish(topics=("agents",), most=7))
    web.moment += DAY * 2
    ask(web, ADA, topics=["vision"])
    assert Wish(topics=("agents",), most=7) == person(web).wish
    assert "Topics: Computer vision" in web.ask(f"/confirm/{person(web).token}").text
    assert Wish(topics=("vision",)) == confirm(web).wish


def test_what_was_confirmed_once_is_over(web: WebFolder) -> None:
    """Who has to confirm anew keeps what they have chosen since their request."""
    ask(web, ADA, topics=["vision"])
    one = confirm(web)
    web.moment += DAY
    with web.context.people() as people, people.transaction():
        people.subscribers.set_wish(one.id, Wish(topics=("agents",)))
        people.subscribers.ask_again((web.moment).isoformat())  # as a restored backup does
    assert "vision" not in web.ask(f"/confirm/{one.token}").text
    assert Wish(topics=("agents",)) == confirm(web).wish


def test_the_page_says_what_is_confirmed(web: WebFolder) -> None:
    """Topics by name; of words only how many, as a stranger may have written anything there."""
    ask(web, ADA, topics=["vision", "agents"], words="you won a prize, call us", mute_authors="Bo")
    shown = web.ask(f"/confirm/{person(web).token}").text
    chosen = re.findall("<li>(.*)</li>", shown)
    assert [
        "Topics: Computer vision &amp; 3D perception; Agents &amp; tool use",
        "Words and names to find: 2",
        "Words and names to leave out: 1",
    ] == chosen
    assert "prize" not in shown
    assert ADA not in shown


def test_who_chose_nothing_is_told_what_that_means(web: WebFolder) -> None:
    """All topics, and that it can be changed."""
    ask(web, ADA)
    assert "It has papers of all topics." in web.ask(f"/confirm/{person(web).token}").text


def test_the_consent_has_the_words_of_the_page(web: WebFolder) -> None:
    """What somebody agreed to is what they read."""
    ask(web, ADA)
    shown = web.ask(f"/confirm/{person(web).token}").text
    confirm(web)
    with web.context.people() as people:
        [consent] = people.subscribers.consents(person(web).id)
    assert "that Harbour Papers be sent to this address" == consent.words
    assert f"asked {consent.words}." in shown
    assert web.moment.isoformat(timespec="seconds") == consent.moment


def test_who_is_suppressed_meanwhile_is_not_told_that_they_are_subscribed(web: WebFolder) -> None:
    """They would wait for mails that never come."""
    ask(web, ADA)
    with web.context.people() as people, people.transaction():
        departing.suppress(people, ADA, "asked", NOW)
    link = f"/confirm/{person(web).token}"
    assert (404, 404) == (web.ask(link).status, web.post(link, {}).status)
    assert "pending" == person(web).state


def test_who_complained_comes_back_only_once_an_operator_allows_it(web: WebFolder) -> None:
    """And then by the button alone, as everybody."""
    with web.context.people() as people, people.transaction():
        [one] = add_people(people, [1])
        departing.leave(people, one, "complained", NOW)
    ask(web, address(1))
    link = f"/confirm/{one.token}"
    assert (404, 404) == (web.ask(link).status, web.post(link, {}).status)
    with web.context.people() as people, people.transaction():
        departing.unsuppress(people, address(1), NOW)
    assert (404, 404) == (web.ask(link).status, web.post(link, {}).status)
    ask(web, address(1))
    assert "complained" == person(web, address(1)).state
    assert "active" == confirm(web, address(1)).state


def test_who_was_taken_out_of_the_configuration_subscribes_like_anybody(folder: Folder) -> None:
    """They get nothing any more, though they are on the list: an editor who tried it out."""
    own = MAIL.replace("[[edition]]", f'to = ["{ADA}"]\n[[edition]]')
    with web_folder(folder, WEB + own) as web:
        with web.context.people() as people, people.transaction():
            people.subscribers.add(ADA, ADA, "active", "configuration", NOW)
        ask(web, ADA)
        assert ("active", ["subscribed"]) == (person(web).state, letters(web))
    with web_folder(folder, WEB + MAIL) as web:
        ask(web, ADA, topics="vision")
        assert ["subscribed", "confirm"] == letters(web)
        now = confirm(web)
        assert ("active", "confirmed", ("vision",)) == (now.state, now.origin, now.wish.topics)


@pytest.mark.parametrize("token", ["0" * 32, "0" * 31, "A" * 32, "x", "%00" * 32])
def test_a_link_that_is_not_known_changes_nothing(web: WebFolder, token: str) -> None:
    """Of somebody who was deleted, or half a link: a page that says so."""
    ask(web, ADA)
    before = stored(web)
    for path in (f"/confirm/{token}", f"/welcome/{token}"):
        answer = web.post(path, {})
        assert (404, True) == (answer.status, "<h1>" in answer.text)
    assert before == stored(web)


def test_many_at_once_are_one_request_and_one_consent(web: WebFolder) -> None:
    """One person, one letter, one consent, whoever was first (E15)."""
    with ThreadPoolExecutor(5) as threads:
        statuses = [
            each.status
            for each in threads.map(lambda _: web.post("/subscribe", {"address": ADA}), range(5))
        ]
        assert [200] * 5 == statuses
        link = f"/confirm/{person(web).token}"
        assert [200] * 5 == [
            each.status for each in threads.map(lambda _: web.post(link, {}), [*"abcde"])
        ]
    with web.context.people() as people:
        count = {
            table: people.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("subscriber", "letter", "consent")
        }
    assert {"subscriber": 1, "letter": 1, "consent": 1} == count


def test_the_newest_issue_comes_on_demand_once(folder: Folder) -> None:
    """By the button after the confirmation, and not before it."""
    with smtp_server() as server:
        mail = MAIL.replace("smtp://localhost:1", f"smtp://localhost:{server.port}")
        with web_folder(folder, WEB + mail) as web:
            publish(folder, 1, 2)
            deliver(folder, "2026-11-20T07:05")
            assert [] == server.recipients
            web.moment = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
            ask(web, ADA)
            welcome = f"/welcome/{person(web).token}"
            assert 404 == web.post(welcome, {}).status
            confirm(web)
            assert 405 == web.ask(welcome).status
            assert "is sent to you" in web.post(welcome, {}).text
            assert "You have the newest issue already" in web.post(welcome, {}).text
            deliver(folder, "2026-11-23T09:10")
            deliver(folder, "2026-11-23T09:20")
            assert [ADA] == server.recipients
            assert "You have the newest issue already" in web.post(welcome, {}).text


def test_without_an_issue_the_next_one_is_waited_for(web: WebFolder) -> None:
    """The page says so."""
    ask(web, ADA)
    welcome = f"/welcome/{confirm(web).token}"
    assert "The next one is sent to you." in web.post(welcome, {}).text


@pytest.mark.parametrize(("state", "days", "rest"), [
    ("pending", 29, True),
    ("pending", 31, False),
    ("bounced", 31, False),
    ("active", 31, True),
])  # fmt: skip
def test_who_never_confirms_is_deleted(web: WebFolder, state: str, days: int, rest: bool) -> None:
    """After 30 days, also if the letter came back; who has confirmed stays."""
    ask(web, ADA)
    with web.context.people() as people, people.transaction():
        if state == "bounced":
            departing.leave(people, person(web), "bounced", NOW)
    if state == "active":
        confirm(web)
    with web.context.people() as people, people.transaction():
        people.connection.execute("UPDATE letter SET state = 'sent'")
    web.moment += DAY * days
    stopped = Event()
    stopped.set()  # nothing is sent
    LetterWriter(web.settings, lambda: web.moment, web.context.log)(stopped)
    with web.context.people() as people:
        assert rest == (people.subscribers.find(ADA) is not None)
