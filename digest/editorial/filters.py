"""The filters of an edition: which of the candidates it accepts.

Decides only. The pipeline counts the papers that are left out, and the issue states the number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.model.issues import Item
from digest.model.settings import Edition


def accepts_item(edition: Edition, item: Item, topic: str) -> bool:
    """Return whether the edition's filters accept a paper placed under this topic.

    A paper must pass every filter that is set; an empty one restricts nothing. A single phrase
    that matches is enough to pass a filter, or to be left out by ``exclude``.
    """
    if edition.topics and topic not in edition.topics:
        return False
    has_filters = edition.include or edition.exclude or edition.authors or edition.organizations
    return not has_filters or _passes_phrases(edition, item)


def _passes_phrases(edition: Edition, item: Item) -> bool:
    words = f"{item.title}\n{item.abstract or ''}".casefold()
    # A line break between names, so that no phrase matches across two of them.
    authors = "\n".join(item.authors).casefold()
    organization = item.organization
    names = f"{organization.slug}\n{organization.name}".casefold() if organization else ""
    return (
        (not edition.include or _contains_any(edition.include, words))
        and not _contains_any(edition.exclude, words)
        and (not edition.authors or _contains_any(edition.authors, authors))
        and (not edition.organizations or _contains_any(edition.organizations, names))
    )


def _contains_any(phrases: Sequence[str], text: str) -> bool:
    """Return whether the text contains one of the phrases as whole words."""
    # Not `\b`: it would never match around "c++". "rag" must not match in "storage".
    return any(
        re.search(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)", text) for phrase in phrases
    )
