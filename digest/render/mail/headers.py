"""Write the header lines of a message as bytes (RFC 5322), with encoded words (RFC 2047).

They are not left to `EmailMessage`, because it folds addresses of List-Unsubscribe and splits
characters between encoded words.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re

from digest.model.settings import Settings
from digest.render import escape
from digest.render.feeds import entry
from digest.text import addresses

WIDTH = 78  # characters of a line at most: RFC 5322, section 2.1.1
_OPEN, _CLOSE = "=?utf-8?b?", "?="
_WORD = 75  # characters of an encoded word at most: RFC 2047, section 2
_SPECIAL = frozenset('()<>[]:;@\\,."')  # RFC 5322, section 3.2.3
_LONGEST = 60  # characters of a word that is written as it is: a longer one might not fit a line


def line(name: str, value: str) -> bytes:
    """Return a header line as it is given, unfolded. Raises `ValueError` for one of two lines."""
    if not f"{name}{value}".isprintable():
        message = f"the header line {name} holds a line break or a control character"
        raise ValueError(message)
    # Only an address with a local part that is not ASCII has such characters (RFC 6532).
    return f"{name}: {value}\r\n".encode()


def text_line(name: str, text: str) -> bytes:
    """Return a header line of words, such as Subject, folded at `WIDTH`.

    Characters that are not ASCII are written as encoded words, each of whole characters.
    """
    words = escape.xml_chars(text).split()
    plain = " ".join(words)
    if _is_plain(words):
        return line_folded(name, words)
    return line_folded(name, _encoded_words(plain, _WORD - len(name) - 2))


def address_line(name: str, address: str) -> bytes:
    """Return a header line with one address, with its display name if it has one."""
    display, bare = _read(address)
    if not display:
        return line(name, bare)
    words = display.split()
    if not _is_plain(words):
        shown = _encoded_words(" ".join(words), _WORD - len(name) - 2)
    elif _SPECIAL.isdisjoint(display):
        shown = words
    else:
        quoted = display.replace("\\", "\\\\").replace('"', '\\"')
        shown = [f'"{quoted}"']
    return line_folded(name, [*shown, f"<{bare}>"])


def line_folded(name: str, words: list[str]) -> bytes:
    """Return a header line of these words, folded between them."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    for part in lines:
        line(name, part)  # refuses line breaks
    return "\r\n".join(lines).encode() + b"\r\n"


@functools.lru_cache(maxsize=32)  # the sender's own addresses are in every mail
def _read(address: str) -> tuple[str, str]:
    """Return the display name and the address as servers get it."""
    display, bare = addresses.parse_named(address)
    return display, addresses.envelope(bare)


def date(moment: str) -> str:
    """Return a moment as Date has it, in its own offset: "Fri, 20 Nov 2026 07:00:04 +0100"."""
    return entry.spell_moment(moment).rfc822


def mailbox(address: str) -> str:
    """Return the address of "Name <address>" as servers get it, with its domain in punycode."""
    return _read(address)[1]


def domain(address: str) -> str:
    """Return the domain of an address, in punycode."""
    return mailbox(address).rpartition("@")[2]


def message_id(guid: str, token: str, sender: str) -> str:
    """Return the Message-ID of an issue's mail to the person with this token.

    A hash of the guid keyed with the token: neither can be read from it or guessed, and a second
    try has the same one.
    """
    key = hashlib.blake2b(token.encode()).digest()
    digest = hashlib.blake2b(guid.encode(), key=key, digest_size=16).hexdigest()
    return f"<{digest}@{domain(sender)}>"


def _is_plain(words: list[str]) -> bool:
    """Return whether words can stand in a header line as they are."""
    return all(word.isascii() and len(word) <= _LONGEST and "=?" not in word for word in words)


def _encoded_words(text: str, first: int) -> list[str]:
    """Return the text as encoded words, the first of at most ``first`` characters."""
    words, chunk, room = [], "", _bytes(first)
    for char in text:
        if len((chunk + char).encode()) > room:
            words.append(_encode(chunk))
            chunk, room = "", _bytes(_WORD)
        chunk += char
    return [*words, _encode(chunk)]


def _bytes(length: int) -> int:
    """Return how many bytes an encoded word of this length holds."""
    return (length - len(_OPEN) - len(_CLOSE)) // 4 * 3


def _encode(chunk: str) -> str:
    return f"{_OPEN}{base64.b64encode(chunk.encode()).decode()}{_CLOSE}"


def list_id(settings: Settings, edition: str) -> bytes:
    """Return the line List-Id (RFC 2919) of an edition, by which mail programs sort its mails.

    It is made of the edition's name and the address in From, so it stays while these do.
    """
    local, _, host = mailbox(settings.mail.sender or "").rpartition("@")
    label = "-".join(re.findall(r"[a-z0-9]+", local.lower())) or "papers"
    name = f"{settings.site.title}, {edition}"
    words = name.split()
    if not (_is_plain(words) and _SPECIAL.isdisjoint(name.replace(",", ""))):
        shown = _encoded_words(" ".join(words), _WORD - len("List-Id: "))
    else:
        shown = [f'"{" ".join(words)}"']
    return line_folded("List-Id", [*shown, f"<{edition}.{label}.{host}>"])
