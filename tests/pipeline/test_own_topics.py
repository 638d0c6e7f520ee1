"""Topics that extend the shipped ones: only papers with a word that was touched are moved."""

from __future__ import annotations

import functools
import html
from pathlib import Path

import pytest

from benchmarks import corpus
from digest.editorial import topics
from digest.model.topic_settings import Topic
from digest.pipeline.topics import Headings, load_headings, shipped_headings
from tests.support.folders import Folder, answer

PAPERS = 1000
# The first phrase is one of another topic too.
BOATS = """
[[topic]]
id = "boats"
name = "Boats & harbours"
strong = ["sim-to-real"]
words = ["over the"]
"""


@functools.cache
def papers() -> list[corpus.Invented]:
    """Return invented papers."""
    return list(corpus.papers(PAPERS))


def headings(root: Path, changes: str) -> Headings:
    """Return the topics of a folder with these changes to the shipped ones."""
    (root / "config").mkdir(exist_ok=True)
    (root / "config" / "topics.toml").write_text(f'extends = "shipped"\n{changes}', "utf-8")
    return load_headings(root)


def different(changed: Headings) -> set[int]:
    """Return the numbers of the papers whose placement is not that of the shipped topics."""
    shipped = shipped_headings().lexicon
    return {
        paper.number
        for paper in papers()
        if topics.place(shipped, paper.title, paper.abstract)
        != topics.place(changed.lexicon, paper.title, paper.abstract)
    }


def having(*phrases: str) -> set[int]:
    """Return the numbers of the papers that have one of these phrases."""
    lexicon = topics.compile_lexicon((Topic(id="x", name="X", words=phrases),))
    return {
        paper.number
        for paper in papers()
        if topics.find_evidence(lexicon, paper.title, paper.abstract).strengths
    }


def test_a_new_topic_moves_only_papers_that_have_one_of_its_words(tmp_path: Path) -> None:
    """Some are moved, and many papers have none of them."""
    changed = headings(tmp_path, BOATS)
    assert [*shipped_headings().names.items(), ("boats", "Boats & harbours")] == [
        *changed.names.items()
    ]
    moved, concerned = different(changed), having("sim to real", "over the")
    assert 0 < len(concerned) < PAPERS / 2
    assert set() < moved <= concerned


@pytest.mark.parametrize(
    "changes",
    [
        "",
        '[[topic]]\nid = "vision"\nabout = "All that sees"\n[[topic]]\nid = "audio"\nname = "Ear"',
        '[[topic]]\nid = "boats"\nname = "Boats"\nstrong = ["xylophone barge"]',
        '[[topic]]\nid = "vision"\nadd = ["xylophone barge"]\nnot_words = ["mixture of barges"]',
    ],
)
def test_what_concerns_no_paper_moves_none(tmp_path: Path, changes: str) -> None:
    """Neither do lines and names; topic, second topic, score and reasons are equal."""
    assert set() == different(headings(tmp_path, changes))


def test_a_dropped_phrase_moves_only_papers_that_have_it(tmp_path: Path) -> None:
    """It was found in some."""
    changed = headings(tmp_path, '[[topic]]\nid = "compression"\ndrop = ["Speculative-Decoding"]')
    assert set() < different(changed) <= having("speculative decoding")


def test_a_removed_topic_moves_only_papers_that_have_one_of_its_words(tmp_path: Path) -> None:
    """The numbers that were learnt for the topics after it are still theirs."""
    shipped = shipped_headings().lexicon
    changed = headings(tmp_path, '[[topic]]\nid = "reasoning"\nremove = true').lexicon
    column = shipped.topics.index("reasoning")
    assert changed.topics == (*shipped.topics[:column], *shipped.topics[column + 1 :])
    assert changed.bias == (*shipped.bias[:column], *shipped.bias[column + 1 :])
    words = {
        shipped.phrases[number]
        for number, weights in enumerate(shipped.weights)
        if any(topic == column for topic, _ in weights)
    }
    concerned = having(*words)
    moved = different(load_headings(tmp_path))
    assert set() < moved <= concerned
    assert len(concerned) < PAPERS


def test_learnt_weights_hold_for_what_was_not_touched(tmp_path: Path) -> None:
    """Rows of phrases that were added elsewhere, dropped or have another strength are gone."""
    shipped = shipped_headings().lexicon
    changes = """
    [[topic]]
    id = "robotics"
    add = ["KV Cache"]
    [[topic]]
    id = "llm-architecture"
    weak = ["mixture-of-experts"]
    drop = ["mamba"]
    words = ["long context"]
    """
    changed = headings(tmp_path, changes).lexicon
    rows = {shipped.phrases[number]: row for number, row in shipped.corrections.items()}
    left = {changed.phrases[number]: row for number, row in changed.corrections.items()}
    assert {"KV cache", "mixture of experts", "Mamba"} == rows.keys() - left.keys()
    assert left == {phrase: row for phrase, row in rows.items() if phrase in left}
    assert "long context" in left


def test_topics_in_place_of_the_shipped_ones_have_no_learnt_weights(tmp_path: Path) -> None:
    """A copy of the shipped file has them, as it is the same."""
    shipped = shipped_headings()
    text = shipped.file.read_text("utf-8")
    (tmp_path / "config").mkdir()
    own = tmp_path / "config" / "topics.toml"
    own.write_text(text, "utf-8")
    copy = load_headings(tmp_path)
    assert (own, "shipped", shipped.lexicon.corrections) == (
        copy.file, copy.origin, copy.lexicon.corrections,
    )  # fmt: skip
    own.write_text(f"{text}\n# mine\n", "utf-8")
    replaced = load_headings(tmp_path)
    assert ("replaced", {}) == (replaced.origin, replaced.lexicon.corrections)


def test_a_removed_topic_keeps_its_page_with_a_notice(folder: Folder) -> None:
    """It names the topic that its papers stand under now, until the topic comes back."""
    entries = [
        {
            "id": f"2611.0000{n}",
            "title": f"Teapot {n}: Speaker Verification",
            "summary": "With a gripper.",
        }
        for n in range(3)
    ]
    folder.drop("day.json", answer("2026-11-18", entries))
    folder.run("2026-11-18T08:00")
    page = folder.output / "topics" / "audio" / "index.html"
    assert "was retired" not in page.read_text("utf-8")
    folder.sort_by('extends = "shipped"\n[[topic]]\nid = "audio"\nremove = true\n')
    folder.run("2026-11-19T08:00")
    text = page.read_text("utf-8")
    assert "This heading was retired on Thursday 19 November 2026." in text
    assert "../robotics/index.html" not in text  # a heading without papers has no page yet
    assert html.escape(load_headings(folder.root).names["robotics"]) in text
    assert "topics/audio/feed.xml" not in (folder.output / "opml.xml").read_text("utf-8")
    folder.sort_by('extends = "shipped"\n')
    folder.run("2026-11-20T08:00")
    assert "was retired" not in page.read_text("utf-8")
