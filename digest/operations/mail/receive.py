"""Handle the mails that come back (``digest mail receive``).

Each is handled once, by a hash of its bytes. What it changes and that it was handled is committed
together; a mail for a person is first forwarded and then recorded, so a kill between the two
forwards it twice rather than never. Whose mail it is says only a token or a Message-ID of ours,
which nobody else can know: the address in From, or in a report, proves nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from digest.delivery import secrets
from digest.delivery.mailbox import Letter, imap
from digest.model.incoming import IncomingCounts, IncomingMail, IncomingResult, OwnAddresses
from digest.model.people import Consent, Subscriber
from digest.model.settings import Settings
from digest.operations.mail.forwarding import Forwarder
from digest.operations.subscribers import confirmation
from digest.parsers import incoming
from digest.pipeline.mailing import bounces
from digest.pipeline.progress import StepLogger, no_log
from digest.render.mail.headers import message_id
from digest.storage.people import People, database, departing

_FIRST_DAYS = 30  # of a mailbox that is read for the first time
_MAILINGS = 10  # the newest, in which a Message-ID is looked for


def receive(
    settings: Settings,
    moment: datetime,
    letters: Iterable[Letter],
    log: StepLogger = no_log,
    *,
    is_pipe: bool = False,
) -> IncomingCounts:
    """Handle mails, and return how many came to what.

    Of a pipe a mail is ours to handle whatever it is; elsewhere one that went to none of our
    addresses for such mails, and is about none of our people, stays as it is. Raises
    `SettingsError`, `PeopleError`, and what ``letters`` raises.
    """
    with (
        database.opened(settings.state_folder) as people,
        closing(Receiver(settings, people, moment, log, is_pipe=is_pipe)) as receiver,
    ):
        return receiver.handle_all(letters)


def receive_mailbox(
    settings: Settings, moment: datetime, log: StepLogger = no_log
) -> IncomingCounts:
    """Handle the mails in the mailbox of the settings that came since the last time.

    Raises as `receive`, and `MailboxError`.
    """
    address, secret, oauth = mailbox_login(settings)
    name = hashlib.blake2b(repr(address).encode(), digest_size=8).hexdigest()
    with database.opened(settings.state_folder) as people:
        after = people.reports.mailbox_place(name)
        since = moment.date() - timedelta(days=_FIRST_DAYS)
        with (
            closing(
                imap.letters(address, secret, oauth=oauth, after=after, since=since)
            ) as letters,
            closing(Receiver(settings, people, moment, log, is_pipe=False)) as receiver,
        ):
            try:
                return receiver.handle_all(letters)
            finally:
                if receiver.place is not None:
                    people.reports.set_mailbox_place(name, receiver.place)


def mailbox_login(settings: Settings) -> tuple[imap.ImapAddress, str, bool]:
    """Return where the mailbox of the settings is, its secret, and whether that is a token.

    Raises `SettingsError` if the secret cannot be read.
    """
    mail = settings.mail
    address = imap.address_of(mail.mailbox or "", mail.user or "")
    key = "mailbox_password" if mail.mailbox_password else "password"
    reference = mail.mailbox_password or mail.password or ""
    secret = secrets.read(Path(settings.root), reference, f"mail.{key}")
    return address, secret, mail.auth == "xoauth2" and not mail.mailbox_password


class Receiver:
    """Handles one mail after the other; ``place`` is how far a mailbox was read."""

    def __init__(
        self,
        settings: Settings,
        people: People,
        moment: datetime,
        log: StepLogger,
        *,
        is_pipe: bool,
    ) -> None:
        self.place: str | None = None
        self._settings, self._people, self._is_pipe = settings, people, is_pipe
        # With the offset of the site: mails and lists show the day on which a person came or left.
        self._now = moment.isoformat(timespec="seconds")
        mail = settings.mail
        self._own = OwnAddresses(mail.bounces or "", mail.unsubscribe or "")
        self._forwarder = Forwarder(settings, log)

    def close(self) -> None:
        """Close the connection to the mail server, if there is one."""
        self._forwarder.close()

    def handle_all(self, letters: Iterable[Letter]) -> IncomingCounts:
        """Handle mails, and return how many came to what."""
        results: Counter[IncomingResult] = Counter()
        for letter in letters:
            result = self.handle(letter.message)
            results[result] += 1
            if result not in {"kept", "refused", "deferred"}:
                letter.settle()
            # What waits is looked at again, and what comes behind it is known by its hash.
            if not results["deferred"]:
                self.place = letter.place
        return IncomingCounts(**{str(result): count for result, count in results.items()})

    def handle(self, message: bytes) -> IncomingResult:
        """Handle one mail."""
        hash_ = hashlib.blake2b(message, digest_size=16).digest()
        if self._people.reports.is_handled(hash_):
            return "repeated"
        mail = incoming.read(message, self._own)
        with self._people.transaction():
            if self._people.reports.is_handled(hash_):  # by another process, meanwhile
                return "repeated"
            if result := self._act(mail, hash_):
                return result
        result = self._pass_on(mail, message)
        if result == "forwarded":
            self._people.reports.add(hash_, self._now, mail.kind)
        return result

    def _act(self, mail: IncomingMail, hash_: bytes) -> IncomingResult | None:
        """Do what a mail says; None if a person has to read it."""
        if mail.kind == "other":
            return None
        if mail.kind in {"bounce", "complaint"} and self._is_about_letter(mail, hash_):
            return "complained" if mail.kind == "complaint" else "counted"
        person, delivery = self._find(mail)
        if person is None:
            if mail.kind != "absence" or not self._is_ours(mail):
                return None
            self._people.reports.add(hash_, self._now, mail.kind)
            return "ignored"
        self._people.reports.add(
            hash_, self._now, mail.kind, subscriber=person.id, delivery=delivery, status=mail.status
        )
        match mail.kind:
            case "bounce":
                return self._bounce(person, mail.status, delivery)
            case "complaint":
                departing.leave(self._people, person, "complained", self._now)
                return "complained"
            case "unsubscribe":
                left = departing.leave(self._people, person, "left", self._now)
                return "left" if left else "ignored"
            case "confirm":
                return self._confirm(person)
        return "ignored"

    def _is_about_letter(self, mail: IncomingMail, hash_: bytes) -> bool:
        """Handle a report about a letter to an address that is not the person's own, if it is one.

        It says nothing about the person. Who complains there is not written to again.
        """
        known = map(self._people.letters.find_token, mail.tokens)
        letter = next(filter(None, known), None)
        if letter is None or letter.folded is None:
            return False
        self._people.reports.add(hash_, self._now, mail.kind)
        if mail.kind == "complaint":
            departing.suppress(self._people, letter.folded, "complained", self._now)
        return True

    def _bounce(self, person: Subscriber, status: str, delivery: int | None) -> IncomingResult:
        if person.state not in {"pending", "active"}:
            return "ignored"
        is_given_up = bounces.bounce(self._people, person, delivery, status, self._now)
        return "bounced" if is_given_up else "counted"

    def _confirm(self, person: Subscriber) -> IncomingResult:
        words = confirmation.words(self._settings)
        consent = Consent(moment=self._now, how="answered the confirmation mail", words=words)
        is_new = confirmation.confirm(self._people, person, consent)
        return "confirmed" if is_new else "ignored"  # answered before, or left since

    def _find(self, mail: IncomingMail) -> tuple[Subscriber | None, int | None]:
        """Return whom a mail is about, and which delivery to them, if it can be known."""
        known = map(self._people.subscribers.find_token, mail.tokens)
        person = next(filter(None, known), None)
        if mail.kind not in {"bounce", "complaint"}:
            return person, None
        found = self._find_mail(mail.message_id, person.id if person else None)
        if found is not None:
            return self._people.subscribers.get(found[0]), found[1]
        if person is None:
            return None, None
        return person, self._people.reports.newest_delivery(person.id)

    def _find_mail(self, wanted: str | None, whose: int | None) -> tuple[int, int] | None:
        """Return whose mail, and which delivery, has a Message-ID, in the newest mailings.

        Without a person it is looked for among everybody's: a provider that blacks out addresses
        and tokens in a complaint leaves the Message-ID.
        """
        sender = self._settings.mail.sender
        if wanted is None or sender is None:
            return None
        # Without the domain: that of `[mail] from` may have been another one then.
        hash_ = wanted.partition("@")[0]
        for issue, token, number, delivery in self._people.reports.mails(_MAILINGS, whose):
            if message_id(issue, token, sender).partition("@")[0] == hash_:
                return number, delivery
        return None

    def _is_ours(self, mail: IncomingMail) -> bool:
        return self._is_pipe or mail.is_ours

    def _pass_on(self, mail: IncomingMail, message: bytes) -> IncomingResult:
        """Forward a mail that a person has to read, if it is ours and does not lead back here."""
        if not self._is_ours(mail):
            return "kept"
        if mail.is_loop or self._forwarder.leads_back(mail.recipients):
            return "refused" if self._is_pipe else "kept"
        return self._forwarder.forward(message)
