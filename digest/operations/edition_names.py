"""Check the name of an edition that an operator or a program gives."""

from __future__ import annotations

from collections.abc import Iterable

from digest.model.issue_links import IssueLink
from digest.model.settings import Settings


def check_edition(settings: Settings, name: str | None, links: Iterable[IssueLink]) -> str:
    """Return the name of an edition, that of the main edition for None.

    ``links`` are all stored issues. Raises `ValueError` if no such edition is configured or has
    an issue.
    """
    # An edition that was removed from the configuration still has its issues.
    names = {edition.name: None for edition in settings.editions}
    names |= {link.edition: None for link in links}
    if name is not None and name not in names:
        message = f"there is no edition {name!r}; there are: {', '.join(names)}"
        raise ValueError(message)
    return name or settings.editions[0].name
