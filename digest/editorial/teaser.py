"""Choose the teaser: the sentence of an abstract that states the finding or the proposal.

A teaser is chosen and at most cut, never written. The rules know cue words of English abstracts,
and nothing about single papers.
"""

from __future__ import annotations

import re

from digest.model.issues import Teaser

SHORTEST, LONGEST = 60, 240  # characters of a teaser

_END = re.compile(
    r"[.!?][\"”')\]]*(?: (?=[A-ZΑ-Ωα-ω0-9\"“(\[]|[a-z]{1,4}[A-Z])"
    r"|(?=(?:We|Our|The|This|These|However|In|To|It) ))"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:e\.g|i\.e|et al|vs|cf|ca|resp|approx|a\.k\.a|w\.r\.t|[A-Z]"
    r"|(?:Fig|Eq|Sec|Tab|Ref|No|Vol|Alg|Thm|Dr|Mr|Mrs|Ms|Prof|St)s?)\.$"
)

# Where a long sentence may be cut: before a word that begins an additional clause.
_BORDER = re.compile(
    r"[;:–—] |,? (?=(?:which|where|while|thereby|thus)\b)"
    r"|, (?=(?:and|but|by|with|so|as|enabling|achieving|leading|resulting|allowing|ensuring"
    r"|including|such|effectively|based|improving)\b)"
)

# How much a cue word counts for its sentence. A verb of presenting or finding counts only shortly
# after its speaker ("we", "our paper"). The weights were set by hand on the "tuned" papers of
# benchmarks/teaser.py.
_PRESENTS, _FINDS, _AGAIN, _TOO_LONG = 5.0, 3.0, 2.0, 1.0
_PRESENTING = frozenset(
    "propose proposes introduce introduces present presents develop develops developed build"
    " built design release devise create construct constructed launch formulate".split()
)
_FINDING = frozenset(
    "find found show shows demonstrate demonstrates reveal reveals discover observe prove"
    " identify argue argues validate confirm indicate suggest".split()
)
_SPEAKERS = frozenset(
    "we our paper work study report article results result experiments experiment evaluation"
    " evaluations findings analysis analyses".split()
)
_PRESENTS_WITHIN, _FINDS_WITHIN = 3, 7  # words after the speaker
_WEIGHTS = (
    dict.fromkeys(
        "outperform outperforms outperforming achieves achieving surpass surpasses surpassing"
        " improves exceeds reduces accelerates matches".split(),
        2.0,
    )
    | dict.fromkeys(
        "hope believe future insights anticipate pave paving paves underscores ask whether"
        " highlights".split(),
        -3.0,
    )
    | dict.fromkeys("code codes github website available publicly".split(), -4.0)
    | dict.fromkeys(
        "challenge challenging struggle struggles lack lacks remains often".split(), -1.5
    )
)
_OPENINGS = dict.fromkeys(
    "however recent recently existing despite although yet current while prior previous"
    " unfortunately traditional".split(),
    -4.0,
) | dict.fromkeys(
    "first second third specifically additionally furthermore moreover further finally"
    " also lastly initially".split(),
    -2.0,
)
_ACTING = _PRESENTING | _FINDING
_CUES = _ACTING.union(_WEIGHTS)


def split_sentences(text: str) -> list[str]:
    """Split a text without line breaks into its sentences, in order.

    A full stop inside a number, after an initial or after an abbreviation ends no sentence.
    """
    parts, start = [], 0
    for match in _END.finditer(text):
        stop = match.start() + 1
        if text[stop - 1] == "." and _ABBREVIATED.search(text, max(start, stop - 12), stop):
            continue
        parts.append(text[start : match.end()].strip())
        start = match.end()
    rest = text[start:].strip()
    return [*parts, rest] if rest else parts


def choose_teaser(abstract: str | None, summary: str | None) -> Teaser | None:
    """Choose the teaser of a paper from its abstract and summary, both mended.

    The page's own AI summary is preferred. Of an abstract, the sentence with the strongest cues
    wins, and the earlier one of equals. One that is too long is cut at a clause and ends in
    "…". Returns None if no sentence states a finding or a proposal.
    """
    for sentence in split_sentences(summary or ""):
        if shortened := _shorten(sentence):
            return Teaser(shortened, "summary")
    best, teaser, presented = 0.0, None, 0
    for sentence in split_sentences(abstract or ""):
        words = sentence.lower().replace(",", "").rstrip(".").split()
        cues = _CUES.intersection(words)
        if not cues and "%" not in sentence and "×" not in sentence:
            continue  # without a cue its score could not be above 0
        act = 0.0 if _ACTING.isdisjoint(cues) else _score_act(words)
        score = _score_cues(sentence, words, cues) + act
        if act == _PRESENTS:
            # A second proposal is mostly a part of the first.
            score -= _AGAIN * presented
            presented += 1
        if score > best and (shortened := _shorten(sentence)) and len(shortened) >= SHORTEST:
            best, teaser = score, Teaser(shortened, "abstract")
    return teaser


def _score_act(words: list[str]) -> float:
    """Score whether the authors present something, else whether they find something."""
    act = 0.0
    for place, word in enumerate(words, 1):
        if word in _SPEAKERS:
            if not _PRESENTING.isdisjoint(words[place : place + _PRESENTS_WITHIN]):
                return _PRESENTS
            if not act and not _FINDING.isdisjoint(words[place : place + _FINDS_WITHIN]):
                act = _FINDS
    return act


def _score_cues(sentence: str, words: list[str], cues: frozenset[str]) -> float:
    """Score the other cues of a sentence; of cues with the same weight, only one counts."""
    weights = set(map(_WEIGHTS.__getitem__, cues - _ACTING))
    score = sum(sorted(weights)) + _OPENINGS.get(words[0], 0.0)
    if "http" in sentence or "?" in sentence:
        score -= 6
    if "%" in sentence or "×" in sentence:
        score += 1
    return score - (_TOO_LONG if len(sentence) > LONGEST else 0)


def _shorten(sentence: str) -> str | None:
    """Cut a sentence that is too long before a clause; return None if there is no such place."""
    if len(sentence) <= LONGEST:
        return sentence
    borders = [match.start() for match in _BORDER.finditer(sentence, SHORTEST, LONGEST)]
    for border in reversed(borders):
        head = sentence[:border]
        if head.count("(") == head.count(")"):  # never inside brackets
            return head.rstrip(" ,;:–—") + "…"
    return None
