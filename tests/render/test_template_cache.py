"""Compiled templates are kept in the state folder, and pages never depend on them."""

from __future__ import annotations

import marshal
from pathlib import Path

import jinja2
import pytest
from jinja2 import bccache

from digest.model.settings import Site
from digest.render.site import pages, template_cache
from tests.support import builders, folders
from tests.support.folders import Folder

SHIPPED = Path(__file__).parents[2] / "templates"
ISSUE = builders.issue(builders.item(1))


def render(cache: Path | None, *own: Path) -> list[bytes]:
    """Return the pages of an issue, rendered with this folder for compiled templates."""
    compiled = template_cache.BytecodeCache(cache) if cache else None
    rendered = pages.Pages([*own, SHIPPED], Site(), cache=compiled).issue(ISSUE)
    return [page.body for page in rendered]


def test_a_read_only_cache_is_not_filled(tmp_path: Path) -> None:
    """`digest check` changes nothing, and a failed run may have met a full disk."""
    compiled = template_cache.BytecodeCache(tmp_path / "cache", read_only=True)
    assert render(None) == [
        page.body for page in pages.Pages([SHIPPED], Site(), cache=compiled).issue(ISSUE)
    ]
    assert [] == list(tmp_path.iterdir())


def test_pages_from_the_cache_are_the_same(tmp_path: Path) -> None:
    """The first rendering fills the cache, and the second one reads it."""
    cache = tmp_path / "below" / "cache"
    assert render(None) == render(cache)
    files = sorted(path.name for path in cache.iterdir())
    assert len(("layout.html", "issue.html", "section.html", "issue.md")) == len(files)
    assert render(None) == render(cache)
    assert files == sorted(path.name for path in cache.iterdir())


def test_the_cache_is_used(tmp_path: Path) -> None:
    """A file of the cache is run in place of its template."""
    render(tmp_path)
    environment = jinja2.Environment(autoescape=True)
    planted = compile(environment.compile("planted", raw=True), "planted", "exec")
    for file in tmp_path.iterdir():
        magic_and_checksum = file.read_bytes().partition(b"\xe3")[0]
        file.write_bytes(magic_and_checksum + marshal.dumps(planted))
    assert [b"planted", b"planted"] == render(tmp_path)[:2]


@pytest.mark.parametrize("length", [0, 5, len(bccache.bc_magic) + 3, 200])
def test_a_damaged_file_is_compiled_again(tmp_path: Path, length: int) -> None:
    """A file that was cut off is replaced by a whole one."""
    render(tmp_path)
    whole = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path, content in whole.items():
        path.write_bytes(content[:length])
    assert render(None) == render(tmp_path)
    assert whole == {path: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize("junk", [b"cos\nnothing\n.", b"\x80\x05K\x01.", b"N."])
def test_a_file_with_other_content_is_compiled_again(tmp_path: Path, junk: bytes) -> None:
    """Whatever its pickle raises, the pages are rendered."""
    render(tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(bccache.bc_magic + junk)
    assert render(None) == render(tmp_path)


def test_a_file_without_code_is_compiled_again(tmp_path: Path) -> None:
    """A whole file that holds something other than code is not run."""
    render(tmp_path)
    for path in tmp_path.iterdir():
        magic_and_checksum = path.read_bytes().partition(b"\xe3")[0]
        path.write_bytes(magic_and_checksum + marshal.dumps(7))
    assert render(None) == render(tmp_path)


def test_a_changed_template_is_compiled_again(tmp_path: Path) -> None:
    """The cache of a template's earlier text is not used."""
    own, cache = tmp_path / "own", tmp_path / "cache"
    own.mkdir()
    for text in ("one", "two"):
        (own / "issue.html").write_text(text)
        assert text.encode() == render(cache, own)[0]


@pytest.mark.parametrize("changed", ["digest", "jinja2"])
def test_another_version_compiles_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    """A new version of the program or of Jinja leaves the files of the earlier one alone."""
    render(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    monkeypatch.setattr(getattr(template_cache, changed), "__version__", "0.0.0")
    assert render(None) == render(tmp_path)
    assert before < {path.name for path in tmp_path.iterdir()}
    assert 2 * len(before) == len(list(tmp_path.iterdir()))


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A file stands where the folder would be made."""
    (tmp_path / "file").write_text("in the way")
    assert render(None) == render(tmp_path / "file")
    assert render(None) == render(tmp_path / "file" / "below")


def test_a_run_keeps_compiled_templates_in_the_state_folder(folder: Folder) -> None:
    """Nothing is written beside the shipped templates, and a cache in the way fails no run."""
    shipped = sorted(SHIPPED.rglob("*"))
    folder.drop("2026-11-18.txt", folders.page("2026-11-18", [1, 2]))
    folder.run("2026-11-18T08:00")
    cache = folder.root / "state" / "cache"
    assert list((cache / "templates").iterdir())
    assert shipped == sorted(SHIPPED.rglob("*"))
    for path in (cache / "templates").iterdir():
        path.unlink()
    (cache / "templates").rmdir()
    (cache / "templates").write_text("in the way")
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-11-18T09:00").status
    assert before == folder.tree()
