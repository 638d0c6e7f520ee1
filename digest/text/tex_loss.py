"""Restore TeX commands that lost their backslash: "4times70", "leq 5", "360circ", "muP".

Keeps English: "at times", "50 times larger", "sim-to-real", "alpha channel". The name of a
Greek letter becomes the letter if the context proves it once: a digit, an index, an equals
sign, a proper name after a hyphen or a noun of quantity before it. Then it becomes the letter
everywhere in the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from digest.text import rules, symbols

# "42 times speedup" was "42 × speedup": in English one writes "42 times faster". But people
# write "20 times reduction" in plain words, so such nouns are not listed.
_SPEEDUPS = (
    r"(?:[\w-]{1,30} )?"
    r"(?:speed-?ups?|boosts?|accelerations?|super-resolution|(?:up|down)sampling|magnification)\b"
)
_NO_COMPARISON = (
    r"(?!the\b|as\b|an?\b|its?\b|their\b|more\b|less\b|fewer\b|per\b|in\b|for\b|\w+er\b)"
)
_QUANTITY = (
    "(?:parameter|hyper-?parameter|coefficient|factor|threshold|weight|rate|ratio|temperature"
    "|constant|exponent|variable|probability|regularization|penalty|margin|angle|step size)"
)
_NUMBER = r"\d[\d.,]*[kKMBGT]?"
_NOT_SIMULATION = "(?<!in sim)(?<!and sim)(?<!or sim)(?<!the sim)"

# These names always mean the sign. A one-letter variable may touch them ("xleq 5").
_SIGN = (
    r"(?<![A-Za-z]{2})(?<![A-Za-z](?=[lr]angle))("
    + "|".join(sorted(symbols.SIGNS, key=lambda name: (-len(name), name)))
    + r")(?![a-z])"
)

_GLUED = r"times(?:(?<=\dtimes)|(?<=\d[kKMB]times))"
_APART = r" times (?:(?<=\d times )|(?<=\d[kKMB] times ))"
_FACTORS = tuple(
    rules.Rule("times", pattern, to)
    for pattern, to in (
        (rf"{_GLUED}(?: (?=\d)|(?![a-z]))", "×"),
        (rf"{_GLUED}(?=[a-z])", "× "),
        (rf"{_APART}(?=\d)", "×"),
        (rf"{_APART}(?={_NO_COMPARISON}{_SPEEDUPS})", "× "),
        (r"times(?<![\w\0]times)(?=\d)", "×"),
        (r"times(?<=[A-Zb-z]times)(?<![\w'’\0].times)(?![a-z])(?: (?=[\dA-Za-z]\b))?", "×"),
        (r" times (?<=[b-zB-HJ-Z] times )(?<![\w'’\0]. times )(?=[b-zB-HJ-Z](?![\w'’]))", "×"),
    )
)  # fmt: skip
RULES = tuple(
    rules.Rule(mark, pattern, to)
    for mark, pattern, to in (
        ("circ", r"(\d) ?circ(?![a-z])", r"\1°"),
        ("sim", r"sim(?:(?<=\dsim)|(?<=\d[%kKMBx]sim)) ?(?=\d)", "~"),
        ("sim", r"sim(?<![\w\0-]sim)!?(?!2[A-Za-z]{3})(?=\d)", "~"),
        ("sim", rf"sim(?<![\w\0-]sim){_NOT_SIMULATION}!? (?={_NUMBER}%?(?![A-Za-z]))", "~"),
        ("approx", r"approx(?<![\w\0-]approx)(?= ?[\d$])", "≈"),
        ("pm", r"pm(?<![\w.\0]pm)(?<!\d pm) ?(?=\d)", "±"),
        ("pm", r"(\d[%°]? ?)pm ?(?=\d+\.\d)", r"\1±"),
        ("pm", r"(\.\d{1,9}[%°]? ?)pm ?(?=\d)", r"\1±"),
        ("to", r"to(?=\d)(?:(?<=\dto)|(?<=\d%to))", "→"),
        ("nabla", r"nabla(?<![A-Za-z]nabla)(?![a-z])", "∇"),
        ("ell", r"ell(?<![A-Za-z]ell)(?=[_^\d])", "ℓ"),
        ("log", r"log(?<=[nNmMTKdkL]log)(?<![A-Za-z].log)(?= [a-zA-Z]\b|\()", " log"),
        ("left", r"left(?<![a-z]left)([(\[])([^()\[\]]{1,120}?) ?right([)\]])", r"\1\2\3"),
        ("mu", r"mu(?<![A-Za-z\0/.]mu)(?=[A-Z](?![a-z]))", "μ"),
        ("tau-bench", r"tau(?<![\w\0/.-]tau)(?=-bench)", "τ"),
        ("rt-alpha", r"-alpha(?<=[Pp]ix[Aa]rt-alpha)\b", "-α"),
        ("rt-Sigma", r"-Sigma(?<=[Pp]ix[Aa]rt-Sigma)\b", "-Σ"),
    )
)  # fmt: skip

# A quick test for the rules for "times": it passes almost no English use of the word.
_TIMES = re.compile(
    r"times(?:(?=\d)|(?<=\dtimes)|(?<=\d times)|(?<=\d[kKMB]times)|(?<=\d[kKMB] times)"
    r"|(?<=\b[A-Za-z]times)|(?<=\b[A-Za-z] times))"
)
_WORDS = "alpha|beta|pi|chi"  # in brackets these may be a release or a name, so they stay
_STATISTICS = "alpha|beta|kappa|eta|rho"  # people write these out: "kappa = 0.8"
_START = r"(?<![\w\0./-])"
_LETTERS = symbols.GREEK | symbols.CAPITALS

# A letter's name on its own, and the contexts that prove it is a letter.
_NAME = rf"[^A-Za-z]({'|'.join(_LETTERS)})(?![A-Za-z])"
_LETTER = (
    r"(?<![\0/*])[A-Za-z]+(?:_(?:\w(?!\w)|\{)|\^|[=≤≥≈∈])"
    rf"|(?<![\0/*])(?!{_STATISTICS})[A-Za-z]+ [=≤≥≈∈<>] "
    rf"|(?<=\()(?!{_WORDS})[A-Za-z]+\)"
    rf"|{_START}(?!phi)[a-z]+\d{{1,2}}(?!\w)"
    rf"|{_START}(?!tau)[a-z]+-[A-Z]"
    r"|(?<=\()[a-z]+ [a-z]\)"
)
_OF_QUANTITY = rf"\b{_QUANTITY}s? (?!delta)(?=([a-z]+)(?![\w-]))"
_DIRECT = (
    rules.Rule("Delta", r"(?<![A-Za-z\0/.-])Delta(?=\d)", "Δ"),
    rules.Rule("Theta(", r"(?<![\w\0])Theta(?=\(\w)", "Θ"),
    rules.Rule("Omega(", r"(?<![\w\0])Omega(?=\(\w)", "Ω"),
)
_ENGLISH = (
    r"(?! (?:channels?|matt(?:e|es|ing)|blending|composit\w{1,5}|masks?|versions?|releases?"
    r"|test\w{0,4}|rule|waves?|rays?)\b)"
)


# The names in the rules above. One that follows no letter may be a lost command.
_NAMES = (
    "alpha approx beta cdot cdots chi circ delta downarrow ell epsilon eta gamma geq infty kappa"
    " lambda langle lceil ldots leftarrow leftrightarrow leq lfloor mu nabla neq nlog nu omega phi"
    " pi pm propto psi rangle rceil rfloor rho rightarrow sigma sim simeq tau theta uparrow"
    " varepsilon varphi varrho varsigma vartheta xi zeta Delta Gamma Lambda Omega Phi Psi"
    " Rightarrow Sigma Theta"
).split()
_NAMED_SIGN = rf"[ (\-\d%](?:{'|'.join(_NAMES)}|to(?=\d))(?![a-z])"
_TO = re.compile(r"to(?=\d)")


def _lowercase_parts(names: Iterable[str]) -> frozenset[bytes]:
    """Return the names as `_lowercase_runs` would: without a capital first letter."""
    return frozenset(name[name[0].isupper() :].encode() for name in names)


# All names but "times" and "to", as they occur among the lowercase runs of a text. Looking up
# the runs takes half the time of searching for the names.
_NAME_HINTS = _lowercase_parts((*_NAMES, *"dlog klog ksim left log mlog xsim".split()))
_A_TO_Z = range(ord("a"), ord("z") + 1)
_SIGN_HINTS = frozenset(
    letter + name
    for letter in (b"", *(bytes((code,)) for code in _A_TO_Z))
    for name in _lowercase_parts(symbols.SIGNS)
)
_KEEP_LOWERCASE = bytes(code if code in _A_TO_Z else ord(" ") for code in range(256))


@functools.lru_cache(maxsize=1)
def _lowercase_runs(text: str) -> list[bytes]:
    """Return the runs of lowercase letters.

    Caches the last result, because the next step mostly asks for the same text.
    """
    return text.encode().translate(_KEEP_LOWERCASE).split()


def _may_hold_signs(text: str) -> bool:
    """Return false if no sign of `symbols.SIGNS` can be in the text, not even after a variable."""
    return not _SIGN_HINTS.isdisjoint(_lowercase_runs(text))


def _may_hold_names(text: str) -> bool:
    """Return false if no rule but those for factors and signs can change the text."""
    return not _NAME_HINTS.isdisjoint(_lowercase_runs(text)) or _TO.search(text) is not None


def _holds_name(text: str) -> bool:
    return _may_hold_names(text) and rules.compiled(_NAMED_SIGN).search(f" {text}") is not None


def is_suspected(text: str) -> bool:
    """Return false if `restore` cannot change the text. Cheap."""
    return _TIMES.search(text) is not None or _holds_name(text)


def restore(text: str) -> str:
    """Replace commands without their backslash, then names of Greek letters, by their signs."""
    if _may_hold_signs(text):
        text = rules.compiled(_SIGN).sub(_sign_of, text)
    if _TIMES.search(text):
        text = rules.apply(_FACTORS, text)
    if not _may_hold_names(text):
        return text
    text = rules.apply(_DIRECT, rules.apply(RULES, text))
    if not _holds_name(text):
        return text
    # A formula in ASCII, such as "x*beta", keeps its names.
    names = (name for name in _letter_names(text) if f"*{name}" not in text)
    for name in sorted(names):
        text = _standalone(name).sub(_LETTERS[name], text)
    return text


def _letter_names(text: str) -> set[str]:
    """Return the names that the context proves to be letters, in at least one place."""
    padded = f" {text}"
    places = {match.start(1): match[1] for match in rules.compiled(_NAME).finditer(padded)}
    is_letter = rules.compiled(_LETTER).match
    letters = {name for start, name in places.items() if is_letter(padded, start)}
    quantities = rules.compiled(_OF_QUANTITY).findall(text) if places else ()
    return letters | (symbols.GREEK.keys() & quantities)


def _sign_of(match: re.Match[str]) -> str:
    return symbols.SIGNS[match[1]]


@functools.cache
def _standalone(name: str) -> re.Pattern[str]:
    """Match a name on its own, outside English phrases and names of models."""
    number = r"(?![ -]?\d)" if name in symbols.CAPITALS else ""
    before, after = r"(?<![A-Za-z\0/\"“])(?<!Raspberry )", r"(?![A-Za-z\"”])"
    return re.compile(before + name + after + number + _ENGLISH)
