"""What is said of the settings of mail and chat, and of the server, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import settings
from digest.model.mail_settings import Mail
from digest.model.people import Suppression, Wish
from digest.model.settings import Settings
from digest.operations.mail import connection, switch
from digest.storage.people import database
from tests.support.smtp_server import SmtpServer, reply

RELAY = {"server": "smtp://relay.example.org", "from": "Papers <papers@example.org>"}
MAILED = [{"mail": True}]
ME = "me@example.org"


def load(root: Path, **tables: object) -> Settings:
    """Return the settings of these tables, in this working folder."""
    return settings.from_tables(root, tables)


def local(server: SmtpServer, **more: object) -> dict[str, object]:
    """Return the table [mail] for a server of the tests."""
    return RELAY | {"server": server.url, "security": "none"} | more


def test_nothing_is_said_of_what_is_off(tmp_path: Path) -> None:
    """Most folders send nothing."""
    assert [] == list(switch.findings(load(tmp_path)))


@pytest.mark.parametrize(
    ("table", "server"),
    [
        ({}, "relay.example.org (starttls, without a login)"),
        ({"security": "tls", "server": "smtp://r.example:465"}, "r.example:465 (tls, without a"),
        ({"user": "me", "password": "file:secret"}, "relay.example.org (starttls, as me)"),
    ],
)
def test_what_takes_the_mails_is_named(
    tmp_path: Path, table: dict[str, object], server: str
) -> None:
    """Without a connection, and without the password."""
    (tmp_path / "secret").write_text("s3cret")
    (line,) = switch.findings(load(tmp_path, mail=RELAY | table, edition=MAILED))
    assert line.startswith(f"ok  mail: by {server}")
    assert line.endswith(", from Papers <papers@example.org>")
    assert "s3cret" not in line


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            {"user": "me", "password": "env:NO_SUCH"},
            "!   mail: password: env:NO_SUCH is not set: nothing is mailed",
        ),
        (
            {"dkim_key": "file:none.pem", "dkim_selector": "d"},
            "!   mail: dkim_key: file:none.pem cannot be read: nothing is mailed",
        ),
        ({"to": ["env:NO_SUCH"]}, "!   mail.to: env:NO_SUCH is not set: nothing is mailed to it"),
    ],
)
def test_what_is_missing_is_a_warning(tmp_path: Path, more: dict[str, object], line: str) -> None:
    """The environment of a run may have it."""
    assert line in list(switch.findings(load(tmp_path, mail=RELAY | more, edition=MAILED)))


def test_an_own_address_that_gets_nothing_is_a_warning(tmp_path: Path) -> None:
    """A server may have said once that it does not exist; the way back is named."""
    mailing = load(tmp_path, mail=RELAY | {"to": ["Me@Example.org", "b@x.example"]}, edition=MAILED)
    mailing.state_folder.mkdir()
    moment = "2026-11-20T08:00:00+00:00"
    with database.opened(mailing.state_folder) as people:
        person = people.subscribers.add(ME, ME, "active", "configuration", moment)
        assert 1 == len(list(switch.findings(mailing)))
    with database.opened(mailing.state_folder) as people, people.transaction():
        people.subscribers.set_state(person.id, "bounced", moment)
        hash_ = people.suppressions.hash("b@x.example")
        people.suppressions.put(Suppression(hash=hash_, reason="no", moment=moment))
    _, bounced, suppressed = switch.findings(mailing)
    assert bounced.startswith(
        "!   mail.to: Me@Example.org gets no mail, it is bounced: digest subs"
    )
    assert suppressed.endswith("gets no mail: digest subscribers unsuppress b@x.example")


def test_a_server_for_no_edition_is_a_warning(tmp_path: Path) -> None:
    """Somebody has forgotten the second half."""
    lines = list(switch.findings(load(tmp_path, mail=RELAY)))
    assert "!   mail: no edition has mail = true: nothing is mailed" == lines[-1]


def test_a_program_must_be_there(tmp_path: Path) -> None:
    """And be one that may be run; the trial names what systemd needs for it."""
    program = tmp_path / "sendmail"
    table = {"sendmail": [str(program), "-t"], "from": "a@example.org"}
    mailing = load(tmp_path, mail=table, edition=MAILED)
    (line,) = switch.findings(mailing)
    assert line.startswith(f"!   mail: {program}: ")
    assert not connection.try_server(mailing).is_good
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert [f"ok  mail: by {program}, from a@example.org"] == list(switch.findings(mailing))
    trial = connection.try_server(mailing)
    assert trial.is_good
    assert "deploy/sendmail.conf" in trial.sentence


def test_channels_are_listed(tmp_path: Path) -> None:
    """With their edition; an address that is missing is a warning, and none is shown."""
    channel = {"name": "team", "kind": "ntfy", "url": "file:hook"}
    other = {"name": "all", "kind": "slack", "url": "env:NO_SUCH"}
    (tmp_path / "hook").write_text("https://ntfy.example.org/s3cret")
    assert [
        "ok  chat team: ntfy, of the edition daily, file:hook",
        "!   chat all: env:NO_SUCH is not set: nothing is posted",
    ] == list(switch.findings(load(tmp_path, chat=[channel, other])))


def test_the_server_is_tried(tmp_path: Path) -> None:
    """A connection and a login, and no mail; a wrong password is not shown."""
    server = SmtpServer(users={"me": "pass"}, extensions=("PIPELINING", "SIZE 35000000"))
    try:
        table = local(server, user="me", password="file:secret")
        mailing = load(tmp_path, mail=table)
        (tmp_path / "secret").write_text("pass")
        trial = connection.try_server(mailing)
        assert trial.is_good
        begin, *facts = trial.sentence.split("; ")
        assert f"localhost:{server.port}: not encrypted" == begin
        assert facts[0].startswith("logged in as me (")
        assert "takes mails of 35.0 MB" == facts[1]
        assert {"PIPELINING", "SIZE"} <= set(facts[2].split())
        assert "MAIL" not in server.verbs
        (tmp_path / "secret").write_text("wr0ng")
        trial = connection.try_server(mailing)
        assert not trial.is_good
        assert trial.sentence.startswith(f"localhost:{server.port}: ")
        assert "wr0ng" not in trial.sentence
    finally:
        server.stop()


def test_a_server_that_lets_nobody_in(tmp_path: Path) -> None:
    """With what it said."""
    server = SmtpServer()
    try:
        server.on("greeting", reply("554 5.7.1 not you"))
        trial = connection.try_server(load(tmp_path, mail=local(server)))
        assert not trial.is_good
        assert "554 5.7.1 not you" in trial.sentence
    finally:
        server.stop()


def names(**mail: object) -> list[tuple[str, str]]:
    """Return names and types of the DNS records of these settings."""
    loaded = load(Path("/folder"), mail=RELAY | mail).mail
    assert isinstance(loaded, Mail)
    return [(record.name, record.kind) for record in connection.needed_records(loaded)]


def test_the_records_of_the_domains_are_named() -> None:
    """Of the envelope's domain those of SPF, of the sender's DKIM and DMARC; in punycode."""
    assert [
        ("example.org", "TXT"),
        ("SELECTOR._domainkey.example.org", "TXT"),
        ("_dmarc.example.org", "TXT"),
        ("example.org", "MX"),
        ("the sending server's address", "PTR"),
    ] == names()
    assert [
        ("bounces.example.net", "TXT"),
        ("digest._domainkey.example.org", "TXT"),
        ("_dmarc.example.org", "TXT"),
        ("bounces.example.net", "MX"),
        ("xn--trn-qla.example", "MX"),
        ("the sending server's address", "PTR"),
    ] == names(
        bounces="b+{token}@bounces.example.net",
        reply_to="me@tärn.example",
        dkim_key="file:key.pem",
        dkim_selector="digest",
    )


def test_a_wish_for_an_edition_that_is_not_mailed_is_a_warning(tmp_path: Path) -> None:
    """As a number: an address is nobody's business."""
    mailing = load(tmp_path, mail=RELAY, edition=MAILED)
    mailing.state_folder.mkdir()
    moment = "2026-11-20T08:00:00+00:00"
    with database.opened(mailing.state_folder) as people:
        for name, editions in (("a", ("weekly",)), ("b", ("daily",)), ("c", ())):
            address, wish = f"{name}@example.org", Wish(editions=editions)
            people.subscribers.add(address, address, "active", "added", moment, wish)
    line = "!   mail: 1 subscriber with a wish for an edition that is not mailed"
    assert line == list(switch.findings(mailing))[-1]


def test_a_channel_of_no_topic_is_a_warning(tmp_path: Path) -> None:
    """It would stay empty for ever."""
    channel = {"name": "team", "kind": "ntfy", "url": "file:hook", "topics": ["visoin", "other"]}
    first, _ = switch.findings(load(tmp_path, chat=[channel]))
    assert "!   chat team: there is no topic 'visoin': nothing is posted for it" == first
