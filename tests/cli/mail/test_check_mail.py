"""`digest check --mail`: whether the server lets us in, and what the domains need."""

from __future__ import annotations

from tests.cli.mail.conftest import configure
from tests.support.folders import Folder
from tests.support.smtp_server import SmtpServer


def test_the_server_is_tried_and_records_are_named(folder: Folder, server: SmtpServer) -> None:
    """Status 1 once the server is gone; no mail is sent."""
    configure(folder, server)
    tried = folder.digest("check", "--mail")
    lines = tried.out.splitlines()
    assert (0, "") == (tried.status, tried.err)
    assert f"ok  mail: localhost:{server.port}: not encrypted; no login; " in tried.out
    assert any(line.startswith('    DMARC  _dmarc.example.org  TXT: "v=DMARC1; ') for line in lines)
    assert [] == server.taken
    server.stop()
    tried = folder.digest("check", "--mail")
    assert 1 == tried.status
    assert f"!   mail: localhost:{server.port}: " in tried.out


def test_without_a_server_it_says_what_to_write(folder: Folder) -> None:
    """Status 2, as wrong usage."""
    tried = folder.digest("check", "--mail")
    assert 2 == tried.status
    assert "no mail server is configured" in tried.err
