"""The parts that RSS, Atom and JSON Feed share: a document's frame, entry bytes, XML escaping."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from digest.render import escape
from digest.render.feeds.entry import FeedEntry, Moment
from digest.render.feeds.frequency import Frequency

GENERATOR = "Papers Digest"  # no version: a release must not change published archives
_CACHED_CONTENTS = 512  # a heavy week; its archive is written in one format after another


class EntryFragment(NamedTuple):
    """An entry as one format writes it, in two lengths: ``head + full`` or ``head + brief``."""

    head: bytes
    full: bytes
    brief: bytes


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """The frame of a feed document in any format; addresses are absolute.

    ``own`` is the address of the document itself and ``current`` that of the live document;
    the two are equal in the live document. ``older`` is the newest archive document before
    this one, if there is any (RFC 5005, section 4). ``hub`` tells subscribers of a live document
    when it changes (WebSub).
    """

    title: str
    description: str
    language: str
    author: str
    home: str
    own: str
    current: str
    older: str | None = None
    hub: str | None = None
    updated: Moment | None = None
    frequency: Frequency = Frequency()

    @property
    def archived(self) -> bool:
        """Return whether this is an archive document, which readers fetch only once."""
        return self.own != self.current


def escape_text(text: str) -> str:
    """Return text as XML character data.

    Does not remove characters that XML forbids: a `FeedEntry` holds none.
    """
    # Quotes may stay in character data; escaping them makes a document a tenth longer.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@functools.lru_cache(_CACHED_CONTENTS)
def escape_content(entry: FeedEntry) -> str:
    """Return the full content of an entry as character data; RSS and Atom share the result."""
    return escape_text(entry.content)


def repeat_element(opening: str, texts: Iterable[str], closing: str) -> str:
    """Return one element for each text, between the given tags."""
    # One call escapes all texts in a quarter of the time. NUL separates them safely, because
    # no text of a FeedEntry holds a control character.
    joined = escape_text("\0".join(texts))
    return f"{opening}{joined.replace(chr(0), closing + opening)}{closing}" if joined else ""


def write_element(name: str, text: str = "", /, **attributes: str) -> str:
    """Return an element of a frame; removes characters that XML forbids from its text."""
    pairs = "".join(f' {key}="{escape.html(value)}"' for key, value in attributes.items())
    inner = escape_text(escape.xml_chars(text))
    return f"<{name}{pairs}>{inner}</{name}>" if inner else f"<{name}{pairs}/>"
