r"""Turns TeX marks that a page left standing into the text they stand for.

Knows what is certainly TeX: backslashes, groups, dollars, scripts, ties, TeX quotes. Words
whose backslash is gone are `lost`'s. Makes plain text, never markup, and leaves braces that
hold a set or a template ("{0, 1}", "{last round answer}").
"""

from __future__ import annotations

import re
import unicodedata

from digest.text import rules, symbols

MARKS = ("\\", "{", "}", "$", "^", "_", "~", "`", "--", "''")

_INDEX = r"\{([^{}]{1,40})\}"
_VARIABLE = r"(?<![\w.\0])([^\W\d_])"
_NAME = r"[^{},;:|=<>\s]{1,60}"  # of a group with two names at most; others are sets, templates
_GROUP = r"\{([^{}]{0,400})\}"
_COLORS = "red|blue|green|orange|teal|purple|magenta|cyan|violet|brown|gray|black"
_LOST = frozenset(
    (*symbols.GREEK, *symbols.CAPITALS, *symbols.SIGNS, "sim", "times", "approx", "pm")
)
_FONT = rf"(?:\\|(?<![A-Za-z]))(?:{symbols.FONTS})"
_HATS = "|".join(symbols.HATS)
_DEEPEST = 4  # groups inside groups

# Labels that say nothing without their link.
_NAMELESS = frozenset(
    ("here", "link", "url", "this", "this link", "this url", "this http url", "this https url")
)
_BARE = re.compile(r"^https?://|/?\.?$")


def _link(match: re.Match[str]) -> str:
    """Write an address and what it was hidden behind as text."""
    address, label = match[1], match[2].strip()
    same = _BARE.sub("", label) == _BARE.sub("", address)
    if same or not label or label.lower() in _NAMELESS:
        return address
    return f"{label} ({address})"


def _accented(match: re.Match[str]) -> str:
    """Compose a letter and its accent; an accent that no such letter has is a quote."""
    letter = match[2] or match[3]
    composed = unicodedata.normalize("NFC", letter + symbols.ACCENTS[match[1]])
    if len(composed) == 1:
        return composed
    return match[1] + letter if match[1] in "'\"`" else letter


def _hatted(match: re.Match[str]) -> str:
    return (match[2] or match[3]) + symbols.HATS[match[1]]


def _macro(match: re.Match[str]) -> str:
    """Write a command as its sign, or else as its bare name."""
    before, name, after = match[1], match[2], match[3]
    sign = symbols.MACROS.get(name)
    if sign is None:
        gap = " " if before and name in symbols.FUNCTIONS else ""
        return before + gap + name + after
    if sign.endswith(".") and match.string[match.end() : match.end() + 1] == ".":
        sign = sign[:-1]
    return before + sign + ("" if name in ("sim", "left") else after)


def _named(match: re.Match[str]) -> str:
    """Give a name that stands in a group its backslash back."""
    return f"{{\\{match[1]}}}" if match[1] in _LOST else match[0]


def _raised(match: re.Match[str]) -> str:
    """Write a superscript in raised characters where there are any."""
    return _script(match, "^", symbols.SUPERSCRIPTS)


def _lowered(match: re.Match[str]) -> str:
    return _script(match, "_", symbols.SUBSCRIPTS)


def _script(match: re.Match[str], mark: str, characters: dict[str, str]) -> str:
    base, grouped, bare = match.groups()
    script = (grouped or bare).strip()
    single = not match.string[max(0, match.start() - 1) : match.start()].isalpha()
    if all(c in characters and (single or not c.isalpha()) for c in script):
        return base + "".join(characters[c] for c in script)
    return base + mark + script if bare or re.fullmatch(r"\w+", script) else match[0]


def _untied(match: re.Match[str]) -> str:
    """Tell a tie from "about": a range of numbers keeps its tilde."""
    word = match.string[max(0, match.start() - 20) : match.start()]
    word = re.split(r"[ (\[]", word)[-1]
    number = word[:1].isdigit() and match.string[match.end() :][:1].isdigit()
    return "~" if number else " "


# What stands around addresses and may hold them.
LINKS = (
    rules.Rule("footnote", r"\s?\\?footnote\{([^{}]{0,400})\}", r" (\1)"),
    rules.Rule("\\color{", r"\\color\{[a-z]{0,30}([A-Z]{0,30})\}", r"\1"),
    rules.Rule("\\textcolor{", rf"\\textcolor\{{\w{{0,30}}\}}{_GROUP}", r"\1"),
    rules.Rule("{", rf"{_FONT}\s?{_GROUP}", r"\1", _DEEPEST),
    rules.Rule("{", rf"(?<![A-Za-z])(?:{_COLORS})\{{([^{{}}]{{0,400}})\}}", r"\1"),
    rules.Rule("\\href", r"\\href\s?\{([^{}\s]{1,500})\}\s?\{([^{}]{0,300})\}", _link),
    rules.Rule("\\url", r"\\url\s?\{([^{}\s]{1,500}) ?\}", r"\1"),
    rules.Rule("\\href", r"\\href\s?\{([^{}\s]{1,500})\}", r"\1"),
    rules.Rule("{", r"(https?://[^\s{}]{1,500})\{([^{}]{0,300})\}", _link),
)

# What a backslash or a dollar proves to be TeX. Addresses stand aside from here on.
RULES = (
    rules.Rule("\\", r"\\\\(?=\s|$)|\\[,;: ]", " "),
    rules.Rule("\\(", r"\\\((?: (.{1,200}?) |(\(.{1,80}?\)))\\\)", r"\1\2"),
    rules.Rule("\\", r"\\[/!-]", ""),
    rules.Rule("\\", r"\\([%&#$_])", r"\1"),
    rules.Rule('\\"', r'\\"(?<!\w\\")(\w[^"\\]{0,200})\\"(?!\w)', r'"\1"'),
    rules.Rule("\\'s", r"\\'(?=s\b)", "'"),
    rules.Rule("\\", r"""\\([`'^"~=.])(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))""", _accented),
    rules.Rule("\\", r"\\([cvuHkrdb])(?:\{\\?([A-Za-z])\}|\s([A-Za-z]))", _accented),
    rules.Rule("\\", rf"\\({_HATS})\s?(?:\{{([A-Za-z])\}}| ([A-Za-z])\b)", _hatted),
    rules.Rule("{\\", rf"\{{\\(?:{symbols.SWITCHES})\b\s*([^{{}}]{{0,400}})\}}", r"\1"),
    rules.Rule("\\", rf"\\(?:{symbols.SWITCHES})\b\s*", ""),
    rules.Rule("\\", r"[~ ]?\\(?:cite[a-z]*|e?q?ref|label)\*?\{[^{}\0]{0,200}\}", ""),
    rules.Rule("\\frac{", r"\\frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}", r"\1/\2"),
    rules.Rule("{", r"\{([A-Za-z]{2,20})\}", _named),
    rules.Rule("circ", r"\^\s?\{?\\?circ\}?(?![A-Za-z])", "°"),
    rules.Rule("\\", r"(\w?)\\([A-Za-z]+)\*?( ?)", _macro),
    rules.Rule("^", r"\^\{?([*†‡′°⋆]{1,3})\}?", r"\1"),
    rules.Rule("$_", r"([)\w])\$()_\{?(\d{1,3})\}?\$", _lowered),
    rules.Rule("$", r"\$([^$\w\0]{1,8})\$", r"\1"),
    rules.Rule("$", r"\$(?=\S)([^$]{1,300})(?<=\S)\$(?!\d)", r"\1"),
    rules.Rule("$", r"\$(?<=[a-z]\$)(?=[\s.,;:)]|$)", ""),
)  # fmt: skip

# What may hold names that `lost` gives back first: "pi_0", "R^{mtimes n}".
LAST = (
    rules.Rule("^", rf"([\w)\]|∇])\^(?:{_INDEX}|([+-]?\d+(?![.\d])|[a-z+-](?!\w)))", _raised),
    rules.Rule("_", rf"{_VARIABLE}_(?:{_INDEX}|(\d{{1,3}}|[a-z])(?![a-z\d_]))", _lowered),
    rules.Rule("_{", r"_(?<=\w_)\{(\w{1,40})\}", r"_\1"),
    rules.Rule("{", rf"\{{(?<![\^_]\{{)({_NAME}(?: {_NAME})?)\}}", r"\1", _DEEPEST),
    rules.Rule("{}", r"\{\}(?<=\w..)", ""),
    rules.Rule("\\", r"\\(?=\d)", "$"),
    rules.Rule("\\", r"\\+", ""),
    rules.Rule("~", r"~(?<=[^\s~(\[\"'].)(?![\s~])", _untied),
    rules.Rule("`s", r"`(?<=\w`)(?=s\b)", "'"),
    rules.Rule("``", r"``(?<!```)(?!`)", '"'),
    rules.Rule("''", r"''(?<!''')(?!')", '"'),
    rules.Rule("`", r"`(?<![\w`]`)((?:[^`'\s]|'(?=\w)|\s(?=\S)){1,120}?)'(?![\w'])", r"'\1'"),
    rules.Rule("---", r"---(?<!----)(?!-)", "—"),
    rules.Rule("--", r"--(?:(?<=[^-<!\s]--)(?![->])|(?<= --)(?= ))", "–"),
)  # fmt: skip
