"""The tables [mail] and [[chat]]: what they take, and messages that name the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import settings
from digest.errors import SettingsError
from digest.model.settings import Settings

SERVER: dict[str, object] = {
    "server": "smtp://relay.example.org:587", "from": "Papers <papers@example.org>",
}  # fmt: skip
LOGIN = {"user": "me@example.org", "password": "env:MAIL_PASSWORD"}
SENDMAIL: dict[str, object] = {
    "sendmail": ["/usr/sbin/sendmail", "-i", "-f", "{sender}", "--", "{recipient}"],
    "from": "papers@example.org",
}
CHANNEL: dict[str, object] = {"name": "team", "kind": "slack", "url": "env:TEAM_CHAT"}


def load(**tables: object) -> Settings:
    """Return the settings of these tables."""
    return settings.from_tables(Path("/folder"), tables)


def message_of(**tables: object) -> str:
    """Return the error on these tables."""
    with pytest.raises(SettingsError) as caught:
        load(**tables)
    assert str(caught.value).startswith("/folder/config/digest.toml: ")
    assert caught.value.key
    assert caught.value.hint, "no remedy"
    return str(caught.value)


def test_nothing_is_mailed_without_a_word_of_it() -> None:
    """Neither by default nor with a table that only says how it would be."""
    assert not load().mail.is_on
    assert not load(mail={"per_minute": 30}).mail.is_on
    assert not any(edition.mail for edition in load().editions)


@pytest.mark.parametrize(
    "table",
    [
        SERVER,
        SERVER | LOGIN,
        SERVER | {"server": "smtp://relay.example.org"},
        SERVER | {"server": "smtp://localhost:25", "security": "none"},
        SERVER | {"server": "smtp://127.0.0.1:25", "security": "none"},
        SERVER | {"server": "smtp://[::1]:25", "security": "none"},
        SERVER | {"server": "smtp://192.0.2.7:465", "security": "tls"},
        SERVER | LOGIN | {"auth": "xoauth2", "password": "file:secrets/token"},
        SERVER | {"to": ["me@example.org", "env:MY_ADDRESS", "Ada <ada@example.org>"]},
        SERVER | {"bounces": "bounces+{token}@example.org", "unsubscribe": "out@example.org"},
        SERVER | {"mailbox": "imaps://me@mail.example.org/INBOX", "mailbox_password": "env:BOX"},
        SERVER | {"mailbox": "Maildir/bounces"},
        SERVER | {"dkim_key": "file:secrets/dkim.pem", "dkim_selector": "digest.2026"},
        SERVER | {"postal": "Papers Digest\n1 Harbour Row\nTarnwick"},
        SERVER | {"retry": ["1m"], "not_after": "2d", "ramp": [50, 200]},
        SENDMAIL,
        SENDMAIL | {"sendmail": ["sendmail", "-t"]},
        SENDMAIL | {"bounces": "bounces+{token}@example.org"},
    ],
    ids=str,
)
def test_what_can_be_used(table: dict[str, object]) -> None:
    """Mail is on, also for an edition."""
    loaded = load(mail=table, edition=[{"mail": True}])
    assert loaded.mail.is_on
    assert table["from"] == loaded.mail.sender


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (SERVER | SENDMAIL, "mail.sendmail: is given beside a server"),
        ({"server": "relay.example.org"}, "mail.server: not the address of a mail server"),
        ({"server": "http://example.org"}, "mail.server: not the address of a mail server"),
        ({"server": "smtp://"}, "mail.server: not the address of a mail server"),
        ({"server": "smtp://a b"}, "mail.server: not the address of a mail server"),
        ({"server": "smtp://[::1"}, "mail.server: not the address of a mail server"),
        ({"server": "smtp://example.org:0"}, "mail.server: not the address of a mail server"),
        ({"server": "smtp://example.org:99999"}, "mail.server: not the address of a mail server"),
        (SERVER | {"server": "smtp://example.org:465"}, 'write security = "tls", or take port 587'),
        (SERVER | {"mailbox": "imaps:me@example.org"}, "mail.mailbox: not the address of a mailb"),
        (SERVER | {"from": "Papers me@example.org"}, 'write it like "Papers <me@example.org>"'),
        ({"server": "smtps://example.org"}, 'write smtp://, and security = "tls"'),
        ({"server": "smtp://me:s3cret@example.org"}, "must not hold a user or password"),
        ({"server": "smtp://example.org/s3cret"}, "must end with the host or its port"),
        ({"server": ["s3cret"]}, "mail.server: must be text in quotes"),
        ({"security": "ssl"}, "mail.security: must not be 'ssl' (one of starttls, tls, none)"),
        ({"security": "none"}, "allowed for this machine only, not for relay.example.org"),
        ({"user": "me"}, 'mail.password: is missing: a user is given (write password = "env:'),
        ({"password": "env:A"}, "mail.user: is missing: a password is given"),
        ({"auth": "xoauth2"}, "mail.user: is missing: xoauth2 is a login"),
        (LOGIN | {"user": "me\r\nRSET"}, "mail.user: cannot be the name of a user"),
        (LOGIN | {"password": "s3cret"}, "mail.password: a password is a secret"),
        (LOGIN | {"password": 5309}, "mail.password: must be text in quotes"),
        ({"mailbox_password": "s3cret"}, "mail.mailbox_password: a password is a secret"),
        (SENDMAIL | {"sendmail": [" ", "{recipient}"]}, "mail.sendmail: must name a program"),
        (SENDMAIL | {"sendmail": ["sendmail\0", "{recipient}"]}, "mail.sendmail: holds a NUL"),
        (SENDMAIL | {"sendmail": ["sendmail", "-i"]}, "where the recipient's address goes"),
        (
            SENDMAIL | {"sendmail": ["s", "{recipient}"], "bounces": "b+{token}@example.org"},
            "where the envelope sender of bounces goes",
        ),
        (SENDMAIL | LOGIN, "mail.user: is not used with sendmail (remove it)"),
        ({"sender": "a@example.org"}, "mail.sender: unknown key"),
        ({"from": 3}, "mail.from: must be text in quotes"),
        ({"from": "papers"}, "mail.from: "),
        ({"from": "Papers <papers@example.org>\nBcc: x@example.org"}, "mail.from: "),
        ({"to": ["me@example.org", "nobody"]}, "mail.to[1]: "),
        ({"to": "me@example.org"}, "mail.to: must be a list in brackets"),
        ({"reply_to": "@example.org"}, "mail.reply_to: "),
        ({"unsubscribe": "Out <out@example.org>"}, "mail.unsubscribe: must be an address without"),
        ({"bounces": "bounces@example.org"}, "mail.bounces: must have {token} once"),
        ({"bounces": "{token}{token}@example.org"}, "mail.bounces: must have {token} once"),
        ({"bounces": "b@{token}.example.org"}, "mail.bounces: must have {token} once"),
        ({"bounces": f"{'b' * 33}{{token}}@example.org"}, "mail.bounces: "),
        ({"bounces": "B <b+{token}@example.org>"}, "mail.bounces: "),
        ({"mailbox": "imap://me@example.org/INBOX"}, "mail.mailbox: not the address of a mailbox"),
        ({"mailbox": "imaps://me:s3cret@example.org/"}, "must not hold a password"),
        ({"mailbox": "imaps://example.org/"}, "mail.mailbox: names no user"),
        ({"mailbox": "imaps://me@example.org/"}, "mail.mailbox_password: is missing"),
        ({"mailbox": " "}, "mail.mailbox: must name a mailbox"),
        ({"postal": " "}, "mail.postal: cannot be a postal address"),
        ({"postal": "1 Harbour Row\x07"}, "mail.postal: cannot be a postal address"),
        ({"per_minute": 0}, "mail.per_minute: must be at least 1, not 0"),
        ({"connections": 21}, "mail.connections: must be at most 20"),
        ({"retry": []}, "mail.retry: must not be empty"),
        ({"retry": ["5m", "soon"]}, "mail.retry[1]: not a time span: 'soon'"),
        ({"retry": ["0m"]}, "mail.retry[0]: must be at least 1m"),
        ({"not_after": "0h"}, "mail.not_after: must be at least 1m"),
        ({"not_after": "tomorrow"}, "mail.not_after: not a time span"),
        ({"ramp": [0]}, "must be at least 1"),
        ({"unknown": "never"}, "mail.unknown: must not be 'never'"),
        ({"dkim_key": "file:k.pem"}, "mail.dkim_selector: is missing"),
        ({"dkim_selector": "digest"}, "mail.dkim_key: is missing"),
        ({"dkim_key": "env:KEY", "dkim_selector": "d"}, "mail.dkim_key: a key is a secret"),
        ({"dkim_key": "file:k", "dkim_selector": "a b"}, "mail.dkim_selector: not a selector"),
        ({"passwort": "s3cret"}, "mail.passwort: unknown key"),
    ],
    ids=str,
)
def test_what_cannot_be_used_names_the_key(table: dict[str, object], message: str) -> None:
    """And what to write, and shows no secret."""
    whole = table if "sendmail" in table else SERVER | table
    with pytest.raises(SettingsError) as caught:
        load(mail=whole)
    assert message in str(caught.value)
    assert caught.value.hint or "must be" in caught.value.reason
    assert not any(secret in str(caught.value) for secret in ("s3cret", "5309"))


def test_sender_and_server_belong_together() -> None:
    """One without the other sends nothing."""
    assert "mail.server: is missing: a sender is given" in message_of(mail={"from": "a@b.example"})
    assert "mail.from: is missing" in message_of(mail={"server": "smtp://example.org"})


def test_an_edition_that_is_mailed_needs_a_server() -> None:
    """Nothing would be mailed, and nobody would notice."""
    shown = message_of(edition=[{"name": "daily"}, {"name": "weekly", "mail": True}])
    assert "edition[1].mail: is true, but [mail] names no server or sender" in shown


def test_a_sender_is_called_as_in_the_file() -> None:
    """A wrong name of a key is answered with the names of the file."""
    assert "(did you mean from?)" in message_of(mail=SERVER | {"fromm": "me@example.org"})


def test_channels_can_be_used() -> None:
    """Each with a name of its own, of any edition."""
    other = CHANNEL | {"name": "all", "kind": "ntfy", "edition": "weekly", "words": ["kelp"]}
    loaded = load(chat=[CHANNEL, other], edition=[{}, {"name": "weekly"}])
    assert ["team", "all"] == [chat.name for chat in loaded.chat]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "Team Chat"}, "chat[0].name: cannot be the name of a channel: 'Team Chat'"),
        ({"url": "https://hooks.example.org/s3cret"}, "chat[0].url: the address is a secret"),
        ({"edition": "dialy"}, "chat[0].edition: no edition is called 'dialy' (did you mean"),
        ({"words": ["kelp", "!"]}, "chat[0].words: has no letter or digit: '!'"),
        ({"topics": [""]}, "chat[0].topics: has no letter or digit: ''"),
    ],
)
def test_a_channel_that_cannot_be_used_names_the_key(
    table: dict[str, object], message: str
) -> None:
    """And what to write; its address is not shown."""
    shown = message_of(chat=[CHANNEL | table])
    assert message in shown
    assert "s3cret" not in shown


def test_wrong_types_of_a_channel_show_no_address() -> None:
    """Neither a number nor a list."""
    for url in (5309, ["https://hooks.example.org/s3cret"]):
        with pytest.raises(SettingsError) as caught:
            load(chat=[CHANNEL | {"url": url}])
        assert "chat[0].url" in str(caught.value)
        assert not any(secret in str(caught.value) for secret in ("5309", "s3cret"))


def test_two_channels_of_one_name() -> None:
    """Their deliveries could not be told apart."""
    shown = message_of(chat=[CHANNEL, CHANNEL | {"kind": "discord"}])
    assert "chat[0].name: two channels are called 'team'" in shown
