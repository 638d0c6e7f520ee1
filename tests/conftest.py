"""Fixtures and options for all tests."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Callable, Generator
from pathlib import Path

import hypothesis
import pytest

from tests.support import loopback
from tests.support import scenes as stored
from tests.support.folders import Folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--renew-golden``, which writes the golden trees anew, and the fuzzer's ``--seeds``."""
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="Write the expected trees below tests/pipeline/golden/ from what the product makes.",
    )
    parser.addoption(
        "--seeds", metavar="FOLDER", help="Files that tests/fuzz changes besides its own seeds."
    )


hypothesis.settings.register_profile("quick", max_examples=15, deadline=None)
hypothesis.settings.register_profile("soak", max_examples=400, deadline=None)


MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; the folders of passed tests go at once, so a tenth is used


def _work_in_memory() -> None:
    """Let pytest put the folders of tests into memory where there is room.

    Tests make 150,000 files. On a disk a tenth of all time goes into making and removing them.
    """
    # In a container the memory disk may have a few MB only, or may not hold programs.
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    holds_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    if holds_programs and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def _is_soak(config: pytest.Config) -> bool:
    """Return whether the long forms of tests were asked for."""
    return str(config.getoption("-m")).startswith("soak")


def _let_interrupts_work() -> None:
    """Let SIGINT interrupt the processes that tests start.

    A shell without job control lets what it starts in the background ignore it, and that is
    inherited.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Choose where tests work, and how many examples a property without a number of its own tries.

    There are few, or many for `make soak`. Refuse the network to all tests.
    """
    _work_in_memory()
    hypothesis.settings.load_profile("soak" if _is_soak(config) else "quick")
    loopback.guard()
    _let_interrupts_work()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Fail a test that asked for anything beyond this machine, whatever became of it."""
    loopback.refused.clear()
    result = yield
    refused = [*loopback.refused]
    assert not refused, f"reaches beyond loopback: {refused}"
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count the properties among the long forms when these were asked for."""
    for item in items if _is_soak(config) else ():
        if hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """Keep the thousands of collected tests out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


FIGURE = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that takes a line of numbers, to be printed after all tests."""

    def add(line: str) -> None:
        record_property(FIGURE, line)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures below the results, one a line."""
    reports = [report for category in terminalreporter.stats.values() for report in category]
    lines = {
        f"{report.nodeid.partition('::')[0]}: {value}"
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == FIGURE
    }
    for line in sorted(lines):
        terminalreporter.write_line(line)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make an empty working folder."""
    return Folder(tmp_path / "folder")


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, stored.Scene]:
    """Build each scene, with its folder after an unbroken run."""
    return {name: stored.build(name, tmp_path_factory.mktemp(name)) for name in stored.SCENES}
