"""Let a person leave by their own link, say why, come back within a day, or be forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from digest.model.people import Consent, Subscriber
from digest.model.settings import Settings
from digest.operations.subscribers import confirmation
from digest.operations.subscribers.finding import open_to_read
from digest.storage.people import People, database, departing

UNDO = timedelta(days=1)  # in which one may take it back
HOW = "took back that they unsubscribed"
REASONS = {
    "many": "Too many mails",
    "other-papers": "Not the papers I look for",
    "elsewhere": "I read it elsewhere: on the pages, by feed, in a chat",
    "never": "I never asked for it",
    "something": "Something else",
}
_NEWEST = 20  # that are shown
LONGEST = 500  # characters of what they write besides

Left = Literal["left", "had left", "deleted"]


def leave(settings: Settings, moment: datetime, token: str) -> tuple[Left, Subscriber] | None:
    """Let the person of a token leave at once; return what came of it, and who they are then.

    Who asked for it and has not confirmed yet is deleted: nothing but their request stood about
    them. None if the token stands for nobody. Raises `PeopleError`.
    """
    now = moment.isoformat(timespec="seconds")
    with database.opened(settings.state_folder) as people, people.transaction():
        person = people.subscribers.find_token(token)
        if person is None:
            return None
        if _only_asked(people, person):
            people.subscribers.delete(person.id)
            return "deleted", person
        is_new = departing.leave(people, person, "left", now)
        return ("left" if is_new else "had left"), people.subscribers.get(person.id)


def may_undo(person: Subscriber, moment: datetime, within: timedelta = UNDO) -> bool:
    """Return whether a person left less than a day ago, or than another time."""
    since = datetime.fromisoformat(person.since)
    return person.state == "left" and abs(moment - since) < within


def undo(settings: Settings, moment: datetime, token: str) -> bool:
    """Take back that a person left less than a day ago; return whether they get mails again.

    The caller has checked that it is who left: the link alone does not say so. Raises
    `PeopleError`.
    """
    now = moment.isoformat(timespec="seconds")
    with database.opened(settings.state_folder) as people, people.transaction():
        person = people.subscribers.find_token(token)
        if person is None or not may_undo(person, moment) or _is_suppressed(people, person):
            return False
        consent = Consent(moment=now, how=HOW, words=confirmation.words(settings))
        people.subscribers.add_consent(person.id, consent)
        people.subscribers.set_state(person.id, "active", now)
        return True


def record_reason(settings: Settings, moment: datetime, reason: str, words: str) -> None:
    """Record why somebody left, without who it was.

    Raises `ValueError` for a reason that is not in `REASONS`, and `PeopleError`.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    written = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    with database.opened(settings.state_folder) as people, people.transaction():
        people.leave_reasons.add(moment.date().isoformat(), reason, written[:LONGEST])


class GivenReasons(NamedTuple):
    """How often each reason was given, and the newest in people's own words, each with its day."""

    counts: tuple[tuple[str, int], ...] = ()
    newest: tuple[tuple[str, str], ...] = ()


def list_reasons(settings: Settings) -> GivenReasons:
    """Return the reasons that people gave. Raises `PeopleError`."""
    with open_to_read(settings) as people:
        if people is None:
            return GivenReasons()
        counts = people.leave_reasons.counts().items()
        newest = people.leave_reasons.newest(_NEWEST)
    return GivenReasons(
        tuple((REASONS.get(reason, reason), number) for reason, number in counts),
        tuple((day, words) for day, _, words in newest),
    )


def forget(settings: Settings, moment: datetime, token: str) -> bool:
    """Delete everything about the person of a token at once; return whether there was one.

    A salted hash stays, so that no import brings them back. Raises `PeopleError`.
    """
    with database.opened(settings.state_folder) as people:
        person = people.subscribers.find_token(token)
        if person is None:
            return False
        departing.forget(people, person.folded, moment.isoformat(timespec="seconds"))
        return True


def _only_asked(people: People, person: Subscriber) -> bool:
    # An imported person may wait without a consent too, and must not come back by an import.
    is_request = person.state == "pending" and person.origin == "added"
    return is_request and not people.subscribers.consents(person.id)


def _is_suppressed(people: People, person: Subscriber) -> bool:
    return people.suppressions.find(person.folded) is not None
