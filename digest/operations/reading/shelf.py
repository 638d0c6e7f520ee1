"""Give the published issues of a working folder as its pages show them, to several threads."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from digest.editorial import compose
from digest.editorial.topics import move_papers
from digest.model.issue_links import PublishedIssue
from digest.model.issues import Issue
from digest.model.settings import Settings
from digest.model.topics import Correction
from digest.pipeline.issue_cache import IssueCache
from digest.storage.ledger import Ledger, database
from digest.storage.ledger.full_text.issued_file import ledger_mark

_WAIT = 5.0  # seconds to wait for a run that is writing


class KeptIssues:
    """Issues in memory, for as long as no other papers are withdrawn or moved.

    ``stamp`` is the same for the same papers that are withdrawn and moved.
    """

    def __init__(
        self, settings: Settings, withdrawn: frozenset[str], moved: Mapping[str, Correction]
    ) -> None:
        self._settings, self._withdrawn, self._moved = settings, withdrawn, moved
        papers = repr((sorted(withdrawn), sorted(moved.items())))
        self.stamp = hashlib.blake2b(papers.encode(), digest_size=16).hexdigest()
        self._lock = threading.Lock()
        self._stored = IssueCache(self._read)
        self._shown = IssueCache[PublishedIssue](self._correct)

    def fits(self, withdrawn: frozenset[str], moved: Mapping[str, Correction]) -> bool:
        """Return whether these papers are withdrawn and moved, and no others."""
        return withdrawn == self._withdrawn and moved == self._moved

    def load_stored(self, issue: PublishedIssue) -> Issue | None:
        """Return an issue as it was stored; None if it was taken back meanwhile."""
        return self._load(self._stored, issue)

    def load_page(self, issue: PublishedIssue) -> Issue | None:
        """Return an issue as its page shows it: without withdrawn papers."""
        stored = self.load_stored(issue)
        return stored and compose.without_withdrawn(stored, self._withdrawn)

    def load(self, issue: PublishedIssue) -> Issue | None:
        """Return an issue as pages of topics show it: its moved papers under their new topics.

        Only in the main edition papers are moved: it alone has pages of topics.
        """
        return self._load(self._shown, issue)

    def _load(self, cache: IssueCache[PublishedIssue], issue: PublishedIssue) -> Issue | None:
        with self._lock:
            try:
                return cache.load(issue)
            except LookupError:
                return None

    def _read(self, link: PublishedIssue) -> Issue:
        with database.opened_to_read(self._settings.state_folder, timeout=_WAIT) as ledger:
            stored = ledger.published_issues.load(link) if ledger else None
        if stored is None:
            raise LookupError(link)
        return stored

    def _correct(self, link: PublishedIssue) -> Issue:
        issue = compose.without_withdrawn(self._stored.load(link), self._withdrawn)
        is_main = link.edition == self._settings.editions[0].name
        return move_papers(issue, self._moved) if is_main else issue


class OpenShelf(NamedTuple):
    """The published issues during one request: the open ``ledger``, and the issues in memory."""

    settings: Settings
    ledger: Ledger
    kept: KeptIssues


class PublishedShelf:
    """The published issues of a working folder, for requests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept = KeptIssues(settings, frozenset(), {})

    def mark(self) -> str | None:
        """Return a text that changes with everything that is written to the ledger.

        None without a ledger. Takes no lock, and opens no database.
        """
        return ledger_mark(self._settings.state_folder)

    def modified(self) -> datetime | None:
        """Return when the ledger was last written to; None without a ledger."""
        try:
            written = (self._settings.state_folder / database.FILE).stat().st_mtime
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(int(written), UTC)

    @contextmanager
    def opened(self) -> Iterator[OpenShelf | None]:
        """Open the shelf for a block; None before the first run.

        Raises `LedgerError` if the ledger cannot be read, or a run is writing to it for long.
        """
        with database.opened_to_read(self._settings.state_folder, timeout=_WAIT) as ledger:
            yield OpenShelf(self._settings, ledger, self._keep(ledger)) if ledger else None

    def _keep(self, ledger: Ledger) -> KeptIssues:
        """Return the issues in memory; others once a paper is withdrawn, moved, or brought back."""
        withdrawn, moved = ledger.issues.withdrawn_guids(), _moved_guids(ledger)
        with self._lock:
            if not self._kept.fits(withdrawn, moved):
                self._kept = KeptIssues(self._settings, withdrawn, moved)
            return self._kept


def _moved_guids(ledger: Ledger) -> dict[str, Correction]:
    """Return the corrections by guid, without those whose topic is no longer configured."""
    moved = ledger.moved_papers.by_guid()
    if not moved:
        return {}
    removed = {topic.topic for topic in ledger.removed_topics.list_removed_topics()}
    return {
        guid: correction for guid, correction in moved.items() if correction.topic not in removed
    }
