"""Leaving by a page or by one click, taking it back, saying why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from digest.model.people import Subscriber
from digest.storage.people import departing
from digest.storage.people.departure_log import LeftState
from tests.support.folders import Folder
from tests.support.people import NOW, add_mailing, add_people, address
from tests.support.web import MAIL, WEB, WebFolder, web_folder

MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder with two subscribers."""
    with web_folder(folder, WEB + MAIL) as served:
        with served.context.people() as people:
            add_people(people, [1, 2])
        yield served


def person(web: WebFolder, number: int = 1) -> Subscriber:
    """Return a person by number."""
    with web.context.people() as people:
        found = people.subscribers.find(address(number))
    assert found
    return found


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=One-Click\r\n", "application/x-www-form-urlencoded; charset=UTF-8"),
        (MULTIPART, "multipart/form-data; boundary=x"),
    ],
)
def test_one_click_needs_nothing_else(web: WebFolder, body: bytes, kind: str) -> None:
    """By both encodings, from another site, without a cookie, and twice is harmless (E4)."""
    link = f"/unsubscribe/{person(web).token}"
    for _ in range(2):
        answer = web.ask(link, "POST", body, Content_Type=kind, Origin="https://mail.example")
        assert (200, "text/plain; charset=utf-8") == (
            answer.status,
            answer.headers["content-type"],
        )
        assert "location" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert ("left", "active") == (person(web).state, person(web, 2).state)


def test_one_click_for_nobody_is_answered_alike(web: WebFolder) -> None:
    """A program that asks for who was deleted since must not try again and again."""
    kind = "application/x-www-form-urlencoded"
    link = f"/unsubscribe/{'0' * 32}"
    assert 200 == web.ask(link, "POST", b"List-Unsubscribe=One-Click", Content_Type=kind).status


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_to_look_changes_nothing(web: WebFolder, method: str) -> None:
    """Scanners of mails open every link."""
    before = person(web)
    for path in ("confirm", "preferences", "unsubscribe"):
        assert web.ask(f"/{path}/{before.token}", method).status in {200, 204}
    assert before == person(web)


def test_who_only_asked_is_deleted(web: WebFolder) -> None:
    """Nothing but their request stood there, and there is nobody to say why they left."""
    with web.context.people() as people:
        asked = people.subscribers.add(
            "ada@example.org", "ada@example.org", "pending", "added", NOW
        )
    answer = web.post(f"/unsubscribe/{asked.token}", {})
    assert ("Your request was deleted" in answer.text, 'name="reason"' in answer.text) == (
        True,
        False,
    )
    with web.context.people() as people:
        assert people.subscribers.find(asked.folded) is None


def test_who_was_imported_has_left_also_while_they_wait(web: WebFolder) -> None:
    """Deleted, the list that they were on would bring them back."""
    with web.context.people() as people:
        ada = people.subscribers.add(
            "ada@example.org", "ada@example.org", "pending", "imported", NOW
        )
    body, kind = b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    web.ask(f"/unsubscribe/{ada.token}", "POST", body, Content_Type=kind)
    (web.folder.root / "list.csv").write_text("email,created_at\nada@example.org,2024-03-01\n")
    imported = web.folder.digest("subscribers", "import", str(web.folder.root / "list.csv"))
    assert "out (left since" in imported.out
    with web.context.people() as people:
        assert "left" == people.subscribers.get(ada.id).state


def test_a_form_of_another_site_does_not_unsubscribe(web: WebFolder) -> None:
    """Only the words of RFC 8058 do without our page."""
    link = f"/unsubscribe/{person(web).token}"
    assert 403 == web.post(link, {}, Sec_Fetch_Site="cross-site").status
    assert "active" == person(web).state


def test_it_can_be_taken_back_for_a_day(web: WebFolder) -> None:
    """By who pressed the button, and by nobody else who has the link."""
    token = person(web).token
    left = web.post(f"/unsubscribe/{token}", {}).text
    assert "left" == person(web).state
    undo = re.search(r'name="undo" value="([0-9a-f]{64})"', left)
    assert undo
    assert 404 == web.post(f"/unsubscribe/{token}/undo", {"undo": "0" * 64}).status
    web.moment += timedelta(hours=25)
    assert "too late" in web.post(f"/unsubscribe/{token}/undo", {"undo": undo[1]}).text
    web.moment -= timedelta(hours=2)
    assert "Welcome back" in web.post(f"/unsubscribe/{token}/undo", {"undo": undo[1]}).text
    assert "active" == person(web).state


def test_a_double_click_may_be_taken_back_too(web: WebFolder) -> None:
    """The second answer is the one that is seen. Later the link alone does not do."""
    link = f"/unsubscribe/{person(web).token}"
    first, second = (web.post(link, {}).text for _ in range(2))
    assert first == second
    assert "Subscribe me again" in second
    web.moment += timedelta(minutes=1)
    assert "Subscribe me again" not in web.post(link, {}).text


@pytest.mark.parametrize("out", ["left", "complained"])
def test_who_is_out_by_other_ways_does_not_come_back_by_undo(
    web: WebFolder, out: LeftState
) -> None:
    """Neither by the button pressed after it, nor by that of a page of before."""
    found = person(web)
    link = f"/unsubscribe/{found.token}"
    undo = re.search(r'name="undo" value="([0-9a-f]{64})"', web.post(link, {}).text)
    assert undo
    with web.context.people() as people:
        people.subscribers.set_state(found.id, "active", NOW)
        departing.leave(people, found, out, NOW)
    web.moment += timedelta(minutes=1)
    assert "Subscribe me again" not in web.post(link, {}).text
    assert 404 == web.post(f"{link}/undo", {"undo": undo[1]}).status
    assert out == person(web).state


def test_what_waits_is_not_sent_to_who_left(web: WebFolder) -> None:
    """An open delivery is held when its turn comes, and after an undo stays so."""
    with web.context.people() as people:
        mailing = add_mailing(people)
        people.deliveries.add(mailing.id, NOW, subscriber=1)
    web.post(f"/unsubscribe/{person(web).token}", {})
    assert 0 == web.folder.digest("mail", "send", now="2026-11-20T08:01").status
    with web.context.people() as people:
        [delivery] = people.deliveries.list_of(mailing.id)
    assert "held" == delivery.state


def test_a_reason_is_kept_without_the_person(web: WebFolder) -> None:
    """The editor sees how often, and the words; the table has no column for who."""
    token = person(web).token
    reason = {"reason": "many", "words": "Twice a day is \x1b[31m too much"}
    assert 404 == web.post(f"/unsubscribe/{token}/reason", reason).status
    web.post(f"/unsubscribe/{token}", {})
    assert 200 == web.post(f"/unsubscribe/{token}/reason", reason).status
    assert 422 == web.post(f"/unsubscribe/{token}/reason", {"reason": "x"}).status
    shown = web.folder.digest("subscribers", "reasons")
    assert "    1  Too many mails\n2026-11-20  Twice a day is [31m too much\n" == shown.out


def test_pages_of_a_person_are_nobody_elses(web: WebFolder) -> None:
    """Not stored, not indexed, not framed, without an address, and no page learns of them."""
    token = person(web).token
    for path in ("confirm", "preferences", "unsubscribe"):
        answer = web.ask(f"/{path}/{token}")
        assert "no-store" == answer.headers["cache-control"]
        assert "no-referrer" == answer.headers["referrer-policy"]
        assert "noindex" == answer.headers["x-robots-tag"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert address(1) not in answer.text
    facts = "".join(str(facts) for _, facts in web.log)
    assert token not in facts
    assert "127.0.0.1" not in facts
