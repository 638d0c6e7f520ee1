"""Published files, and facts about the working folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from digest.model.files import PublishedFile
from tests.support.builders import ledger

OLD, NEW = PublishedFile(3, 10**18, b"old"), PublishedFile(4, 2**62, b"new")


def test_the_manifest_has_written_files_until_they_are_removed(tmp_path: Path) -> None:
    """A file that is written again has its new values; times keep every nanosecond."""
    with closing(ledger(tmp_path)) as opened:
        manifest = opened.published_files.manifest()
        assert {} == manifest
        opened.published_files.record_publication([("a.html", OLD), ("b.html", OLD)], [])
        opened.published_files.record_publication([("a.html", NEW)], ["b.html", "never.html"])
        assert {"a.html": NEW} == manifest
        assert [("a.html", NEW.size, NEW.modified_ns)] == manifest.marks()
        assert "b.html" not in manifest
        assert len(manifest) == 1


def test_a_fact_has_the_last_value_that_was_set(tmp_path: Path) -> None:
    """Before that it is None."""
    with closing(ledger(tmp_path)) as opened:
        assert opened.published_files.fact("rendered with") is None
        for value in ("one", "two"):
            opened.published_files.set_fact("rendered with", value)
        assert opened.published_files.fact("rendered with") == "two"
