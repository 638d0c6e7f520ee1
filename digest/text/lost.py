"""Gives words back that lost their backslash: "4times70", "leq 5", "360circ", "muP".

English stays English: "at times", "50 times larger", "sim-to-real", "alpha channel". A name
of a letter is read as that letter where its surroundings say so (a digit, an index, an
equals sign, a proper name behind a hyphen, a noun of quantity before it), and then
throughout the text.
"""

from __future__ import annotations

import functools
import re

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

_FACTORS = tuple(
    rules.Rule("times", pattern, to)
    for pattern, to in (
        (r"(\d[kKMB]?)times(?: (?=\d)|(?![a-z]))", r"\1×"),
        (r"(\d[kKMB]?)times(?=[a-z])", r"\1× "),
        (r"(\d[kKMB]?) times (?=\d)", r"\1×"),
        (rf"(\d[kKMB]?) times (?={_COMPARED}{_FACTORED})", r"\1× "),
        (r"times(?<![\w\0]times)(?=\d)", "×"),
        (r"([A-Zb-z](?<![\w'’\0].))times(?![a-z])(?: (?=[\dA-Za-z]\b))?", r"\1×"),
        (r"([b-zB-HJ-Z](?<![\w'’\0].)) times (?=[b-zB-HJ-Z](?![\w'’]))", r"\1×"),
    )
)  # fmt: skip
RULES = tuple(
    rules.Rule(mark, pattern, to)
    for mark, pattern, to in (
        ("circ", r"(\d) ?circ(?![a-z])", r"\1°"),
        ("sim", r"(\d[%kKMBx]?)sim ?(?=\d)", r"\1~"),
        ("sim", r"sim(?<![\w\0-]sim)!?(?!2[A-Za-z]{3})(?=\d)", "~"),
        ("sim", rf"sim(?<![\w\0-]sim){_NOT_SIMULATION}!? (?={_UNITED}%?(?![A-Za-z]))", "~"),
        ("approx", r"approx(?<![\w\0-]approx)(?= ?[\d$])", "≈"),
        ("pm", r"pm(?<![\w.\0]pm)(?<!\d pm) ?(?=\d)", "±"),
        ("pm", r"(\d[%°]? ?)pm ?(?=\d+\.\d)", r"\1±"),
        ("pm", r"(\.\d{1,9}[%°]? ?)pm ?(?=\d)", r"\1±"),
        ("to", r"(\d%?)to(?=\d)", r"\1→"),
        ("nabla", r"nabla(?<![A-Za-z]nabla)(?![a-z])", "∇"),
        ("ell", r"ell(?<![A-Za-z]ell)(?=[_^\d])", "ℓ"),
        ("log", r"([nNmMTKdkL](?<![A-Za-z].))log(?= [a-zA-Z]\b|\()", r"\1 log"),
        ("left", r"left(?<![a-z]left)([(\[])([^()\[\]]{1,120}?) ?right([)\]])", r"\1\2\3"),
        ("mu", r"mu(?<![A-Za-z\0/.]mu)(?=[A-Z](?![a-z]))", "μ"),
        ("tau-bench", r"tau(?<![\w\0/.-]tau)(?=-bench)", "τ"),
        ("-alpha", r"(?<=[Pp]ix[Aa]rt)-alpha\b", "-α"),
        ("-Sigma", r"(?<=[Pp]ix[Aa]rt)-Sigma\b", "-Σ"),
    )
)  # fmt: skip

# Where a rule for "times" may have something to do: nearly all that English has is none.
_TIMES = re.compile(
    r"times(?:(?=\d)|(?<=\dtimes)|(?<=\d times)|(?<=\d[kKMB]times)|(?<=\d[kKMB] times)"
    r"|(?<=\b[A-Za-z]times)|(?<=\b[A-Za-z] times))"
)
_LOWER = "|".join(symbols.GREEK)
_CAPITAL = "|".join(symbols.CAPITALS)
_WORDS = ("alpha", "beta", "pi", "chi")  # in brackets, these may be a release or a name
_BRACKETED = "|".join(name for name in (*symbols.GREEK, *symbols.CAPITALS) if name not in _WORDS)
_STATISTICS = "alpha|beta|kappa|eta|rho"  # which people write out: "kappa = 0.8"
_START = r"(?<![\w\0./-])"

# Where a name is surely a letter.
_LETTER = (
    rf"(?<![A-Za-z\0/*])({_LOWER}|{_CAPITAL})(?=_(?:\w(?!\w)|\{{)|\^|[=≤≥≈∈])"
    rf"|(?<![A-Za-z\0/*])(?!{_STATISTICS})({_LOWER}|{_CAPITAL})(?= (?:[=≤≥≈∈<>] ))"
    rf"|\(({_BRACKETED})\)"
    rf"|{_START}(?!phi)({_LOWER})(?=\d{{1,2}}(?!\w))"
    rf"|{_START}(?!tau)({_LOWER})(?=-[A-Z])"
    rf"|\b{_QUANTITY}s? (?!delta)({_LOWER})(?![\w-])"
    rf"|\(({_LOWER}) [a-z]\)"
)
_DIRECT = (
    rules.Rule("Delta", r"(?<![A-Za-z\0/.-])Delta(?=\d)", "Δ"),
    rules.Rule("Theta(", r"(?<![\w\0])Theta(?=\(\w)", "Θ"),
    rules.Rule("Omega(", r"(?<![\w\0])Omega(?=\(\w)", "Ω"),
)
_ENGLISH = (
    r"(?! (?:channels?|matt(?:e|es|ing)|blending|composit\w{1,5}|masks?|versions?|releases?"
    r"|test\w{0,4}|rule|waves?|rays?)\b)"
)


# Every name above with something before it that is no letter, as one tree of prefixes:
# 22 us for 1,400 characters, against 39 us for a flat list of the names.
_SUSPECT = re.compile(
    r"[ (\-\d%](?:a(?:lpha|pprox)|beta|c(?:dots?|irc|hi)|d(?:elta|ownarrow)|e(?:psilon|ta|ll)"
    r"|g(?:amma|eq)|infty|kappa|l(?:ambda|angle|ceil|floor|dots|eq|eft(?:right)?arrow)|mu"
    r"|n(?:u|eq|abla|log)|omega|p(?:[im]|hi|si|ropto)|r(?:ho|ightarrow|angle|ceil|floor)"
    r"|s(?:im(?:eq)?|igma)|t(?:au|heta|o(?=\d))|uparrow|var(?:epsilon|phi|theta|rho|sigma)|xi"
    r"|zeta|Delta|Gamma|Lambda|Omega|P(?:hi|si)|Rightarrow|Sigma|Theta)(?![a-z])"
)


def suspected(text: str) -> bool:
    """Tell cheaply whether `restore` may have something to do."""
    return _TIMES.search(text) is not None or _SUSPECT.search(f" {text}") is not None


def restore(text: str) -> str:
    """Apply every rule for lost commands, then read names of letters as letters."""
    if any(map(text.__contains__, symbols.SIGNS)):
        text = rules.compiled(_SIGN).sub(_sign, text)
    if _TIMES.search(text):
        text = rules.apply(_FACTORS, text)
    text = rules.apply(_DIRECT, rules.apply(RULES, text))
    if not _SUSPECT.search(f" {text}"):
        return text
    found = {
        name for match in rules.compiled(_LETTER).finditer(text) for name in match.groups() if name
    }
    names = (name for name in found if f"*{name}" not in text)  # "x*beta" is a formula in ASCII
    for name in sorted(names):
        text = _standing(name).sub(symbols.MACROS[name], text)
    return text


def _sign(match: re.Match[str]) -> str:
    return symbols.SIGNS[match[1]]


@functools.cache
def _standing(name: str) -> re.Pattern[str]:
    """Find a name on its own, but not in an English phrase nor in a model's name."""
    number = r"(?![ -]?\d)" if name in symbols.CAPITALS else ""
    before, after = r"(?<![A-Za-z\0/\"“])(?<!Raspberry )", r"(?![A-Za-z\"”])"
    return re.compile(before + name + after + number + _ENGLISH)
