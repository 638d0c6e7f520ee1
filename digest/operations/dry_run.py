"""``digest run --dry-run``: a whole run on a copy of the ledger, thrown away after."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import msgspec

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
    watch: ProgressCallback = no_progress,
) -> RunReport:
    """What `run.run` would do now, done to a copy of the ledger in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="papers-digest-") as away:
        return run.run(_copied(settings, Path(away)), moment, due=due, watch=watch)


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
    state = msgspec.structs.replace(settings.state, path="state", backups=0)
    return msgspec.structs.replace(
        settings,
        root=str(away),
        inbox=inbox,
        state=state,
        profile=found_from_there(settings.profile),
        editions=editions,
    )
