"""Issues by mail through a real Postfix and Dovecot, and before real readers of mail."""

from __future__ import annotations

import email
import email.policy
import json
import re
import smtplib
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest

from tests.proof import screen
from tests.proof.figures import Figures
from tests.proof.mail_host import DOMAIN, PASSWORD, MailHost, greylist, mail_host
from tests.support.folders import MINUTE, Folder, answer, api_entry

DAY = "2026-11-20"
TRACE = re.compile(
    rb"\A(?:(?:Return-Path|Delivered-To|X-Original-To|Received):[^\n]*\n(?:[ \t][^\n]*\n)*)+"
)


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    """Run one mail host for all tests of this module."""
    with mail_host() as running:
        yield running


@pytest.fixture
def papers(folder: Folder, host: MailHost, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Make a folder that mails through the host, and has an issue to make."""
    monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    configure(folder, host)
    folder.drop("a.json", answer(DAY, [api_entry(number, number) for number in range(1, 18)]))
    return folder


def configure(folder: Folder, host: MailHost, more: str = "") -> None:
    """Write the configuration: the host, one's own mailbox at it, and where answers go."""
    folder.configure(f"""
[site]
title = "Harbour Papers"
url = "https://papers.example.org/"

[mail]
server = "smtp://localhost:{host.smtp}"
user = "papers"
password = "env:MAIL_PASSWORD"
from = "Harbour Papers <papers@{DOMAIN}>"
reply_to = "papers@{DOMAIN}"
bounces = "bounces+{{token}}@{DOMAIN}"
unsubscribe = "unsubscribe@{DOMAIN}"
postal = "Harbour Papers, 12 Quay Street"
per_minute = 6000
{more}
[[edition]]
mail = true
""")


def subscribe(folder: Folder, *mailboxes: str) -> None:
    """Make these mailboxes of the host subscribers, by an hour before the issue."""
    for mailbox in mailboxes:
        words = ("subscribers", "add", f"{mailbox}@{DOMAIN}", "--consent", "asked, 2026-11-19")
        assert folder.digest(*words, now=f"{DAY}T07:00").status == 0


def states(folder: Folder) -> dict[str, int]:
    """Return how many deliveries of the newest issue are in each state."""
    [mailing] = json.loads(folder.digest("mail", "status", "--json").out)["mailings"]
    return {state: number for state, number in mailing["mail"].items() if number}


def state_of(folder: Folder, mailbox: str) -> str:
    """Return the state of a subscriber."""
    shown = folder.digest("subscribers", "export", f"{mailbox}@{DOMAIN}", "--json")
    return str(json.loads(shown.out)["state"])


def newest(host: MailHost, mailbox: str, before: int = 0) -> bytes:
    """Return the mail that came into a mailbox after so many others."""
    return host.messages(mailbox, least=before + 1)[before]


def test_a_mail_arrives_as_it_was_sent(papers: Folder, host: MailHost, figures: Figures) -> None:
    """By STARTTLS with a checked certificate; Postfix and Dovecot change no byte of it."""
    subscribe(papers, "ada")
    papers.run(f"{DAY}T08:00")
    arrived = TRACE.sub(b"", newest(host, "ada"))
    file = papers.root / "ada.eml"
    assert papers.digest("mail", "preview", "--to", f"ada@{DOMAIN}", "--out", str(file)).status == 0
    assert file.read_bytes() == arrived
    assert {"sent": 1} == states(papers)
    figures.record("a mail through Postfix and Dovecot, no byte changed", len(arrived), "B")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    papers: Folder, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is handed over, and no password is shown to such a server."""
    monkeypatch.delenv("SSL_CERT_FILE")
    subscribe(papers, "bruno")
    papers.digest("run", now=f"{DAY}T08:00")
    assert {"pending": 1} == states(papers) or {"deferred": 1} == states(papers)
    assert "certificate" in papers.digest("check", "--mail").out
    assert [] == host.messages("bruno", seconds=0.5)


def test_each_answer_of_a_server_has_its_consequence(
    papers: Folder, host: MailHost, figures: Figures
) -> None:
    """An unknown user fails, a full mailbox is tried again later, and nobody else waits."""
    before = len(host.messages("ada", least=0, seconds=0))
    subscribe(papers, "nobody", "full", "ada")
    host.refuse("full", "452 4.2.2 mailbox full")
    papers.run(f"{DAY}T08:00", status=3)
    assert {"failed": 1, "deferred": 1, "sent": 1} == states(papers)
    assert newest(host, "ada", before)
    host.refuse("full", "")
    papers.digest("mail", "send", now=f"{DAY}T08:06")
    assert {"failed": 1, "sent": 2} == states(papers)
    assert len(host.messages("full")) == 1
    figures.count("answers of Postfix, each with its consequence", 3)


def test_a_report_of_postfix_ends_a_subscription(papers: Folder, host: MailHost) -> None:
    """Postfix takes the mail, cannot deliver it, and reports to the address with the token."""
    before = len(host.messages("bounces", least=0, seconds=0))
    subscribe(papers, "lost")
    papers.run(f"{DAY}T08:00")
    assert {"sent": 1} == states(papers)
    assert newest(host, "bounces", before)
    receive(papers, host, "bounces")
    assert state_of(papers, "lost") == "bounced"


def receive(folder: Folder, host: MailHost, mailbox: str) -> None:
    """Read one of the host's mailboxes by IMAP, as cron would."""
    words = f'mailbox = "imaps://{mailbox}@localhost:{host.imap}/INBOX"\n'
    configure(folder, host, words + 'mailbox_password = "env:MAIL_PASSWORD"\n')
    result = folder.digest("mail", "receive", now=f"{DAY}T09:00")
    assert result.status == 0, result


def test_one_leaves_by_the_address_in_the_mail(papers: Folder, host: MailHost) -> None:
    """The mailto address of List-Unsubscribe, as a mail program uses it."""
    before = len(host.messages("bruno", least=0, seconds=0))
    subscribe(papers, "bruno")
    papers.run(f"{DAY}T08:00")
    mail = email.message_from_bytes(newest(host, "bruno", before), policy=email.policy.default)
    found = re.fullmatch(r"<mailto:([^?>]+)\?subject=([^>]+)>", mail["List-Unsubscribe"])
    assert found, mail["List-Unsubscribe"]
    subject = found[2].replace("%20", " ")
    text = f"From: bruno@{DOMAIN}\r\nTo: {found[1]}\r\nSubject: {subject}\r\n\r\n"
    trusted = ssl.create_default_context(cafile=str(host.authority))
    with smtplib.SMTP("localhost", host.smtp, local_hostname="localhost") as server:
        server.starttls(context=trusted)
        server.sendmail(f"bruno@{DOMAIN}", [found[1]], text.encode())
    assert host.messages("unsubscribe")
    receive(papers, host, "unsubscribe")
    assert state_of(papers, "bruno") == "left"
    papers.drop("b.json", answer("2026-11-21", [api_entry(30, 1)]))
    papers.run("2026-11-21T08:00")
    assert len(host.messages("bruno", least=before + 2, seconds=1)) == before + 1


def test_greylisting_costs_a_try(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    """Postgrey refuses the first try with 450; the next one comes after the pause and is taken."""
    with greylist(seconds=2) as port, mail_host(greylisting=port) as host:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
        monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
        configure(folder, host)
        subscribe(folder, "ada")
        folder.drop("a.json", answer(DAY, [api_entry(1, 1)]))
        folder.run(f"{DAY}T08:00")
        assert {"deferred": 1} == states(folder)
        time.sleep(3)
        folder.digest("mail", "send", now=f"{DAY}T08:06")
        assert {"sent": 1} == states(folder), host.log()
        assert len(host.messages("ada")) == 1
    figures.count("mails that Postgrey took at the second try")


def test_the_signature_holds(papers: Folder, host: MailHost) -> None:
    """`dkimpy` verifies what arrived with the public key of the selector."""
    key = papers.root / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "PEM"],
        check=True,
        capture_output=True,
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    before = len(host.messages("slow", least=0, seconds=0))
    configure(papers, host, 'dkim_key = "file:dkim.pem"\ndkim_selector = "harbour"\n')
    subscribe(papers, "slow")
    papers.run(f"{DAY}T08:00")
    arrived = newest(host, "slow", before)
    asked = []

    def look_up(name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 - of dkimpy
        asked.append(name)
        return record

    assert dkim.verify(arrived, dnsfunc=look_up)
    assert [f"harbour._domainkey.{DOMAIN}.".encode()] == asked
    assert not dkim.verify(arrived.replace(b"Subject: ", b"Subject: x", 1), dnsfunc=look_up)


def test_spamassassin_has_no_objection(
    letters: Folder, host: MailHost, tmp_path: Path, figures: Figures
) -> None:
    """By its local rules; 5 points are spam, and 1 would be much for a newsletter.

    One rule is left out: it counts long words in a row, which invented abstracts consist of.
    """
    folder = letters.copy(tmp_path / "copy")
    configure(folder, host)
    file = folder.root / "mail.eml"
    assert folder.digest("mail", "preview", "--out", str(file)).status == 0
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            ["spamassassin", "--local", "--test-mode", "--cf=score LONGWORDS 0"],
            input=file.read_bytes(), capture_output=True, check=True, timeout=MINUTE,
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": home},
        )  # fmt: skip
    verdict = re.search(rb"X-Spam-Status: \w+, score=(-?[\d.]+)", done.stdout)
    assert verdict, done.stdout[:2000]
    points = float(verdict[1])
    assert points < 1, done.stdout[-2000:].decode(errors="replace")
    figures.record("of 100 points of SpamAssassin that a mail may have", 100 * points, "")


def test_mutt_shows_the_text_part(papers: Folder) -> None:
    """Every title, each address whole, and no tag, in a terminal."""
    subscribe(papers, "ada")
    papers.run(f"{DAY}T08:00")
    file = papers.root / "ada.eml"
    papers.digest("mail", "preview", "--to", f"ada@{DOMAIN}", "--out", str(file))
    box = papers.root / "box"
    box.write_bytes(
        b"From papers Fri Nov 20 08:00:00 2026\n" + file.read_bytes().replace(b"\r", b"")
    )
    set_folder = f"set folder={papers.root}"  # else it asks whether to make one
    command = ("mutt", "-n", "-F", "/dev/null", "-e", set_folder, "-R", "-f", str(box))
    shown = "\n".join(screen.lines_shown(command, (b"\n",), papers.root))
    issue = papers.data()[0]
    for section in issue["sections"]:
        for item in section["papers"]:
            assert item["title"] in shown
    assert "<td" not in shown
