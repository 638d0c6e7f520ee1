"""What an edition takes of the candidates; what it leaves out is counted, never lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.model.issues import Item
from digest.model.settings import Edition


def takes(edition: Edition, item: Item, topic: str) -> bool:
    """Whether a placed paper belongs in this edition. Empty settings restrict nothing."""
    if edition.topics and topic not in edition.topics:
        return False
    asked = edition.include or edition.exclude or edition.authors or edition.organizations
    return not asked or _fits(edition, item)


def _fits(edition: Edition, item: Item) -> bool:
    words = f"{item.title}\n{item.abstract or ''}".casefold()
    authors = "\n".join(item.authors).casefold()
    organization = item.organization
    names = f"{organization.slug}\n{organization.name}".casefold() if organization else ""
    return (
        (not edition.include or _any(edition.include, words))
        and not _any(edition.exclude, words)
        and (not edition.authors or _any(edition.authors, authors))
        and (not edition.organizations or _any(edition.organizations, names))
    )


def _any(phrases: Sequence[str], words: str) -> bool:
    """Whether a phrase stands in the words, as words: "rag" is not in "storage"."""
    return any(
        re.search(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)", words) for phrase in phrases
    )
