"""Fixtures for the tests of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.receiving import Office
from tests.support.smtp_server import SmtpServer


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a publication whose mail server takes everything."""
    server = SmtpServer()
    yield Office(tmp_path, server)
    server.stop()
