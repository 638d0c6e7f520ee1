"""A run: three steps in one direction, each committed before the next begins.

    INTAKE   inbox.look -> reading.read -> identity, diff -> ledger         (run_intake)
    ISSUE    ledger -> text.mend, topics.place, filters -> issue.compose    (run_issue)
    PUBLISH  ledger -> rendering -> output.publish                          (run_publish)

A crash between the steps leaves work that the next run finds and finishes with the same
bytes. This module holds the order and the lock, no rule about papers.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from digest import run_intake, run_issue, run_publish
from digest.errors import Busy
from digest.ledger import database, papers
from digest.model.issues import Accounting
from digest.model.settings import Profile, Settings
from digest.run_state import Made, Quarantined, State, Watch, unwatched

if TYPE_CHECKING:
    from digest.run_backfill import Filled

_PATIENCE = 60.0  # seconds a plain run waits for another one


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, for the terminal, for ``--json`` and for the exit status."""

    verdict: str
    moment: str
    accounting: Accounting
    issues: tuple[Made, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    rejected: tuple[Quarantined, ...] = ()
    passed_over: tuple[Quarantined, ...] = ()
    unsettled: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()  # a line on each dump that was read
    pages_written: int = 0
    republished: str | None = None  # why more than the new issues' pages was looked at

    @property
    def is_idle(self) -> bool:
        """Whether nothing was read, issued or written."""
        return not (self.accounting.dumps or self.issues or self.quarantined or self.pages_written)

    @property
    def exit_status(self) -> int:
        """3 when this run quarantined or rejected something; 4, which beats it, when stale."""
        if self.verdict in ("no-input", "stale"):
            return 4
        return 3 if self.quarantined or self.rejected else 0


def run(
    settings: Settings, moment: datetime, *, due: bool = False, watch: Watch = unwatched
) -> Report:
    """Takes in what waits, issues, publishes. ``moment`` is aware, in the site's zone.

    With ``due`` only what the schedule says is due is issued, and a busy folder is left
    alone. Raises `Busy` when another run holds the folder.
    """
    patience = 0.0 if due else _PATIENCE
    with _locked(settings, patience), _state(settings, moment, watch) as state:
        run_issue.configure(state)
        intake = run_intake.take_in(state, patient=not due)
        made = run_issue.issue_all(state, due_only=due)
        publication = run_publish.publish(state)
        return Report(
            verdict=intake.verdict(len(made)),
            moment=moment.isoformat(),
            accounting=intake.accounting,
            issues=tuple(made),
            quarantined=tuple(intake.quarantined),
            rejected=tuple(intake.rejected),
            passed_over=tuple(intake.passed_over),
            unsettled=tuple(intake.unsettled),
            dumps=tuple(intake.dumps),
            pages_written=len(publication.written),
            republished=publication.reason,
        )


def rehearse(
    settings: Settings, moment: datetime, *, due: bool = False, watch: Watch = unwatched
) -> Report:
    """What `run` would do now, done to a copy of the ledger in a folder that is thrown away."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="papers-digest-") as away:
        return run(_copied(settings, Path(away)), moment, due=due, watch=watch)


def _copied(settings: Settings, away: Path) -> Settings:
    """The same settings for another working folder that reads the same inbox."""
    root = Path(settings.root).absolute()
    for name in ("config", "templates"):
        (away / name).symlink_to(root / name)
    database.copy(root / settings.state.path, away / "state")

    def found_from_there(profile: Profile) -> Profile:
        library = profile.library and str(root / profile.library)
        return msgspec.structs.replace(profile, library=library)

    editions = tuple(
        msgspec.structs.replace(one, profile=one.profile and found_from_there(one.profile))
        for one in settings.editions
    )
    inbox = msgspec.structs.replace(
        settings.inbox, path=str(root / settings.inbox.path), done="keep"
    )
    state = msgspec.structs.replace(settings.state, path="state")
    return msgspec.structs.replace(
        settings,
        root=str(away),
        inbox=inbox,
        state=state,
        profile=found_from_there(settings.profile),
        editions=editions,
    )


def backfill(
    settings: Settings,
    moment: datetime,
    paths: Sequence[Path],
    *,
    silent: bool,
    watch: Watch = unwatched,
) -> tuple[Filled, run_publish.Published]:
    """Takes in old dumps as history; pages and feeds are written once at the end."""
    from digest import run_backfill

    with _locked(settings, _PATIENCE), _state(settings, moment, watch) as state:
        run_issue.configure(state)
        filled = run_backfill.backfill(state, paths, silent=silent)
        return filled, run_publish.publish(state, whole="backfill" if filled.issues else None)


def withdraw(settings: Settings, moment: datetime, paper: int) -> run_publish.Published:
    """Takes a paper off the pages and feeds; it does not come back."""
    with _locked(settings, _PATIENCE), _state(settings, moment) as state:
        with database.transaction(state.ledger):
            papers.withdraw(state.ledger, paper, moment.isoformat())
        return run_publish.publish(state, whole="a paper was withdrawn")


def rebuild(
    settings: Settings, moment: datetime, *, watch: Watch = unwatched
) -> run_publish.Published:
    """The whole output again from the ledger."""
    with _locked(settings, _PATIENCE), _state(settings, moment, watch) as state:
        return run_publish.publish(state, whole="digest rebuild")


@contextmanager
def _state(settings: Settings, moment: datetime, watch: Watch = unwatched) -> Iterator[State]:
    folder = Path(settings.root, settings.state.path)
    with database.opened(folder) as ledger:
        yield State(settings, ledger, moment, watch)


@contextmanager
def _locked(settings: Settings, patience: float) -> Iterator[None]:
    """Holds the working folder: two runs at once would do no harm, but twice the work."""
    folder = Path(settings.root, settings.state.path)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    deadline = time.monotonic() + patience
    with path.open("ab") as lock:
        while not _taken(lock):
            if time.monotonic() >= deadline:
                raise Busy(str(path), patience)
            time.sleep(0.1)
        yield


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_to_read(settings: Settings) -> database.Database | None:
    """The ledger for commands that only look; None before the first run."""
    return database.open_to_read(Path(settings.root, settings.state.path))
