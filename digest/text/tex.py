r"""Convert the TeX that a page left in a text to plain text.

Handles the signs of TeX: backslashes, groups, dollars, scripts, ties and quotes. Commands
without their backslash are handled in `tex_loss`. Makes plain text, never markup, and keeps
braces around a set or a template ("{0, 1}", "{last round answer}").
"""

from __future__ import annotations

import re
import unicodedata

from digest.text import rules, symbols

MARKS = ("\\", "{", "}", "$", "^", "_", "~", "`", "--", "''", ", .")

_INDEX = r"\{([^{}]{1,40})\}"
_VARIABLE = r"(?<![\w.\0])([^\W\d_])"
_NAME = r"[^{},;:|=<>\s]{1,60}"  # a word in braces; three or more are a set or a template
_GROUP = r"\{([^{}]{0,400})\}"
_COLORS = "red|blue|green|orange|teal|purple|magenta|cyan|violet|brown|gray|black"
_LOSABLE_NAMES = frozenset(
    (*symbols.GREEK, *symbols.CAPITALS, *symbols.SIGNS, "sim", "times", "approx", "pm")
)
_FONT = rf"(?:\\|(?<![A-Za-z]))(?:{symbols.FONTS})"
_HATS = "|".join(symbols.HATS)
_MAX_DEPTH = 4  # of groups inside groups

# Labels that mean nothing without their link.
_EMPTY_LABELS = frozenset(
    ("here", "link", "url", "this", "this link", "this url", "this http url", "this https url")
)
_AROUND_ADDRESS = re.compile(r"^https?://|/?\.?$")


def _link(match: re.Match[str]) -> str:
    """Write a link as its label and its address, or as the address alone."""
    address, label = match[1], match[2].strip()
    same = _AROUND_ADDRESS.sub("", label) == _AROUND_ADDRESS.sub("", address)
    if same or not label or label.lower() in _EMPTY_LABELS:
        return address
    return f"{label} ({address})"


def _join_accent(match: re.Match[str]) -> str:
    """Combine a letter with its accent. If Unicode has no such letter, it was a quote."""
    letter = match[2] or match[3]
    composed = unicodedata.normalize("NFC", letter + symbols.ACCENTS[match[1]])
    if len(composed) == 1:
        return composed
    return match[1] + letter if match[1] in "'\"`" else letter


def _join_hat(match: re.Match[str]) -> str:
    return (match[2] or match[3]) + symbols.HATS[match[1]]


def _macro(match: re.Match[str]) -> str:
    """Replace a command by its sign, or by its bare name if it has none."""
    before, name, after = match[1], match[2], match[3]
    sign = symbols.MACROS.get(name)
    if sign is None:
        gap = " " if before and name in symbols.FUNCTIONS else ""
        return before + gap + name + after
    if sign.endswith(".") and match.string[match.end() : match.end() + 1] == ".":
        sign = sign[:-1]
    return before + sign + ("" if name in ("sim", "left") else after)


def _restore_backslash(match: re.Match[str]) -> str:
    """Restore the backslash of a name that is alone in a group."""
    return f"{{\\{match[1]}}}" if match[1] in _LOSABLE_NAMES else match[0]


def _superscript(match: re.Match[str]) -> str:
    """Replace a superscript by Unicode superscript characters, if all exist."""
    return _script(match, "^", symbols.SUPERSCRIPTS)


def _subscript(match: re.Match[str]) -> str:
    return _script(match, "_", symbols.SUBSCRIPTS)


def _script(match: re.Match[str], mark: str, characters: dict[str, str]) -> str:
    """Replace a script by its Unicode characters, or else remove the braces around a word.

    Letters are replaced only after a single-letter base.
    """
    base, grouped, bare = match.groups()
    script = (grouped or bare).strip()
    single = not match.string[max(0, match.start() - 1) : match.start()].isalpha()
    if all(c in characters and (single or not c.isalpha()) for c in script):
        return base + "".join(characters[c] for c in script)
    return base + mark + script if bare or re.fullmatch(r"\w+", script) else match[0]


def _tie_or_tilde(match: re.Match[str]) -> str:
    """Replace a tie by a blank. Between numbers a tilde means a range, and stays."""
    word = match.string[max(0, match.start() - 20) : match.start()]
    word = re.split(r"[ (\[]", word)[-1]
    number = word[:1].isdigit() and match.string[match.end() :][:1].isdigit()
    return "~" if number else " "


# Commands that may hold a web address. Applied before the addresses are cut out.
LINK_RULES = (
    rules.Rule("footnote", r"\s?\\?footnote\{([^{}]{0,400})\}", r" (\1)"),
    rules.Rule("\\color{", r"\\color\{[a-z]{0,30}([A-Z]{0,30})\}", r"\1"),
    rules.Rule("\\textcolor{", rf"\\textcolor\{{\w{{0,30}}\}}{_GROUP}", r"\1"),
    rules.Rule("{", rf"{_FONT}\s?{_GROUP}", r"\1", _MAX_DEPTH),
    rules.Rule("{", rf"(?<![A-Za-z])(?:{_COLORS})\{{([^{{}}]{{0,400}})\}}", r"\1"),
    rules.Rule("\\href", r"\\href\s?\{([^{}\s]{1,500})\}\s?\{([^{}]{0,300})\}", _link),
    rules.Rule("\\url", r"\\url\s?\{([^{}\s]{1,500}) ?\}", r"\1"),
    rules.Rule("\\href", r"\\href\s?\{([^{}\s]{1,500})\}", r"\1"),
    rules.Rule("{", r"(https?://[^\s{}]{1,500})\{([^{}]{0,300})\}", _link),
)

# Rules for backslashes and dollars. Applied after the addresses are cut out.
RULES = (
    rules.Rule("\\", r"\\\\(?=\s|$)|\\[,;: ]", " "),
    rules.Rule("\\(", r"\\\((?: (.{1,200}?) |(\(.{1,80}?\)))\\\)", r"\1\2"),
    rules.Rule("\\", r"\\[/!-]", ""),
    rules.Rule("\\", r"\\([%&#$_])", r"\1"),
    rules.Rule('\\"', r'\\"(?<!\w\\")(\w[^"\\]{0,200})\\"(?!\w)', r'"\1"'),
    rules.Rule("\\'s", r"\\'(?=s\b)", "'"),
    rules.Rule("\\", r"""\\([`'^"~=.])(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))""", _join_accent),
    rules.Rule("\\", r"\\([cvuHkrdb])(?:\{\\?([A-Za-z])\}|\s([A-Za-z]))", _join_accent),
    rules.Rule("\\", rf"\\({_HATS})\s?(?:\{{([A-Za-z])\}}| ([A-Za-z])\b)", _join_hat),
    rules.Rule("{\\", rf"\{{\\(?:{symbols.SWITCHES})\b\s*([^{{}}]{{0,400}})\}}", r"\1"),
    rules.Rule("\\", rf"\\(?:{symbols.SWITCHES})\b\s*", ""),
    rules.Rule("\\", r"[~ ]?\\(?:cite[a-z]*|e?q?ref|label)\*?\{[^{}\0]{0,200}\}", ""),
    rules.Rule("\\frac{", r"\\frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}", r"\1/\2"),
    rules.Rule("{", r"\{([A-Za-z]{2,20})\}", _restore_backslash),
    rules.Rule("circ", r"\^\s?\{?\\?circ\}?(?![A-Za-z])", "°"),
    rules.Rule("\\", r"(\w?)\\([A-Za-z]+)\*?( ?)", _macro),
    rules.Rule("^", r"\^\{?([*†‡′°⋆]{1,3})\}?", r"\1"),
    rules.Rule("$_", r"([)\w])\$()_\{?(\d{1,3})\}?\$", _subscript),
    rules.Rule("$", r"\$([^$\w\0]{1,8})\$", r"\1"),
    rules.Rule("$", r"\$(?=\S)([^$]{1,300})(?<=\S)\$(?!\d)", r"\1"),
    rules.Rule("$", r"\$(?<=[a-z]\$)(?=[\s.,;:)]|$)", ""),
)  # fmt: skip

# Applied after `tex_loss`, which restores names in scripts first: "pi_0", "R^{mtimes n}".
FINAL_RULES = (
    rules.Rule("^", rf"([\w)\]|∇])\^(?:{_INDEX}|([+-]?\d+(?![.\d])|[a-z+-](?!\w)))", _superscript),
    rules.Rule("_", rf"{_VARIABLE}_(?:{_INDEX}|(\d{{1,3}}|[a-z])(?![a-z\d_]))", _subscript),
    rules.Rule("_{", r"_(?<=\w_)\{(\w{1,40})\}", r"_\1"),
    rules.Rule("{", rf"\{{(?<![\^_]\{{)({_NAME}(?: {_NAME})?)\}}", r"\1", _MAX_DEPTH),
    rules.Rule("{}", r"\{\}(?<=\w..)", ""),
    rules.Rule("\\", r"\\(?=\d)", "$"),
    rules.Rule("\\", r"\\+", ""),
    rules.Rule("~", r"~(?<=[^\s~(\[\"'].)(?![\s~])", _tie_or_tilde),
    rules.Rule("`s", r"`(?<=\w`)(?=s\b)", "'"),
    rules.Rule("``", r"``(?<!```)(?!`)", '"'),
    rules.Rule("''", r"''(?<!''')(?!')", '"'),
    rules.Rule("`", r"`(?<![\w`]`)((?:[^`'\s]|'(?=\w)|\s(?=\S)){1,120}?)'(?![\w'])", r"'\1'"),
    rules.Rule("---", r"---(?<!----)(?!-)", "—"),
    # The name that stood between them was a macro, which listings drop.
    rules.Rule(", .", r", \.(?=\s|$)(?! \.)", "."),
    rules.Rule("--", r"--(?:(?<=[^-<!\s]--)(?![->])|(?<= --)(?= ))", "–"),
)  # fmt: skip
