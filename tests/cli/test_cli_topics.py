"""The command that reports how a topics file does on the papers of a ledger."""

from __future__ import annotations

import json

from digest.pipeline.topics import shipped_headings
from tests.support.folders import Folder, answer, page

REMOVED = 'extends = "shipped"\n[[topic]]\nid = "audio"\nremove = true\n'
MOVED = {"before": "audio", "after": "robotics"}


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


def test_the_difference_to_the_shipped_topics(folder: Folder) -> None:
    """Without a topics file there is none; with one, each moved paper is named, and then counts."""
    assert "0 of 0 papers (0.0%) under another heading\n" == folder.digest("topics", "--diff").out
    entries = [
        {
            "id": f"2611.0000{n}",
            "title": title,
            "summary": "A humanoid robot with a gripper.",
        }
        for n, title in enumerate(
            ["Speaker Verification by Night", "Speaker Verification by Day", "Grasping Robots"]
        )
    ]
    folder.drop("day.json", answer("2026-11-18", entries))
    folder.run("2026-11-18T08:00")
    assert "0 of 3 papers (0.0%) under another heading\n" == folder.digest("topics", "--diff").out
    folder.sort_by(REMOVED)
    names = shipped_headings().names
    way = f"{names['audio']} -> {names['robotics']}"
    assert folder.digest("topics", "--diff").out.splitlines() == [
        f"moved    {way}: Speaker Verification by Night",
        f"moved    {way}: Speaker Verification by Day",
        f"way            2  {way}",
        "2 of 3 papers (66.7%) under another heading",
    ]
    told = folder.digest("topics", "--json", "--diff").out.splitlines()
    assert [json.loads(line) for line in told] == [
        {"title": "Speaker Verification by Night", "arxiv_id": "2611.00000", **MOVED},
        {"title": "Speaker Verification by Day", "arxiv_id": "2611.00001", **MOVED},
        {"papers": 3, "moved": 2},
    ]


def test_the_difference_that_a_file_would_make(folder: Folder) -> None:
    """It is compared with the topics in force, and may have any name; "Other" is a heading too."""
    entry = {
        "id": "2611.00001",
        "title": "Speaker Verification by Night",
        "summary": "A humanoid robot with a gripper.",
    }
    folder.drop("day.json", answer("2026-11-18", [entry]))
    folder.run("2026-11-18T08:00")
    folder.sort_by(REMOVED)
    file = folder.root / "new topics.toml"
    file.write_text("", "utf-8")
    told = folder.digest("topics", "--diff", str(file)).out
    robotics = shipped_headings().names["robotics"]
    assert told.startswith(f"moved    {robotics} -> Other: Speaker Verification by Night\n")
    file.write_text(REMOVED, "utf-8")
    told = folder.digest("topics", "--diff", str(file)).out
    assert "0 of 1 paper (0.0%) under another heading\n" == told


def test_a_file_that_cannot_be_compared_is_an_error(folder: Folder) -> None:
    """It is named, with status 2, before anything is printed."""
    file = folder.root / "new.toml"
    for content, expected in ((None, "No such file"), ('extends = "x"', "one of shipped")):
        if content:
            file.write_text(content, "utf-8")
        answered = folder.digest("topics", "--diff", str(file))
        assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
        assert str(file) in answered.err
        assert expected in answered.err
