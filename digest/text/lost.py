"""Gives words back that lost their backslash: "4times70", "leq 5", "360circ", "muP".

English stays English: "at times", "50 times larger", "sim-to-real", "alpha channel". A name
of a letter is read as that letter where its surroundings say so (a digit, an index, an
equals sign, a proper name behind a hyphen, a noun of quantity before it), and then
throughout the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from digest.text import rules, symbols

# What is counted in factors: "42 times speedup" is a lost sign, because English says
# "42 times faster". Others ("20 times reduction") people do write in plain words.
_FACTORED = (
    r"(?:[\w-]{1,30} )?"
    r"(?:speed-?ups?|boosts?|accelerations?|super-resolution|(?:up|down)sampling|magnification)\b"
)
_COMPARED = r"(?!the\b|as\b|an?\b|its?\b|their\b|more\b|less\b|fewer\b|per\b|in\b|for\b|\w+er\b)"
_QUANTITY = (
    "(?:parameter|hyper-?parameter|coefficient|factor|threshold|weight|rate|ratio|temperature"
    "|constant|exponent|variable|probability|regularization|penalty|margin|angle|step size)"
)
_UNITED = r"\d[\d.,]*[kKMBGT]?"
_NOT_SIMULATION = "(?<!in sim)(?<!and sim)(?<!or sim)(?<!the sim)"

# Sure wherever they stand alone or touch no more than a variable.
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
        (rf"{_APART}(?={_COMPARED}{_FACTORED})", "× "),
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
        ("sim", rf"sim(?<![\w\0-]sim){_NOT_SIMULATION}!? (?={_UNITED}%?(?![A-Za-z]))", "~"),
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

# Where a rule for "times" may have something to do: nearly all that English has is none.
_TIMES = re.compile(
    r"times(?:(?=\d)|(?<=\dtimes)|(?<=\d times)|(?<=\d[kKMB]times)|(?<=\d[kKMB] times)"
    r"|(?<=\b[A-Za-z]times)|(?<=\b[A-Za-z] times))"
)
_WORDS = "alpha|beta|pi|chi"  # in brackets, these may be a release or a name
_STATISTICS = "alpha|beta|kappa|eta|rho"  # which people write out: "kappa = 0.8"
_START = r"(?<![\w\0./-])"
_LETTERS = symbols.GREEK | symbols.CAPITALS

# A name on its own, and where it is surely a letter: by what is beside it, or by the noun before.
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


# The names above that show a loss where something stands before them that is no letter.
_NAMES = (
    "alpha approx beta cdot cdots chi circ delta downarrow ell epsilon eta gamma geq infty kappa"
    " lambda langle lceil ldots leftarrow leftrightarrow leq lfloor mu nabla neq nlog nu omega phi"
    " pi pm propto psi rangle rceil rfloor rho rightarrow sigma sim simeq tau theta uparrow"
    " varepsilon varphi varrho varsigma vartheta xi zeta Delta Gamma Lambda Omega Phi Psi"
    " Rightarrow Sigma Theta"
).split()
_NAMED = rf"[ (\-\d%](?:{'|'.join(_NAMES)}|to(?=\d))(?![a-z])"
_TO = re.compile(r"to(?=\d)")


def _runs(names: Iterable[str]) -> frozenset[bytes]:
    """What `_small` sees of names; none has capitals but its first letter."""
    return frozenset(name[name[0].isupper() :].encode() for name in names)


# What the names of `_NAMED`, and of all rules but those for "times" and "to", are among the runs
# of small letters of a text: looking these up takes half the time of a search for the names.
_HINTS = _runs((*_NAMES, *"dlog klog ksim left log mlog xsim".split()))
_A_TO_Z = range(ord("a"), ord("z") + 1)
_SIGN_HINTS = frozenset(
    letter + name
    for letter in (b"", *(bytes((code,)) for code in _A_TO_Z))
    for name in _runs(symbols.SIGNS)
)
_SMALL = bytes(code if code in _A_TO_Z else ord(" ") for code in range(256))


@functools.lru_cache(maxsize=1)
def _small(text: str) -> list[bytes]:
    """The runs of small letters, kept for the next step: few steps change the text."""
    return text.encode().translate(_SMALL).split()


def _has_sign(text: str) -> bool:
    """Whether a sign may be in the text, be it behind a variable."""
    return not _SIGN_HINTS.isdisjoint(_small(text))


def _is_hinted(text: str) -> bool:
    """Whether a rule for anything but factors and signs may have something to do."""
    return not _HINTS.isdisjoint(_small(text)) or _TO.search(text) is not None


def _is_named(text: str) -> bool:
    return _is_hinted(text) and rules.compiled(_NAMED).search(f" {text}") is not None


def suspected(text: str) -> bool:
    """Tell cheaply whether `restore` may have something to do."""
    return _TIMES.search(text) is not None or _is_named(text)


def restore(text: str) -> str:
    """Apply every rule for lost commands, then read names of letters as letters."""
    if _has_sign(text):
        text = rules.compiled(_SIGN).sub(_sign, text)
    if _TIMES.search(text):
        text = rules.apply(_FACTORS, text)
    if not _is_hinted(text):
        return text
    text = rules.apply(_DIRECT, rules.apply(RULES, text))
    if not _is_named(text):
        return text
    names = (name for name in _read(text) if f"*{name}" not in text)  # "x*beta" is ASCII
    for name in sorted(names):
        text = _standing(name).sub(_LETTERS[name], text)
    return text


def _read(text: str) -> set[str]:
    """The names that are letters by their surroundings, be it in one place."""
    padded = f" {text}"
    standing = {match.start(1): match[1] for match in rules.compiled(_NAME).finditer(padded)}
    is_letter = rules.compiled(_LETTER).match
    found = {name for start, name in standing.items() if is_letter(padded, start)}
    counted = rules.compiled(_OF_QUANTITY).findall(text) if standing else ()
    return found | (symbols.GREEK.keys() & counted)


def _sign(match: re.Match[str]) -> str:
    return symbols.SIGNS[match[1]]


@functools.cache
def _standing(name: str) -> re.Pattern[str]:
    """Find a name on its own, but not in an English phrase nor in a model's name."""
    number = r"(?![ -]?\d)" if name in symbols.CAPITALS else ""
    before, after = r"(?<![A-Za-z\0/\"“])(?<!Raspberry )", r"(?![A-Za-z\"”])"
    return re.compile(before + name + after + number + _ENGLISH)
