"""The topics in `config/topics.toml`: headings, and the phrases that place papers under them."""

from __future__ import annotations

import msgspec


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One phrase, or several with commas between them, with a weight."""

    phrase: str
    """One phrase, or several with commas between them."""
    weight: float = 1.0
    """How much each counts: doubled under `strong`, halved under `weak`."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A heading, and the phrases that place papers under it.

    Each entry is one phrase or several with commas between them.
    """

    id: str
    """The name of the topic in addresses: lower-case letters, digits, hyphens. Do not change it."""
    name: str
    """The heading."""
    about: str = ""
    """One line about what belongs here."""
    strong: tuple[str | Phrase, ...] = ()
    """Phrases that count double."""
    words: tuple[str | Phrase, ...] = ()
    """Phrases that speak for the topic."""
    weak: tuple[str | Phrase, ...] = ()
    """Phrases that count half."""
    not_words: tuple[str | Phrase, ...] = ()
    """Phrases that speak against the topic."""
    categories: tuple[str, ...] = ()
    """arXiv categories such as `"cs.RO"` that speak for the topic where a paper has them."""


class TopicChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change to a shipped topic, or a new topic, in a file that extends the shipped topics.

    A phrase that the topic has already gets the strength of the list it is in here. Everything
    that is not named stays as it is shipped.
    """

    id: str
    """A shipped topic, or a new one, which comes after the shipped ones."""
    name: str | None = None
    """The heading; required for a new topic."""
    about: str | None = None
    """One line about what belongs here."""
    add: tuple[str | Phrase, ...] = ()
    """Phrases that now speak for the topic, the same as `words`."""
    strong: tuple[str | Phrase, ...] = ()
    """Phrases that now count double."""
    words: tuple[str | Phrase, ...] = ()
    """Phrases that now speak for the topic."""
    weak: tuple[str | Phrase, ...] = ()
    """Phrases that now count half."""
    not_words: tuple[str | Phrase, ...] = ()
    """Phrases that now speak against the topic."""
    drop: tuple[str, ...] = ()
    """Phrases that the topic loses; other topics that have them keep them."""
    categories: tuple[str, ...] | None = None
    """arXiv categories that speak for the topic, in place of the shipped ones. Other topics lose
    them."""
    remove: bool = False
    """Whether the topic is left out. No other key may stand beside it."""
