"""Offer the commands to Python programs, as methods of a working folder with typed results.

The command line uses these methods itself. Each opens the ledger and closes it again. A method
imports only the modules it needs, because imports are the largest cost of a short command
(docs/design/decisions.md).
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import UnknownPaper
from digest.publication import results
from digest.publication.corrections import Corrections
from digest.publication.moments import YEARS as YEARS
from digest.publication.moments import site_time as site_time

if TYPE_CHECKING:
    from digest.model.fetching import FetchReport
    from digest.model.issues import Issue
    from digest.model.results import RunReport
    from digest.model.status import Status
    from digest.pipeline.progress import ProgressCallback, StepLogger
    from digest.storage.ledger import Ledger


class Publication(Corrections):
    """A working folder with the settings it had when it was opened; `digest.open` makes one.

    It holds no open file between calls, so it may be kept for long, used from several threads,
    and used beside `digest run` from cron. `run`, `rebuild`, `withdraw`, `move` and `undo` take
    the folder's lock, so only one of them works at a time. The ``moment`` of a method must be in a
    year of `YEARS`; another one is a `ValueError`.
    """

    def __repr__(self) -> str:
        return f"digest.open({self._settings.root!r})"

    @property
    def root(self) -> Path:
        """Return the path of the working folder, as it was given to `digest.open`."""
        return Path(self._settings.root)

    def run(
        self,
        *,
        moment: datetime | None = None,
        due: bool = False,
        dry_run: bool = False,
        fetch: bool = True,
        progress: ProgressCallback | None = None,
        log: StepLogger | None = None,
    ) -> RunReport:
        """Take in the dumps in the inbox, make the issues, publish, mail, and send notices.

        ``moment`` is the time of the run, by default now; without an offset it is in the
        site's time zone. With ``due`` only issues that the schedule asks for are made. Sources
        that are due are asked first, unless ``fetch`` is False. With ``dry_run`` the run works on a
        copy that is thrown away, and nothing is asked, sent or logged. ``progress`` is called with
        what is counted, such as "papers", the number done and the total. ``log`` is called after
        each step; docs/reference/json.md lists the steps and their facts.

        Raises `Busy` if another run holds the folder: after a minute, with ``due`` at once.
        Raises `SettingsError` if topics or templates cannot be used, `LedgerError` if the
        ledger cannot be used, and `OSError` if a file cannot be read or written. After an
        error, everything committed stays, and the next run continues from there. A dump that
        cannot be read raises nothing: it is quarantined and stands in the report. Nor does a mail
        that cannot be sent. SIGINT and SIGTERM in the main thread let the mail that is being sent
        end, and then raise `KeyboardInterrupt`.
        """
        from digest.operations import notify
        from digest.pipeline.progress import no_log, no_progress

        settings, at = self._settings, site_time(self._settings, moment)
        progress = progress or no_progress
        if dry_run:
            from digest.operations import dry_run as trial

            # Not logged: a monitor of the log would count papers and issues that were thrown away.
            return trial.dry_run(settings, at, due=due, fetch=fetch, progress=progress)
        log = log or no_log
        return notify.run_and_notify(settings, at, due=due, fetch=fetch, progress=progress, log=log)

    def fetch(
        self,
        *names: str,
        moment: datetime | None = None,
        anew: bool = False,
        dry_run: bool = False,
        progress: ProgressCallback | None = None,
        log: StepLogger | None = None,
    ) -> FetchReport:
        """Ask these sources now, or without names those that are due; return what they gave.

        Each look becomes a file in the inbox, which the next `run` takes in. With ``anew`` all
        are asked, due or not, and for everything again. With ``dry_run`` nobody is, and the report
        has those that would be. A failure stands in the report. Raises `ValueError` for a name that
        no enabled source has, `Busy` if another process asks for too long, and `OSError`.
        """
        from digest.operations.fetching import fetch
        from digest.pipeline.progress import no_log, no_progress

        settings, at = self._settings, site_time(self._settings, moment)
        if dry_run:
            return fetch.rehearse(settings, at, names, anew=anew)
        tell, log = progress or no_progress, log or no_log
        return fetch.fetch(settings, at, names, anew=anew, log=log, progress=tell)

    def status(self, *, moment: datetime | None = None) -> Status:
        """Return the state of the folder: runs, editions, sources, problems, backups.

        Ages and due dates are those of ``moment``, by default now. Changes nothing. Raises
        `LedgerError` if the ledger cannot be read.
        """
        from digest.operations import status

        return status.read_status(self._settings, site_time(self._settings, moment))

    def issues(
        self,
        edition: str | None = None,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> tuple[Issue, ...]:
        """Return issues as their pages show them: by edition, then oldest first.

        They are those of ``edition``, or of all editions, with dates from ``since`` to
        ``until``, both included. Withdrawn papers are left out. Before the first issue the
        tuple is empty. All issues are in memory at once, so ask for a range when there are
        years of them.

        Raises `ValueError` if there is no such edition, and `LedgerError` if the ledger cannot
        be read.
        """
        from digest.publication import stored_issues

        with self._ledger() as ledger:
            return stored_issues.read(self._settings, ledger, edition, since, until)

    def search(self, *phrases: str, limit: int = 20) -> tuple[results.SearchHit, ...]:
        """Return the papers that have these words in title, abstract or authors, best first.

        Every phrase must be in the paper; several words in one phrase must stand side by side.
        Endings of words do not matter. At most ``limit`` papers are returned, no withdrawn
        ones, and none before the first run. The index is brought up to date first, in a file
        of its own beside the ledger.

        Raises `ValueError` without a phrase or with a limit below 1, and `LedgerError` if the
        ledger cannot be read.
        """
        from digest.storage.ledger import full_text

        # FTS5 would report an empty query as a syntax error.
        if not phrases or limit < 1:
            message = "a search needs at least one phrase and a limit of at least 1"
            raise ValueError(message)
        most = min(limit, sys.maxsize)  # more cannot be counted off
        found = full_text.search(self._settings.state_folder, phrases, most)
        return tuple(map(results.search_hit, found))

    def count_hits(self, *phrases: str) -> int:
        """Return how many papers `search` would find with these phrases and without a limit.

        Raises what `search` raises.
        """
        from digest.storage.ledger import full_text

        if not phrases:
            raise ValueError("a search needs at least one phrase")
        return full_text.count(self._settings.state_folder, phrases)

    def explain(self, name: str) -> results.Explanation:
        """Explain a paper: where it was seen, how it was identified, its topic and its issue.

        ``name`` is an arXiv id, a DOI, a link with one of them, a title or words of it. If it
        fits several papers, the newest ten are listed with their keys, and all are counted.
        Changes nothing.

        Raises `UnknownPaper` if no paper has that name, `SettingsError` if the topics cannot
        be used, and `LedgerError` if the ledger cannot be read.
        """
        with self._ledger() as ledger:
            if ledger is None:
                raise UnknownPaper(name)
            return results.explanation(self._settings, ledger, name)

    def rebuild(
        self, *, moment: datetime | None = None, progress: ProgressCallback | None = None
    ) -> results.RebuildResult:
        """Write the whole output again from the ledger.

        The same ledger, settings and templates give the same files, so only those that differ
        are written. The inbox is not read and no issue is made. ``moment`` dates the status
        page. Raises what `run` raises.
        """
        from digest.operations.corrections import rebuild
        from digest.pipeline.progress import no_progress

        at = site_time(self._settings, moment)
        done = rebuild.rebuild(self._settings, at, progress=progress or no_progress)
        return results.rebuild_result(done)

    def _ledger(self) -> AbstractContextManager[Ledger | None]:
        """Open the ledger to read it, for a ``with`` block; None before the first run."""
        from digest.storage.ledger import database

        return database.opened_to_read(self._settings.state_folder)
