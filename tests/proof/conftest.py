"""What the proofs share: publications, a browser, and the figures told at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.folders import Folder
from tests.proof import browser, static, trees
from tests.proof.figures import Figures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent


_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    """Figures outlive the tests that found them."""
    config.stash[_FIGURES] = Figures()


@pytest.hookimpl(tryfirst=True)  # before `-m` selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a proof."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("proof")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures, below the results."""
    for line in terminalreporter.config.stash[_FIGURES].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Where to say what was measured."""
    return pytestconfig.stash[_FIGURES]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all proofs; windows are each test's own."""
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication of several days, at its best and at its worst."""
    return trees.letters(tmp_path_factory.mktemp("letters"), "https://letters.example/")


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication with one issue of 328 papers."""
    return trees.large(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication of 10,000 papers."""
    return trees.archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def unwritten(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication before its first issue."""
    return trees.unwritten(tmp_path_factory.mktemp("unwritten"))


@pytest.fixture(scope="session")
def site(letters: Folder) -> Iterator[static.Server]:
    """The several days on the web; ``output/`` is not at the top of its host."""
    with static.serving(letters.root) as server:
        yield server
