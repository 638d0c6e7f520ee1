"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import scenes as stored
from tests.support.folders import Folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden trees are renewed only by whoever asks for it."""
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="Write the expected trees below tests/pipeline/golden/ from what the product makes.",
    )


FIGURE = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says what a suite has tried, in numbers; shown once all tests are done."""

    def say(line: str) -> None:
        record_property(FIGURE, line)

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of the suites, one a line."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    lines = {
        f"{one.nodeid.partition('::')[0]}: {value}"
        for one in reports
        for name, value in getattr(one, "user_properties", ())
        if name == FIGURE
    }
    for line in sorted(lines):
        terminalreporter.write_line(line)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty working folder."""
    return Folder(tmp_path / "folder")


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, stored.Scene]:
    """Each scene, with the run that nothing disturbs."""
    return {name: stored.build(name, tmp_path_factory.mktemp(name)) for name in stored.SCENES}
