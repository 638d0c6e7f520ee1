"""A working folder that mails, and the mail server that takes its mails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.folders import Folder, page
from tests.support.smtp_server import SmtpServer

DAY = "2026-11-18"
NOW, LATER = f"{DAY}T08:00", f"{DAY}T08:05"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server, for the length of a test."""
    server = SmtpServer()
    yield server
    server.stop()


def configure(folder: Folder, server: SmtpServer, more: str = "", to: str = "") -> None:
    """Write the configuration of a folder that mails to these addresses by this server."""
    folder.configure(
        f'[site]\nurl = "https://papers.example.org/"\n'
        f'[mail]\nserver = "{server.url}"\nsecurity = "none"\n'
        f'from = "Papers <papers@example.org>"\nto = [{to}]\nper_minute = 60000\n{more}\n'
        "[[edition]]\nmail = true\n"
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder with an issue of three papers, of which nothing was mailed."""
    folder = Folder(tmp_path_factory.mktemp("mailing") / "folder")
    folder.drop("papers.txt", page(DAY, [1, 2, 3]))
    folder.run(NOW)
    return folder


@pytest.fixture
def issued(prepared: Folder, tmp_path: Path, server: SmtpServer) -> Folder:
    """Make a folder with an issue of three papers that waits to be mailed to two people."""
    folder = prepared.copy(tmp_path / "issued")
    configure(folder, server, to='"ada@example.org", "bob@example.org"')
    return folder
