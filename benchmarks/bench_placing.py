"""T2: the headings of real papers against those that readers gave them, from a data folder.

The folder holds ``captures/*.jsonl.gz``, ``arxiv/*.jsonl.gz`` and ``seeds/*.txt`` with papers, and
``topics/labels-*.json``, lists of ``{"id" or "title", "primary": [topics], "acceptable":
[topics]}`` with a ``source`` if a file mixes several. The shipped weights were learnt from some
of these files, and then the row says "known": such figures say that nothing broke, not how well
unseen papers are placed. Those come from ``benchmarks/topics_train.py --folds 6``.
"""

from __future__ import annotations

import gzip
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks import measure
from digest import text
from digest.editorial import topics
from digest.pipeline.topics import shipped_headings

_KNOWN = ("labels-dev", "labels-daily", "labels-more")
# Papers of "daily" were chosen because their words leave their topic unsure.
_GOALS = defaultdict(lambda: (0.96, 0.79), {"daily": (0.945, 0.72)})  # acceptable, primary


class _Label(msgspec.Struct):
    primary: list[str]
    acceptable: list[str]
    id: str | None = None
    title: str | None = None
    source: str | None = None


def rows(data: Path) -> Iterator[measure.Row]:
    """Place the labelled papers, and yield two rows for each source of each file of labels."""
    papers = read_papers(data)
    lexicon = shipped_headings().lexicon
    for file in sorted((data / "topics").glob("labels-*.json")):
        by_source = defaultdict(list)
        for label in msgspec.json.decode(file.read_bytes(), type=list[_Label]):
            title, abstract = papers[label.id or label.title or ""]
            placed = topics.place(lexicon, text.mend(title).text, text.mend(abstract).text)
            by_source[label.source or file.stem.removeprefix("labels-")].append((label, placed))
        for source, judged in by_source.items():
            about = f"{len(judged)} of {file.stem}, {source}{' (known)' * (file.stem in _KNOWN)}"
            acceptable = sum(placed.topic in label.acceptable for label, placed in judged)
            primary = sum(placed.topic in label.primary for label, placed in judged)
            goals = _GOALS[source]
            yield measure.at_least("T2", f"acceptable: {about}", goals[0], acceptable / len(judged))
            yield measure.at_least("T2", f"primary: {about}", goals[1], primary / len(judged))


def read_papers(data: Path) -> dict[str, tuple[str, str]]:
    """Return title and abstract of each paper: by arXiv id, and by title if it is from a page."""
    papers: dict[str, tuple[str, str]] = {}
    for archive in (
        *sorted((data / "captures").glob("*.jsonl.gz")),
        *sorted((data / "arxiv").glob("p*.jsonl.gz")),
    ):
        with gzip.open(archive, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                abstract = record.get("summary") or record.get("abstract") or ""
                papers.setdefault(record["id"], (record["title"], abstract))
    for page in sorted((data / "seeds").glob("*.txt")):
        filled = [line for line in page.read_text("utf-8").split("\n") if line.strip()]
        for title, abstract in itertools.pairwise(filled):
            papers.setdefault(title, (title, abstract))
    return papers
