"""The only writer of the output: what differs, whole or not at all, and nothing of anybody else."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.model.files import PublishedFile
from digest.model.issues import Page
from digest.storage import output, staging

OLD = 10**18  # nanoseconds: any write since is later
PAGES = (
    Page("daily/2026-11-22.html", b"<p>issue</p>"),
    Page("feed.xml", b"<rss/>"),
    Page("index.html", b"<p>index</p>"),
)


def publish(
    folder: Path,
    *pages: Page,
    manifest: Mapping[str, PublishedFile] | None = None,
    whole: bool = True,
) -> output.Publication:
    """Publishes into this folder."""
    return output.publish(folder, pages, manifest or {}, whole=whole)


@pytest.fixture
def manifest(tmp_path: Path) -> dict[str, PublishedFile]:
    """What a first publication of `PAGES` left, in a folder whose files are old."""
    found = dict(publish(tmp_path, *PAGES).written)
    for path in found:
        os.utime(tmp_path / path, ns=(OLD, OLD))
    return {path: mark._replace(modified_ns=OLD) for path, mark in found.items()}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def times(folder: Path) -> dict[str, int]:
    """When every file was last written."""
    return {page.path: (folder / page.path).stat().st_mtime_ns for page in PAGES}


def test_a_first_publication_writes_everything(tmp_path: Path) -> None:
    """In the order given, nothing beside it, and tells size, time and hash of each."""
    done = publish(tmp_path, *PAGES)
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)
    assert [page.path for page in PAGES] == [path for path, _ in done.written]
    path, mark = done.written[0]
    status = (tmp_path / path).stat()
    assert (status.st_size, status.st_mtime_ns) == (mark.size, mark.modified_ns)
    assert (0, []) == (done.same, done.removed)


def test_the_same_again_writes_nothing(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """Not one file is touched."""
    before = times(tmp_path)
    done = publish(tmp_path, *PAGES, manifest=manifest)
    assert ([], 3, []) == (done.written, done.same, done.removed)
    assert before == times(tmp_path)


def test_only_what_differs_is_written(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """The others keep their time, so that whoever copies the tree copies little."""
    before = times(tmp_path)
    changed = (*PAGES[:2], Page("index.html", b"<p>other</p>"))
    done = publish(tmp_path, *changed, manifest=manifest)
    assert ["index.html"] == [path for path, _ in done.written]
    after = times(tmp_path)
    assert ["index.html"] == [path for path in before if before[path] != after[path]]
    assert b"<p>other</p>" == (tmp_path / "index.html").read_bytes()


def test_missing_and_touched_files_are_restored(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """Whatever happened to the folder, what is asked for stands there afterwards."""
    (tmp_path / "feed.xml").unlink()
    (tmp_path / "index.html").write_bytes(b"<p>INDEX</p>")
    done = publish(tmp_path, *PAGES, manifest=manifest)
    assert ["feed.xml", "index.html"] == [path for path, _ in done.written]
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)


def test_a_deleted_folder_is_made_again(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """The manifest alone never passes for the files."""
    elsewhere = tmp_path / "elsewhere" / "output"
    assert 3 == len(publish(elsewhere, *PAGES, manifest=manifest).written)
    assert {page.path: page.body for page in PAGES} == tree(elsewhere)


def test_whole_removes_only_what_it_wrote(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """A CNAME, a repository and a picture somebody put there stay."""
    others = {"CNAME": b"example.org", ".git/HEAD": b"ref", "daily/picture.png": b"png"}
    for path, body in others.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(body)
    done = publish(tmp_path, PAGES[1], manifest=manifest)
    assert ["daily/2026-11-22.html", "index.html"] == done.removed
    assert others | {"feed.xml": b"<rss/>"} == tree(tmp_path)


def test_a_part_removes_nothing(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """New issues' pages are not all there is."""
    done = publish(tmp_path, PAGES[1], manifest=manifest, whole=False)
    assert [] == done.removed
    assert {page.path for page in PAGES} == set(tree(tmp_path))


def test_what_is_gone_already_can_be_removed(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """Somebody was faster."""
    (tmp_path / "index.html").unlink()
    assert ["index.html"] == publish(tmp_path, *PAGES[:2], manifest=manifest).removed


@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_modes_follow_the_umask(tmp_path: Path, umask: int, expected: int) -> None:
    """As any program's files do: a web server of another user can read them."""
    before = os.umask(umask)
    try:
        publish(tmp_path, *PAGES)
    finally:
        os.umask(before)
    modes = {(tmp_path / page.path).stat().st_mode & 0o777 for page in PAGES}
    assert {expected} == modes


def test_a_reader_keeps_the_old_file(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """Files are replaced, never written over."""
    with (tmp_path / "index.html").open("rb") as reader:
        publish(tmp_path, Page("index.html", b"<p>other</p>"), manifest=manifest, whole=False)
        assert b"<p>index</p>" == reader.read()


def test_nothing_is_renamed_before_everything_is_staged(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """A page that fails to render leaves the whole tree as it was, and no litter."""

    def failing() -> Iterator[Page]:
        yield Page("daily/2026-11-23.html", b"<p>new</p>")
        yield Page("index.html", b"<p>new</p>")
        raise ValueError("rendering")

    before = tree(tmp_path)
    with pytest.raises(ValueError, match="rendering"):
        output.publish(tmp_path, failing(), manifest, whole=True)
    assert before == tree(tmp_path)


def test_a_full_disk_leaves_the_old_files(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """The write that fails is the last of three; the system says why; no litter stays."""
    before, marks = tree(tmp_path), times(tmp_path)
    pages = (
        Page("daily/2026-11-23.html", b"<p>new</p>"),
        Page("index.html", b"<p>new</p>"),
        Page("feed.xml", b"x" * 200_000),
    )
    with at_most(100_000), pytest.raises(OSError, match="File too large"):
        publish(tmp_path, *pages, manifest=manifest)
    assert (before, marks) == (tree(tmp_path), times(tmp_path))


def test_after_a_full_disk_the_next_publication_completes(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """It ends where an unbroken one would have ended."""
    pages = (Page("index.html", b"<p>new</p>"), Page("feed.xml", b"x" * 200_000))
    with at_most(100_000), pytest.raises(OSError, match="File too large"):
        publish(tmp_path, *pages, manifest=manifest)
    publish(tmp_path, *pages, manifest=manifest)
    assert {page.path: page.body for page in pages} == tree(tmp_path)


def test_what_a_killed_publication_staged_does_no_harm(tmp_path: Path) -> None:
    """The next one writes over it and takes it away."""
    (tmp_path / f".index.html{staging.SUFFIX}").write_bytes(b"half a pa")
    publish(tmp_path, *PAGES)
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """No file can grow beyond this size: what a full disk does to a writer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_made_anew_after_each_run(tmp_path: Path) -> None:
    """Replaced whole, with the mode any program's files have, and nothing left beside it."""
    for body in (b"first", b"second"):
        output.replace_pages(tmp_path / "output", [Page("status.html", body)])
        assert {"status.html": body} == tree(tmp_path / "output")
    (tmp_path / "other").touch()
    modes = {path.stat().st_mode for path in (tmp_path / "other", tmp_path / "output/status.html")}
    assert 1 == len(modes)
