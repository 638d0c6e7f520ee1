"""Subscribers are listed, shown and exported, each with everything that is stored about them."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing

import pytest

from digest.model.people import Mailing, SendOutcome
from digest.storage.people import People, database
from digest.storage.people.letters import OtherAddress
from tests.support.folders import Folder

NOW = "2026-11-20T08:00+00:00"
# Columns that say nothing about a person: numbers of rows, and what follows from the others.
INTERNAL = {
    *(("subscriber", name) for name in ("id", "folded")),
    *(("delivery", name) for name in ("id", "mailing", "subscriber", "content", "due", "attempts")),
    *(("report", name) for name in ("id", "hash", "subscriber", "delivery")),
    *(("attempt", name) for name in ("delivery", "code")),
    ("consent", "subscriber"),
    *(("letter", name) for name in ("id", "subscriber", "folded")),
    *(("address_change", name) for name in ("id", "subscriber", "folded")),
    # Only who reads the mail may know them: they prove that an address is theirs.
    ("letter", "token"),
    ("address_change", "token"),
}
ADA, BO = "ada@example.org", "bo@example.org"


@pytest.fixture
def listed(folder: Folder) -> Folder:
    """Make a folder with two subscribers, one of whom left."""
    add = ("subscribers", "add", "--consent", "at the pier, 2026-11-19")
    assert 0 == folder.digest(*add, "--words", "kelp", ADA, now=NOW).status
    assert 0 == folder.digest(*add, BO, now=NOW).status
    assert 0 == folder.digest("subscribers", "remove", BO, now=NOW).status
    return folder


def deliver(people: People, address: str) -> None:
    """Store a delivery with an attempt, and a bounce."""
    person = people.subscribers.find(address)
    assert person
    issue = Mailing(
        id=0,
        issue="urn:1",
        edition="daily",
        key="2026-11-20",
        number=1,
        moment=NOW,
        frozen=NOW,
        is_mailed=True,
    )
    with people.transaction():
        mailing = people.mailings.add(issue)
        people.deliveries.add(mailing.id, NOW, subscriber=person.id)
        (delivery,) = people.deliveries.list_of(mailing.id)
        people.deliveries.add_attempt(delivery.id, NOW, SendOutcome("sent", "250 queued", 250))
        people.deliveries.set_state(delivery.id, "sent", NOW)
        people.letters.add(
            person.id,
            "changed",
            NOW,
            other=OtherAddress("Old@example.org", "old@example.org"),
            token="f00",
            wish=person.wish,
        )
        people.address_changes.ask(person.id, "New@example.org", "new@example.org", NOW)
        people.connection.execute(
            "INSERT INTO report (hash, subscriber, moment, kind, status) VALUES (?, ?, ?, ?, ?)",
            (b"1", person.id, NOW, "bounce", "5.1.1"),
        )


def test_the_list_names_state_origin_and_wish(listed: Folder) -> None:
    """A line for each, or those in one state; and how many there are."""
    assert (
        "ada@example.org  active since 2026-11-20  added  daily; words kelp\n"
        "bo@example.org  left since 2026-11-20  added  daily\n"
        "2 subscribers\n"
    ) == listed.digest("subscribers", "list").out
    some = listed.digest("subscribers", "list", "--state", "left", "--json").out
    assert (BO, "left") == tuple(json.loads(some)[key] for key in ("address", "state"))


def test_the_list_names_who_is_suppressed(listed: Folder) -> None:
    """Their state says nothing of it."""
    listed.digest("subscribers", "suppress", ADA, "--reason", "by letter", now=NOW)
    answered = listed.digest("subscribers", "list", now=NOW).out
    assert "ada@example.org  active since 2026-11-20 (suppressed: gets no mail)  added" in answered
    assert 1 == answered.count("suppressed")
    lines = listed.digest("subscribers", "list", "--json", now=NOW).out.splitlines()
    assert ["by letter", None] == [json.loads(line)["suppressed"] for line in lines]


def test_an_empty_folder_has_none_and_gets_no_database(folder: Folder) -> None:
    """To ask creates nothing."""
    assert "0 subscribers\n" == folder.digest("subscribers", "list").out
    assert 1 == len(folder.digest("subscribers", "export").out.splitlines())
    assert "" == folder.digest("subscribers", "export", "--json").out
    assert 1 == folder.digest("subscribers", "show", ADA).status
    assert not database.exists(folder.root / "state")


def test_the_export_has_a_line_for_each(listed: Folder) -> None:
    """As CSV with the names of the columns, or as JSON."""
    rows = list(csv.DictReader(listed.digest("subscribers", "export").out.splitlines()))
    assert [ADA, BO] == [row["address"] for row in rows]
    assert ("kelp", "at the pier, 2026-11-19") == (rows[0]["words"], rows[0]["consent_words"])
    lines = listed.digest("subscribers", "export", "--json").out.splitlines()
    assert [ADA, BO] == [json.loads(line)["address"] for line in lines]


def test_a_persons_export_is_complete(listed: Folder) -> None:
    """Every value that a table holds about the person stands in it, but numbers of rows."""
    with database.opened(listed.root / "state") as people:
        deliver(people, ADA)
    answered = listed.digest("subscribers", "export", "--json", "Ada <ADA@example.org>", now=NOW)
    known = json.loads(answered.out)
    assert 1 == len(answered.out.splitlines())
    assert [("daily", "2026-11-20", "sent")] == [
        (each["edition"], each["issue"], each["state"]) for each in known["deliveries"]
    ]
    assert "250 queued" == known["deliveries"][0]["attempts"][0]["reply"]
    assert {"moment": NOW, "kind": "bounce", "status": "5.1.1"} == known["reports"][0]
    with closing(sqlite3.connect(listed.root / "state" / "people.sqlite3")) as connection:
        for table in ("subscriber", *tables_about(connection, "subscriber"), "attempt"):
            rows = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in rows.description]
            for name, value in zip(names, rows.fetchone(), strict=True):
                if (table, name) not in INTERNAL and value is not None:
                    assert str(value).strip("{}") in answered.out, (table, name)


def tables_about(connection: sqlite3.Connection, subject: str) -> list[str]:
    """Return the tables whose rows refer to one of another table."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return [
        table
        for (table,) in tables
        if any(row[2] == subject for row in connection.execute(f"PRAGMA foreign_key_list({table})"))
    ]


def test_everything_about_one_person_is_json_only(listed: Folder) -> None:
    """It says which option is missing."""
    answered = listed.digest("subscribers", "export", ADA)
    assert 2 == answered.status
    assert "add --json" in answered.err


def test_show_tells_a_person_in_lines(listed: Folder) -> None:
    """State, consent, wish, mails and reports."""
    with database.opened(listed.root / "state") as people:
        deliver(people, ADA)
    listed.digest("subscribers", "suppress", ADA, "--reason", "asked by letter", now=NOW)
    assert [
        ADA,
        "  state      active since 2026-11-20T08:00:00+00:00",
        "  suppressed asked by letter: gets no mail",
        "  origin     added",
        "  consent    2026-11-19, added by the operator: at the pier, 2026-11-19",
        "  gets       daily; words kelp",
        "  mail       daily 2026-11-20: sent 2026-11-20T08:00+00:00",
        "  report     2026-11-20T08:00+00:00: bounce 5.1.1",
    ] == listed.digest("subscribers", "show", ADA).out.splitlines()


@pytest.mark.parametrize("command", ["show", "change", "remove"])
def test_an_address_of_nobody_is_named(listed: Folder, command: str) -> None:
    """Status 1; and what is no address at all is wrong usage."""
    words = ("--all",) if command == "change" else ()
    answered = listed.digest("subscribers", command, "cy@example.org", *words, now=NOW)
    assert (1, "digest: cy@example.org is no subscriber\n") == (answered.status, answered.err)
    assert 2 == listed.digest("subscribers", command, "cy", *words, now=NOW).status
