"""A publication with its web side: `digest web` behind nginx, mails through a real Postfix."""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from typing import NamedTuple

from tests.proof.mail_host import DOMAIN, PASSWORD, MailHost
from tests.proof.tls_proxy import TlsProxy, tls_proxy, wait_for_port
from tests.support.folders import MINUTE, Folder

_LINK = re.compile(r"https?://[^\s<>\"]+")


class WebSite(NamedTuple):
    """A working folder that is served, and the mailboxes its people read."""

    folder: Folder
    proxy: TlsProxy
    host: MailHost

    @property
    def url(self) -> str:
        """The address of the front page, with a slash at its end."""
        return self.proxy.url

    def mails(self, mailbox: str, least: int) -> list[EmailMessage]:
        """Return the mails of a mailbox, oldest first, once there are so many."""
        found = self.host.messages(mailbox, least=least)
        assert len(found) >= least, self.host.log()
        return [_parsed(each) for each in found]

    def digest(self, *words: str) -> str:
        """Run `digest` in a process of its own, as cron does, and return what it prints."""
        command = [*self.folder.command(), *words]
        done = subprocess.run(
            command, env=environment(self.host), capture_output=True, check=False, timeout=MINUTE
        )
        assert done.returncode in {0, 3}, done
        return done.stdout.decode()


def environment(host: MailHost) -> dict[str, str]:
    """Return the environment of a `digest` that mails through the host."""
    path = os.environ["PATH"]
    return {"SSL_CERT_FILE": str(host.authority), "MAIL_PASSWORD": PASSWORD, "PATH": path}


@contextlib.contextmanager
def web_site(folder: Folder, host: MailHost, *, command: str = "web") -> Iterator[WebSite]:
    """Serve a folder for the block by `digest web`, or by `digest serve`."""
    with tls_proxy() as proxy:
        site = WebSite(folder, proxy, host)
        folder.configure(configuration(site))
        program = subprocess.Popen(
            [*folder.command(), command],
            env=environment(host),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_port(proxy.behind)
            yield site
        finally:
            program.send_signal(signal.SIGTERM)
            output, _ = program.communicate(timeout=MINUTE)
            assert program.returncode == 0, output.decode()
            assert b"Traceback" not in output, output.decode()


def configuration(site: WebSite) -> str:
    """Return the configuration of a folder with a web side and mail, and nothing else."""
    return f"""
[site]
title = "Harbour Papers"
url = "{site.url}"

[mail]
server = "smtp://localhost:{site.host.smtp}"
user = "papers"
password = "env:MAIL_PASSWORD"
from = "Harbour Papers <papers@{DOMAIN}>"
per_minute = 6000

[web]
listen = "127.0.0.1:{site.proxy.behind}"
trusted_proxies = ["127.0.0.1"]

[[edition]]
mail = true
"""


def links(mail: EmailMessage) -> list[str]:
    """Return the web addresses in the text of a mail, in their order."""
    text = mail.get_body(("plain",))
    assert text
    return _LINK.findall(text.get_content())


def link(mail: EmailMessage, part: str) -> str:
    """Return the one address in a mail that holds this part, such as "/confirm/"."""
    found = {address for address in links(mail) if part in address}
    assert len(found) == 1, (part, links(mail))
    return found.pop()


def _parsed(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)
