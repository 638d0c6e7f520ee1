"""What the proofs share: publications, a browser, and the figures told at the end."""

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
    """Figures outlive the tests that found them."""
    config.stash[_FIGURES] = Figures()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--data``: a folder with real papers; what then comes besides is told by `real`."""
    parser.addoption("--data", type=Path, help="a folder with real papers for the proofs")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With real papers, what is proved of invented publications is proved of real ones too."""
    if metafunc.config.getoption("--data", default=None):
        both = [name for name in ("serial", "large") if name in metafunc.fixturenames]
        kinds = [[kind] * len(both) for kind in ("invented", "real")]
        if both:
            metafunc.parametrize(both, kinds, indirect=True, ids=["invented", "real"])


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
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication with one issue of 328 papers."""
    root = tmp_path_factory.mktemp("large")
    if _is_real(request):
        return real.seeds(root, request.config.getoption("--data"))
    return trees.large(root)


@pytest.fixture(scope="session")
def serial(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> trees.Serial:
    """A publication of several days, and its next page."""
    if _is_real(request):
        data = request.config.getoption("--data")
        return real.days(tmp_path_factory.mktemp("days"), "https://letters.example/", data)
    letters: Folder = request.getfixturevalue("letters")
    return trees.following(letters)


def _is_real(request: pytest.FixtureRequest) -> bool:
    return getattr(request, "param", "invented") != "invented"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication of 10,000 papers."""
    return trees.archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def unwritten(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A publication before its first issue."""
    return trees.unwritten(tmp_path_factory.mktemp("unwritten"))


@pytest.fixture(scope="session")
def served(serial: trees.Serial) -> Iterator[static.Server]:
    """The publication of several days, invented or real, on the web."""
    with static.serving(serial.folder.root) as server:
        yield server


@pytest.fixture(scope="session")
def site(letters: Folder) -> Iterator[static.Server]:
    """The several days on the web; ``output/`` is not at the top of its host."""
    with static.serving(letters.root) as server:
        yield server
