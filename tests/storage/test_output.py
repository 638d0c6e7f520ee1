"""Writing the output: only files that differ, each whole or not at all, and no foreign file."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.model.files import Page, PublishedFile
from digest.storage import output, publication_log, staging

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


def test_a_partial_publication_removes_outdated_pages_of_its_own(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """A page that is written, or that it does not know, stays."""
    (tmp_path / "notes.txt").write_bytes(b"mine")
    outdated = ["index.html", PAGES[1].path, "notes.txt", "missing.html"]
    publication = output.publish(
        tmp_path, [PAGES[1]], manifest, state_of(tmp_path), whole=False, outdated=outdated
    )
    assert ["index.html"] == publication.removed
    left = {page.path for page in PAGES} - {"index.html"} | {"notes.txt"}
    assert left == set(tree(tmp_path))


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


OTHERS = ("CNAME", "blog/2025-01-01.html", "daily/2025-01-02.html", ".git/refs/2025-01.txt")


def test_no_staged_page_goes_through_a_link(tmp_path: Path) -> None:
    """Names that earlier versions staged at, and pages, may be links to somebody's file."""
    output_folder, mine = tmp_path / "output", tmp_path / "mine.txt"
    output_folder.mkdir()
    mine.write_bytes(b"mine")
    for name in ("index.html", ".index.html.digest-staged", f"{staging.PREFIX}x", "feed.xml"):
        (output_folder / name).symlink_to(mine)
    publish(output_folder, *PAGES)
    assert b"mine" == mine.read_bytes()
    for page in PAGES:
        assert page.body == (output_folder / page.path).read_bytes()
        assert not (output_folder / page.path).is_symlink()


def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path) -> None:
    """Its pages are blocked, the others are written, and nothing is put or removed behind it."""
    output_folder, elsewhere = tmp_path / "output", tmp_path / "elsewhere"
    output_folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / PAGES[0].path.rpartition("/")[2]).write_bytes(PAGES[0].body)
    (output_folder / "daily").symlink_to(elsewhere)
    publication = publish(output_folder, *PAGES)
    assert {PAGES[0].path: ("daily", "a link")} == publication.blocked
    assert ["feed.xml", "index.html"] == [path for path, _ in publication.written]
    body = PAGES[0].body
    known = {
        PAGES[0].path: PublishedFile(len(body), 0, hashlib.blake2b(body, digest_size=16).digest())
    }
    removed = publish(output_folder, *PAGES[1:], manifest=known)
    assert ([PAGES[0].path], []) == (removed.released, removed.removed)
    assert ["2026-11-22.html"] == [path.name for path in elsewhere.iterdir()]


@pytest.mark.parametrize("kind", ["file", "pipe", "socket", "dangling"])
def test_what_is_no_folder_blocks_its_pages_only(tmp_path: Path, kind: str) -> None:
    """It stays, and when it is gone the pages are written."""
    place = tmp_path / "daily"
    put(place, kind)
    publication = publish(tmp_path, *PAGES)
    expected = "a link" if kind == "dangling" else "no folder"
    assert {PAGES[0].path: ("daily", expected)} == publication.blocked
    assert os.path.lexists(place)
    assert publication.blocked == output.obstacles(tmp_path, [page.path for page in PAGES])
    place.unlink()
    assert 3 == len(publish(tmp_path, *PAGES).written)


@pytest.mark.parametrize("kind", ["file", "pipe", "socket", "dangling"])
def test_what_lies_at_the_path_of_a_page_is_replaced(tmp_path: Path, kind: str) -> None:
    """The paths of pages belong to the program."""
    put(tmp_path / "index.html", kind)
    publish(tmp_path, *PAGES)
    assert {page.path: page.body for page in PAGES} == tree(tmp_path)


def test_a_folder_at_the_path_of_a_page_stays(tmp_path: Path) -> None:
    """It holds somebody's files; the other pages are written."""
    put(tmp_path / "index.html" / "mine.txt", "file")
    publication = publish(tmp_path, *PAGES)
    assert {"index.html": ("index.html", "a folder")} == publication.blocked
    assert b"mine" == (tmp_path / "index.html" / "mine.txt").read_bytes()
    assert ["daily/2026-11-22.html", "feed.xml"] == [path for path, _ in publication.written]
    pages = [Page("index.html", b""), Page("status.json", b"{}")]
    with pytest.raises(OSError, match="is a folder"):
        output.replace_pages(tmp_path, pages, state_of(tmp_path))
    assert b"{}" == (tmp_path / "status.json").read_bytes()


def put(place: Path, kind: str) -> None:
    """Put something of this kind at a path."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if kind == "file":
        place.write_bytes(b"mine")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(os.path.relpath(place))
    else:
        place.symlink_to("nowhere")


def test_an_output_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """Nothing is written outside the working folder."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "output").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotADirectoryError, match="is a link"):
        publish(tmp_path / "output", *PAGES)
    assert [] == list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("change", ["edited", "linked", "folder"])
def test_an_outdated_file_that_somebody_changed_is_released(
    tmp_path: Path, manifest: dict[str, PublishedFile], change: str
) -> None:
    """It is theirs now: it stays, also with the size and time that it had."""
    place = tmp_path / "index.html"
    if change == "edited":
        place.write_bytes(b"<p>INDEX</p>")
        os.utime(place, ns=(OLD, OLD))
    else:
        place.unlink()
        put(place / "mine.txt", "file") if change == "folder" else place.symlink_to("feed.xml")
    publication = publish(tmp_path, *PAGES[:2], manifest=manifest)
    assert (["index.html"], []) == (publication.released, publication.removed)
    assert os.path.lexists(place)


def test_the_log_knows_files_that_the_ledger_forgot(tmp_path: Path) -> None:
    """Files with the names of ours are not in it, and one that was changed has no hash."""
    publish(tmp_path, *PAGES)
    for path in OTHERS:
        put(tmp_path / path, "file")
    (tmp_path / "index.html").write_bytes(b"edited")
    (tmp_path / "feed.xml").unlink()
    body = PAGES[0].body
    expected = {PAGES[0].path: hashlib.blake2b(body, digest_size=16).digest(), "index.html": b""}
    assert expected == dict(output.logged_files(tmp_path, state_of(tmp_path), {}))


def test_the_log_survives_a_torn_line(tmp_path: Path) -> None:
    """A power cut in the middle of a line loses that line only."""
    publication_log.append(tmp_path, [("a.html", b"1" * 16)])
    with (tmp_path / publication_log.FILE).open("ab") as log:
        log.write(b'["b.html","00\xff')
    publication_log.append(tmp_path, [("c.html", b"2" * 16), ("a.html", b"3" * 16)])
    expected = {"a.html": {b"1" * 16, b"3" * 16}, "c.html": {b"2" * 16}}
    assert expected == publication_log.load(tmp_path)
    publication_log.rewrite(tmp_path, [("c.html", b"4" * 16)])
    assert {"c.html": {b"4" * 16}} == publication_log.load(tmp_path)


def test_a_folder_without_a_log_gets_the_files_of_its_ledger(
    tmp_path: Path, manifest: dict[str, PublishedFile]
) -> None:
    """An earlier version wrote none."""
    (state_of(tmp_path) / publication_log.FILE).unlink()
    publish(tmp_path, Page("new.html", b"new"), manifest=manifest, whole=False)
    known = dict(output.logged_files(tmp_path, state_of(tmp_path), {}))
    assert {page.path for page in PAGES} | {"new.html"} == known.keys()
    assert b"" not in known.values()
