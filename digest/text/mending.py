"""The one sanitiser at the border, which also repairs what a page broke.

Each step is tried only where a cheap look finds something for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.text import cleaning, lost, rules, tex

_DOMAINS = ("com", "org", "io", "ai", "net", "edu", "dev", "co", "gov", "page", "me", "app")
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w.-])www\.)[^\s{}<>\"|^`$]+"
    rf"|(?<![\w./-])[\w.-]+\.(?:{'|'.join(_DOMAINS)})/[^\s{{}}<>\"|^`$]+"
)
_ROUNDS = 8  # more than any text needs until nothing changes; keeps hostile ones linear


def mend(text: str) -> cleaning.CleanedText:
    r"""Make a text fit for every sink, and give it back what the page lost.

    Afterwards it is one line of NFC, holds only characters valid in XML 1.0 and no HTML
    entity, and TeX is readable: "4times70" is "4×70", "93\%" is "93%", a word in
    ``\textbf{}`` just the word. Plain English stays. Never makes or removes markup: "<think>"
    and "A < B & C" are characters like others, and escaping is the sink's. Idempotent;
    linear in the length of the text.
    """
    text, repaired = cleaning.clean(text)
    for _ in range(_ROUNDS):
        mended = _restored(text)
        if mended == text:
            break
        text, more = cleaning.clean(mended)
        repaired += more
    return cleaning.CleanedText(text, repaired)


def mend_each(texts: Sequence[str]) -> tuple[str, ...]:
    """Give the words of `mend` for each of the texts: names, of which few have to be mended.

    Where nothing is found in all of them, written on one line, nothing is in any of them.
    """
    line = " , ".join(texts)
    if cleaning.clean(line).text == line and not _is_marked(line) and not lost.suspected(line):
        return tuple(texts)
    return tuple(mend(text).text for text in texts)


def _is_marked(text: str) -> bool:
    return any(map(text.__contains__, tex.MARKS))


def _restored(text: str) -> str:
    """Run the steps that have something to do."""
    marked = _is_marked(text)
    lossy = lost.suspected(text)
    if not (marked or lossy):
        return text
    before, addresses = _aside(rules.apply(tex.LINKS, text) if marked else text)
    text = rules.apply(tex.RULES, before) if marked else before
    if lossy if text == before else lost.suspected(text):
        text = lost.restore(text)
    if marked:
        text = rules.apply(tex.LAST, text)
    return _back(text, addresses)


def _aside(text: str) -> tuple[str, list[str]]:
    """Put a NUL, which no clean text holds, where each address was."""
    addresses: list[str] = []
    if not ("/" in text or "www." in text):
        return text, addresses

    def taken(match: re.Match[str]) -> str:
        addresses.append(match[0].replace("\\", ""))
        return "\0"

    words = text.split(" ")  # no address holds a blank
    for place, word in enumerate(words):
        if "/" in word or "www." in word:
            words[place] = _ADDRESS.sub(taken, word)
    return " ".join(words), addresses


def _back(text: str, addresses: list[str]) -> str:
    """Put the addresses where their NULs are."""
    if not addresses:
        return text
    first, *rest = text.split("\0")
    return first + "".join(map("".join, zip(addresses, rest, strict=True)))
