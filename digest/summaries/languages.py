"""The scripts of languages, to notice an answer in another one."""

from __future__ import annotations

import unicodedata

_LATIN = (
    "english german french spanish italian portuguese dutch danish swedish norwegian finnish"
    " icelandic polish czech slovak slovenian croatian hungarian romanian turkish vietnamese"
    " indonesian malay catalan basque galician estonian latvian lithuanian irish welsh swahili"
)
# By the first word of a language: the names of its letters in Unicode begin with one of these.
_SCRIPTS = {
    **dict.fromkeys(_LATIN.split(), ("LATIN",)),
    **dict.fromkeys(("russian", "ukrainian", "bulgarian", "belarusian"), ("CYRILLIC",)),
    **dict.fromkeys(("arabic", "persian", "farsi", "urdu"), ("ARABIC",)),
    **dict.fromkeys(("hindi", "marathi", "nepali"), ("DEVANAGARI",)),
    "chinese": ("CJK",),
    "mandarin": ("CJK",),
    "japanese": ("HIRAGANA", "KATAKANA", "CJK"),
    "korean": ("HANGUL", "CJK"),
    "greek": ("GREEK",),
    "hebrew": ("HEBREW",),
    "thai": ("THAI",),
    "bengali": ("BENGALI",),
    "tamil": ("TAMIL",),
    "georgian": ("GEORGIAN",),
    "armenian": ("ARMENIAN",),
}
_DENSE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI"})
# Names and terms of papers stay in Latin letters in every language; in a language that is written
# with those, hardly a letter is another one.
_LEAST_LATIN, _LEAST_OTHER = 0.9, 0.4


def _scripts(language: str) -> tuple[str, ...]:
    words = language.lower().split()
    return next((_SCRIPTS[word] for word in words if word in _SCRIPTS), ())


def is_english(language: str) -> bool:
    """Return whether this names English, of any kind."""
    return "english" in language.lower()


def is_dense(language: str) -> bool:
    """Return whether a sentence in this language takes a third of the characters of English."""
    return not _DENSE.isdisjoint(_scripts(language))


def is_written_in(text: str, language: str) -> bool:
    """Return whether the letters of a text are those of a language.

    True for a language that is not known here. Does not tell languages of one script apart.
    """
    scripts = _scripts(language)
    letters = [char for char in text if char.isalpha()]
    if not scripts or not letters:
        return not scripts
    own = sum(unicodedata.name(char, "").startswith(scripts) for char in letters)
    least = _LEAST_LATIN if scripts == ("LATIN",) else _LEAST_OTHER
    return own >= least * len(letters)
