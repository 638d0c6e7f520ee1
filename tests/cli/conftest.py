"""Fixtures of the tests of the command line."""

from __future__ import annotations

import pytest

from tests.support.folders import Folder, page


@pytest.fixture
def published(folder: Folder) -> Folder:
    """Make a folder with one issue of three papers, of 18 November 2026."""
    folder.drop("papers.txt", page("2026-11-18", [1, 2, 3]))
    folder.run("2026-11-18T08:00")
    return folder
