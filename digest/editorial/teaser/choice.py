"""Choose the sentence of an abstract that a reader should see under the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from digest.editorial.teaser import cues, shorten
from digest.editorial.teaser.sentences import split_sentences
from digest.model.issues import Teaser

_ENOUGH = -10  # of a score; with less, an abstract of a few sentences has no teaser
_FEW = 3  # sentences
_SHORT, _LONG = 90, 150  # characters: a proposal that is only a name, and one that says much
# "GullNet: Counting Gulls" and "Counting Gulls with GullNet" name it with two capitals or a digit.
_NAME = re.compile(r"([^\s:]{2,30}):|.*?\b([A-Z]\w*[A-Z0-9][\w-]*)")


class TeaserCandidate(NamedTuple):
    """A sentence as it would be shown, and its cues."""

    line: str
    cues: tuple[str, ...]

    @property
    def score(self) -> int:
        """How good a teaser it is, by its cues, in tenths."""
        return sum(cues.WEIGHTS.get(cue, 0) for cue in self.cues)


def choose_teaser(abstract: str | None, summary: str | None, title: str = "") -> Teaser | None:
    """Choose the teaser of a paper from its abstract and summary, both mended.

    The page's own AI summary is preferred. Of an abstract, the sentence with the strongest cues
    wins, and the earlier one of equals. ``title`` tells what the contribution is called. A
    lead-in is left out and a long end cut, and "…" stands for both. Of three sentences or more
    one is always found, unless each is too short, or too long and cannot be cut; of fewer only
    one that states a finding or a proposal.
    """
    for sentence in split_sentences(summary or ""):
        if shortened := shorten.cut_end(sentence):
            return Teaser(shortened, "summary")
    sentences = split_sentences(abstract or "")
    best = max(list_candidates(sentences, title), key=attrgetter("score"), default=None)
    if best is None or (len(sentences) < _FEW and best.score < _ENOUGH):
        return None
    return Teaser(best.line, "abstract")


def list_candidates(sentences: Sequence[str], title: str) -> Iterator[TeaserCandidate]:
    """Yield the sentences that are neither too short nor too long, shortened, with their cues."""
    match = _NAME.match(title)
    name = (match[1] or match[2]) if match else ""
    has_presented = False
    for place, sentence in enumerate(sentences):
        clause, has_lead_in = shorten.leave_out_lead_in(sentence)
        found = cues.find_cues(clause, name)
        if "presents" in found:
            if has_presented:
                found[found.index("presents")] = "presents more"
            elif len(clause) < _SHORT:
                found.append("only presents")
            has_presented = True
        line = shorten.cut_end(f"{shorten.ELLIPSIS} {clause}" if has_lead_in else clause)
        if line is None or len(line) < shorten.SHORTEST:
            continue
        if line.endswith(shorten.ELLIPSIS):
            found.append("cut")
        if len(line) >= _LONG:
            found.append("long")
        if place == len(sentences) - 1:
            found.append("last")
        if not place:
            found.append("first")
        yield TeaserCandidate(line, tuple(found))
