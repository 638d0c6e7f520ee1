"""Read issues as they are mailed: without withdrawn papers, with the editor's note."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import NamedTuple

from digest.editorial import compose
from digest.model.issues import Issue
from digest.model.people import Mailing
from digest.model.settings import Settings
from digest.pipeline import context
from digest.pipeline.context import RunContext
from digest.pipeline.publishing.notes import Notes
from digest.pipeline.session import open_to_read
from digest.render.feeds.issue_entries import issue_guid
from digest.render.site.notes import NoteView
from digest.render.site.templates import Templates
from digest.storage.ledger import Ledger


class MailedIssue(NamedTuple):
    """An issue as its mails show it, and the editor's note on it, if there is one."""

    issue: Issue
    note: NoteView | None


class IssueReader:
    """Reads the issues of mailings, each once. May be shared by several threads."""

    def __init__(self, settings: Settings, moment: datetime) -> None:
        self._settings, self._moment = settings, moment
        self._lock = threading.Lock()
        self._read: dict[int, MailedIssue | None] = {}

    def load(self, mailing: Mailing) -> MailedIssue | None:
        """Return the issue of a mailing; None if it was taken back.

        Raises `LedgerError` if the ledger cannot be read.
        """
        with self._lock:
            if mailing.id not in self._read:
                with open_to_read(self._settings) as ledger:
                    found = self._find(ledger, mailing) if ledger else None
                    self._read[mailing.id] = found
            return self._read[mailing.id]

    def _find(self, ledger: Ledger, mailing: Mailing) -> MailedIssue | None:
        found = read_issue(self._settings, ledger, mailing.edition, mailing.number, self._moment)
        # Another issue may have got its number.
        return found if found and issue_guid(found.issue) == mailing.issue else None


def read_issue(
    settings: Settings, ledger: Ledger, edition: str, number: int, moment: datetime
) -> MailedIssue | None:
    """Return an issue by its number in the edition, as it is mailed; None if there is none."""
    stored = ledger.issues.find_issue(edition, number)
    if stored is None:
        return None
    issue = compose.without_withdrawn(stored, ledger.issues.withdrawn_guids())
    # Notes are for the issues of the main edition.
    note = None
    if edition == settings.editions[0].name:
        note = Notes(RunContext(settings, ledger, moment)).render(issue.key)
    return MailedIssue(issue, note)


def open_templates(settings: Settings) -> Templates:
    """Return the templates of a working folder; compiled ones are cached in its state folder."""
    return Templates(context.template_folders(settings), context.template_cache(settings))
