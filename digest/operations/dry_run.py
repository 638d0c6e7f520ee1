"""Run on a copy of the ledger that is thrown away (``digest run --dry-run``)."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from digest.model.results import RunReport
from digest.model.settings import Profile, Settings
from digest.model.source_settings import Summary
from digest.operations import run
from digest.operations.fetching import fetch as fetching
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.storage.ledger import database


def dry_run(
    settings: Settings,
    moment: datetime,
    *,
    due: bool = False,
    fetch: bool = True,
    progress: ProgressCallback = no_progress,
) -> RunReport:
    """Return the report of a run at this moment, and change nothing in the working folder.

    The report is that of a real run, with its counts of dumps, issues and pages. No source and
    no language model is asked: those that are due stand in the report, unless ``fetch`` is False.

    Does not wait for another run, because it reads the ledger as the last commit left it.
    Nothing is logged or sent. Raises what `run.run` raises, except `Busy`. Also raises
    `LedgerError` for a ledger of an earlier version, which a real run would migrate.
    """
    with tempfile.TemporaryDirectory(prefix="papers-digest-") as folder:
        copy = _settings_of_copy(settings, Path(folder))
        report = run.run(copy, moment, due=due, fetch=False, progress=progress)
    if not (fetch and settings.sources):
        return report
    return replace(report, fetched=fetching.rehearse(settings, moment))


def _settings_of_copy(settings: Settings, folder: Path) -> Settings:
    """Copy the ledger into ``folder``; return settings for a run there with the same inbox.

    The copy has the configuration, topics and templates of the working folder, and empty files in
    the place of its output.
    """
    root = Path(settings.root).absolute()
    for name in ("config", "templates"):
        (folder / name).symlink_to(root / name)
    _stand_in(root / "output", folder / "output")
    database.copy(settings.state_folder, folder / "state")
    return replace(
        settings,
        root=str(folder),
        notes=str(root / settings.notes),  # no link to it is followed
        # The inbox is the real one, so its files must not be moved.
        inbox=replace(settings.inbox, path=str(root / settings.inbox.path), done="keep"),
        summary=Summary(),
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


def _stand_in(output: Path, copy: Path) -> None:
    """Make a file for each of the output, with its size and time but without its content.

    A publication looks at no more of a file that it wrote.
    """
    for place, _, names in os.walk(output):
        folder = copy / Path(place).relative_to(output)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            with suppress(OSError):  # it may be gone by now
                mark = os.lstat(f"{place}/{name}")
                with (folder / name).open("wb") as file:
                    file.truncate(mark.st_size)
                os.utime(folder / name, ns=(mark.st_atime_ns, mark.st_mtime_ns))


def _with_absolute_library(profile: Profile, root: Path) -> Profile:
    return replace(profile, library=profile.library and str(root / profile.library))
