"""Try the mail server without a mail, and name the DNS records that mails need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from digest.delivery.mailbox import files, imap
from digest.delivery.probe import Probe, probe
from digest.errors import MailboxError, SettingsError
from digest.model.mail_settings import Mail
from digest.model.settings import Settings
from digest.operations.mail import receive, switch
from digest.text import addresses


class DnsRecord(NamedTuple):
    """A record that should exist: what it is called, its name and type, and what it says."""

    label: str
    name: str
    kind: str
    says: str

    def __str__(self) -> str:
        return f"{self.label:<5}  {self.name}  {self.kind}: {self.says}"


class MailTrial(NamedTuple):
    """Whether mails could be sent now, and a sentence about that."""

    is_good: bool
    sentence: str


def try_server(settings: Settings) -> MailTrial:
    """Connect to the mail server, log in and part, or look for the program. Sends nothing.

    Raises `SettingsError` if no server is configured.
    """
    switch.require_server(settings)
    try:
        found = probe(settings.mail, Path(settings.root))
    except SettingsError as error:
        return MailTrial(False, f"{error.key}: {error.reason}")
    if found.problem:
        return MailTrial(False, f"{found.name}: {found.problem}")
    return MailTrial(True, f"{found.name}: {'; '.join(_describe(settings.mail, found))}")


def try_mailbox(settings: Settings) -> MailTrial | None:
    """Open the mailbox that `mail receive` reads, and read nothing; None if there is none."""
    mailbox = settings.mail.mailbox
    if mailbox is None:
        return None
    try:
        if "://" not in mailbox:
            maildir = Path(settings.root, mailbox)
            files.check_maildir(maildir)
            return MailTrial(True, f"{maildir}: can be read")
        address, secret, oauth = receive.mailbox_login(settings)
        imap.look_into(address, secret, oauth=oauth)
    except SettingsError as error:
        return MailTrial(False, f"{error.key}: {error.reason}")
    except MailboxError as error:
        return MailTrial(False, str(error))
    return MailTrial(True, f"{address.host}: logged in as {address.user}; {address.folder} opens")


def _describe(mail: Mail, found: Probe) -> Iterator[str]:
    if mail.sendmail:
        yield "is there; the systemd units need deploy/sendmail.conf for it"
        return
    yield found.tls or "not encrypted"
    yield f"logged in as {mail.user} ({found.login})" if found.login else "no login"
    yield f"takes mails of {found.size / 1e6:,.1f} MB" if found.size else "names no largest size"
    yield " ".join(found.extensions)


def needed_records(mail: Mail) -> Iterator[DnsRecord]:
    """Yield the DNS records that servers look at before they take a mail. Asks no name server.

    They are those of SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), of the mailboxes that
    get answers, and of the name of the server that sends.
    """
    sender = _domain(mail.sender or "")
    envelope = _domain(mail.bounces.replace("{token}", "x")) if mail.bounces else sender
    says = '"v=spf1 include:... -all", which names the servers that send for the domain'
    yield DnsRecord("SPF", envelope, "TXT", says)
    says = "the key of the mail server's signature; it says under which SELECTOR"
    if mail.dkim_selector:
        says = f'"v=DKIM1; k=rsa; p=...", the public half of {mail.dkim_key}'
    selector = mail.dkim_selector or "SELECTOR"
    yield DnsRecord("DKIM", f"{selector}._domainkey.{sender}", "TXT", says)
    says = f'"v=DMARC1; p=none; rua=mailto:postmaster@{sender}", what to do without the two above'
    yield DnsRecord("DMARC", f"_dmarc.{sender}", "TXT", says)
    for domain in dict.fromkeys((envelope, *_answered(mail))):
        yield DnsRecord("MX", domain, "MX", "the server that takes delivery reports and answers")
    says = "the name of the server that sends, which leads back to its address"
    yield DnsRecord("PTR", "the sending server's address", "PTR", says)


def _answered(mail: Mail) -> Iterator[str]:
    for address in (mail.reply_to or mail.sender, mail.unsubscribe):
        if address:
            yield _domain(address)


def _domain(address: str) -> str:
    return addresses.envelope(addresses.parse(address)).rpartition("@")[2]
