"""Mail addresses: read them, compare them, and write them as mail servers want them.

The grammar is that of RFC 5321 and 5322, with letters of all scripts as RFC 6531 allows. Quoted
local parts, comments and domain literals, which no mailbox of today needs, are refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_LOCAL = 64  # octets before the @, by RFC 5321
_WHOLE = 254  # octets of a whole address
_LABEL = 63  # octets between two dots of a domain
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SIGNS = frozenset("!#$%&'*+-/=?^_`{|}~")  # that may stand before the @ unquoted
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


class NamedAddress(NamedTuple):
    """An address and the name before it; without one, an empty string."""

    name: str
    address: str


def parse(text: str) -> str:
    """Return the address in a bare address or "Name <address>", as it was given.

    Raises `ValueError` as `parse_named` does.
    """
    return parse_named(text).address


def parse_named(text: str) -> NamedAddress:
    """Return the address and the name in a bare address or "Name <address>".

    Raises `ValueError` with the reason if the text is no address, or holds a line break or
    another character that cannot be seen.
    """
    if not text.isprintable():
        raise ValueError("it holds a line break or another invisible character")
    text = text.strip()
    match = _NAMED.fullmatch(text)
    name, address = (match["name"].strip(), match["address"].strip()) if match else ("", text)
    if quoted := _QUOTED.fullmatch(name):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    _check(address)
    return NamedAddress(name, address)


def fold(address: str) -> str:
    """Return the form in which addresses are compared: no capitals, the domain in punycode.

    The address is one that `parse` has returned.
    """
    local, _, domain = address.rpartition("@")
    folded = unicodedata.normalize("NFD", local).casefold()
    # Some letters have other case forms once they are composed; a second pass settles them.
    folded = unicodedata.normalize("NFD", folded).casefold()
    return f"{unicodedata.normalize('NFC', folded)}@{_ascii(domain)}"


def mailbox(address: str) -> str:
    """Return the mailbox that an address belongs to at most providers, in no form to write to.

    Without what follows a plus sign, and without dots before the @: by these one mailbox has any
    number of addresses. Those of two people may be the same in this form.
    """
    local, _, domain = fold(address).rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def envelope(address: str) -> str:
    """Return an address as servers get it: as given, with the domain in punycode.

    The result is ASCII unless the local part is not; only a server with SMTPUTF8 (RFC 6531)
    takes such a one.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}"


def _check(address: str) -> None:
    local, at, domain = address.rpartition("@")
    if not at:
        raise ValueError("there is no @ in it")
    if "@" in local:
        raise ValueError("there is more than one @ in it")
    if not local or not domain:
        raise ValueError(f"nothing stands {'after' if local else 'before'} the @")
    if local.startswith('"'):
        raise ValueError("quotation marks before the @ are not supported")
    if "" in local.split("."):
        raise ValueError("a dot before the @ must stand between other characters")
    for character in local:
        if character.isascii() and not (character.isalnum() or character in _SIGNS | {"."}):
            raise ValueError(f"{character!r} must not stand before the @")
    if len(local.encode()) > _LOCAL:
        raise ValueError(f"more than {_LOCAL} octets stand before the @")
    if len(local.encode()) + len(_ascii(domain)) + 1 > _WHOLE:
        raise ValueError(f"it is longer than {_WHOLE} octets")


def _ascii(domain: str) -> str:
    """Return a domain in lower-case ASCII. Raises `ValueError` if it is none."""
    # The codec "idna" of Python follows the rules of 2003, by which straße is strasse: the
    # domain of somebody else. This follows UTS 46 as browsers do.
    dotted = unicodedata.normalize("NFKC", domain).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    labels = [_label(label) for label in dotted.split(".")]
    if labels[-1].isdigit():
        raise ValueError("after the @ must stand a name, not an address of numbers")
    return ".".join(labels)


def _label(text: str) -> str:
    # Letter by letter: a word's last sigma in capitals would become another letter.
    lower = unicodedata.normalize("NFKC", "".join(letter.lower() for letter in text))
    if len(lower) > _LABEL:
        label = ""  # no code is shorter, and that of thousands of letters takes seconds to make
    elif lower.isascii():
        label = lower
    elif all(unicodedata.category(letter)[0] in "LMN" or letter == "-" for letter in lower):
        label = "xn--" + lower.encode("punycode").decode("ascii")
    else:
        label = ""
    if not _HOST.fullmatch(label) or len(label) > _LABEL:
        raise ValueError(f"{text!r} is no part of a domain" if text else "a dot stands alone in it")
    return label
