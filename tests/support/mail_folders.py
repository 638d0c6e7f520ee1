"""Working folders that mail their issues to a server on loopback, and what they remember of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any, NamedTuple

from digest import settings as settings_files
from digest.model.issues import Issue
from digest.model.people import Delivery, DeliveryReport, Subscriber, Wish
from digest.operations.mail import sending
from digest.pipeline.progress import StepLogger, no_log
from digest.storage.people import People, database
from digest.text import addresses
from tests.support.builders import issue, item, ledger
from tests.support.folders import Folder
from tests.support.smtp_server import SmtpServer

MAIL = """
[site]
url = "https://papers.example.org/"
[mail]
server = "{server}"
security = "none"
from = "Papers <papers@example.org>"
bounces = "bounces+{{token}}@example.org"
unsubscribe = "unsubscribe@example.org"
per_minute = 100000
to = {to}
{more}
{editions}
"""
DAILY = '[[edition]]\nname = "daily"\nmail = true\n'
ANY = Wish()  # of everything
ME = "me@example.org"
DAY = "2026-11-20"  # a Friday


class Sent(NamedTuple):
    """A delivery as tests compare it: whose, in what state, why."""

    address: str
    state: str
    reason: str | None


def configuration(
    server: SmtpServer | str, to: Sequence[str] = (ME,), *, more: str = "", editions: str = DAILY
) -> str:
    """Return a configuration that mails by this server; ``more`` are lines of ``[mail]``."""
    url = server if isinstance(server, str) else server.url
    return MAIL.format(server=url, to=json.dumps(list(to)), more=more, editions=editions)


@contextmanager
def people_of(folder: Folder) -> Iterator[People]:
    """Open the people database of a folder, as the program does."""
    with database.opened(folder.root / "state") as people:
        yield people


def subscribe(
    folder: Folder,
    *given: str,
    wish: Wish = ANY,
    state: str = "active",
) -> list[Subscriber]:
    """Add people who confirmed long ago."""
    moment = "2026-01-02T08:00:00+00:00"
    with people_of(folder) as people, people.transaction():
        return [
            people.subscribers.add(
                address,
                addresses.fold(address),
                state,  # type: ignore[arg-type]
                "confirmed",
                moment,
                wish,
            )
            for address in given
        ]


def deliveries(folder: Folder) -> list[Delivery]:
    """Return all deliveries, in the order they were added."""
    with people_of(folder) as people:
        mailings = reversed(people.mailings.list_newest(most=1000))
        return [each for mailing in mailings for each in people.deliveries.list_of(mailing.id)]


def sent(folder: Folder) -> list[Sent]:
    """Return each delivery with its address, or the name of its channel."""
    with people_of(folder) as people:
        names = {person.id: person.address for person in people.subscribers.list_all()}
    return [
        Sent(
            names[each.subscriber] if each.subscriber else f"#{each.channel}",
            each.state,
            each.reason,
        )
        for each in deliveries(folder)
    ]


def states(folder: Folder) -> dict[str, str]:
    """Return the state of the newest delivery of each person, by address."""
    return {address: state for address, state, _ in sent(folder)}


def state_bytes(folder: Folder) -> dict[str, bytes]:
    """Return the bytes of each file of the folder but those that hold people."""
    files = (path for path in sorted(folder.root.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder.root).as_posix(): path.read_bytes()
        for path in files
        if not path.name.startswith("people.sqlite3") and path.name != "digest.toml"
    }


def publish(
    folder: Folder, *papers: int, day: str = DAY, edition: str = "daily", **fields: Any
) -> Issue:
    """Record an issue with these papers whose pages are published, as a run does.

    It is a live one unless ``kind`` is "history".
    """
    state = folder.root / "state"
    moment = fields.pop("moment", f"{day}T07:00:00+00:00")
    kind = fields.pop("kind", "live")
    with closing(ledger(state, edition)) as opened:
        number = opened.editions.cursor(edition).number + 1
        items = [item(each, f"Paper {each} on a Tarn") for each in papers]
        new = issue(*items, date=day, edition=edition, number=number, moment=moment, **fields)
        with opened.transaction():
            opened.issues.record_issue(new, kind, 0 if kind == "live" else None, [])
            opened.issues.mark_published()
    return new


def take_back(folder: Folder, edition: str = "daily") -> None:
    """Delete the newest issue of an edition from the ledger; its number is used again."""
    with closing(ledger(folder.root / "state", edition)) as opened:
        newest = opened.editions.newest_issue(edition)
        assert newest is not None
        with opened.transaction():
            opened.editions.delete_issue(edition, newest.id)


def deliver(
    folder: Folder, now: str, *, log: StepLogger = no_log, **options: Any
) -> DeliveryReport:
    """Do one pass of the sender at this moment."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return sending.deliver(settings_files.load(folder.root), moment, log, Event(), **options)
