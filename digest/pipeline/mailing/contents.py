"""Find the message that a delivery sends: rendered once for each issue and wish, then stored.

The stored bytes are sent, also at a second try: templates and settings may have changed since.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime

import msgspec

from digest.editorial import delivery_times, wishes
from digest.model.people import Delivery, MailContent, Mailing, Subscriber, Wish
from digest.model.settings import Settings
from digest.pipeline.mailing import issues
from digest.pipeline.mailing.issues import IssueReader, MailedIssue
from digest.render.mail import content as mail_content
from digest.storage.people import People

_KEPT = 8  # messages in memory: those of the most frequent wishes


class IssueTakenBack(Exception):
    """The issue of a delivery is in the ledger no more."""


class ContentMaker:
    """Renders and finds messages during one pass of the sender, for several threads."""

    def __init__(self, settings: Settings, reader: IssueReader) -> None:
        self._settings, self._reader = settings, reader
        self._templates = issues.open_templates(settings)
        self._lock = threading.Lock()
        self._loaded: dict[int, MailContent] = {}  # the one that was used last stands last
        # By mailing: the messages of other mailings that show some of its papers, and which.
        self._shown: dict[int, dict[int, frozenset[str]]] = {}

    def find(
        self, people: People, delivery: Delivery, person: Subscriber, now: datetime
    ) -> tuple[int, MailContent] | None:
        """Return the message of a delivery with its number.

        None if nothing of the person's wish is in the issue, and they were told so lately.
        Raises `IssueTakenBack`, and what rendering raises.
        """
        with self._lock:
            number = delivery.content
            if number is None:
                number = self._choose(people, delivery, person, now)
            return None if number is None else (number, self._load(people, number))

    def _load(self, people: People, number: int) -> MailContent:
        content = self._loaded.pop(number, None) or people.contents.load(number)
        if content is None:
            raise LookupError(number)
        self._loaded[number] = content
        if len(self._loaded) > _KEPT:
            del self._loaded[next(iter(self._loaded))]
        return content

    def _choose(
        self, people: People, delivery: Delivery, person: Subscriber, now: datetime
    ) -> int | None:
        """Return the number of the message for a person; render and store it if it is new."""
        mailing = people.mailings.get(delivery.mailing)
        mailed = self._reader.load(mailing)
        if mailed is None:
            raise IssueTakenBack
        left_out = self._left_out(people, person, mailing, mailed)
        hash_ = _hash(person.wish, left_out)
        found = people.contents.find(mailing.id, hash_)
        if found is None:
            content = self._render(mailed, person.wish, left_out)
            with people.transaction():
                found = people.contents.add(mailing.id, mailing.edition, hash_, content)
        if not mailed.issue.papers or people.contents.has_papers(found):
            return found
        # Who has had all of it before need not be told.
        is_told = bool(left_out) or _was_told_lately(people, person, mailing, now)
        return None if is_told else found

    def _render(self, mailed: MailedIssue, wish: Wish, left_out: frozenset[str]) -> MailContent:
        issue, note = mailed
        # An issue without papers says which kind of day it was, whatever one's wish.
        part = wishes.take(issue, wish, left_out) if issue.papers else issue
        if part is None:
            return mail_content.render_nothing(issue, self._settings, self._templates)
        return mail_content.render_content(part, self._settings, self._templates, note=note)

    def _left_out(
        self, people: People, person: Subscriber, mailing: Mailing, mailed: MailedIssue
    ) -> frozenset[str]:
        """Return the papers of an issue that the edition has mailed to a person before.

        There are some only if the ledger was restored, or an issue taken back and made again.
        """
        if mailing.id not in self._shown:
            guids = [item.guid for item in mailed.issue.papers]
            self._shown[mailing.id] = people.contents.holding(mailing.edition, guids, mailing.id)
        shown = self._shown[mailing.id]
        if not shown:
            return frozenset()
        got = people.deliveries.contents_of(person.id, mailing.id)
        return frozenset().union(*(shown.get(content, ()) for content, _ in got))


def _hash(wish: Wish, left_out: frozenset[str]) -> str:
    """Return a hash of what a message depends on besides its issue."""
    taken = msgspec.structs.replace(wish, editions=(), weekday=None, pause=None)
    content = msgspec.json.encode([taken, sorted(left_out)])
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _was_told_lately(people: People, person: Subscriber, mailing: Mailing, now: datetime) -> bool:
    for content, since in people.deliveries.contents_of(person.id, mailing.id):
        if not delivery_times.was_told_lately(since, now):
            return False  # those that follow are older
        if not people.contents.has_papers(content):
            return True
    return False
