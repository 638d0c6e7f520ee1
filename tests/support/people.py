"""A people database with invented people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from digest.model.people import Consent, Mailing, Subscriber
from digest.storage.people import People

NOW = "2026-11-20T08:00:00+01:00"
LATER = "2026-11-21T08:00:00+01:00"


def address(number: int) -> str:
    """Return the address of the person with a number, which stands in no other text."""
    return f"reader-{number:05}-ledgerwalk@example.org"


def add_people(people: People, numbers: Iterable[int]) -> list[Subscriber]:
    """Add active people, each with a consent."""
    added = []
    for number in numbers:
        given = address(number)
        person = people.subscribers.add(given, given, "active", "added", NOW)
        consent = Consent(moment=NOW, how="added by the operator", words=f"{given} asked me")
        people.subscribers.add_consent(person.id, consent)
        added.append(person)
    return added


def add_mailing(people: People, number: int = 1) -> Mailing:
    """Add the mailing of an issue."""
    key = f"2026-11-{number:02}"
    return people.mailings.add(
        Mailing(
            id=0,
            issue=f"guid-{number}",
            edition="daily",
            key=key,
            number=number,
            moment=NOW,
            frozen=NOW,
            is_mailed=True,
        )
    )


def states(people: People) -> dict[int, str]:
    """Return the state of each person by their number."""
    return {int(one.address[7:12]): one.state for one in people.subscribers.list_all()}


def files_with(folder: Path, text: str) -> list[str]:
    """Return the names of the files below a folder that hold a text in some letter case."""
    needle = text.lower().encode()
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and needle in path.read_bytes().lower()
    )
