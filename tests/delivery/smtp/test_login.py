"""Encryption and login: nothing goes out in the clear, to a stranger, or with a secret in it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from digest.delivery.smtp.client import SmtpTransport
from digest.delivery.smtp.servers import Login, Server
from digest.model.people import SendOutcome
from tests.support.mail_transports import HASTY, MESSAGE, PATIENT, RECIPIENT, SENDER, unmarked
from tests.support.smtp_server import Act, SmtpServer, raw, reply, smtp_server
from tests.support.source_certificates import Certificates

BAD = ("expired", "wrong name", "unknown authority")


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """Make certificates for the server of the tests."""
    return Certificates(["localhost", "127.0.0.1"])


@pytest.fixture(autouse=True)
def _trust(certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SmtpTransport, "times", PATIENT)
    authority = certificates.write_authority(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


def send(server: SmtpServer, security: str, login: Login | None = None) -> SendOutcome:
    """Send one mail with this security."""
    assert security in {"starttls", "tls", "none"}
    place = Server("localhost", server.port, security)  # type: ignore[arg-type]
    client = SmtpTransport(place, login)
    outcome = client.send(SENDER, RECIPIENT, MESSAGE, unmarked)
    client.close()
    return outcome


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_out_encrypted(security: str, certificates: Certificates) -> None:
    """From the beginning or by STARTTLS; what was said before that counts no more."""
    with smtp_server(
        tls=certificates.context(), implicit=security == "tls", users={"ada": "secret"}
    ) as server:
        outcome = send(server, security, Login("ada", "secret", "password"))
    assert "sent" == outcome.state
    (taken,) = server.taken
    assert (True, "ada", MESSAGE) == (taken.is_encrypted, taken.user, taken.message)
    begin = ["EHLO", "STARTTLS", "EHLO"] if security == "starttls" else ["EHLO"]
    assert [*begin, "AUTH", "MAIL", "RCPT", "DATA", "QUIT"] == server.verbs


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("fault", BAD)
def test_a_stranger_gets_neither_mail_nor_password(
    fault: str, security: str, certificates: Certificates
) -> None:
    """A certificate that is out of date, of another name, or signed by nobody we know."""
    with smtp_server(
        tls=certificates.context(fault), implicit=security == "tls", users={"ada": "secret"}
    ) as server:
        outcome = send(server, security, Login("ada", "secret", "password"))
    assert ("deferred", False) == (outcome.state, outcome.is_about_recipient)
    assert f"localhost:{server.port}: the certificate is refused: " in outcome.reply
    assert not {"AUTH", "MAIL"} & {*server.verbs}


@pytest.mark.parametrize(("act", "says"), [
    (reply("454 4.7.0 not now"), "refuses STARTTLS: 454 4.7.0 not now"),
    (raw(b"220 go ahead\r\n250-localhost\r\n250 AUTH PLAIN\r\n"), "spoke before the encryption"),
    (raw(b"220 go ahead\r\n", close=True), "TLS failed: "),
    (Act(b"220 go ahead\r\n", then="hang"), "TLS failed: no answer in time"),
    (raw(b"220 go ahead\r\n220 no\r\n", close=True), "spoke before the encryption"),
])  # fmt: skip
def test_without_encryption_nothing_goes_out(
    act: Act, says: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the server, or somebody between, says."""
    monkeypatch.setattr(SmtpTransport, "times", PATIENT._replace(connect=0.5))
    with smtp_server(tls=certificates.context(), users={"ada": "secret"}) as server:
        server.on("STARTTLS", act)
        outcome = send(server, "starttls", Login("ada", "secret", "password"))
    assert ("deferred", False, True) == (
        outcome.state,
        outcome.is_about_recipient,
        says in outcome.reply,
    )
    assert not {"AUTH", "MAIL"} & {*server.verbs}


def test_a_server_without_starttls_is_left() -> None:
    """Somebody between may have cut the word out of the list."""
    with smtp_server(users={"ada": "secret"}) as server:
        outcome = send(server, "starttls", Login("ada", "secret", "password"))
    assert "does not offer STARTTLS" in outcome.reply
    assert not {"AUTH", "MAIL"} & {*server.verbs}


def test_a_server_that_speaks_plainly_where_tls_is_expected_is_named() -> None:
    """A wrong port is a common mistake."""
    with smtp_server() as server:
        outcome = send(server, "tls")
    assert "TLS failed: wrong version number" in outcome.reply


@pytest.mark.parametrize(("methods", "login", "line"), [
    ("LOGIN PLAIN", Login("ada", "pässwörd", "password"), "AUTH PLAIN"),
    ("LOGIN", Login("ada", "pässwörd", "password"), "AUTH LOGIN"),
    ("PLAIN XOAUTH2", Login("ada@example.org", "ya29.token", "xoauth2"), "AUTH XOAUTH2"),
])  # fmt: skip
def test_the_user_is_known(methods: str, login: Login, line: str) -> None:
    """By each method, also with a password that is not ASCII."""
    server = SmtpServer(users={login.user: login.secret}, methods=methods)
    assert "sent" == send(server, "none", login).state
    server.stop()
    (taken,) = server.taken
    assert login.user == taken.user
    assert line in [" ".join(said.split(" ")[:2]) for _, said in server.lines]


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", "XOAUTH2"])
def test_a_wrong_password_is_nobodys_fault(method: str) -> None:
    """It is told with the server's words, and tried again later."""
    server = SmtpServer(users={"ada": "right"}, methods=method)
    login = Login("ada", "wrong-secret", "xoauth2" if method == "XOAUTH2" else "password")
    outcome = send(server, "none", login)
    server.stop()
    says = f"localhost:{server.port}: refuses the login: 535 5.7.8 bad credentials"
    assert SendOutcome("deferred", says, 535, is_about_recipient=False) == outcome
    assert "MAIL" not in server.verbs


def test_a_method_that_is_not_offered_is_named() -> None:
    """A password must not go out in a form of the server's own wish, such as none."""
    server = SmtpServer(users={"ada": "right"}, methods="CRAM-MD5 GSSAPI")
    outcome = send(server, "none", Login("ada", "right", "password"))
    server.stop()
    assert "offers no login by PLAIN or LOGIN" in outcome.reply
    assert "AUTH" not in server.verbs


def test_without_a_login_a_server_that_wants_one_is_nobodys_fault() -> None:
    """530 to MAIL would come for everybody."""
    with smtp_server(users={"ada": "right"}) as server:
        outcome = send(server, "none")
    assert ("deferred", 530, False) == (outcome.state, outcome.code, outcome.is_about_recipient)


@pytest.mark.parametrize("method", ["password", "xoauth2"])
def test_no_message_shows_the_secret(method: str) -> None:
    """Even if the server repeats it, as it is or encoded."""
    secret = "hunter2-and-more"
    login = Login("ada", secret, "xoauth2" if method == "xoauth2" else "password")
    words = [f"\0ada\0{secret}", f"user=ada\x01auth=Bearer {secret}\x01\x01", secret]
    encoded = [base64.b64encode(word.encode()).decode() for word in words]
    with smtp_server(users={}) as server:
        server.on("AUTH", reply(f"500 unknown: {' '.join(encoded)} {secret} {'x' * 300}"))
        outcome = send(server, "none", login)
    shown = f"{outcome} {login!r} {[login]}"
    assert [] == [word for word in (secret, *encoded) if word in shown]
    assert "refuses the login: 500 unknown: ... ... ... ..." in outcome.reply


def test_nobody_listens() -> None:
    """That is nobody's fault either."""
    client = SmtpTransport(Server("127.0.0.1", 1, "none"))
    client.times = HASTY
    outcome = client.send(SENDER, RECIPIENT, MESSAGE, unmarked)
    reason = "127.0.0.1:1: cannot be reached: Connection refused"
    assert SendOutcome("deferred", reason, is_about_recipient=False) == outcome
