"""What was written to the output, and facts about the folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from digest.ledger import manifest
from digest.model.files import Written
from tests.builders import ledger

OLD, NEW = Written(3, 10**18, b"old"), Written(4, 2**62, b"new")


def test_what_was_written_is_remembered_until_it_is_removed(tmp_path: Path) -> None:
    """Written again takes the place of the earlier; times keep every nanosecond."""
    with closing(ledger(tmp_path)) as opened:
        held = manifest.Manifest(opened)
        assert {} == held
        manifest.record(opened, [("a.html", OLD), ("b.html", OLD)], [])
        manifest.record(opened, [("a.html", NEW)], ["b.html", "never.html"])
        assert {"a.html": NEW} == held
        assert [("a.html", NEW.size, NEW.modified_ns)] == held.marks()
        assert "b.html" not in held
        assert len(held) == 1


def test_a_fact_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    """And is nothing before it is known."""
    with closing(ledger(tmp_path)) as opened:
        assert manifest.fact(opened, "rendered with") is None
        for value in ("one", "two"):
            manifest.set_fact(opened, "rendered with", value)
        assert manifest.fact(opened, "rendered with") == "two"
