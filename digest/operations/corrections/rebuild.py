"""Write the whole output again from the ledger."""

from __future__ import annotations

from datetime import datetime

from digest.model.settings import Settings
from digest.operations import status
from digest.operations.publishing import targets
from digest.pipeline import publish
from digest.pipeline.progress import ProgressCallback, StepLogger, no_log, no_progress
from digest.pipeline.session import open_context
from digest.storage import lock


def rebuild(
    settings: Settings,
    moment: datetime,
    *,
    progress: ProgressCallback = no_progress,
    log: StepLogger = no_log,
) -> publish.PublishSummary:
    """Render every page and feed again; return the paths that were written and removed.

    A file that has the right bytes already is left alone and only counted. Neither reads the
    inbox nor makes issues. Then the commands of ``[[publish]]`` run, and are logged. Raises
    `Busy` if another run holds the folder for a minute.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment, progress) as context:
        publication = publish.publish(context, whole="digest rebuild")
        status.record_run(context, None, no_log)
    targets.publish_pending(settings, moment, log)
    return publication
