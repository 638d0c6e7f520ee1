"""The people and channels that get the issues, and what became of each delivery.

All moments are RFC 3339 with offset. A delivery is one issue to one person or channel.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

SubscriberState = Literal["pending", "active", "left", "bounced", "complained"]
Origin = Literal["configuration", "added", "imported", "confirmed"]
DeliveryState = Literal[
    "pending",  # waits to be sent
    "sending",  # handed over to the last byte; the answer is awaited
    "sent",  # the server has taken it
    "deferred",  # put off: tried again at `next`
    "failed",  # refused for good
    "unknown",  # nobody can know whether it was taken
    "held",  # the person left or is suppressed
    "late",  # older than `not_after`
    "cancelled",  # by `digest mail cancel`, or because the issue was taken back
    "empty",  # nothing of the person's wish was in the issue, and they were told lately
]
OPEN_STATES: tuple[DeliveryState, ...] = ("pending", "sending", "deferred")


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person wants of the issues. Words and names mean what they mean in `[profile]`.

    With topics, words, authors or organizations, only papers that match one of them are taken;
    the muted ones never are. ``most`` is how many papers at most. ``weekday`` is the only day a
    mail comes on: a daily issue of another day is left out, a weekly or monthly one waits for it.
    Issues of days before ``pause`` (YYYY-MM-DD) are left out.
    """

    editions: tuple[str, ...] = ()  # empty: the first one that is mailed
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    mute_words: tuple[str, ...] = ()
    mute_authors: tuple[str, ...] = ()
    mute_organizations: tuple[str, ...] = ()
    most: int | None = None
    weekday: str | None = None
    pause: str | None = None


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an address.

    ``address`` is as it was given, ``folded`` the form addresses are compared in. ``token`` is
    random and stands for the person in everything that is sent; ``since`` is when ``state`` began.
    """

    id: int
    address: str
    folded: str
    token: str
    state: SubscriberState
    origin: Origin
    since: str
    wish: Wish = Wish()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """When and how a person agreed to get mails, and the words they agreed to."""

    moment: str
    how: str  # "added by the operator", "answered the confirmation mail", "imported"
    words: str


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """An issue whose audience is frozen: its deliveries are the people and channels that get it.

    ``issue`` is the issue's guid, ``moment`` that of the issue, ``frozen`` when it was frozen.
    One that is not ``is_mailed`` is posted to channels only.
    """

    id: int
    issue: str
    edition: str
    key: str
    number: int
    moment: str
    frozen: str
    is_mailed: bool


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One issue to one person, or to one channel. ``subscriber`` or ``channel`` is given.

    ``content`` is the stored message that it sends, None before it is rendered. ``since`` is when
    ``state`` began, ``due`` the moment before which it is not sent, ``planned`` the one from which
    ``not_after`` counts, ``attempts`` how often it was tried, ``reason`` the last answer of the
    server.
    """

    id: int
    mailing: int
    subscriber: int | None = None
    channel: str | None = None
    content: int | None = None
    state: DeliveryState
    since: str
    due: str
    planned: str
    attempts: int = 0
    reason: str | None = None


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """An address that must never be written to, known by a salted hash alone."""

    hash: str
    reason: str
    moment: str


class MailContent(msgspec.Struct, frozen=True, kw_only=True):
    """A message without the lines of its recipient: one for each issue and wish.

    ``body`` is the finished MIME body with the fields that describe it, and with marks where the
    recipient's own lines go; ``papers`` are the guids it shows.
    """

    subject: str
    body: bytes
    papers: tuple[str, ...]


class SendOutcome(NamedTuple):
    """What became of one attempt to hand a message over.

    ``state`` is sent, deferred, failed or unknown. ``reply`` is the server's answer, or what went
    wrong, on one line. ``is_about_recipient`` is False where it says nothing about this recipient:
    the server could not be reached, refused the login or the sender, closed the connection (421),
    or takes no message of this size. ``wait`` is how many seconds the service asked to be left
    alone for. A post in which a channel has nothing is "empty".
    """

    state: DeliveryState
    reply: str
    code: int | None = None
    is_about_recipient: bool = True
    wait: float | None = None


class DeliveryCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many deliveries are in each state."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    held: int = 0
    late: int = 0
    cancelled: int = 0
    empty: int = 0


class MailingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A mailing in the status: numbers alone, no address.

    ``begun`` is the moment its audience was frozen, ``last`` that of the last change.
    """

    edition: str
    key: str
    begun: str
    last: str
    mail: DeliveryCounts = DeliveryCounts()
    chat: DeliveryCounts = DeliveryCounts()


class DeliveryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the deliveries of one run came to.

    ``counts`` are the states that deliveries reached in it; ``unknown`` is how many are unknown
    in all, and ``failed`` are the reasons of those that failed in it, without addresses.
    ``outage`` is why the mail server takes nothing, if it began to take nothing in this run.
    """

    counts: DeliveryCounts = DeliveryCounts()
    unknown: int = 0
    failed: tuple[str, ...] = ()
    outage: str | None = None

    @property
    def is_idle(self) -> bool:
        """True if nothing was sent or tried."""
        return self.counts == DeliveryCounts() and self.outage is None

    @property
    def has_problem(self) -> bool:
        """True if a delivery failed or came too late, or nobody knows whether one arrived."""
        return bool(self.counts.failed or self.counts.late or self.unknown)
