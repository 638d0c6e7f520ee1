"""Chooses the line under a title: the sentence of an abstract that says what was found or made.

Chooses and at most cuts, never writes. Knows cues of English abstracts, not papers.
"""

from __future__ import annotations

import re

from digest.model.issues import Teaser

SHORTEST, LONGEST = 60, 240  # characters of a line

_END = re.compile(
    r"[.!?][\"”')\]]*(?: (?=[A-Z0-9\"“(\[]|[a-z]{1,4}[A-Z])"
    r"|(?=(?:We|Our|The|This|These|However|In|To|It) ))"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:e\.g|i\.e|et al|vs|cf|ca|resp|approx|a\.k\.a|w\.r\.t|[A-Z]"
    r"|(?:Fig|Eq|Sec|Tab|Ref|No|Vol|Alg|Thm|Dr|Mr|Mrs|Ms|Prof|St)s?)\.$"
)

# Where a clause may be cut off: before a word that only adds to what was said.
_BORDER = re.compile(
    r"[;:–—] |,? (?=(?:which|where|while|thereby|thus)\b)"
    r"|, (?=(?:and|but|by|with|so|as|enabling|achieving|leading|resulting|allowing|ensuring"
    r"|including|such|effectively|based|improving)\b)"
)

# What a word does for its sentence. Presenting and finding count only close behind those
# who present or find. Weights were set by hand on the "tuned" of benchmarks/teaser.py.
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
_NEAR, _REACH = 3, 7  # words between those who speak and what they present, or find
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


def sentences(text: str) -> list[str]:
    """Split one line of text into its sentences, in order; joined by blanks they are the text.

    A full stop inside a number, after an initial or an abbreviation ends nothing.
    """
    found, start = [], 0
    for match in _END.finditer(text):
        stop = match.start() + 1
        if text[stop - 1] == "." and _ABBREVIATED.search(text, max(start, stop - 12), stop):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def choose(abstract: str | None, summary: str | None) -> Teaser | None:
    """Give the line for a paper, out of texts that are already mended.

    The page's own summary goes first. Of an abstract, the sentence with the strongest cues
    wins, the earlier one of equals; one that is too long is cut at a clause and ends in "…".
    None when there is neither text or no sentence says what was made or found.
    """
    for part in sentences(summary or ""):
        if fitting := _fitted(part):
            return Teaser(fitting, "summary")
    best, line, presented = 0.0, None, 0
    for sentence in sentences(abstract or ""):
        words = sentence.lower().replace(",", "").rstrip(".").split()
        cues = _CUES.intersection(words)
        if not cues and "%" not in sentence and "×" not in sentence:
            continue  # nothing speaks for it
        act = 0.0 if _ACTING.isdisjoint(cues) else _act(words)
        score = _score(sentence, words, cues) + act
        if act == _PRESENTS:
            score -= _AGAIN * presented
            presented += 1
        if score > best and (fitting := _fitted(sentence)) and len(fitting) >= SHORTEST:
            best, line = score, Teaser(fitting, "abstract")
    return line


def _act(words: list[str]) -> float:
    """Weigh whether somebody presents or finds something; presenting goes first."""
    act = 0.0
    for place, word in enumerate(words, 1):
        if word in _SPEAKERS:
            if not _PRESENTING.isdisjoint(words[place : place + _NEAR]):
                return _PRESENTS
            if not act and not _FINDING.isdisjoint(words[place : place + _REACH]):
                act = _FINDS
    return act


def _score(sentence: str, words: list[str], cues: frozenset[str]) -> float:
    """Weigh the other cues of a sentence, each kind once."""
    weights = set(map(_WEIGHTS.__getitem__, cues - _ACTING))
    score = sum(sorted(weights)) + _OPENINGS.get(words[0], 0.0)
    if "http" in sentence or "?" in sentence:
        score -= 6
    if "%" in sentence or "×" in sentence:
        score += 1
    return score - (_TOO_LONG if len(sentence) > LONGEST else 0)


def _fitted(sentence: str) -> str | None:
    """Give the sentence, or its beginning up to a clause border where it is too long."""
    if len(sentence) <= LONGEST:
        return sentence
    borders = [match.start() for match in _BORDER.finditer(sentence, SHORTEST, LONGEST)]
    for border in reversed(borders):
        head = sentence[:border]
        if head.count("(") == head.count(")"):
            return head.rstrip(" ,;:–—") + "…"
    return None
