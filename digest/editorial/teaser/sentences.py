"""Split an abstract into sentences."""

from __future__ import annotations

import re

_END = re.compile(
    r"[.!?][\"”')\]]*(?: (?=[A-ZΑ-Ωα-ω0-9\"“(\[]|[a-z]{1,4}[A-Z])"
    r"|(?=(?:We|Our|The|This|These|However|In|To|It) ))"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:e\.g|i\.e|et al|vs|cf|ca|resp|approx|a\.k\.a|w\.r\.t|[A-Z]"
    r"|(?:Fig|Eq|Sec|Tab|Ref|No|Vol|Alg|Thm|Dr|Mr|Mrs|Ms|Prof|St)s?)\.$"
)


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
