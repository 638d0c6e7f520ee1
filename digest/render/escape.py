"""One escaping function per sink, so that no word of a dump is ever markup.

Every function takes text and gives text that reads back as the same words; what no
document may carry (control characters, halves of surrogate pairs) is left out. Nothing
here shortens, mends or judges words.
"""

from __future__ import annotations

import re

# Outside the Char production of XML 1.0, section 2.2.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_BREAKS = re.compile("[ \t\n\r\x85\u2028\u2029]+")

# What opens or closes code, emphasis, links, attributes, headings, entities, tags, tables,
# strikethrough, and what makes GitHub link a bare web or mail address. Not "snake_case",
# "R & D", "p < 0.05" and "~10": no dialect reads those as markup. One set of characters
# comes first because that is what the regex engine can scan for fast.
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
# A backslash before "|", "~", ":" or "@" stays visible in Python-Markdown: entities there.
_MARKDOWN_FOR = {char: f"\\{char}" for char in "\\`*_{}[]#.!"} | {
    "<": "&lt;", "&": "&amp;", "|": "&#124;", "~": "&#126;", ":": "&#58;", "@": "&#64;",
}  # fmt: skip
# At the start: quotes, lists, underlined headings, definitions, a link's second half.
_MARKDOWN_START = re.compile(r"[-+>(]|[=:]|\d+(?=[.)])")

_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CHAT = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "ˋ", "*": "∗", "&": "＆"})

_ADDRESS = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_SCHEME = re.compile(r"[^/?#]*:")
_NOT_ADDRESS = re.compile(r"[^!-~]|[\"<>\\^`{|}]")
_NOT_MARKDOWN_ADDRESS = re.compile(r"[()\[\]*]")
_SAFE = re.compile(r"https?://\w[\w.~/?#%=+,;:@!$'-]*", re.ASCII)  # nearly all: safe everywhere


def xml_chars(text: str) -> str:
    """The text without the characters XML 1.0 forbids; escapes nothing (lxml does that)."""
    return text if text.isprintable() else _NOT_XML.sub("", text)


def json_text(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot carry; escapes nothing.

    Control characters stay: JSON (RFC 8259, section 7) has a spelling for them.
    """
    return text.encode("utf-8", "ignore").decode("utf-8")


def html(text: str) -> str:
    """The text for HTML content and quoted attributes, by the same entities as MarkupSafe."""
    return html_signs(xml_chars(text))


def html_signs(text: str) -> str:
    """The same for a text whose characters are seen to elsewhere."""
    return (
        text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
    )


def markdown(text: str) -> str:
    """The text on one line of Markdown: in a paragraph, heading, list item or link text.

    Holds for CommonMark, GitHub's dialect and Python-Markdown. Characters that are markup
    only in some places (``1.``, ``-``, ``!``) are escaped only there, so that the source
    stays pleasant to read. Runs of blanks and line ends become one blank.
    """
    line = text
    if not text.isprintable() or "  " in text:  # two looks at C speed spare most texts a search
        line = _BREAKS.sub(" ", xml_chars(text))
    line = line.strip(" ")
    start = _MARKDOWN_START.match(line)
    escaped = _MARKDOWN.sub(lambda match: _MARKDOWN_FOR[match[0]], line)
    if start is None or escaped[0] != line[0]:
        return escaped
    if start[0].isdecimal():
        return f"{start[0]}\\{escaped[start.end() :]}"
    lead = f"&#{ord(start[0])};" if start[0] in "=:" else f"\\{start[0]}"
    return lead + escaped[1:]


def address(url: str | None) -> str:
    """The address as one that is safe to link, or nothing when it is not http(s).

    Gives ASCII without blanks, quotes, brackets of tags or braces (RFC 3986, section 2);
    what is not ASCII is percent-encoded, an existing ``%`` stays.
    """
    if not url or not _ADDRESS.match(url):
        return ""
    if _SAFE.fullmatch(url):
        return url
    return _NOT_ADDRESS.sub(_percent, json_text(url.strip()))


def chat(text: str) -> str:
    """The text for a chat's message: no mention, no link of the chat's own form, one line.

    Slack reads ``<!channel>``, others ``@here``; what only looks like those signs stands for
    them, because each chat has another way to escape.
    """
    return _BREAKS.sub(" ", _NOT_SHOWN.sub(" ", text)).translate(_CHAT)


def markdown_address(url: str) -> str:
    """An address, or a path without a scheme, as the destination of a Markdown link."""
    if _SAFE.fullmatch(url):
        return url
    safe = address(url) if _SCHEME.match(url) else _NOT_ADDRESS.sub(_percent, json_text(url))
    return _NOT_MARKDOWN_ADDRESS.sub(_percent, safe).replace("&", "&amp;")


def document(text: str) -> bytes:
    """A finished page as UTF-8, without control characters and lone surrogates.

    The last step for templates whose engine escapes markup but keeps such characters.
    """
    return text.encode("utf-8", "ignore").translate(None, _CONTROLS)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
