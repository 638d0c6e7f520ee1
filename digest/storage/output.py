"""Write the output tree: staged, synced, renamed, and only the files that differ.

No other module writes to the output.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from digest.model.files import PublishedFile
from digest.model.issues import Page
from digest.storage import staging

_THREADS = 8  # files that are synced at once
_DATED = re.compile(r"\d{4}(?:-\d\d|-w\d\d|-\d\d-\d\d(?:-\d+)?)?\.[a-z]+")


class OutputChanges(msgspec.Struct):
    """The result of a publication: files written and removed, and the number left as they were.

    Paths are below the output folder.
    """

    written: list[tuple[str, PublishedFile]] = []
    same: int = 0
    removed: list[str] = []


def publish(
    folder: Path, pages: Iterable[Page], manifest: Mapping[str, PublishedFile], *, whole: bool
) -> OutputChanges:
    """Write the pages that differ from the published files in ``manifest``.

    All are staged beside their places, then synced, then renamed in the order given, and at
    last their folders are synced. A reader sees the old file or the new one, never a part.
    With ``whole``, ``pages`` are all there should be: every other file of the manifest is
    removed. Files outside the manifest are never removed. Raises `OSError`, for example when
    the disk is full; each page is then the old file or the new one.
    """
    publication, staged, paths = OutputChanges(), [], set()
    try:
        for page in pages:
            paths.add(page.path)
            content_hash = hashlib.blake2b(page.body, digest_size=16).digest()
            present = manifest.get(page.path)
            # An equal hash is not enough: somebody may have changed or removed the file.
            if (
                present
                and present.hash == content_hash
                and not first_modified(folder, [(page.path, *present[:2])])
            ):
                publication.same += 1
                continue
            place = staging.stage(os.path.join(folder, page.path), page.body)
            staged.append((page.path, content_hash, place))
        _rename(folder, staged, publication)
    finally:
        # A renamed file has left its staged path. After an error some may still be there.
        for _, _, place in staged:
            with suppress(FileNotFoundError):
                os.unlink(place)
    # Last, so that no link of a page that readers see leads to a removed one.
    if whole:
        publication.removed = [path for path in manifest if path not in paths]
        for path in publication.removed:
            with suppress(FileNotFoundError):
                (folder / path).unlink()
    return publication


def replace_pages(folder: Path, pages: Iterable[Page]) -> None:
    """Write pages that every run makes anew, without a sync. Raises `OSError`.

    They are in no manifest, so no publication removes them. After a power cut the next run
    writes them again.
    """
    for page in pages:
        staging.replace_file(os.path.join(folder, page.path), page.body)


def dated_files(folder: Path) -> Iterator[str]:
    """Yield the paths in subfolders of the output that are named by a day, week, month or year.

    Such names are ours, so these files may be removed even when no manifest has them.
    """
    for path in sorted(folder.glob("*/**/*")):
        if _DATED.fullmatch(path.name) and path.is_file():
            yield path.relative_to(folder).as_posix()


def first_modified(folder: Path, marks: Iterable[tuple[str, int, int]]) -> str | None:
    """Return the path of the first file that is missing or was modified; None if none is.

    ``marks`` are the path, the size in bytes and the modification time in nanoseconds of each
    file as it was written. The content is not read.
    """
    # Every run looks at all files, so the loop holds one system call: 13,000 files take 29 ms.
    for path, size, modified_ns in marks:
        try:
            status = os.stat(f"{folder}/{path}")
        except OSError:
            return path
        if status.st_size != size or status.st_mtime_ns != modified_ns:
            return path
    return None


def _rename(folder: Path, staged: list[tuple[str, bytes, str]], publication: OutputChanges) -> None:
    """Sync and rename the staged files, given as path, content hash and staged path.

    Adds each to ``publication`` once it is in its place.
    """
    folders: dict[str, None] = {}
    # Only after all are staged: the disk has begun to write the first ones by then.
    _sync_all([place for _, _, place in staged])
    for path, content_hash, place in staged:
        os.replace(place, final := os.path.join(folder, path))
        status = os.stat(final)
        published = PublishedFile(status.st_size, status.st_mtime_ns, content_hash)
        publication.written.append((path, published))
        folders |= dict.fromkeys(_parents(path))
    _sync_all([os.path.join(folder, parent) for parent in folders])


def _parents(path: str) -> Iterator[str]:
    """Yield the folders above a page, up to the output folder itself."""
    while path:
        path = os.path.dirname(path)
        yield path


def _sync_all(places: Sequence[str]) -> None:
    """Sync files or folders by several threads. Raises the first `OSError` when all are done.

    Syncs at the same time are much faster: 97 files one after the other took 120 to 380 ms on
    ext4, by eight threads 11 to 27 ms.
    """
    remaining, failures = iter(places), list[OSError]()
    one_at_a_time = threading.Lock()

    def work() -> None:
        while not failures:
            with one_at_a_time:
                place = next(remaining, None)
            if place is None:
                return
            try:
                staging.sync(place)
            except OSError as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(min(_THREADS, len(places)) - 1)]
    for thread in threads:
        thread.start()
    work()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
