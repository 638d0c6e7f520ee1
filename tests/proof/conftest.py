"""Fixtures of the proofs: publications, a browser, and the figures printed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.proof import browser, real, static, trees
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent


_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the empty figures of this session, to which the proofs add."""
    # In pytest's stash, because the summary at the end cannot use fixtures.
    config.stash[_FIGURES] = Figures()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--data``, a folder with real papers; `real` describes its files."""
    parser.addoption("--data", type=Path, help="a folder with real papers for the proofs")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With ``--data``, run each proof of invented papers with real ones too."""
    if metafunc.config.getoption("--data", default=None):
        names = [name for name in ("serial", "large") if name in metafunc.fixturenames]
        kinds = [[kind] * len(names) for kind in ("invented", "real")]
        if names:
            metafunc.parametrize(names, kinds, indirect=True, ids=["invented", "real"])


@pytest.hookimpl(tryfirst=True)  # before `-m` selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as a proof."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker("proof")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures below the results."""
    for line in terminalreporter.config.stash[_FIGURES].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Return the figures, for a test to add what it counted and measured."""
    return pytestconfig.stash[_FIGURES]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all proofs; each test opens its own window."""
    with browser.chromium() as program:
        yield program


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a publication of several days from invented papers, with all that a page can show."""
    return trees.letters(tmp_path_factory.mktemp("letters"), "https://letters.example/")


@pytest.fixture(scope="session")
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a publication with one issue, of 300 invented papers or of all real pages."""
    root = tmp_path_factory.mktemp("large")
    if _is_real(request):
        return real.seeds(root, request.config.getoption("--data"))
    return trees.large(root)


@pytest.fixture(scope="session")
def serial(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> trees.Serial:
    """Make a publication of several days, invented or real, and the page of the next day."""
    if _is_real(request):
        data = request.config.getoption("--data")
        return real.days(tmp_path_factory.mktemp("days"), "https://letters.example/", data)
    letters: Folder = request.getfixturevalue("letters")
    return trees.following(letters)


def _is_real(request: pytest.FixtureRequest) -> bool:
    return getattr(request, "param", "invented") != "invented"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a publication of 10,000 papers."""
    return trees.archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def unwritten(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a publication without issues."""
    return trees.unwritten(tmp_path_factory.mktemp("unwritten"))


@pytest.fixture(scope="session")
def served(serial: trees.Serial) -> Iterator[static.Server]:
    """Serve the working folder of `serial`; the output is at ``output/``."""
    with static.serving(serial.folder.root) as server:
        yield server


@pytest.fixture(scope="session")
def site(letters: Folder) -> Iterator[static.Server]:
    """Serve the working folder of `letters`; the output is at ``output/``, not at the top."""
    with static.serving(letters.root) as server:
        yield server
