"""Another address in place of one's own: who proves it, who learns of it, and what is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from digest.delivery.mailbox import Letter, leave_as_it_is
from digest.model.incoming import IncomingCounts
from digest.model.people import Subscriber
from digest.operations.mail import receive
from digest.operations.mail.letters import LetterWriter
from digest.pipeline.progress import no_log
from digest.storage.people import backups, database, departing
from tests.support.folders import Folder
from tests.support.incoming_mails import TOKEN, complaint, delivery_report
from tests.support.people import NOW, add_mailing, add_people, address, files_with
from tests.support.smtp_server import SmtpServer, smtp_server
from tests.support.web import MAIL, WEB, WebFolder, web_folder

DAY = timedelta(days=1)
NEW = "new@example.org"
BOUNCES = MAIL.replace("from =", 'bounces = "bounces+{token}@papers.example.org"\nfrom =')


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def web(folder: Folder, server: SmtpServer) -> Iterator[WebFolder]:
    """Serve a folder with two subscribers."""
    with web_folder(folder, WEB + BOUNCES.replace("smtp://localhost:1", server.url)) as served:
        with served.context.people() as people:
            add_people(people, [1, 2])
        yield served


def person(web: WebFolder, given: str = address(1)) -> Subscriber | None:
    """Return the person with an address."""
    with web.context.people() as people:
        return people.subscribers.find(given)


def page(web: WebFolder, number: int = 1) -> str:
    """Return the address of the page of the person with this number in the database."""
    with web.context.people() as people:
        return f"/preferences/{people.subscribers.get(number).token}"


def ask(web: WebFolder, given: str, number: int = 1) -> None:
    """Let a person ask for another address."""
    answer = web.post(f"{page(web, number)}/address", {"address": given})
    assert (200, True) == (answer.status, "Look into the mails" in answer.text)


def link(web: WebFolder, number: int = 1) -> str:
    """Return the address of the page that confirms what a person asked for."""
    with web.context.people() as people:
        wanted = people.address_changes.find(number)
    assert wanted
    return f"/address/{wanted.token}"


def move(web: WebFolder, given: str) -> None:
    """Let the first person have another address."""
    ask(web, given)
    assert "Your mails come here" in web.post(link(web), {}).text


def letters(web: WebFolder) -> list[tuple[Any, ...]]:
    """Return kind, address and state of all letters."""
    with web.context.people() as people:
        sql = "SELECT kind, address, state FROM letter ORDER BY id"
        return people.connection.execute(sql).fetchall()


def send(web: WebFolder) -> None:
    """Send the letters that wait."""
    LetterWriter(web.settings, lambda: web.moment, no_log)(Event())


def test_a_new_address_confirms_itself(web: WebFolder) -> None:
    """Until then nothing changes; then the old address is told, and twice is not possible."""
    ask(web, NEW)
    before = person(web)
    assert before
    confirmation = link(web)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert web.ask(confirmation, method).status in {200, 204}
    assert before == person(web)
    assert "Your mails come here" in web.post(confirmation, {}).text
    moved = person(web, NEW)
    assert moved
    assert (before.id, before.token, "active") == (moved.id, moved.token, moved.state)
    assert person(web) is None
    assert [("address", NEW, "pending"), ("changed", address(1), "pending")] == letters(web)
    with web.context.people() as people:
        assert "confirmed a change of address" == people.subscribers.consents(1)[-1].how
    assert 404 == web.post(confirmation, {}).status


def test_a_change_is_answered_alike(web: WebFolder) -> None:
    """For a free, a taken and a suppressed address; only the first gets a letter (E15)."""
    with web.context.people() as people:
        departing.suppress(people, "never@example.org", "asked", NOW)
    pages, exports = [], []
    for given in (address(2), "never@example.org", NEW):
        pages.append(web.post(f"{page(web)}/address", {"address": given}).body)
        known = web.post(f"{page(web)}/export", {}).text
        exports.append(known.replace(given, "").replace(web.moment.isoformat(), ""))
        web.moment += DAY
    assert [1, 1] == [len(set(pages)), len(set(exports))]
    assert [("address", NEW, "pending")] == letters(web)


@pytest.mark.parametrize("first", ["free@example.org", address(2)])
def test_a_second_try_tells_nothing_either(web: WebFolder, first: str) -> None:
    """One a day, whether a letter was sent or not: else it told who else is a subscriber."""
    ask(web, first)
    count = len(letters(web))
    ask(web, NEW)
    assert count == len(letters(web))
    web.moment += DAY
    ask(web, NEW)
    assert ("address", NEW, "pending") == letters(web)[-1]


def test_nobody_can_confirm_without_reading_the_mail(web: WebFolder) -> None:
    """What confirms an address stands in the mail to it, and in nothing that its person gets."""
    ask(web, NEW)
    token = link(web).rpartition("/")[2]
    known = web.post(f"{page(web)}/export", {}).text
    assert (True, False) == (NEW in known, token in known)
    exported = web.folder.digest("subscribers", "export", "--json", address(1)).out
    assert (True, False) == (NEW in exported, token in exported)


def test_a_stranger_learns_nothing_of_the_person(web: WebFolder, server: SmtpServer) -> None:
    """A mistyped address is somebody's: neither mail nor envelope holds the person's link."""
    ask(web, NEW)
    confirmation = link(web).encode()
    send(web)
    [taken] = server.taken
    found = person(web)
    assert found
    assert (NEW, True) == (taken.recipient, confirmation in taken.message)
    everything = taken.sender.encode() + taken.message
    assert found.token.encode() not in everything
    assert address(1).encode() not in everything


def report(web: WebFolder, message: bytes, kind: str) -> IncomingCounts:
    """Handle a report about the newest letter of a kind."""
    with web.context.people() as people:
        letter = people.letters.newest(1, "address" if kind == "address" else "changed")
    assert letter
    assert letter.token
    about = message.replace(TOKEN.encode(), letter.token.encode())
    return receive.receive(web.settings, web.moment, [Letter(about, leave_as_it_is)])


def test_a_bounce_of_a_letter_elsewhere_is_not_the_persons(web: WebFolder) -> None:
    """The new address was mistyped, or the old one is gone: both are why one changes it."""
    ask(web, "mistyped@example.org")
    assert IncomingCounts(counted=1) == report(web, delivery_report("5.1.1"), "address")
    web.moment += DAY
    move(web, NEW)
    assert IncomingCounts(counted=1) == report(web, delivery_report("5.1.1"), "changed")
    found = person(web, NEW)
    assert found
    assert "active" == found.state


def test_who_complains_about_a_letter_gets_no_more(web: WebFolder) -> None:
    """They are not the person; the address is suppressed."""
    ask(web, NEW)
    assert IncomingCounts(complained=1) == report(web, complaint(), "address")
    web.moment += DAY
    ask(web, NEW, 2)
    assert 1 == len(letters(web))
    found = person(web)
    assert found
    assert "active" == found.state


def test_bounces_of_the_former_address_count_no_more(web: WebFolder) -> None:
    """They may come days after the change."""
    with web.context.people() as people:
        mailing = add_mailing(people)
        people.deliveries.add(mailing.id, NOW, subscriber=1)
        [delivery] = people.deliveries.list_of(mailing.id)
        people.deliveries.set_state(delivery.id, "sent", "2026-11-20T07:30:00+00:00")
    move(web, NEW)
    found = person(web, NEW)
    assert found
    bounce = delivery_report("5.1.1").replace(TOKEN.encode(), found.token.encode())
    letter = Letter(bounce, leave_as_it_is)
    assert IncomingCounts(counted=1) == receive.receive(web.settings, web.moment, [letter])
    assert found == person(web, NEW)


def test_one_letter_a_day_asks_an_address(web: WebFolder) -> None:
    """However many people say that it is theirs."""
    ask(web, NEW)
    ask(web, NEW, 2)
    assert [("address", NEW, "pending")] == letters(web)


def test_one_mailbox_is_not_asked_by_all_its_addresses(web: WebFolder) -> None:
    """Some have any number of addresses, and it gets no more letters than by the form."""
    with web.context.people() as people:
        add_people(people, range(3, 8))
    answers = [
        web.post(f"{page(web, number)}/address", {"address": f"n.e.w+{number}@example.org"})
        for number in range(1, 7)
    ]
    assert [200] * 5 + [429] == [answer.status for answer in answers]
    assert 5 == len(letters(web))
    assert 429 == web.post("/subscribe", {"address": "new+7@example.org"}).status


def test_an_old_link_changes_nothing(web: WebFolder) -> None:
    """After a week, once somebody else has the address, or once the person has left."""
    ask(web, NEW)
    confirmation = link(web)
    with web.context.people() as people:
        other = people.subscribers.add(NEW, NEW, "active", "added", NOW)
    web.moment += 7 * DAY
    assert 404 == web.ask(confirmation).status
    assert 404 == web.post(confirmation, {}).status
    web.moment -= 7 * DAY
    assert "It stays as it was" in web.post(confirmation, {}).text
    assert person(web)
    with web.context.people() as people:
        people.subscribers.delete(other.id)
    web.moment += DAY
    ask(web, NEW)
    web.post(page(web).replace("preferences", "unsubscribe"), {})
    assert 404 == web.post(link(web), {}).status
    assert person(web)


def test_what_nobody_confirms_is_forgotten(web: WebFolder) -> None:
    """An address may be that of somebody who never heard of it."""
    ask(web, NEW)
    send(web)
    web.moment += 7 * DAY + timedelta(minutes=1)
    send(web)
    with web.context.people() as people:
        assert people.address_changes.find(1) is None


def test_an_address_of_the_configuration_stays(folder: Folder) -> None:
    """A change here would make two of it: the configuration brings the old one back."""
    own = 'to = ["Me@example.org"]\n[[edition]]'
    with web_folder(folder, WEB + MAIL.replace("[[edition]]", own)) as web:
        with web.context.people() as people:
            people.subscribers.add(
                "me@example.org", "me@example.org", "active", "configuration", NOW
            )
        answer = web.post(f"{page(web)}/address", {"address": NEW})
        assert "stands in the configuration" in answer.text
        assert [] == letters(web)


def test_a_closed_list_stays_closed(folder: Folder) -> None:
    """Who may not subscribe there does not come in by a change of address."""
    with web_folder(folder, WEB + 'allow = ["@example.org"]\n' + MAIL) as web:
        with web.context.people() as people:
            add_people(people, [1])
        answer = web.post(f"{page(web)}/address", {"address": "ada@elsewhere.example"})
        assert (422, True) == (answer.status, "@example.org" in answer.text)
        assert 'value="ada@elsewhere.example" aria-invalid="true"' in answer.text
        ask(web, "ada@example.org")


def test_an_address_is_forgotten_everywhere(web: WebFolder) -> None:
    """Also where it is that of another person no longer, or not yet; and in backups."""
    for given in ("middle@example.org", NEW):
        move(web, given)
    with web.context.people() as people:
        people.address_changes.ask(2, "wanted@example.org", "wanted@example.org", NOW)
    assert 0 == web.folder.digest("backup", "--people", now="2026-11-22T09:00").status
    for given in ("middle@example.org", "wanted@example.org"):
        assert files_with(web.settings.state_folder, given)
        web.folder.digest("subscribers", "forget", given, now="2026-11-22T10:00")
        assert [] == files_with(web.settings.state_folder, given)
    assert person(web, NEW)


def test_who_deletes_everything_is_in_no_backup_by_a_former_address(web: WebFolder) -> None:
    """The backup knows them by the address of then; so does a copy that lies elsewhere."""
    state, copy = web.settings.state_folder, web.folder.root / "copy.sqlite3"
    assert 0 == web.folder.digest("backup", "--people", now="2026-11-20T09:00").status
    with web.context.people() as people:
        backups.export(people, state, copy)
    move(web, NEW)
    assert "Deleted" in web.post(f"{page(web)}/delete", {}).text
    assert [] == files_with(state, address(1))
    assert [] == files_with(state, NEW)
    backups.restore(state, copy, web.moment)
    assert person(web) is None
    assert [] == files_with(state, address(1))
    assert person(web, address(2))


@pytest.mark.parametrize(("leaves", "state"), [(True, "left"), (False, "pending")])
def test_no_restored_backup_writes_to_the_former_address(
    web: WebFolder, *, leaves: bool, state: str
) -> None:
    """Who left since has left by that name too; who has not confirms it."""
    web.folder.digest("backup", "--people", now="2026-11-20T09:00")
    move(web, NEW)
    if leaves:
        web.post(page(web).replace("preferences", "unsubscribe"), {})
    restored = web.folder.digest("restore", "--people", "--yes", now="2026-11-20T10:00")
    assert 0 == restored.status, restored
    found = person(web)
    assert found
    assert state == found.state


def test_a_restored_backup_sends_no_letter_twice(web: WebFolder) -> None:
    """Nobody knows which of the waiting ones were sent since."""
    ask(web, NEW)
    web.folder.digest("backup", "--people", now="2026-11-20T09:00")
    restored = web.folder.digest("restore", "--people", "--yes", now="2026-11-20T10:00")
    assert 0 == restored.status, restored
    with web.context.people() as people:
        assert {"unknown": 1} == people.totals.letters()


def test_a_person_may_go_back(web: WebFolder) -> None:
    """The former address is free again, also for somebody else."""
    move(web, NEW)
    move(web, address(1))
    assert person(web)
    assert json.loads(web.post(f"{page(web)}/export", {}).body)["new_address"] is None
    assert database.exists(web.settings.state_folder)
