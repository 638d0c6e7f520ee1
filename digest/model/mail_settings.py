"""The settings of what is sent to people: `[mail]` and `[[chat]]`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from digest.model.source_settings import Whole

ChatKind = Literal[
    "slack", "discord", "mattermost", "teams", "telegram", "matrix", "zulip", "ntfy", "webhook",
]  # fmt: skip
Recipients = tuple[str, ...]


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the issues of editions with ``mail = true`` are mailed.

    Nothing is mailed unless ``from`` and one of ``server`` and ``sendmail`` are given.
    """

    server: str | None = None
    """The mail server that takes the mails, such as `"smtp://relay.example.org:587"`. Without a
    port: 587, with `security = "tls"` 465."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted. `"none"` is allowed to this machine only."""
    user: str | None = None
    """The user name at the server. Without one, no login is tried."""
    password: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where the password, or the token of `xoauth2`, is found."""
    auth: Literal["password", "xoauth2"] = "password"
    """How the user proves who they are."""
    sendmail: tuple[str, ...] = ()
    """A program that takes the mails in place of a server, such as
    `["/usr/sbin/sendmail", "-i", "-f", "{sender}", "--", "{recipient}"]`."""
    sender: str | None = msgspec.field(default=None, name="from")
    """The address in From, such as `"Papers <papers@example.org>"`."""
    to: Recipients = ()
    """Your own addresses, or `"env:NAME"` for one that must not stand here. They get every
    issue of the editions with `mail = true`, and need no consent."""
    reply_to: str | None = None
    """Where replies go. Default: to `from`."""
    bounces: str | None = None
    """The envelope sender, with `{token}` where the recipient's token goes, such as
    `"bounces+{token}@example.org"`. Default: `from`; bounces are then matched by the message."""
    unsubscribe: str | None = None
    """The mailbox that unsubscribe mails go to, such as `"unsubscribe@example.org"`. Required
    for subscribers without the web side. `digest mail receive` reads it."""
    postal: str | None = None
    """Your postal address, for the foot of each mail. Some laws ask for it."""
    mailbox: str | None = None
    """Where `digest mail receive` looks without arguments: `"imaps://user@mail.example.org/INBOX"`,
    or a Maildir relative to the working folder."""
    mailbox_password: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where the password of `mailbox` is found. Default: that of
    the server."""
    per_minute: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 60
    """Mails a minute at most. 60 are 10,000 in less than three hours."""
    per_connection: Whole = 100
    """Mails on one connection at most."""
    connections: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    """Connections at the same time."""
    retry: tuple[str, ...] = ("5m", "30m", "2h", "6h")
    """Pauses before a mail that was put off is tried again; then the last one, until
    `not_after`."""
    not_after: str = "24h"
    """A time span. A mail that could not be sent within it is not sent any more."""
    unknown: Literal["hold", "again"] = "hold"
    """What is done when the server broke off so that nobody can know whether it took the mail:
    wait for `digest mail resend --unknown`, or send the same mail again."""
    kilobytes: Annotated[int, msgspec.Meta(ge=20, le=1000)] = 90
    """The size of the HTML part at most, in kB of 1,000 bytes. Gmail cuts longer ones at 102."""
    ramp: tuple[Whole, ...] = ()
    """Mails on the first day, the second and so on, at most, while servers get to know the
    sender: `[50, 200, 1000]`. After the last there is no limit."""
    dkim_key: str | None = None
    """`"file:PATH"`: the private key that signs the mails, if the server does not. Needs
    `pip install papers-digest[dkim]`."""
    dkim_selector: str | None = None
    """The selector of the key: its DNS record is `SELECTOR._domainkey.DOMAIN`."""

    @property
    def is_on(self) -> bool:
        """Whether mails can be sent: there is a sender, and a server or a program."""
        return bool(self.sender and (self.server or self.sendmail))


class Chat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A channel that gets one post for each issue of an edition."""

    name: str
    """The name of the channel in the status: lower-case letters, digits, hyphens."""
    kind: ChatKind
    """The service, or `"webhook"` for a POST of JSON in a form of our own."""
    url: str
    """`"env:NAME"` or `"file:PATH"`: where the address is found that the post goes to. It is a
    secret: with it anybody could post there. What it holds for each service:
    [Chat](../guides/chat.md)."""
    edition: str | None = None
    """The edition. Default: the first one."""
    papers: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    """Papers in a post at most; the issue's page has all."""
    topics: tuple[str, ...] = ()
    """Only papers under these topic ids. Empty: all."""
    words: tuple[str, ...] = ()
    """Only papers with one of these in title or abstract: whole words, or their plural. Empty:
    all."""
