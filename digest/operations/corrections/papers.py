"""Find the one paper that an operator means, or list those that could be meant."""

from __future__ import annotations

import msgspec

from digest.errors import UnknownPaper
from digest.matching import identity
from digest.model.issues import issue_key
from digest.model.papers import Paper
from digest.model.settings import Settings
from digest.operations import explain
from digest.pipeline.session import open_to_read
from digest.storage.ledger import Ledger


class PaperSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as an operator recognises it: its key, its title and where it stands."""

    key: str
    title: str
    places: str  # "daily 2026-11-20", "in no issue" or "withdrawn"


def find_paper(settings: Settings, name: str) -> Paper:
    """Return the paper with this key or whole title.

    Raises `UnknownPaper` if no paper has it or several have, also if it is a part of a title.
    """
    with open_to_read(settings) as ledger:
        if ledger is None:
            raise UnknownPaper(name)
        return explain.find_paper(ledger, name)


def summarise_papers(settings: Settings, name: str) -> list[PaperSummary]:
    """Return the papers with this key or title, else at most ten whose titles contain it.

    Raises `UnknownPaper` if there is none.
    """
    with open_to_read(settings) as ledger:
        if ledger is None:
            raise UnknownPaper(name)
        return [_summarise(ledger, paper) for paper in explain.find_papers(ledger, name)]


def _summarise(ledger: Ledger, paper: Paper) -> PaperSummary:
    issues = [
        f"{place.edition} {issue_key(place.date, place.ordinal)}"
        for place in ledger.explain.issued_in(paper.id)
    ]
    withdrawn = ledger.explain.withdrawal(paper.id)
    places = "withdrawn" if withdrawn else ", ".join(issues) or "in no issue"
    return PaperSummary(key=identity.keys(paper)[0], title=paper.title, places=places)
