"""Shorten a sentence by rule: leave out a lead-in, and cut a long end at a clause.

Nothing is reworded. An ellipsis stands for what was left out; only the first letter after a
lead-in is raised.
"""

from __future__ import annotations

import re

SHORTEST, LONGEST = 40, 240  # characters of a teaser
ELLIPSIS = "…"

_NUMBER = re.compile(r"^(?:\(?(?:\d{1,2}|[ivx]{1,4}|[a-e])\)|\d{1,2}\.)\s+")
# What may stand after a lead-in: a subject that needs no sentence before it.
_SUBJECT = re.compile(
    r"(?:, (?:our|this (?:paper|work|study|article|report|survey|review|thesis|letter)"
    r"|the (?:present|current) (?:paper|work|study))|,? we)\b"
)
_SUBJECTS = ("we ", "our ", "this paper", "this work", "this study")
# Words that only connect: "However, ...". Without the comma they may be adverbs of the clause.
_CONNECTIVE = re.compile(
    r"(?:accordingly|additionally|also|and|besides|concretely|consequently|conversely|correspondingly"
    r"|crucially|finally|first(?:ly)?|further|furthermore|hence|here|however|importantly|instead"
    r"|interestingly|in addition|in contrast|in conclusion|in particular|in response|in short"
    r"|in summary|in this regard|in this way|in turn|in light of this|lastly|meanwhile"
    r"|more (?:specifically|importantly|precisely|broadly)|moreover|most importantly|namely"
    r"|nevertheless|next|nonetheless|notably|on (?:the one|the other) hand|on top of that|overall"
    r"|particularly|remarkably|second(?:ly)?|similarly|specifically|subsequently|surprisingly"
    r"|then|therefore|third(?:ly)?|thus|to summarize|to sum up|to this end|to that end"
    r"|to do so|to achieve this|ultimately|with this in mind|for this purpose"
    r"|as a (?:result|consequence|remedy|solution|first step|case study)|by doing so|in doing so"
    r"|based on (?:this|these)|building on (?:this|these)|for example|for instance|in this context"
    r"|but|so|yet|as such|at the same time|experimentally|in fact|indeed|in other words),? ",
    re.IGNORECASE,
)
# A lead-in that says where: "In this paper, we ...".
_PLACE = re.compile(
    r"(?:in|with|through|throughout) (?:this|our|the present|the current|that) (?:\w+ )?"
    r"(?:paper|work|study|article|report|survey|review|thesis|letter|tutorial|chapter)\b[^,]{0,30}",
    re.IGNORECASE,
)
# A lead-in that refers back: "To address this challenge, ...", "Motivated by these, ...".
_FIRST_WORDS = frozenset(
    "to toward towards in on for with by from as against given considering motivated inspired"
    " driven guided informed building based following addressing recognizing leveraging using"
    " aiming responding drawing beyond under among unlike compared rather while since because"
    " starting tackling mitigating overcoming extending expanding despite through"
    " throughout".split()
)
_BACK = re.compile(
    r"\b(?:this|these|those|such|that|it|them|they|their|its|both|above|aforementioned|former"
    r"|the (?:\w+ )?(?:gaps?|issues?|problems?|challenges?|limitations?|drawbacks?|shortcomings"
    r"|bottlenecks?|goals?|observations?|insights?|findings?|concerns?|dilemma|trade-?offs?))\b",
    re.IGNORECASE,
)
_LEAD = 170  # characters of a lead-in at most

# Where a long sentence may be cut: before a word that begins an additional clause.
_BORDER = re.compile(
    r"[;:–—] |,? (?=(?:which|where|while|whereas|thereby|thus)\b)"
    r"|, (?=(?:and|but|by|with|without|so|as|enabling|achieving|leading|resulting|allowing"
    r"|ensuring|including|such|effectively|based|improving|making|providing|demonstrating"
    r"|outperforming|surpassing|reducing|showing|revealing|yielding|offering|rather|especially"
    r"|particularly|even|significantly|substantially|consisting|comprising|spanning|covering"
    r"|ranging|from|using|e\.g\.|i\.e\.|addressing|aiming|designed|compared|followed|built)\b)"
)
# An end that points to what is not shown: "... to address these challenges."
_BACK_TO = re.compile(
    r",? (?:to|in order to|that|which|for) (?:\w+ )?(?:address|overcom|tackl|solv|mitigat|alleviat"
    r"|resolv|remed)(?:es?|s|ing)? (?:all )?"
    r"(?:this|these|those|such|the (?:above|aforementioned)|both)\b[^,;:.]*\.?$"
)
_VERBS = 45  # characters in which a main verb of an abstract's sentence has come


def leave_out_lead_in(sentence: str) -> tuple[str, bool]:
    """Return a sentence without its number in a list and its lead-in, and whether it had one.

    A lead-in is left out where what remains is a whole clause, and only if it connects, says
    "in this paper", or points to the sentences before.
    """
    rest = sentence
    while (stop := _end_of_lead_in(rest)) and (clause := rest[stop:].lstrip()):
        rest = clause[0].upper() + clause[1:]
    return rest, rest != sentence


def _end_of_lead_in(sentence: str) -> int:
    """Return where the clause after a lead-in begins; 0 if there is no lead-in."""
    if number := _NUMBER.match(sentence):
        return number.end()
    if connective := _CONNECTIVE.match(sentence):
        stop = connective.end()
        # Not "Next generation models ...": no comma, and no subject.
        if connective[0].endswith(", ") or sentence.startswith(_SUBJECTS, stop):
            return stop
    if sentence.split(" ", 1)[0].lower() not in _FIRST_WORDS:
        return 0
    subject = _SUBJECT.search(sentence, 0, _LEAD)
    if subject is None or not subject.start():
        return 0
    head = sentence[: subject.start()]
    if _PLACE.fullmatch(head) or _BACK.search(head):
        return subject.start() + subject[0].startswith(",")
    return 0


def cut_end(sentence: str) -> str | None:
    """Cut a sentence that is too long before a clause; return None if there is no such place.

    An end that points to what is not shown is left out of any sentence, if it is a purpose.
    """
    if (back := _BACK_TO.search(sentence, _VERBS)) and back.start() >= _VERBS:
        sentence = sentence[: back.start()] + ELLIPSIS
    if len(sentence) <= LONGEST:
        return sentence
    borders = [match.start() for match in _BORDER.finditer(sentence, _VERBS, LONGEST - 1)]
    for border in reversed(borders):
        head = sentence[:border].rstrip(" ,;:–—")
        if len(head) >= SHORTEST and head.count("(") == head.count(")"):  # never inside brackets
            return head + ELLIPSIS
    return None
