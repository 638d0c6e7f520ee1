"""The list of pages that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.storage import removed_pages


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Return an output folder; the state folder is the one above."""
    (tmp_path / "output").mkdir()
    return tmp_path / "output"


def test_the_list_has_what_is_gone_and_not_what_came_back(tmp_path: Path, output: Path) -> None:
    """One path a line, in order, each once."""
    removed_pages.record(tmp_path, output, ["b.html", "a/x.html"], [])
    removed_pages.record(tmp_path, output, ["b.html", "c.html"], ["a/x.html"])
    assert "b.html\nc.html\n" == (tmp_path / "removed.txt").read_text("utf-8")
    assert ["b.html", "c.html"] == removed_pages.load(tmp_path)


def test_a_publication_without_removed_pages_makes_no_list(tmp_path: Path, output: Path) -> None:
    """A command gets an empty one."""
    removed_pages.record(tmp_path, output, [], ["a.html"])
    assert [] == removed_pages.load(tmp_path)
    assert not (tmp_path / "removed.txt").exists()
    assert b"" == removed_pages.make_if_missing(tmp_path).read_bytes()


def test_a_list_that_is_there_stays(tmp_path: Path, output: Path) -> None:
    """Whoever asks for it."""
    removed_pages.record(tmp_path, output, ["a.html"], [])
    assert b"a.html\n" == removed_pages.make_if_missing(tmp_path).read_bytes()


def test_the_folders_of_listed_pages_are_made_again(tmp_path: Path, output: Path) -> None:
    """Without the folder rsync reports an error. A link in its place is left alone."""
    (tmp_path / "elsewhere").mkdir()
    (output / "link").symlink_to(tmp_path / "elsewhere")
    removed_pages.record(tmp_path, output, ["a/b/c.html", "link/d/e.html"], [])
    assert (output / "a" / "b").is_dir()
    assert [] == list((tmp_path / "elsewhere").iterdir())


def test_a_list_that_is_no_list_is_made_anew(tmp_path: Path, output: Path) -> None:
    """Nothing behind a link is read, and bytes that are no text are no paths."""
    (tmp_path / "removed.txt").write_bytes(b"\xff\n")
    assert [] == removed_pages.load(tmp_path)
    removed_pages.record(tmp_path, output, ["a.html"], [])
    assert ["a.html"] == removed_pages.load(tmp_path)


@pytest.mark.parametrize(
    "path", ["../../there/x.html", "/there/x.html", "a/../../x.html", "\0", ""]
)
def test_what_leads_out_of_the_output_is_taken_off_the_list(
    tmp_path: Path, output: Path, path: str
) -> None:
    """Somebody has edited it: commands would remove such a file elsewhere."""
    (tmp_path / "removed.txt").write_text(f"a.html\n{path}\n")
    assert ["a.html"] == removed_pages.load(tmp_path)
    removed_pages.record(tmp_path, output, ["b.html"], [])
    assert "a.html\nb.html\n" == (tmp_path / "removed.txt").read_text("utf-8")
    assert {"output", "removed.txt"} == {file.name for file in tmp_path.iterdir()} - {"staging-key"}
