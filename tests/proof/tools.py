"""Run the external checkers, and choose the pages to check."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
AXE = PACKAGES / "axe-core" / "axe.min.js"
NU = ("java", "-jar", str(PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"))
MARKDOWNLINT = ("node", str(PACKAGES / "markdownlint-cli2" / "markdownlint-cli2-bin.mjs"))
TIMEOUT = 120  # seconds that a program may take


def run(*command: str, cwd: Path | None = None, home: Path | None = None) -> tuple[int, str]:
    """Run a program; return its exit status, and its standard output and error as one text.

    Of the environment it gets only PATH. Its home folder is ``home``, else this folder. Raises
    `subprocess.TimeoutExpired` after `TIMEOUT`.
    """
    env = {"PATH": os.environ["PATH"], "HOME": str(home or HERE), "LC_ALL": "C.UTF-8"}
    process = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=TIMEOUT,
    )
    return process.returncode, process.stdout.decode()


def sample_pages(output: Path) -> Iterator[str]:
    """Yield the paths, below ``output``, of the smallest and the largest page of each kind.

    Pages are of one kind if their paths differ only in dates, editions and topics. No list of
    kinds is kept, so a new kind of page is checked too.
    """
    by_shape: dict[str, list[Path]] = {}
    for page in output.rglob("*.html"):
        shape = re.sub(r"\d[\d-]*", "0", page.relative_to(output).as_posix())
        shape = re.sub(r"^(daily|weekly|topics)/[\w-]+/", r"\1/x/", shape)
        by_shape.setdefault(shape, []).append(page)
    for pages in by_shape.values():
        pages.sort(key=lambda page: page.stat().st_size)
        for page in dict.fromkeys((pages[0], pages[-1])):
            yield page.relative_to(output).as_posix()
