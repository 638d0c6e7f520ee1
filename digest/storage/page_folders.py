"""The folders of pages in the output: find what is in the way of a page, and what is ours.

No link is followed, and no folder that is a link is entered.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from digest.storage import staging

_CHUNK = 1 << 20  # bytes read at a time


class Obstacle(NamedTuple):
    """Something in the place of a folder or of a page, by its path below the output folder."""

    path: str
    kind: str


class PageFolders:
    """The folders of pages in the output, each looked at once: none that is a link is entered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._obstacles: dict[str, Obstacle | None] = {"": None}

    def make(self) -> None:
        """Make the output folder. Raises `OSError`, also if it is a link."""
        staging.make_folder(self.root)

    def obstacle(self, path: str, *, make: bool = False) -> Obstacle | None:
        """Return what is in the way of a file at a path, or None; with ``make`` makes its folders.

        A file, a pipe or a link at the path itself is not in the way: it is replaced.
        """
        if obstacle := self._folder_obstacle(path.rpartition("/")[0], make=make):
            return obstacle
        try:
            is_folder = stat.S_ISDIR((self.root / path).lstat().st_mode)
        except OSError:
            return None
        return Obstacle(path, "a folder") if is_folder else None

    def may_remove(self, path: str, content_hash: bytes) -> bool:
        """Return whether the file at a path has this hash, or nothing is there."""
        there = os.path.lexists(self.root / path)
        return not there or self.content_hash(path) == content_hash

    def content_hash(self, path: str) -> bytes | None:
        """Return the hash of a file of the output; None if it is no regular file."""
        content = hashlib.blake2b(digest_size=16)
        try:
            with staging.open_regular(self.root / path) as file:
                while chunk := file.read(_CHUNK):
                    content.update(chunk)
        except OSError:
            return None
        return content.digest()

    def _folder_obstacle(self, parent: str, *, make: bool) -> Obstacle | None:
        if parent not in self._obstacles:
            above = self._folder_obstacle(parent.rpartition("/")[0], make=make)
            self._obstacles[parent] = above or self._look_at(parent, make=make)
        return self._obstacles[parent]

    def _look_at(self, parent: str, *, make: bool) -> Obstacle | None:
        place = self.root / parent
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            if make:
                place.mkdir()
            return None
        if stat.S_ISDIR(mode):
            return None
        return Obstacle(parent, "a link" if stat.S_ISLNK(mode) else "no folder")
