"""Writing the output: only files that differ, each whole or not at all, and no foreign file."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.model.files import PublishedFile
from digest.model.issues import Page
from digest.storage import output

OLD = 10**18  # nanoseconds: any write since is later
PAGES = (
    Page("daily/2026-11-22.html", b"<p>issue</p>"),
    Page("feed.xml", b"<rss/>"),
    Page("index.html", b"<p>index</p>"),
)


def state_of(folder: Path) -> Path:
    """Return the state folder of an output folder; it lies beside it."""
    state = folder.with_name(f"{folder.name}-state")
    state.mkdir(parents=True, exist_ok=True)
    return state


def publish(
    folder: Path,
    *pages: Page,
    manifest: Mapping[str, PublishedFile] | None = None,
    whole: bool = True,
) -> output.OutputChanges:
    """Publish these pages into the folder."""
    return output.publish(folder, pages, manifest or {}, state_of(folder), whole=whole)


@pytest.fixture
def manifest(tmp_path: Path) -> dict[str, PublishedFile]:
    """Publish `PAGES`, give their files an old time, and return the manifest."""
    files = dict(publish(tmp_path, *PAGES).written)
    for path in files:
        os.utime(tmp_path / path, ns=(OLD, OLD))
    return {path: file._replace(modified_ns=OLD) for path, file in files.items()}


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def times(folder: Path) -> dict[str, int]:
    """Return when every file was last written."""
    return {page.path: (folder / page.path).stat().st_mtime_ns for page in PAGES}


def test_a_first_publication_writes_everything(tmp_path: Path) -> None:
    """It writes in the order given, leaves no other file, and returns size and time of each."""
    publication = publish(tmp_path, *PAGES)
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)
    assert [page.path for page in PAGES] == [path for path, _ in publication.written]
    path, file = publication.written[0]
    status = (tmp_path / path).stat()
    assert (status.st_size, status.st_mtime_ns) == (file.size, file.modified_ns)
    assert (0, []) == (publication.same, publication.removed)


def test_the_same_again_writes_nothing(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """No file is touched."""
    before = times(tmp_path)
    publication = publish(tmp_path, *PAGES, manifest=manifest)
    assert ([], 3, []) == (publication.written, publication.same, publication.removed)
    assert before == times(tmp_path)


def test_only_what_differs_is_written(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """The others keep their time, so that a copy of the tree transfers little."""
    before = times(tmp_path)
    changed = (*PAGES[:2], Page("index.html", b"<p>other</p>"))
    publication = publish(tmp_path, *changed, manifest=manifest)
    assert ["index.html"] == [path for path, _ in publication.written]
    after = times(tmp_path)
    assert ["index.html"] == [path for path in before if before[path] != after[path]]
    assert b"<p>other</p>" == (tmp_path / "index.html").read_bytes()


def test_missing_and_modified_files_are_written_again(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """All pages are in place afterwards."""
    (tmp_path / "feed.xml").unlink()
    (tmp_path / "index.html").write_bytes(b"<p>INDEX</p>")
    publication = publish(tmp_path, *PAGES, manifest=manifest)
    assert ["feed.xml", "index.html"] == [path for path, _ in publication.written]
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)


def test_a_deleted_folder_is_made_again(tmp_path: Path, manifest: dict[str, PublishedFile]) -> None:
    """Pages in the manifest are written when their files are missing."""
    elsewhere = tmp_path / "elsewhere" / "output"
    assert 3 == len(publish(elsewhere, *PAGES, manifest=manifest).written)
    assert {page.path: page.body for page in PAGES} == tree(elsewhere)


def test_a_whole_publication_removes_only_files_of_the_manifest(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """A CNAME, a repository and a picture that somebody put there stay."""
    others = {"CNAME": b"example.org", ".git/HEAD": b"ref", "daily/picture.png": b"png"}
    for path, body in others.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(body)
    publication = publish(tmp_path, PAGES[1], manifest=manifest)
    assert ["daily/2026-11-22.html", "index.html"] == publication.removed
    assert others | {"feed.xml": b"<rss/>"} == tree(tmp_path)


def test_a_partial_publication_removes_nothing(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """The pages of new issues are not all pages."""
    publication = publish(tmp_path, PAGES[1], manifest=manifest, whole=False)
    assert [] == publication.removed
    assert {page.path for page in PAGES} == set(tree(tmp_path))


def test_a_file_that_is_missing_already_can_be_removed(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """It is reported as removed, and no error is raised."""
    (tmp_path / "index.html").unlink()
    assert ["index.html"] == publish(tmp_path, *PAGES[:2], manifest=manifest).removed


@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_modes_follow_the_umask(tmp_path: Path, umask: int, expected: int) -> None:
    """A web server of another user can read them, as files of any program."""
    before = os.umask(umask)
    try:
        publish(tmp_path, *PAGES)
    finally:
        os.umask(before)
    modes = {(tmp_path / page.path).stat().st_mode & 0o777 for page in PAGES}
    assert {expected} == modes


def test_a_reader_of_an_open_file_keeps_the_old_one(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """Files are replaced, not overwritten."""
    with (tmp_path / "index.html").open("rb") as reader:
        publish(tmp_path, Page("index.html", b"<p>other</p>"), manifest=manifest, whole=False)
        assert b"<p>index</p>" == reader.read()


def test_nothing_is_renamed_before_everything_is_staged(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """A page that fails to render leaves the whole tree as it was, without staged files."""

    def failing() -> Iterator[Page]:
        yield Page("daily/2026-11-23.html", b"<p>new</p>")
        yield Page("index.html", b"<p>new</p>")
        raise ValueError("rendering")

    before = tree(tmp_path)
    with pytest.raises(ValueError, match="rendering"):
        output.publish(tmp_path, failing(), manifest, state_of(tmp_path), whole=True)
    assert before == tree(tmp_path)


def test_a_full_disk_leaves_the_old_files(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """The last of three writes fails with the system's error, and no staged file is left."""
    before, old_times = tree(tmp_path), times(tmp_path)
    pages = (
        Page("daily/2026-11-23.html", b"<p>new</p>"),
        Page("index.html", b"<p>new</p>"),
        Page("feed.xml", b"x" * 200_000),
    )
    with at_most(100_000), pytest.raises(OSError, match="File too large"):
        publish(tmp_path, *pages, manifest=manifest)
    assert (before, old_times) == (tree(tmp_path), times(tmp_path))


def test_after_a_full_disk_the_next_publication_completes(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """The files are those of a publication without a fault."""
    pages = (Page("index.html", b"<p>new</p>"), Page("feed.xml", b"x" * 200_000))
    with at_most(100_000), pytest.raises(OSError, match="File too large"):
        publish(tmp_path, *pages, manifest=manifest)
    publish(tmp_path, *pages, manifest=manifest)
    assert {page.path: page.body for page in pages} == tree(tmp_path)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond this size, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_pages_of_every_run_are_replaced_whole(tmp_path: Path) -> None:
    """They have the mode that the umask gives, and no staged file is left."""
    for body in (b"first", b"second"):
        output.replace_pages(tmp_path / "output", [Page("status.html", body)], tmp_path)
        assert {"status.html": body} == tree(tmp_path / "output")
    (tmp_path / "other").touch()
    modes = {path.stat().st_mode for path in (tmp_path / "other", tmp_path / "output/status.html")}
    assert 1 == len(modes)
