"""`digest undo` of an issue that went out by mail or to a chat."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

import digest
from digest import settings as settings_files
from digest.model.people import DeliveryState, Mailing
from digest.operations.corrections import delivered, undo
from digest.pipeline.session import open_to_read
from digest.render.feeds.issue_entries import issue_guid
from digest.storage.people import database
from tests.support.folders import CommandResult, Folder, page

DAY, LATER = "2026-11-18", "2026-11-18T09:00"
MOMENT = f"{DAY}T08:00:00+00:00"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder with one issue of three papers."""
    folder = Folder(tmp_path_factory.mktemp("undo") / "folder")
    folder.drop("a.txt", page(DAY, range(3)))
    folder.run(f"{DAY}T08:00")
    return folder


@pytest.fixture
def issued(prepared: Folder, tmp_path: Path) -> Folder:
    """Make a copy of that folder."""
    return prepared.copy(tmp_path / "folder")


def guid(folder: Folder) -> str:
    """Return the guid of the only issue."""
    with open_to_read(settings_files.load(folder.root)) as ledger:
        assert ledger is not None
        return issue_guid(ledger.issues.load_issue("daily", 1))


def deliver(
    folder: Folder, *states: DeliveryState, channels: tuple[DeliveryState, ...] = ()
) -> None:
    """Record deliveries of the issue in these states: to people, and to channels."""
    issue = guid(folder)
    with database.opened(folder.root / "state") as people, people.transaction():
        mailing = people.mailings.add(
            Mailing(id=0, issue=issue, edition="daily", key=DAY, number=1, moment=MOMENT,
                    frozen=MOMENT, is_mailed=True)
        )  # fmt: skip
        for number, _ in enumerate(states):
            address = f"reader{number}@example.org"
            person = people.subscribers.add(address, address, "active", "added", MOMENT)
            people.deliveries.add(mailing.id, MOMENT, subscriber=person.id)
        for number, _ in enumerate(channels):
            people.deliveries.add(mailing.id, MOMENT, channel=f"room-{number}")
        rows = list(people.deliveries.list_of(mailing.id))
        for row, state in zip(rows, (*states, *channels), strict=True):
            people.deliveries.set_state(row.id, state, MOMENT)


def states(folder: Folder) -> list[str]:
    """Return the states of all deliveries, in order."""
    with database.opened(folder.root / "state") as people:
        return [row.state for row in people.deliveries.list_of(1)]


def take_back(folder: Folder, *words: str, status: int = 0) -> CommandResult:
    """Run `digest undo`; a refusal changes nothing."""
    before = folder.tree()
    result = folder.digest("undo", *words, now=LATER)
    assert status == result.status, result
    assert (before == folder.tree()) == bool(status)
    return result


@pytest.mark.parametrize("state", ["sent", "sending", "unknown"])
def test_an_issue_that_somebody_has_stays(issued: Folder, state: DeliveryState) -> None:
    """Or may have. What still waits goes on waiting."""
    deliver(issued, state, "pending", "deferred", channels=("pending",))
    result = take_back(issued, status=1)
    says = (
        "daily: issue 1 of 2026-11-18 was delivered to 1 person, or may have been, and cannot be"
        " called back; --force takes it back all the same; nothing was changed"
    )
    assert says in result.err
    assert [state, "pending", "deferred", "pending"] == states(issued)


def test_by_force_it_goes_and_what_waits_is_cancelled(issued: Folder) -> None:
    """The output says who has it; what is being sent keeps its state, to get its outcome."""
    deliver(
        issued, "sent", "sent", "unknown", "sending", "pending", "deferred", "failed", "held",
        channels=("sent", "pending"),
    )  # fmt: skip
    result = take_back(issued, "--force", "--yes")
    assert "Delivered to 4 people and 1 channel, or may have been: it cannot be called back.\n" in (
        result.out
    )
    assert "Cancelled: 3 deliveries that waited to be sent\n" in result.out
    assert [
        "sent", "sent", "unknown", "sending", "cancelled", "cancelled", "failed", "held", "sent",
        "cancelled",
    ] == states(issued)  # fmt: skip
    assert [] == issued.data()


def test_an_issue_that_nobody_has_goes_without_force(issued: Folder) -> None:
    """Nobody gets it afterwards."""
    deliver(issued, "pending", "failed", "late", "empty", channels=("deferred",))
    result = take_back(issued)
    assert "Delivered" not in result.out
    assert "Cancelled: 2 deliveries" in result.out
    assert ["cancelled", "failed", "late", "empty", "cancelled"] == states(issued)


def test_a_folder_without_people_gets_no_database(issued: Folder) -> None:
    """It has delivered nothing."""
    assert "Cancelled" not in take_back(issued).out
    assert not database.exists(issued.root / "state")


def test_another_issue_is_of_no_concern(issued: Folder) -> None:
    """Only the mailing of this very issue counts, by its guid."""
    with database.opened(issued.root / "state") as people, people.transaction():
        other = people.mailings.add(
            Mailing(id=0, issue="urn:other", edition="daily", key=DAY, number=1, moment=MOMENT,
                    frozen=MOMENT, is_mailed=True)
        )  # fmt: skip
        people.deliveries.add(other.id, MOMENT, channel="room")
        people.deliveries.set_state(1, "sent", MOMENT)
        people.deliveries.add(other.id, MOMENT, channel="hall")
    take_back(issued)
    assert ["sent", "pending"] == states(issued)


def test_what_is_sent_between_the_look_and_the_answer_counts(issued: Folder) -> None:
    """The question on a terminal may wait for minutes, while the sender goes on."""
    deliver(issued, "pending", "pending")
    settings, moment = settings_files.load(issued.root), datetime.fromisoformat(f"{LATER}:00+00:00")
    found = undo.find_issue(settings, None)
    assert "" == found.readers
    with database.opened(issued.root / "state") as people:
        assert people.deliveries.mark_sending(1, MOMENT)
    with pytest.raises(digest.CannotUndo, match="was delivered to 1 person"):
        undo.undo(settings, moment, found)
    assert ["sending", "pending"] == states(issued)
    assert 1 == len(issued.data())
    summary = undo.undo(settings, moment, found, force=True)
    assert ("1 person", 1) == (summary.issue.readers, summary.cancelled)


def test_no_delivery_begins_once_they_are_cancelled(issued: Folder) -> None:
    """The sender marks a delivery before its last byte, and is told that it waits no more."""
    deliver(issued, "pending")
    settings, moment = settings_files.load(issued.root), datetime.fromisoformat(f"{LATER}:00+00:00")
    with delivered.cancelled(settings, guid(issued), moment) as (readers, count):
        assert ("", 1) == (readers, count)
        with (
            closing(sqlite3.connect(issued.root / "state" / "people.sqlite3", timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
    with database.opened(issued.root / "state") as people:
        assert not people.deliveries.mark_sending(1, MOMENT)


def test_a_failure_changes_neither_the_ledger_nor_the_mails(
    issued: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issue stays, and is mailed; the next `digest undo` takes it back."""
    deliver(issued, "pending")

    def fail(*_: object) -> None:
        # Whatever goes wrong after the deliveries were cancelled, before the ledger is committed.
        raise OSError("the disk is full")

    settings, moment = settings_files.load(issued.root), datetime.fromisoformat(f"{LATER}:00+00:00")
    found = undo.find_issue(settings, None)
    monkeypatch.setattr(undo, "_take_back", fail)
    with pytest.raises(OSError, match="full"):
        undo.undo(settings, moment, found)
    monkeypatch.undo()
    assert (["pending"], 1) == (states(issued), len(issued.data()))
    assert "Cancelled: 1 delivery" in take_back(issued).out


def test_a_damaged_people_database_stops_it(issued: Folder) -> None:
    """Nobody can know who has the issue; --force does not guess either."""
    (issued.root / "state" / "people.sqlite3").write_bytes(b"not a database" * 500)
    for words in ((), ("--force", "--yes")):
        assert "people.sqlite3: cannot be used" in take_back(issued, *words, status=1).err


def test_the_question_names_the_readers(issued: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, before anything is done."""
    deliver(issued, "sent", "sent", channels=("sent",))
    asked: list[str] = []
    monkeypatch.setattr("digest.cli.terminal.can_ask", lambda: True)
    monkeypatch.setattr("digest.cli.terminal.confirm", asked.append)
    take_back(issued, "--force")
    question = "Take back issue 1 of daily, 2026-11-18, 3 papers, which 2 people and 1 channel have"
    assert [f"{question} or may have?"] == asked


def test_the_api_says_the_same(issued: Folder) -> None:
    """With `force`, and the numbers in the result."""
    deliver(issued, "sent", "pending")
    publication = digest.open(issued.root)
    with pytest.raises(digest.CannotUndo, match="--force"):
        publication.undo()
    result = publication.undo(force=True)
    assert ("1 person", 1) == (result.readers, result.cancelled)
