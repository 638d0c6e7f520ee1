"""A real mail host on loopback: Postfix takes mails, Dovecot keeps them and serves IMAP.

Both are Debian's, started as root with a configuration of their own and without chroot, in a
folder that is removed at the end. Nothing leaves the machine: Postfix knows no way out.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import trustme

DOMAIN = "mail.example"
PASSWORD = "open sesame"  # of every mailbox
MAILBOXES = ("ada", "bruno", "papers", "bounces", "unsubscribe", "slow", "full")
LOST = "lost"  # Postfix takes mail for it, Dovecot refuses it: it comes back as a report

_MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {place}/mail.log
maillog_file_prefixes = {place}
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
mynetworks =
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:{place}/mailboxes
virtual_transport = lmtp:unix:{place}/lmtp
default_transport = error:this host sends nothing
smtpd_tls_cert_file = {place}/host.pem
smtpd_tls_key_file = {place}/host.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {place}/auth
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
    check_recipient_access texthash:{place}/refused, reject_unauth_destination{grey}
minimal_backoff_time = 1s
queue_run_delay = 1s
bounce_queue_lifetime = 0
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
base_dir = {place}/dovecot
state_dir = {place}/dovecot
log_path = {place}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <{place}/host.pem
ssl_key = <{place}/host.pem
mail_location = maildir:{place}/mail/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
recipient_delimiter = +
auth_mechanisms = plain login
auth_username_format = %Ln
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {place}/users
}}
userdb {{
  driver = passwd-file
  args = {place}/users
  override_fields = home={place}/mail/%n uid=mail gid=mail
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {place}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {place}/auth {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


class MailHost(NamedTuple):
    """A mail host that runs. ``authority`` is the file of the certificate to trust."""

    place: Path
    smtp: int
    imap: int
    authority: Path

    def refuse(self, mailbox: str, reply: str) -> None:
        """Answer mails to a mailbox with this reply from now on; with "" take them again."""
        line = f"{mailbox}@{DOMAIN} {reply}\n" if reply else ""
        (self.place / "refused").write_text(line)
        _call(["/usr/sbin/postfix", "-c", str(self.place), "reload"])

    def messages(self, mailbox: str, *, least: int = 1, seconds: float = 20) -> list[bytes]:
        """Return the mails of a mailbox as IMAP gives them, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(found := self._fetch(mailbox)) < least and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _fetch(self, mailbox: str) -> list[bytes]:
        trusted = ssl.create_default_context(cafile=str(self.authority))
        with imaplib.IMAP4_SSL("localhost", self.imap, ssl_context=trusted) as imap:
            imap.login(mailbox, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, (numbers,) = imap.search(None, "ALL")
            parts = [imap.fetch(number, "(BODY.PEEK[])")[1][0] for number in numbers.split()]
        return [part[1] for part in parts if isinstance(part, tuple)]

    def log(self) -> str:
        """Return what both programs logged, for a failing test."""
        files = (self.place / "mail.log", self.place / "dovecot.log")
        return "\n".join(file.read_text() for file in files if file.exists())


@contextlib.contextmanager
def mail_host(*, greylisting: int | None = None) -> Iterator[MailHost]:
    """Run a mail host for the block; with ``greylisting`` ask the policy server of that port."""
    place = Path(tempfile.mkdtemp(prefix="mail-host-"))
    place.chmod(0o755)  # Postfix and Dovecot give up root
    host = MailHost(place, free_port(), free_port(), place / "authority.pem")
    _write_files(host, greylisting)
    postfix = ["/usr/sbin/postfix", "-c", str(place)]
    dovecot = ["/usr/sbin/dovecot", "-c", str(place / "dovecot.conf")]
    try:
        _call(dovecot)
        _call([*postfix, "start"])
        _wait((place / "queue/pid/master.pid").exists)
        yield host
    finally:
        for command in ([*postfix, "stop"], [*dovecot, "stop"]):
            with contextlib.suppress(AssertionError):
                _call(command)
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def greylist(seconds: int) -> Iterator[int]:
    """Run Postgrey for the block, which lets a sender wait so long; yield its port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="greylist-") as place:
        Path(place).chmod(0o777)  # it gives up root
        command = ["/usr/sbin/postgrey", f"--inet=127.0.0.1:{port}", f"--dbdir={place}"]
        lists = [f"--whitelist-{kind}=/dev/null" for kind in ("clients", "recipients")]
        program = subprocess.Popen(
            [*command, *lists, f"--delay={seconds}", f"--pidfile={place}/pid"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(lambda: _listens(port))
            yield port
        finally:
            program.terminate()
            program.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _write_files(host: MailHost, greylisting: int | None) -> None:
    place = host.place
    authority = trustme.CA()
    authority.cert_pem.write_to_path(host.authority)
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(place / "host.pem")
    grey = f",\n    check_policy_service inet:127.0.0.1:{greylisting}" if greylisting else ""
    (place / "main.cf").write_text(_MAIN.format(place=place, domain=DOMAIN, grey=grey))
    (place / "master.cf").write_text(_MASTER.format(port=host.smtp))
    listed = "".join(f"{name}@{DOMAIN} {name}\n" for name in (*MAILBOXES, LOST))
    (place / "mailboxes").write_text(listed)
    (place / "refused").write_text("")
    (place / "users").write_text("".join(f"{name}:{PASSWORD}::::::\n" for name in MAILBOXES))
    (place / "dovecot.conf").write_text(_DOVECOT.format(place=place, port=host.imap))
    for name, owner in (("queue", "root"), ("data", "postfix"), ("mail", "mail")):
        (place / name).mkdir()
        os.chown(place / name, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)


def _call(command: list[str]) -> None:
    # Into a file: a program that stays in the background would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, check=False, stdout=output, stderr=output, timeout=60)
        output.seek(0)
        assert done.returncode == 0, output.read()


def _wait(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the mail host does not start"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port on loopback that no program uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
