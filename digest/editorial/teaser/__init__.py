"""Choose the teaser: the sentence of an abstract that states the finding or the proposal.

A teaser is chosen and shortened, never written: a lead-in may be left out, and the end cut at a
clause. The rules know cue words of English abstracts, and nothing about single papers.
"""

from __future__ import annotations

from digest.editorial.teaser.choice import choose_teaser
from digest.editorial.teaser.sentences import split_sentences
from digest.editorial.teaser.shorten import LONGEST, SHORTEST

__all__ = ["LONGEST", "SHORTEST", "choose_teaser", "split_sentences"]
