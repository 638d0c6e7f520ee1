"""The programs that judge, and the pages they are shown."""

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
MINUTES = 120  # seconds no program may take


def run(*command: str, cwd: Path | None = None, home: Path | None = None) -> tuple[int, str]:
    """A program's exit status, and what it wrote to both its outputs; of the world only PATH."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home or HERE), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=MINUTES,
    )
    return done.returncode, done.stdout.decode()


def kinds(output: Path) -> Iterator[str]:
    """Of each kind of page the largest and the smallest, by path below ``output``.

    Pages are of one kind whose paths differ in dates, names of series and names of topics alone;
    so a kind that is new is among them without being named.
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
