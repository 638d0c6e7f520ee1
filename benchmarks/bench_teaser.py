"""E1, E2: teasers against a reader's labels, and over all papers of a folder of real ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measure, teaser_papers
from digest.editorial import teaser

# What needs a sentence before it. Written apart from the product's own rules.
_NEEDS_MORE = re.compile(
    r"(?:… )?(?:th(?:is|at|ese|ose)|such|its?|they|their|both|the (?:former|latter)|and|but|so|also"
    r"|second|third|besides|hence|thus|moreover|furthermore|additionally|in addition|however"
    r"|therefore|to (?:this|that) end|to \w+ (?:this|these|those|such|it|them)|motivated by th"
    r"|in (?:contrast|this way|response|turn)|as a result|consequently|then|next|finally"
    r"|specifically|further|here|(?:by )?doing so|accordingly|meanwhile|nevertheless|yet"
    r"|for (?:example|instance))\b"
    r"(?! (?:paper|work|study|article|report|survey|review|thesis|letter|technical|position)\b)",
    re.IGNORECASE,
)


def rows(data: Path) -> Iterator[measure.Row]:
    """Judge the labelled papers kept out of tuning, then all papers of the captures."""
    yield from _judged(data)
    yield from _counted(data)


def _judged(data: Path) -> Iterator[measure.Row]:
    labels, found = teaser_papers.labels("kept out"), Counter[str]()
    for paper in teaser_papers.papers(data):
        if label := labels.get(paper.id):
            chosen = teaser.choose_teaser(paper.abstract, None, paper.title)
            sentences = teaser.split_sentences(paper.abstract)
            at = teaser_papers.find(chosen.text, sentences) if chosen else None
            found["papers"] += 1
            found["ok"] += at in label.ok
            found["never"] += at in label.never
    if number := found["papers"]:
        of = f"{number} papers kept out of tuning"
        yield measure.at_least("E1", f"teasers a reader accepts, {of}", 0.92, found["ok"] / number)
        yield measure.at_most(
            "E1", f"teasers that annoy, {found['never']} of these", 0.02, found["never"] / number
        )


def _counted(data: Path) -> Iterator[measure.Row]:
    found = Counter[str]()
    for paper in teaser_papers.papers(data, "captures"):
        chosen = teaser.choose_teaser(paper.abstract, None, paper.title)
        line = chosen.text if chosen else ""
        found["papers"] += 1
        found["missing"] += not line
        found["needs more"] += bool(_NEEDS_MORE.match(line))
        found["cut"] += line.endswith("…")
    if number := found["papers"]:
        for what, cue, limit in (
            ("that need the sentence before", "needs more", 0.02),
            ("missing", "missing", 0.02),
            ("that end in an ellipsis", "cut", 0.05),
        ):
            words = f"teasers {what}, {found[cue]} of {number:,}"
            yield measure.at_most("E2", words, limit, found[cue] / number)
