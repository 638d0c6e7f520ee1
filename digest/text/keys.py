"""Normal forms of text: one to identify titles, one to detect changed texts.

The ledger keeps keys, guids and fingerprints made from the results for ever. So the results
must not depend on the rules of `mend`, which every release may extend. Pages lose the
backslashes, braces and dollars of TeX. Both normal forms drop them as well, and write a sign by
its TeX name, so a damaged title equals the original one.
"""

from __future__ import annotations

import re
import unicodedata

from digest.text import cleaning, rules, symbols

# A text with one of these needs more than a table. The quick tables turn them into NUL.
_TITLE_MARKS = "\\{&+#\0"
_TEXT_MARKS = "\\{&\0"
_JOINING = "_^{}$"  # removed without splitting the word: L_2, un^2CLIP, {B}ERT
_PLUS, _SHARP = "\1", "\2"  # placeholders; control characters were removed before


def _table(blank: str | None, marks: str, extra: str) -> dict[int, str | None]:
    """Return a `str.translate` table for ASCII: letters in lower case, digits and ``extra`` kept.

    Replaces ``marks`` by NUL, and all other characters by ``blank``, or removes them if it is
    None. Removes controls and the characters of `_JOINING`.
    """
    table: dict[int, str | None] = {}
    for code, character in enumerate(map(chr, range(128))):
        if character in marks:
            table[code] = "\0"
        elif character in _JOINING or (character < " " and not character.isspace()):
            table[code] = None
        else:
            word = character.isalnum() or character in extra
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
_FULL_STOP = re.compile(r"\.(?!\d)")
_SIM_SIGN = re.compile(r"sim(?=\d)")

_NAMED = ("times", "pm", "leq", "geq", "neq", "approx", "circ", "infty", "nabla", "rightarrow")
_NAMES = {
    ord(unicodedata.normalize("NFKC", sign) if name in symbols.CAPITALS else sign): name.lower()
    for name, sign in symbols.MACROS.items()
    if name in _NAMED or name in symbols.GREEK or name in symbols.CAPITALS
}


def title_key(title: str) -> str:
    """Return the normal form that identifies a paper by its title.

    Keeps letters and digits of every script, in lower case and without accents, and "+",
    "++" and "#" after a word (C, C++ and C# differ). Turns dashes, quotes and other punctuation
    into single blanks. Drops TeX markup and writes a Greek letter or sign by its TeX name. A
    title of symbols alone keeps them; only a blank title gives "". Idempotent.
    """
    if title.isascii():
        quick = title.translate(_QUICK_TITLE)
        if "\0" not in quick:
            return " ".join(quick.split()) or cleaning.clean(title).text
    words = _SUFFIX.sub(_protect_suffix, _fold(title).translate(_JOINED))
    words = _FOREIGN.sub(_letters_apart, words.translate(_TITLE))
    return _single_spaced(words) or cleaning.clean(title).text


def comparable(text: str) -> str:
    """Return a normal form that is equal for texts with the same words and numbers.

    Keeps letters, digits and decimal points, without blanks. Line breaks, case, accents,
    entities, quotes, dashes, commas and lost TeX make no difference. Not meant for reading.
    """
    quick = text.translate(_QUICK_TEXT) if text.isascii() else "\0"
    if "\0" in quick:
        quick = _FOREIGN.sub(_letters_joined, _fold(text).translate(_TEXT))
    quick = _FULL_STOP.sub("", quick).replace("rightarrow", "to").replace("varepsilon", "epsilon")
    return _SIM_SIGN.sub("", quick) if "sim" in quick else quick


def _single_spaced(words: str) -> str:
    """Collapse blanks and convert to NFC, which recomposes Hangul and kana."""
    return cleaning.nfc(" ".join(words.split()))


def _fold(text: str) -> str:
    """Fold compatibility forms, case, accents, entities, TeX and signs. Keeps punctuation."""
    # NFKD would turn "ℓ" into "l", but a page that lost its TeX shows "ell".
    text = cleaning.remove_forbidden(text.replace("ℓ", "ell")).text
    text = cleaning.decode(unicodedata.normalize("NFKD", text))
    if "\\" in text or "{" in text:
        text = _without_tex(text)
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.translate(_NAMES)).casefold()
    # A second time, for capitals without a TeX name ("Α"), which case folding turns into "α".
    return _MARK.sub("", unicodedata.normalize("NFKD", folded)).translate(_NAMES)


def _without_tex(text: str) -> str:
    """Remove TeX commands and braces, as listing pages do."""
    if "{" in text:
        text = rules.compiled(_FONT).sub("", text)
    text = rules.compiled(_ACCENT).sub(r"\1", rules.compiled(_SWITCH).sub("", text))
    text = rules.compiled(_LETTER).sub(lambda match: symbols.MACROS[match[1]], text)
    return rules.compiled(_BACKSLASH).sub("", text).replace("\\", " ")


def _protect_suffix(match: re.Match[str]) -> str:
    return _SHARP if match[1] == "#" else _PLUS * len(match[1])


def _letters_apart(match: re.Match[str]) -> str:
    return "".join(character if _is_word(character) else " " for character in match[0])


def _letters_joined(match: re.Match[str]) -> str:
    return "".join(filter(_is_word, match[0]))


def _is_word(character: str) -> bool:
    """Return true for letters, digits and the vowel signs of Indic scripts.

    Variation selectors are marks in Unicode too, but belong to emoji, so they do not count.
    """
    if character.isalnum():
        return True
    mark = unicodedata.category(character) in ("Mn", "Mc")
    return mark and not "\ufe00" <= character <= "\ufe0f" and character < "\U000e0000"
