"""Escape texts, with one function for each kind of output: no text from a dump may be markup.

The words stay the same for whoever reads the output. Characters that are invalid in every document
(control characters, halves of surrogate pairs) are left out. Nothing here shortens or mends.
"""

from __future__ import annotations

import re

from digest.editorial.calendar import MONTHS, WEEKDAYS

# The characters outside the Char production of XML 1.0, section 2.2, and those that steer a
# terminal or turn the direction of writing: DEL, C1 but U+0085, which ends a line, and bidi marks.
_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r")) + b"\x7f"
# The same in UTF-8, and the ends of lines besides the line feed.
_STEERING = re.compile(rb"\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
_BREAKS = re.compile("[ \t\n\r\x85\u2028\u2029]+")

# Characters that open or close code, emphasis, links, attributes, headings, entities, tags,
# tables and strikethrough, and those by which GitHub links a bare web or mail address. Not
# those of "snake_case", "R & D", "p < 0.05" and "~10", which are markup in no dialect. The set
# of all characters comes first, because the regex engine scans for one set fast.
_MARKDOWN = re.compile(
    r"""[\\`*_{}\[\]#|<&~:@!.] (?:
          (?<=[\\`*{}\[\]#|])
        | (?<=_) (?: (?<![^\W_]_) | (?![^\W_]) )
        | (?<=<) (?![ ])
        | (?<=&) (?=[#\w])
        | (?<=~) (?: (?<![ (]~) | (?!\d) )
        | (?<=:) (?=//)
        | (?<=@) (?=[A-Za-z][\w-]*\.[A-Za-z])
        | (?<=www\.)
        | (?<=!) \Z
    )""",
    re.VERBOSE,
)
# Python-Markdown shows a backslash before "|", "~", ":" and "@", so these become entities.
_MARKDOWN_ESCAPES = {char: f"\\{char}" for char in "\\`*_{}[]#.!"} | {
    "<": "&lt;", "&": "&amp;", "|": "&#124;", "~": "&#126;", ":": "&#58;", "@": "&#64;",
}  # fmt: skip
# Markup only at the start: quotes, lists, underlined headings, definitions, a link's address.
_MARKDOWN_START = re.compile(r"[-+>(]|[=:]|\d+(?=[.)])")

# Controls, zero-width characters, and marks that reverse the direction of the text.
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Look-alikes, because Slack, Discord and Mattermost each escape in another way.
_CHAT = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "ˋ", "*": "∗", "&": "＆"})

_WEEKDAY, _MONTH = ("|".join(name[:3] for name in names) for names in (WEEKDAYS, MONTHS))
_DATE = re.compile(rf"\b(?:(?:{_WEEKDAY})[a-z]* )?\d\d? (?:{_MONTH})[a-z]*(?: \d{{4}})?\b")

_ADDRESS = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_SCHEME = re.compile(r"[^/?#]*:")
_NOT_ADDRESS = re.compile(r"[^!-~]|[\"<>\\^`{|}]")
_NOT_MARKDOWN_ADDRESS = re.compile(r"[()\[\]*]")
# Nearly all addresses are of this form, which is safe in every kind of output.
_SAFE = re.compile(r"https?://\w[\w.~/?#%=+,;:@!$'-]*", re.ASCII)


def xml_chars(text: str) -> str:
    """Return the text without characters that no document may hold; escapes nothing.

    These are the ones that XML 1.0 forbids, other controls, and marks of direction.
    """
    return text if text.isprintable() else _NOT_XML.sub("", text)


def json_text(text: str) -> str:
    """Return the text without lone surrogates, which UTF-8 cannot encode; escapes nothing.

    Control characters stay: a JSON encoder escapes them (RFC 8259, section 7).
    """
    return text.encode("utf-8", "ignore").decode("utf-8")


def html(text: str) -> str:
    """Return the text for HTML content and quoted attributes, with MarkupSafe's entities."""
    return html_signs(xml_chars(text))


def html_signs(text: str) -> str:
    """Return the text with entities for markup; keeps characters that are invalid in HTML.

    For templates: `document` removes those characters from the finished page.
    """
    return (
        text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
    )


def html_with_dates(text: str) -> str:
    """Return the text for HTML, each date in it as an element of the class ``date``.

    A date such as "Wed 18 Nov 2026" is not to be broken over two lines.
    """
    return _DATE.sub(r'<span class="date">\g<0></span>', html_signs(text))


def markdown(text: str) -> str:
    """Return the text as one line for a Markdown paragraph, heading, list item or link text.

    Safe in CommonMark, GitHub's dialect and Python-Markdown. Characters that are markup
    only in some places (``1.``, ``-``, ``!``) are escaped only there, so that the source
    stays pleasant to read. Runs of blanks and line ends become one blank.
    """
    line = text
    # Two checks at C speed spare most texts the regex.
    if not text.isprintable() or "  " in text:
        line = _BREAKS.sub(" ", xml_chars(text))
    line = line.strip(" ")
    start = _MARKDOWN_START.match(line)
    escaped = _MARKDOWN.sub(lambda match: _MARKDOWN_ESCAPES[match[0]], line)
    if start is None or escaped[0] != line[0]:
        return escaped
    if start[0].isdecimal():
        return f"{start[0]}\\{escaped[start.end() :]}"
    lead = f"&#{ord(start[0])};" if start[0] in "=:" else f"\\{start[0]}"
    return lead + escaped[1:]


def address(url: str | None) -> str:
    """Return an address that is safe to link; empty if it is not http or https.

    The result is ASCII without blanks, quotes, angle brackets and braces (RFC 3986, section
    2): those are percent-encoded. An existing ``%`` stays, because the address is encoded.
    """
    if not url or not _ADDRESS.match(url):
        return ""
    if _SAFE.fullmatch(url):
        return url
    return _NOT_ADDRESS.sub(_percent, json_text(url.strip()))


def chat(text: str) -> str:
    """Return the text as one line for a chat, without mentions, links and emphasis.

    Slack would act on ``<!channel>``, others on ``@here``, so look-alikes replace such signs.
    """
    return _BREAKS.sub(" ", _NOT_SHOWN.sub(" ", text)).translate(_CHAT)


def markdown_address(url: str) -> str:
    """Return an address, or a path without a scheme, as the destination of a Markdown link.

    Empty for an address that is not http or https.
    """
    if _SAFE.fullmatch(url):
        return url
    safe = address(url) if _SCHEME.match(url) else _NOT_ADDRESS.sub(_percent, json_text(url))
    return _NOT_MARKDOWN_ADDRESS.sub(_percent, safe).replace("&", "&amp;")


def document(text: str) -> bytes:
    """Return a finished page as UTF-8, without controls, marks of direction and lone surrogates.

    The last step after a template: Jinja escapes markup but keeps such characters.
    """
    return _STEERING.sub(b"", text.encode("utf-8", "ignore").translate(None, _CONTROLS))


def json_document(data: bytes) -> bytes:
    """Return finished JSON with controls and marks of direction escaped: the same values."""
    return _STEERING.sub(_json_escape, data.replace(b"\x7f", b"\\u007f"))


def _json_escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
