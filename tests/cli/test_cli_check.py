"""`digest check`: a line for each part of the configuration."""

from __future__ import annotations

from tests.support.folders import Folder


def test_check_prints_a_line_for_each_part(folder: Folder) -> None:
    """A part in order is ok; a site that only this machine can reach is a warning, no error."""
    answered = folder.digest("check")
    assert 0 == answered.status
    assert ["ok", "ok", "ok", "!"] == [line.split()[0] for line in answered.out.splitlines()]
    folder.configure('[site]\nurl = "https://papers.example/"\n')
    assert "!" not in folder.digest("check").out


def test_check_of_an_unknown_topic_leaves_with_2(folder: Folder) -> None:
    """The message names the topic."""
    folder.configure('[[edition]]\ntopics = ["agents", "agnets"]\n')
    answered = folder.digest("check")
    assert 2 == answered.status
    assert "no topic 'agnets'" in answered.err
