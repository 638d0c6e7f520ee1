"""Fixtures of the tests of subscribers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.folders import Folder
from tests.support.smtp_server import SmtpServer

MAIL = """
[site]
url = "https://papers.example.org/"

[mail]
server = "{url}"
security = "none"
from = "Papers <papers@example.org>"
bounces = "bounces+{{token}}@example.org"
unsubscribe = "unsubscribe@example.org"
postal = "1 Quay, Northport"
"""


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server."""
    running = SmtpServer()
    yield running
    running.stop()


@pytest.fixture
def mailing(folder: Folder, server: SmtpServer) -> Folder:
    """Make a working folder whose mails go to the server."""
    folder.configure(MAIL.format(url=server.url))
    return folder
