"""What takes the mails, by the settings: a server, a program, signed or not; and a try of it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.delivery import transport
from digest.delivery.probe import Probe, probe
from digest.delivery.smtp.session import SmtpTimes
from digest.errors import SettingsError
from digest.model.mail_settings import Mail
from tests.support.mail_transports import MESSAGE, RECIPIENT, SENDER, unmarked
from tests.support.smtp_server import hang, raw, reply, smtp_server
from tests.support.source_certificates import Certificates


def settings(**values: Any) -> Mail:
    """Return settings of mail to this machine."""
    return Mail(**{"sender": "Papers <papers@example.org>", "security": "none", **values})


def test_a_mail_goes_to_the_server_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its login, and so many on a connection as they say."""
    monkeypatch.setenv("SECRET", "word")
    with smtp_server(users={"ada": "word"}) as server:
        mail = settings(server=server.url, user="ada", password="env:SECRET", per_connection=1)
        taker = transport.connect(mail, tmp_path)
        assert 0 == server.connections
        for _ in range(2):
            assert "sent" == taker.send(SENDER, RECIPIENT, MESSAGE, unmarked).state
        taker.close()
    assert [(1, "ada"), (2, "ada")] == [(taken.connection, taken.user) for taken in server.taken]


def test_a_mail_goes_to_the_program_of_the_settings(tmp_path: Path) -> None:
    """It comes before the server."""
    script = f"open({str(tmp_path / 'got')!r}, 'w').write(sys.stdin.read())"
    mail = settings(sendmail=(sys.executable, "-c", f"import sys; {script}", "{recipient}"))
    taker = transport.connect(mail, tmp_path)
    assert "sent" == taker.send(SENDER, RECIPIENT, MESSAGE, unmarked).state
    taker.close()
    assert MESSAGE.decode().replace("\r\n", "\n") == (tmp_path / "got").read_text("utf-8")


def test_a_key_signs_every_mail(tmp_path: Path) -> None:
    """Before it is counted and sent; the same again for the same mail."""
    (tmp_path / "key.pem").write_bytes(make_key())
    with smtp_server() as server:
        mail = settings(server=server.url, dkim_key="file:key.pem", dkim_selector="s1")
        taker = transport.connect(mail, tmp_path)
        for _ in range(2):
            assert "sent" == taker.send(SENDER, RECIPIENT, MESSAGE, unmarked).state
        taker.close()
    first, second = (taken.message for taken in server.taken)
    assert first == second
    assert first.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; ")
    assert first.endswith(b"\r\n" + MESSAGE)


def make_key() -> bytes:
    """Make a key as openssl writes it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(("values", "says"), [
    ({"server": "relay.example.org"}, 'mail: server: is no address of a mail server (write "smtp:'),
    ({"server": "smtp://a@relay.example.org"}, "server: is no address of a mail server"),
    ({"server": "smtp://relay.example.org:x"}, "server: is no address of a mail server"),
    ({"server": "smtp://relay.example.org/in"}, "server: is no address of a mail server"),
    ({"server": "https://relay.example.org"}, "server: is no address of a mail server"),
    ({"server": "smtp://relay.example.org"}, "security: mails and passwords go to another machine"),
    ({"server": "smtp://localhost.example.org"}, "security: mails and passwords go to another"),
    ({"server": "smtp://10.0.0.1"}, "security: mails and passwords go to another machine"),
    ({"server": "smtp://localhost", "user": "ada"}, "password: is missing for the user"),
    ({"server": "smtp://[::1]:25", "user": "a", "password": "env:NONE"}, "env:NONE is not set"),
    ({"server": "smtp://localhost", "user": "a", "password": "file:two"}, "file:two is not one"),
    ({"sendmail": ("/usr/sbin/sendmail", "-i")}, "sendmail: names no recipient"),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(
    values: dict[str, Any], says: str, tmp_path: Path
) -> None:
    """Before anything is asked, by both that use them."""
    (tmp_path / "two").write_text("one\ntwo")
    for function in (transport.connect, probe):
        with pytest.raises(SettingsError) as caught:
            function(settings(**values), tmp_path)
        assert says in str(caught.value)
        assert "one\ntwo" not in str(caught.value)


def test_the_settings_of_a_server_import_no_more_than_it_needs() -> None:
    """A run that mails nothing pays for nothing; a program needs no TLS, nobody needs DKIM."""
    code = (
        "import sys; from pathlib import Path; from digest.model.mail_settings import Mail;"
        " from digest.delivery import transport;"
        " heavy = {'smtplib', 'ssl', 'dkim', 'subprocess', 'email.utils'};"
        " print(sorted(heavy & {*sys.modules}));"
        " transport.connect(Mail(sendmail=('x', '{recipient}')), Path());"
        " print(sorted({'smtplib', 'ssl', 'dkim'} & {*sys.modules}));"
        " transport.connect(Mail(server='smtp://relay.example.org'), Path());"
        " print(sorted({'smtplib', 'ssl', 'dkim'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ["[]", "[]", "['smtplib', 'ssl']"] == done.stdout.splitlines()


def test_a_try_says_what_the_server_offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And sends nothing."""
    certificates = Certificates(["localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.write_authority(tmp_path / "ca.pem")))
    (tmp_path / "secret").write_text("word\n")
    with smtp_server(
        tls=certificates.context(), users={"ada": "word"}, extensions=("SIZE 1000", "PIPELINING")
    ) as server:
        mail = settings(server=server.url, security="starttls", user="ada", password="file:secret")
        found = probe(mail, tmp_path)
    name = f"localhost:{server.port}"
    offered = ("AUTH", "PIPELINING", "SIZE")
    assert Probe(name, None, "TLSv1.3", offered, "PLAIN", 1000) == found
    assert ["EHLO", "STARTTLS", "EHLO", "AUTH", "QUIT"] == server.verbs


def test_a_try_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of a mail that is put off."""
    monkeypatch.setattr("digest.delivery.smtp.session.IMPATIENT", SmtpTimes(reply=0.1))
    with smtp_server(extensions=()) as server:
        mail, name = settings(server=server.url), f"localhost:{server.port}"
        assert Probe(name) == probe(mail, tmp_path)
        server.on("EHLO", reply("554 5.7.1 go away"), times=1)
        says = "does not understand EHLO: 554 5.7.1 go away"
        assert Probe(name, says) == probe(mail, tmp_path)
        server.on("greeting", hang(), times=1)
        assert Probe(name, "did not answer within 0.1 s") == probe(mail, tmp_path)
        server.on("QUIT", raw(b"what"), times=1)
        assert Probe(name) == probe(mail, tmp_path)


def test_the_other_way_of_encryption_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that begins with TLS waits as we do, and one that does not speaks no TLS."""
    monkeypatch.setattr("digest.delivery.smtp.session.IMPATIENT", SmtpTimes(reply=0.1))
    with smtp_server() as server:
        server.on("greeting", hang(), times=1)
        found = probe(settings(server=server.url, security="starttls"), tmp_path)
        assert "did not answer within 0.1 s (" in str(found.problem)
        assert 'needs security = "tls")' in str(found.problem)
        server.on("greeting", hang(), times=1)
        mail = settings(server=server.url, security="starttls")
        with closing(transport.connect(mail, tmp_path, is_patient=False)) as impatient:
            outcome = impatient.send(SENDER, RECIPIENT, MESSAGE, unmarked)
        assert "did not answer within 0.1 s" in outcome.reply
        found = probe(settings(server=server.url, security="tls"), tmp_path)
        assert "TLS failed: " in str(found.problem)
        assert 'needs security = "starttls")' in str(found.problem)


def test_a_try_looks_for_the_program(tmp_path: Path) -> None:
    """It is not run."""
    found = probe(settings(sendmail=("sh", "{recipient}")), tmp_path)
    assert (None, "/sh") == (found.problem, found.name[-3:])
    missing = probe(settings(sendmail=("./none", "{recipient}")), tmp_path)
    assert Probe("./none", "there is no such program that may be run") == missing
