"""The command that reports how a topics file does on the papers of a ledger."""

from __future__ import annotations

import json

from tests.support.folders import Folder, page


def test_the_command_before_and_after_the_first_run(folder: Folder) -> None:
    """For a person and as data."""
    assert folder.digest("topics").out.startswith("0 papers, 0.0% of them under Other\n")
    folder.drop("page.txt", page("2026-11-18", range(9)))
    folder.run("2026-11-18T08:00")
    told = folder.digest("topics").out
    assert told.startswith("9 papers")
    assert "size " in told
    data = json.loads(folder.digest("topics", "--json").out)
    assert 9 == data["papers"] == sum(size["papers"] for size in data["sizes"])
