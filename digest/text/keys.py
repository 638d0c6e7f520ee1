"""Normal forms of words: for telling titles apart, and for telling whether a text changed.

Their results are stored for ever as hashes, so they never depend on what `mend` learns.
What a page loses of TeX, its backslashes, braces and dollars, is dropped here too: the lost
form *is* the normal form, and a sign is written as the name TeX has for it.
"""

from __future__ import annotations

import re
import unicodedata

from digest.text import cleaning, rules, symbols

_TITLE_MARKS = "\\{&+#\0"  # what needs more than a table; the table makes NUL of them
_TEXT_MARKS = "\\{&\0"
_JOINING = "_^{}$"  # vanish without parting a word: L_2, un^2CLIP, {B}ERT
_PLUS, _SHARP = "\1", "\2"  # stand-ins while punctuation goes; controls are out before


def _table(blank: str | None, marks: str, kept: str) -> dict[int, str | None]:
    """Lower-case ASCII letters, digits and ``kept``; make ``blank`` of all else."""
    table: dict[int, str | None] = {}
    for code, character in enumerate(map(chr, range(128))):
        if character in marks:
            table[code] = "\0"
        elif character in _JOINING or (character < " " and not character.isspace()):
            table[code] = None
        else:
            word = character.isalnum() or character in kept
            table[code] = character.lower() if word else blank
    return table


_JOINED = dict.fromkeys(map(ord, _JOINING))
_QUICK_TITLE = _table(" ", _TITLE_MARKS, "")
_QUICK_TEXT = _table(None, _TEXT_MARKS, ".")
_TITLE = _table(" ", "", "") | {ord(_PLUS): "+", ord(_SHARP): "#"}
_TEXT = _table(None, "", ".")

_FONT = rf"\\?\b(?:{symbols.FONTS})(?=\s*\{{)|\\(?:color|cite\w?|url|href)(?=\{{)"
_SWITCH = rf"\\(?:{symbols.SWITCHES})\b\s*"
_ACCENT = r"""\\(?:'(?!s\b)|[`^"~=.]|[cvuHkrbd](?![A-Za-z]))\s?\{?\\?([A-Za-z])"""
_LETTER = r"\\(ss|o|O|l|L|ae|AE|oe|OE|aa|AA)(?![A-Za-z])\s?"
_SUFFIX = re.compile(r"(?<=[^\W_])(\+\+?|#)(?![^\W_])")
_BACKSLASH = r"\\(?=[A-Za-z])"
_MARK = re.compile("[\u0300-\u036f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_STOP = re.compile(r"\.(?!\d)")
_ABOUT = re.compile(r"sim(?=\d)")

_NAMED = ("times", "pm", "leq", "geq", "neq", "approx", "circ", "infty", "nabla", "rightarrow")
_NAMES = {
    ord(unicodedata.normalize("NFKC", sign) if name in symbols.CAPITALS else sign): name.lower()
    for name, sign in symbols.MACROS.items()
    if name in _NAMED or name in symbols.GREEK or name in symbols.CAPITALS
}


def title_key(title: str) -> str:
    """Give the normal form that identifies a paper by its title.

    Letters and digits of every script stay, in lower case and without accents; "+", "++"
    and "#" stay behind a word (C, C++ and C# differ). Dashes, quotes and other punctuation
    become blanks, blanks become single. TeX marks vanish, and a Greek letter or sign is
    written as TeX names it. A title of nothing but symbols keeps them; only a blank one
    gives "". Idempotent: the key of a key is that key.
    """
    if title.isascii():
        quick = title.translate(_QUICK_TITLE)
        if "\0" not in quick:
            return " ".join(quick.split()) or cleaning.clean(title).text
    words = _SUFFIX.sub(_stand_in, _fold(title).translate(_JOINED))
    words = _FOREIGN.sub(_letters_apart, words.translate(_TITLE))
    return _joined(words) or cleaning.clean(title).text


def comparable(text: str) -> str:
    """Give the normal form that tells whether a title or abstract says something else.

    Only letters, digits and decimal points are left, without blanks: line breaks, case,
    accents, entities, quotes, dashes, commas and whatever a page does to TeX make no
    difference; another word or number does. Not meant to be read.
    """
    quick = text.translate(_QUICK_TEXT) if text.isascii() else "\0"
    if "\0" in quick:
        quick = _FOREIGN.sub(_letters_joined, _fold(text).translate(_TEXT))
    quick = _STOP.sub("", quick).replace("rightarrow", "to").replace("varepsilon", "epsilon")
    return _ABOUT.sub("", quick) if "sim" in quick else quick


def _joined(words: str) -> str:
    """Single blanks and NFC, which puts Hangul and kana together again."""
    return cleaning.compose(" ".join(words.split()))


def _fold(text: str) -> str:
    """Fold compatibility forms, case, accents, entities, TeX and signs; keep punctuation."""
    text = cleaning.strip(text.replace("ℓ", "ell")).text
    text = cleaning.decode(unicodedata.normalize("NFKD", text))
    if "\\" in text or "{" in text:
        text = _without_tex(text)
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.translate(_NAMES)).casefold()
    return _MARK.sub("", unicodedata.normalize("NFKD", folded)).translate(_NAMES)


def _without_tex(text: str) -> str:
    """Drop what TeX adds to the letters, as the page does."""
    if "{" in text:
        text = rules.compiled(_FONT).sub("", text)
    text = rules.compiled(_ACCENT).sub(r"\1", rules.compiled(_SWITCH).sub("", text))
    text = rules.compiled(_LETTER).sub(lambda match: symbols.MACROS[match[1]], text)
    return rules.compiled(_BACKSLASH).sub("", text).replace("\\", " ")


def _stand_in(match: re.Match[str]) -> str:
    return _SHARP if match[1] == "#" else _PLUS * len(match[1])


def _letters_apart(match: re.Match[str]) -> str:
    return "".join(character if _is_word(character) else " " for character in match[0])


def _letters_joined(match: re.Match[str]) -> str:
    return "".join(filter(_is_word, match[0]))


def _is_word(character: str) -> bool:
    """Tell letters, digits and the vowel signs of Indic scripts from all else.

    Variation selectors are marks as well, but belong to emoji.
    """
    if character.isalnum():
        return True
    mark = unicodedata.category(character) in ("Mn", "Mc")
    return mark and not "\ufe00" <= character <= "\ufe0f" and character < "\U000e0000"
