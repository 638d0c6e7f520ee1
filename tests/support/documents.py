"""Read the documents of the repository: their blocks, their headings and their links."""

from __future__ import annotations

import atexit
import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (CHECKOUT / "docs").rglob("*.md")
    if "_build" not in path.relative_to(CHECKOUT).parts
)
DOCUMENTS = [
    *(CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "templates/README.md")),
    *PAGES,
]
NAMES = [path.relative_to(CHECKOUT).as_posix() for path in DOCUMENTS]
RUN = ("sh", "python")
CLOCK = "2026-11-20T08:00"  # the day of the newest sample page

_BLOCK = re.compile(
    r"(?:<!-- now: (?P<now>\S+) -->\n)?"
    r"^```(?P<language>[^`\n]*)\n(?P<body>.*?)^```$"
    r"(?:\n\n?```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
_END = "----- end of block -----"


class Block(NamedTuple):
    """A block of code in a document; ``output`` is the text block right after one that runs."""

    language: str
    body: str
    now: str
    output: str | None

    @property
    def script(self) -> str:
        """The block as lines of a shell script, which print the line `_END` at their end."""
        clock = f"echo {self.now} > ~/.now\n" if self.now else ""
        body = self.body
        if self.language == "python":
            body = f"{shlex.quote(sys.executable)} - <<'END OF PYTHON'\n{body}END OF PYTHON\n"
        return f"{clock}{body}echo '{_END}'\n"


def blocks(document: Path) -> list[Block]:
    """Return the blocks of a document, in order."""
    return list(_blocks(document.read_text("utf-8")))


def _blocks(text: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(text):
        block = Block(match["language"], match["body"], match["now"] or "", match["output"])
        if block.language.startswith("{"):  # a directive of Sphinx
            continue
        if block.language in RUN or block.output is None:
            yield block
        else:  # a text block after a block that does not run is one of its own
            yield block._replace(output=None)
            yield Block("text", block.output, "", None)


def run(document: Path, home: Path) -> list[str]:
    """Run the blocks of a document in a new home folder; return the output of each block.

    Guides and reference begin in `~/papers`, with the sample pages and their issue. `digest` is
    the installed command, with the moment of `~/.now`. Fails at the first command that fails.
    """
    start = ""
    if document.parent.name in {"guides", "reference"}:
        shutil.copytree(_home_with_samples(), home)
        start = "cd ~/papers\n"
    else:
        _make_home(home)
    scripts = [block.script for block in blocks(document) if block.language in RUN]
    # Nothing comes after the last mark.
    return _run(start + "".join(scripts), home).split(f"{_END}\n")[:-1]


@functools.cache
def _home_with_samples() -> Path:
    """Return a home with the sample pages and their issue, made once for all documents."""
    home = Path(tempfile.mkdtemp(prefix="papers-digest-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    _make_home(home)
    _run("digest -q init --sample ~/papers\ncd ~/papers\ndigest -q run\n", home)
    return home


def _make_home(home: Path) -> None:
    (home / "bin").mkdir(parents=True)
    (home / ".now").write_text(f"{CLOCK}\n")
    real = Path(sys.executable).with_name("digest")
    command = home / "bin" / "digest"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(real))} --now "$(cat ~/.now)" "$@"\n')
    command.chmod(0o755)


def _run(script: str, home: Path) -> str:
    """Run a shell script in a home; return what it printed."""
    result = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=home,
        env={
            "HOME": str(home),
            "PATH": os.pathsep.join([str(home / "bin"), os.environ["PATH"]]),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == result.returncode, result.stdout + result.stderr
    return result.stdout


def fits(output: str, printed: str) -> bool:
    """Return whether a block of output fits what was printed; ``...`` stands for anything."""
    pattern = re.escape(output).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def headings(document: Path) -> list[str]:
    """Return the anchors of a document's headings, as forges and Sphinx make them."""
    text = _BLOCK.sub("", document.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in titles]


def links(document: Path) -> list[tuple[str, str]]:
    """Return path and anchor of each link into the repository."""
    text = _BLOCK.sub("", document.read_text("utf-8"))
    targets = re.findall(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"', text)
    addresses = [markdown or attribute for markdown, attribute in targets]
    local = [target for target in addresses if not re.match(r"\w+:", target)]
    return [(path, anchor) for path, _, anchor in (target.partition("#") for target in local)]
