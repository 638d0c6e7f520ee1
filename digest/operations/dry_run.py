"""Run on a copy of the ledger that is thrown away (``digest run --dry-run``)."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from digest.model.results import RunReport
from digest.model.settings import Profile, Settings
from digest.operations import run
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.storage.ledger import database


def dry_run(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    progress: ProgressCallback = no_progress,
) -> RunReport:
    """Return the report of a run at this moment, and change nothing in the working folder.

    Dumps, counts, verdict and issues are those of a real run. ``pages_written`` and
    ``republished`` are not: the copy has an empty output folder, so all pages are written.

    Does not wait for another run, because it reads the ledger as the last commit left it.
    Nothing is logged or sent. Raises what `run.run` raises, except `Busy`. Also raises
    `LedgerError` for a ledger of an earlier version, which a real run would migrate.
    """
    with tempfile.TemporaryDirectory(prefix="papers-digest-") as folder:
        return run.run(
            _settings_of_copy(settings, Path(folder)), moment, due=due, progress=progress
        )


def _settings_of_copy(settings: Settings, folder: Path) -> Settings:
    """Copy the ledger into ``folder``; return settings for a run there with the same inbox.

    The copy has the configuration, topics and templates of the working folder, but neither its
    output nor its notes.
    """
    root = Path(settings.root).absolute()
    for name in ("config", "templates"):
        (folder / name).symlink_to(root / name)
    database.copy(settings.state_folder, folder / "state")
    return replace(
        settings,
        root=str(folder),
        # The inbox is the real one, so its files must not be moved.
        inbox=replace(settings.inbox, path=str(root / settings.inbox.path), done="keep"),
        # A backup would only be thrown away again.
        state=replace(settings.state, path="state", backups=0),
        profile=_with_absolute_library(settings.profile, root),
        editions=tuple(
            replace(
                edition,
                profile=edition.profile and _with_absolute_library(edition.profile, root),
            )
            for edition in settings.editions
        ),
    )


def _with_absolute_library(profile: Profile, root: Path) -> Profile:
    return replace(profile, library=profile.library and str(root / profile.library))
