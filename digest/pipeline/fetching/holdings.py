"""Ask the ledger and the inbox what became of a fetched file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from digest.errors import LedgerError
from digest.model.settings import Settings
from digest.pipeline.context import parser_version
from digest.pipeline.session import open_to_read
from digest.storage import inbox_files
from digest.storage.ledger import Ledger

T = TypeVar("T")


class Holdings:
    """What the working folder holds of the fetched files.

    The ledger is opened for each question and only read, so it is not held while a source is
    asked. If it cannot be read, nothing counts as taken in: the sources are then asked for
    everything, and the run that follows reports the ledger.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._is_readable = True
        self._ledger: Ledger | None = None

    @property
    def inbox(self) -> Path:
        """The folder where dumps are dropped."""
        return Path(self._settings.root, self._settings.inbox.path)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep the ledger open during the block, for thousands of questions."""
        with ExitStack() as at_end:
            # If it cannot be read, the questions say so.
            with suppress(LedgerError):
                self._ledger = at_end.enter_context(open_to_read(self._settings))
            try:
                yield
            finally:
                self._ledger = None

    def is_taken_in(self, content: bytes) -> bool:
        """Return whether the ledger has a dump of this content."""
        return self._ask(lambda ledger: ledger.intakes.is_known_content(content), False)

    def is_waiting(self, name: str, content: bytes) -> bool:
        """Return whether the file lies in the inbox as it was written, and can be read."""
        return inbox_files.lies_there(self.inbox, name, content) and not self.is_refused(content)

    def is_refused(self, content: bytes) -> bool:
        """Return whether this version could read nothing in a file of this content."""
        version = parser_version(self._settings)
        return self._ask(lambda ledger: ledger.quarantine.is_quarantined(content, version), False)

    def new_papers(self, content: bytes) -> int | None:
        """Return how many papers the file was the first to show; None if it is not taken in."""
        return self._ask(lambda ledger: ledger.intakes.new_papers(content), None)

    def _ask(self, question: Callable[[Ledger], T], otherwise: T) -> T:
        if not self._is_readable:
            return otherwise
        if self._ledger is not None:
            return question(self._ledger)
        try:
            with open_to_read(self._settings) as ledger:
                return otherwise if ledger is None else question(ledger)
        except LedgerError:
            self._is_readable = False  # not asked again, because it may wait for half a minute
            return otherwise
