"""Papers and topic definitions -> placements, with the words that decided.

All phrases are found in one pass of an automaton; a longer phrase hides the shorter ones
inside it. A phrase in the title counts as six elsewhere, and no phrase counts more than ten.
The topics that the words speak for are then weighed against each other, with corrections
learnt from labelled papers where these belong to the topics in force. Reads no file, drops
no paper, and knows nothing about the other papers of the day.
"""

from __future__ import annotations

from digest.editorial.topics.lexicon import Learnt, Lexicon, compile  # noqa: A004
from digest.editorial.topics.placing import (
    CONTENDER,
    NOTHING_FOUND,
    OTHER,
    SHARPNESS,
    Evidence,
    Placement,
    contenders,
    evidence,
    place,
    without,
)

__all__ = [
    "CONTENDER",
    "NOTHING_FOUND",
    "OTHER",
    "SHARPNESS",
    "Evidence",
    "Learnt",
    "Lexicon",
    "Placement",
    "compile",
    "contenders",
    "evidence",
    "place",
    "without",
]
