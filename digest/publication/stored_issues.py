"""Read issues from the ledger, as their pages show them."""

from __future__ import annotations

from datetime import date

from digest.editorial import compose
from digest.model.issues import Issue
from digest.model.settings import Settings
from digest.operations.edition_names import check_edition
from digest.publication.moments import is_between
from digest.storage.ledger import Ledger


def read(
    settings: Settings,
    ledger: Ledger | None,
    edition: str | None,
    since: date | None,
    until: date | None,
) -> tuple[Issue, ...]:
    """Return the issues of an edition, or of all, in a range of dates, oldest first.

    Raises `ValueError` if there is no such edition.
    """
    links = ledger.issues.list_links() if ledger else []
    check_edition(settings, edition, links)
    if ledger is None:
        return ()
    withdrawn = ledger.issues.withdrawn_guids()
    stored = (
        ledger.issues.load_issue(link.edition, link.number)
        for link in links
        if edition in (None, link.edition) and is_between(link.date, since, until)
    )
    return tuple(compose.without_withdrawn(issue, withdrawn) for issue in stored)
