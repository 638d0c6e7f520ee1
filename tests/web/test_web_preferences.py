"""A person's own page: what they get, where, their data, and being forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from digest.model.people import Subscriber, Wish
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.people import NOW, add_people, address, files_with
from tests.support.web import MAIL, WEB, WebFolder, web_folder


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder with two subscribers."""
    with web_folder(folder, WEB + MAIL) as served:
        with served.context.people() as people:
            add_people(people, [1, 2])
        yield served


def person(web: WebFolder, given: str | None = None) -> Subscriber | None:
    """Return a person by their address, by default the first."""
    with web.context.people() as people:
        return people.subscribers.find(given or address(1))


def page(web: WebFolder) -> str:
    """Return the address of the first person's page."""
    found = person(web)
    assert found
    return f"/preferences/{found.token}"


def page_of(web: WebFolder, number: int) -> str:
    """Return the address of the page of the person with this number in the database."""
    with web.context.people() as people:
        return f"/preferences/{people.subscribers.get(number).token}"


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
    found = person(web)
    assert found
    assert (
        Wish(
            editions=("daily",),
            topics=("agents", "vision"),
            words=("kelp", "tide pool"),
            authors=("Imrie",),
            mute_words=("survey",),
            most=5,
            weekday="fri",
            pause="2026-12-24",
        )
        == found.wish
    )
    shown = web.ask(page(web)).text
    assert answer.text.replace("Saved. It holds from the next issue on.", "") != shown
    for part in ('value="kelp, tide pool"', 'value="2026-12-24"', 'value="agents" checked'):
        assert part in shown
    web.post(page(web), dict.fromkeys(CHOICES, ""))
    found = person(web)
    assert found
    assert Wish() == found.wish


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("topics", "nonsense", "There is no topic"),
        ("most", "-1", "Not a number"),
        ("pause", "tomorrow", "Not a day"),
        ("weekday", "yesterday", "Not a weekday"),
        ("words", "!!!", "write words"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    web: WebFolder, name: str, value: str, reason: str
) -> None:
    """Nothing is saved, and what was typed is still there."""
    answer = web.post(page(web), CHOICES | {name: value})
    assert (422, True) == (answer.status, reason in answer.text)
    assert 'value="Imrie"' in answer.text
    found = person(web)
    assert found
    assert Wish() == found.wish


def test_everything_is_exported(web: WebFolder) -> None:
    """As a file, to who asks by the button; a look at the address gives nothing."""
    assert 405 == web.ask(f"{page(web)}/export").status
    answer = web.post(f"{page(web)}/export", {})
    assert "attachment" in answer.headers["content-disposition"]
    known = json.loads(answer.body)
    assert (address(1), "active") == (known["address"], known["state"])


def test_a_new_address_confirms_itself(web: WebFolder) -> None:
    """Until then nothing changes; then the old address is told."""
    web.post(f"{page(web)}/address", {"address": "new@example.org"})
    with web.context.people() as people:
        found = people.subscribers.find(address(1))
        assert found
        change = people.address_changes.find(found.id)
        letter = people.letters.newest(found.id, "address")
    assert change
    assert letter
    assert ("new@example.org", change.token) == (letter.address, letter.token)
    assert "Your new address" in web.ask(f"/address/{change.token}").text
    assert person(web)
    assert "Your mails come here" in web.post(f"/address/{change.token}", {}).text
    assert person(web) is None
    moved = person(web, "new@example.org")
    assert moved
    assert (found.id, "active") == (moved.id, moved.state)
    with web.context.people() as people:
        told = people.letters.newest(moved.id, "changed")
    assert told
    assert address(1) == told.address
    assert 404 == web.post(f"/address/{change.token}", {}).status


def test_a_change_of_address_is_answered_alike(web: WebFolder) -> None:
    """For a free, a taken and a suppressed address; only the first gets a letter."""
    with web.context.people() as people:
        departing.suppress(people, "never@example.org", "asked", NOW)
    given = [address(2), "never@example.org", "free@example.org"]
    answers = [web.post(f"{page(web)}/address", {"address": one}) for one in given]
    assert {(200, answers[0].body)} == {(one.status, one.body) for one in answers}
    with web.context.people() as people:
        rows = people.connection.execute("SELECT address FROM letter").fetchall()
    assert [("free@example.org",)] == rows


def test_an_old_link_to_a_new_address_changes_nothing(web: WebFolder) -> None:
    """After a week, and once somebody else has the address."""
    web.post(f"{page(web)}/address", {"address": "new@example.org"})
    with web.context.people() as people:
        found = people.subscribers.find(address(1))
        assert found
        change = people.address_changes.find(found.id)
        assert change
        people.subscribers.add("new@example.org", "new@example.org", "active", "added", NOW)
    web.moment += timedelta(days=8)
    assert 404 == web.post(f"/address/{change.token}", {}).status
    web.moment -= timedelta(days=8)
    assert "It stays as it was" in web.post(f"/address/{change.token}", {}).text
    assert person(web)


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


def test_an_address_is_forgotten_everywhere(web: WebFolder) -> None:
    """Also where it is that of another person no longer, or not yet; and in backups."""
    for given in ("middle@example.org", "new@example.org"):
        web.post(f"{page_of(web, 1)}/address", {"address": given})
        with web.context.people() as people:
            change = people.address_changes.find(1)
        assert change
        web.post(f"/address/{change.token}", {})
        web.moment += timedelta(days=1)
    with web.context.people() as people:
        people.address_changes.ask(2, "wanted@example.org", "wanted@example.org", NOW)
    assert 0 == web.folder.digest("backup", "--people", now="2026-11-22T09:00").status
    for given in ("middle@example.org", "wanted@example.org"):
        assert files_with(web.settings.state_folder, given)
        web.folder.digest("subscribers", "forget", given, now="2026-11-22T10:00")
        assert [] == files_with(web.settings.state_folder, given)
    assert person(web, "new@example.org")


def test_a_restored_backup_sends_no_letter_twice(web: WebFolder) -> None:
    """Nobody knows which of the waiting ones were sent since."""
    web.post(f"{page(web)}/address", {"address": "new@example.org"})
    web.folder.digest("backup", "--people", now="2026-11-20T09:00")
    restored = web.folder.digest("restore", "--people", "--yes", now="2026-11-20T10:00")
    assert 0 == restored.status, restored
    with web.context.people() as people:
        assert {"unknown": 1} == people.totals.letters()
