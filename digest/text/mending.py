"""Clean a text for every output, and repair the TeX that a page broke.

Each step runs only if a cheap check finds something for it: most texts need none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.text import cleaning, rules, tex, tex_loss

_DOMAINS = ("com", "org", "io", "ai", "net", "edu", "dev", "co", "gov", "page", "me", "app")
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w.-])www\.)[^\s{}<>\"|^`$]+"
    rf"|(?<![\w./-])[\w.-]+\.(?:{'|'.join(_DOMAINS)})/[^\s{{}}<>\"|^`$]+"
)
# Not a power (2**3 and 4**2), nor arguments of code (*args, **options).
_BOLD = rules.Rule("**", r"\*\*(?<![\w)*]\*\*)(?=[^\W_])([^*]{1,200})(?<=[^\s,(])\*\*(?!\*)", r"\1")
_MAX_ROUNDS = 8  # real texts need two or three; the bound keeps hostile ones linear


def mend(text: str) -> cleaning.CleanedText:
    r"""Clean a text for every output, and restore what the page lost of its TeX.

    Returns one line in NFC with only characters valid in XML 1.0, no HTML entity, and TeX as
    readable text: "4×70" for "4times70", "93%" for "93\%", the bare word for ``\textbf{word}``.
    Keeps plain English. Adds and removes no markup: "<think>" and "A < B & C" stay, and each
    output does its own escaping. Idempotent, and linear in the length of the text.
    """
    text, repaired = cleaning.clean(text)
    for _ in range(_MAX_ROUNDS):
        mended = _mend_once(text)
        if mended == text:
            break
        text, more = cleaning.clean(mended)
        repaired += more
    return cleaning.CleanedText(text, repaired)


def mend_prose(text: str) -> cleaning.CleanedText:
    """Mend an abstract or a summary, and remove the asterisks of bold Markdown.

    Abstracts at arXiv have them now and then: "We introduce **Lantern**, a framework". Titles
    are not prose, because there an asterisk is part of a name.
    """
    mended = mend(text)
    return mended._replace(text=rules.apply([_BOLD], mended.text))


def mend_each(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the text of `mend` for each of the texts, such as the authors of a paper.

    Names rarely need it, so all of them are first checked together, joined to one line.
    """
    line = " , ".join(texts)
    is_clean = cleaning.clean(line).text == line
    if is_clean and not _has_tex_marks(line) and not tex_loss.is_suspected(line):
        return tuple(texts)
    return tuple(mend(text).text for text in texts)


def _has_tex_marks(text: str) -> bool:
    return any(map(text.__contains__, tex.MARKS))


def _mend_once(text: str) -> str:
    """Run each step once, if a check finds something for it."""
    marked = _has_tex_marks(text)
    lossy = tex_loss.is_suspected(text)
    if not (marked or lossy):
        return text
    before, addresses = _cut_addresses(rules.apply(tex.LINK_RULES, text) if marked else text)
    text = rules.apply(tex.RULES, before) if marked else before
    # Where the TeX rules changed nothing, the first check still holds.
    if lossy if text == before else tex_loss.is_suspected(text):
        text = tex_loss.restore(text)
    if marked:
        text = rules.apply(tex.FINAL_RULES, text)
    return _put_addresses_back(text, addresses)


def _cut_addresses(text: str) -> tuple[str, list[str]]:
    """Replace each web address by NUL, so that no rule changes it; return the addresses too.

    NUL is safe, because no clean text holds one.
    """
    addresses: list[str] = []
    if not ("/" in text or "www." in text):
        return text, addresses

    def cut(match: re.Match[str]) -> str:
        addresses.append(match[0].replace("\\", ""))
        return "\0"

    # Search single words: no address holds a blank, and few words have a slash.
    words = text.split(" ")
    for place, word in enumerate(words):
        if "/" in word or "www." in word:
            words[place] = _ADDRESS.sub(cut, word)
    return " ".join(words), addresses


def _put_addresses_back(text: str, addresses: list[str]) -> str:
    """Replace each NUL by its address."""
    if not addresses:
        return text
    first, *rest = text.split("\0")
    return first + "".join(map("".join, zip(addresses, rest, strict=True)))
