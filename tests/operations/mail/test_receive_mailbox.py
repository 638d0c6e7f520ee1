"""Read the mailbox of the settings by IMAP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digest.errors import MailboxError
from digest.model.incoming import IncomingCounts
from digest.operations.mail import connection
from digest.operations.mail import receive as operation
from tests.support import smtp_server
from tests.support.imap_server import CUT, PASSWORD, ImapServer
from tests.support.incoming_mails import TOKEN, delivery_report, mail
from tests.support.receiving import NOW, Office, about
from tests.support.source_certificates import Certificates

ADA = "ada@reader.example.net"
SEEN = r"\Seen"


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """Return the certificates of the mailbox's server."""
    return Certificates(["localhost"])


@pytest.fixture
def mailbox(
    office: Office, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ImapServer]:
    """Return a server with a good certificate, named in the configuration of the office."""
    authority = certificates.write_authority(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    server = ImapServer(certificates.context())
    name_mailbox(office, server.url)
    yield server
    server.stop()


def name_mailbox(office: Office, url: str, more: str = "") -> None:
    """Name a mailbox in the configuration."""
    password = 'mailbox_password = "env:MAILBOX_PASSWORD"'
    office.configure(f'mailbox = "{url}"\n{password}\n{more}')


def receive(office: Office) -> IncomingCounts:
    """Read the mailbox."""
    return operation.receive_mailbox(office.settings, NOW)


def test_what_is_for_us_is_handled_and_marked_read(office: Office, mailbox: ImapServer) -> None:
    """Nothing is deleted, private mails stay unread, and each mail is fetched once."""
    ada = office.add(ADA)
    private = mail("Lunch?", to="me@papers.example.org")
    mailbox.put(about(mail(f"unsubscribe {TOKEN}"), ada), private, mail("Re: 36 papers"))
    assert IncomingCounts(left=1, kept=1, forwarded=1) == receive(office)
    assert "left" == office.state(ada)
    assert [{SEEN}, set(), {SEEN}] == [stored.flags for stored in mailbox.folders["INBOX"]]
    assert IncomingCounts() == receive(office)
    assert 3 == mailbox.fetched()
    mailbox.put(private)
    assert IncomingCounts(kept=1) == receive(office)
    assert 4 == mailbox.fetched()


def test_the_first_time_only_the_newest_mails_are_read(office: Office, mailbox: ImapServer) -> None:
    """A mailbox with years of mails in it is not fetched as a whole."""
    mailbox.put(mail("old"), day=date(2026, 10, 20))
    mailbox.put(mail("new"), day=date(2026, 10, 21))
    assert IncomingCounts(forwarded=1) == receive(office)


def test_what_could_not_be_forwarded_is_read_again(office: Office, mailbox: ImapServer) -> None:
    """What comes behind it is handled at once, and known the next time."""
    ada = office.add(ADA)
    office.server.on("dot", smtp_server.reply("451 4.3.0 later"), times=1)
    mailbox.put(mail("Re: 36 papers"), about(delivery_report(), ada))
    assert IncomingCounts(deferred=1, bounced=1) == receive(office)
    assert "bounced" == office.state(ada)
    assert IncomingCounts(forwarded=1, repeated=1) == receive(office)
    assert IncomingCounts() == receive(office)


def test_a_folder_made_anew_is_read_anew(office: Office, mailbox: ImapServer) -> None:
    """With another UIDVALIDITY the numbers mean other mails; those handled are known by hash."""
    mailbox.put(mail("Re: 1"), mail("Re: 2"))
    assert IncomingCounts(forwarded=2) == receive(office)
    mailbox.validity = 8
    mailbox.folders["INBOX"].clear()
    mailbox.put(mail("Re: 2"), mail("Re: 3"))
    assert IncomingCounts(repeated=1, forwarded=1) == receive(office)


@pytest.mark.parametrize(
    ("path", "wire"),
    [("", "INBOX"), ("/", "INBOX"), ("/Bounces%20here", "Bounces here"), ("/R&D", "R&-D"),
     ("/R%C3%BCck", "R&APw-ck"), ("/Lists/papers", "Lists/papers")],
)  # fmt: skip
def test_names_of_folders(office: Office, mailbox: ImapServer, path: str, wire: str) -> None:
    """A name with blanks, an ampersand or other letters is found as servers write it."""
    mailbox.put(mail("Re: 1"), folder=wire)
    name_mailbox(office, f"{mailbox.url}{path}")
    assert IncomingCounts(forwarded=1) == receive(office)


def test_the_ways_to_log_in(
    office: Office, mailbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without PLAIN gets LOGIN; XOAUTH2 is used with the token of the mail server."""
    monkeypatch.setenv("MAILBOX_PASSWORD", "plain words")
    mailbox.mechanisms = ""
    assert IncomingCounts() == receive(office)
    monkeypatch.setenv("TOKEN", PASSWORD)
    login = 'user = "papers"\npassword = "env:TOKEN"\nauth = "xoauth2"'
    office.configure(f'mailbox = "imaps://localhost:{mailbox.port}"\n{login}')
    assert IncomingCounts() == receive(office)
    monkeypatch.setenv("TOKEN", "old")
    with pytest.raises(MailboxError, match="AUTHENTICATIONFAILED"):
        receive(office)


def test_a_folder_that_is_not_there_is_named(office: Office, mailbox: ImapServer) -> None:
    """In the words of the server."""
    name_mailbox(office, f"{mailbox.url}/Inbx")
    with pytest.raises(MailboxError) as raised:
        receive(office)
    assert "b'" not in str(raised.value)
    assert 'b"' not in str(raised.value)


def test_the_mailbox_is_tried(office: Office, mailbox: ImapServer) -> None:
    """With a login and its folder; nothing is read."""
    mailbox.put(mail("Re: 1"))
    trial = connection.try_mailbox(office.settings)
    assert trial == (True, "localhost: logged in as papers; INBOX opens")
    assert 0 == mailbox.fetched()
    office.configure("")
    assert connection.try_mailbox(office.settings) is None
    mailbox.stop()
    name_mailbox(office, mailbox.url)
    trial = connection.try_mailbox(office.settings)
    assert trial == (False, f"imaps://localhost:{mailbox.port}: Connection refused")
    office.configure(f'mailbox = "{mailbox.url}"\nmailbox_password = "env:NO_SUCH"')
    trial = connection.try_mailbox(office.settings)
    assert trial == (False, "mailbox_password: env:NO_SUCH is not set")


def test_a_maildir_is_tried(office: Office) -> None:
    """Its folders have to be there."""
    office.configure('mailbox = "box"')
    trial = connection.try_mailbox(office.settings)
    assert trial
    assert (False, "is not there") == (trial.is_good, trial.sentence.partition("box: ")[2])
    folder = Path(office.settings.root, "box")
    (folder / "new").mkdir(parents=True)
    (folder / "cur").mkdir()
    trial = connection.try_mailbox(office.settings)
    assert trial == (True, f"{folder}: can be read")


@pytest.mark.parametrize("fault", ["expired", "wrong name", "unknown authority"])
def test_certificates_are_checked(
    office: Office, mailbox: ImapServer, certificates: Certificates, fault: str
) -> None:
    """The password goes to no server but that of the configuration."""
    mailbox.tls = certificates.context(fault)
    with pytest.raises(MailboxError, match="the certificate is refused: "):
        receive(office)
    assert [] == mailbox.lines


@pytest.mark.parametrize(
    ("verb", "act"),
    [
        ("greeting", b"* BYE too busy\r\n"),
        ("greeting", b"220 smtp.example.net\r\n"),
        ("CAPABILITY", CUT),
        ("AUTHENTICATE", b"TAG NO not you\r\n"),
        ("SELECT", b"TAG NO no such folder\r\n"),
        ("SELECT", b"TAG BAD what\r\n"),
        ("UID SEARCH", CUT),
        ("UID SEARCH", b"* SEARCH one two\r\nTAG OK done\r\n"),
        ("UID FETCH", CUT),
        ("UID FETCH", b"* 1 FETCH (UID 1 BODY[] {99999}\r\nCUT"),
        ("UID STORE", CUT),
        ("UID STORE", b"TAG NO read only\r\n"),
    ],
)
def test_a_server_that_misbehaves(
    office: Office, mailbox: ImapServer, verb: str, act: bytes
) -> None:
    """The fault is named without user and password; the next time nothing is lost or double."""
    mailbox.put(mail("Re: 1"), mail("Re: 2"))
    mailbox.acts[verb] = act
    with pytest.raises(MailboxError) as raised:
        receive(office)
    assert f"imaps://localhost:{mailbox.port}: " == str(raised.value)[: len(mailbox.url) - 5]
    assert PASSWORD not in str(raised.value)
    mailbox.acts.clear()
    counts = receive(office)
    assert 2 == counts.forwarded + counts.repeated
    assert 2 == len(office.server.taken)


def test_a_password_that_is_not_set(
    office: Office, mailbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the key and the variable."""
    monkeypatch.delenv("MAILBOX_PASSWORD")
    with pytest.raises(Exception, match=r"mailbox_password: env:MAILBOX_PASSWORD is not set"):
        receive(office)
    assert [] == mailbox.lines


def test_an_answer_of_any_length_is_not_taken_into_memory(
    office: Office, mailbox: ImapServer
) -> None:
    """Also where the server said before that the mail is a short one."""
    mailbox.put(mail("Re: 1"))
    lie = b"* 1 FETCH (RFC822.SIZE 9 UID 1)\r\n* 1 FETCH (BODY[] {99999999999}\r\nTAG OK\r\n"
    mailbox.acts["UID FETCH"] = lie
    with pytest.raises(MailboxError, match="99,999,999,999 bytes is too long"):
        receive(office)
