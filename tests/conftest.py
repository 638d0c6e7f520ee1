"""What several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import Folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden trees are renewed only by whoever asks for it."""
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="Write the expected trees below tests/golden/ anew, from what the product makes now.",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty working folder."""
    return Folder(tmp_path / "folder")
