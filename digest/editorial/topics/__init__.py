"""Place papers under the topics that their words fit best, and name the words that decided.

`compile_lexicon` makes topic definitions searchable, `place` uses them. Reads no file and drops
no paper. Each paper is placed without regard to the other papers of the day.
"""

from __future__ import annotations

from digest.editorial.topics.corrections import MOVED, move_papers, place_corrected
from digest.editorial.topics.learnt import (
    FolderWeights,
    LearntWeights,
    align,
    drop_rows,
)
from digest.editorial.topics.lexicon import (
    Lexicon,
    compile_lexicon,
    find_phrases,
    phrase_key,
    topic_phrases,
)
from digest.editorial.topics.placing import (
    CONTENDER,
    NOTHING_FOUND,
    OTHER,
    SHARPNESS,
    Evidence,
    Placement,
    find_evidence,
    place,
    rank_topics,
    without_phrase,
)

__all__ = [
    "CONTENDER",
    "MOVED",
    "NOTHING_FOUND",
    "OTHER",
    "SHARPNESS",
    "Evidence",
    "FolderWeights",
    "LearntWeights",
    "Lexicon",
    "Placement",
    "align",
    "compile_lexicon",
    "drop_rows",
    "find_evidence",
    "find_phrases",
    "move_papers",
    "phrase_key",
    "place",
    "place_corrected",
    "rank_topics",
    "topic_phrases",
    "without_phrase",
]
