"""The list of pages that were published once and are gone: `state/removed.txt`.

Commands that bring the output elsewhere remove these pages there by name, so that everything
else there stays. The list has one path below `output/` a line, in order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from digest.storage import staging
from digest.storage.page_folders import PageFolders

FILE = "removed.txt"


def record(state: Path, output: Path, removed: Iterable[str], written: Iterable[str]) -> None:
    """Add the pages that a publication removed, and take out those that it wrote.

    Makes the folders of the listed pages in the folder ``output`` if they are gone: of a page
    whose folder is missing as well, rsync reports an error. The caller holds the lock of the
    working folder. Raises `OSError`.
    """
    before = set(_lines(state))
    after = ({*filter(_is_page, before)} | {*removed}) - {*written}
    if after != before:
        text = "".join(f"{path}\n" for path in sorted(after))
        staging.replace_file(state / FILE, text.encode(), state)
    folders = PageFolders(output)
    for path in sorted(after):
        folders.obstacle(path, make=True)


def load(state: Path) -> list[str]:
    """Return the paths in the list; none if there is no list."""
    return [*filter(_is_page, _lines(state))]


def _is_page(path: str) -> bool:
    """Return False for what leads out of the output: commands remove there what is listed."""
    return not {"", ".", ".."} & {*path.split("/")} and "\0" not in path


def _lines(state: Path) -> list[str]:
    try:
        with staging.open_regular(state / FILE) as file:
            return file.read().decode().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def make_if_missing(state: Path) -> Path:
    """Return the path of the list, after making an empty one if there is none.

    Needs no lock. Raises `OSError`.
    """
    with suppress(FileExistsError):
        os.close(staging.open_or_create(state / FILE, os.O_WRONLY | os.O_EXCL))
    return state / FILE
