"""A restored backup of the people mails nobody a second time, and nobody who left since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from digest import settings as settings_files
from digest.operations.subscribers import backups
from digest.storage.people import departing
from digest.storage.people.departure_log import FILE
from tests.support.folders import Folder
from tests.support.mail_folders import (
    DAY,
    ME,
    configuration,
    deliver,
    people_of,
    publish,
    states,
    subscribe,
)
from tests.support.smtp_server import SmtpServer, reply, smtp_server

ANN, BEN, CAT = (f"{name}@example.org" for name in ("ann", "ben", "cat"))
NEXT = "2026-11-21"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server that takes everything."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def mailing(folder: Folder, server: SmtpServer) -> Folder:
    """Make a folder with one's own address and three subscribers; the issue is not mailed yet."""
    folder.configure(configuration(server))
    subscribe(folder, ANN, BEN, CAT)
    publish(folder, 1, 2)
    return folder


def back_up(folder: Folder, now: str) -> Path:
    """Make a backup of the people at this moment."""
    return backups.make(settings_files.load(folder.root), datetime.fromisoformat(f"{now}Z"))


def restore(folder: Folder, backup: Path, now: str) -> None:
    """Put a backup in place at this moment."""
    backups.restore(settings_files.load(folder.root), datetime.fromisoformat(f"{now}Z"), backup)


def leave(folder: Folder, address: str) -> None:
    """Let a subscriber leave."""
    with people_of(folder) as people:
        person = people.subscribers.find(address)
        assert person
        departing.leave(people, person, "left", f"{DAY}T09:00:00+00:00")


@pytest.mark.parametrize("unknown", ["hold", "again"])
@pytest.mark.parametrize("is_frozen", [False, True])
def test_nobody_gets_an_issue_twice(
    mailing: Folder, server: SmtpServer, is_frozen: bool, unknown: str
) -> None:
    """Whether the backup knew the issue or not; the next one reaches all but who left since."""
    mailing.configure(configuration(server, more=f'unknown = "{unknown}"'))
    if is_frozen:
        server.on("RCPT", reply("450 4.2.0 later"), times=4)
        deliver(mailing, f"{DAY}T07:10")
        assert [] == server.recipients
    backup = back_up(mailing, f"{DAY}T07:30")
    deliver(mailing, f"{DAY}T08:00")
    assert {ANN, BEN, CAT, ME} == {*server.recipients}
    leave(mailing, BEN)
    restore(mailing, backup, f"{DAY}T10:00")
    deliver(mailing, f"{DAY}T11:00")
    deliver(mailing, f"{DAY}T23:00")
    assert 4 == len(server.recipients)
    if is_frozen:
        assert {ANN, BEN, CAT, ME} == states(mailing).keys()
        assert {"unknown"} == {*states(mailing).values()}
    publish(mailing, 3, day=NEXT)
    deliver(mailing, f"{NEXT}T08:00")
    assert sorted([ANN, CAT, ME]) == sorted(server.recipients[4:])


def test_without_the_departure_log_only_ones_own_address_gets_the_next(
    mailing: Folder, server: SmtpServer
) -> None:
    """Until the others confirm."""
    deliver(mailing, f"{DAY}T08:00")
    backup = back_up(mailing, f"{DAY}T08:30")
    (mailing.root / "state" / FILE).unlink()
    restore(mailing, backup, f"{DAY}T10:00")
    publish(mailing, 3, day=NEXT)
    deliver(mailing, f"{NEXT}T08:00")
    assert [ME] == server.recipients[4:]


def test_a_pass_of_the_sender_deletes_old_backups(mailing: Folder) -> None:
    """Also if nobody makes new ones any more."""
    backup = back_up(mailing, f"{DAY}T07:30")
    deliver(mailing, "2026-11-27T07:29")
    assert backup.exists()
    deliver(mailing, "2026-11-27T07:31")
    assert not backup.exists()
