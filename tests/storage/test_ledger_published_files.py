"""What was written to the output, and facts about the folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from digest.model.files import PublishedFile
from digest.storage.ledger import published_files
from tests.support.builders import ledger

OLD, NEW = PublishedFile(3, 10**18, b"old"), PublishedFile(4, 2**62, b"new")


def test_what_was_written_is_remembered_until_it_is_removed(tmp_path: Path) -> None:
    """Written again takes the place of the earlier; times keep every nanosecond."""
    with closing(ledger(tmp_path)) as opened:
        held = published_files.Manifest(opened.connection)
        assert {} == held
        opened.published_files.record_publication([("a.html", OLD), ("b.html", OLD)], [])
        opened.published_files.record_publication([("a.html", NEW)], ["b.html", "never.html"])
        assert {"a.html": NEW} == held
        assert [("a.html", NEW.size, NEW.modified_ns)] == held.marks()
        assert "b.html" not in held
        assert len(held) == 1


def test_a_fact_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    """And is nothing before it is known."""
    with closing(ledger(tmp_path)) as opened:
        assert opened.published_files.fact("rendered with") is None
        for value in ("one", "two"):
            opened.published_files.set_fact("rendered with", value)
        assert opened.published_files.fact("rendered with") == "two"
