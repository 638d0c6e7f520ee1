"""Take a paper off the pages and feeds, or bring it back (``digest withdraw``)."""

from __future__ import annotations

from datetime import datetime

from digest.model.settings import Settings
from digest.operations import status
from digest.operations.publishing import targets
from digest.pipeline import publish
from digest.pipeline.progress import StepLogger, no_log
from digest.pipeline.session import open_context
from digest.storage import lock


def withdraw(
    settings: Settings,
    moment: datetime,
    paper: int,
    *,
    undo: bool = False,
    log: StepLogger = no_log,
) -> publish.PublishSummary:
    """Mark a paper, given by its number in the ledger, as withdrawn; return what was written.

    Its aliases are withdrawn as well. The stored issues stay as they are: their pages and the
    feeds leave the paper out. Later dumps do not bring it back, but ``undo`` does: it stands
    again where it stood, or waits for an issue. Then the commands of ``[[publish]]`` run, and are
    logged. Raises `Busy` if another run holds the folder
    for a minute.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment) as context:
        with context.ledger.transaction():
            if undo:
                context.ledger.papers.bring_back(paper)
            else:
                context.ledger.papers.withdraw(paper, moment.isoformat())
        publication = publish.publish(context)
        status.record_run(context, None, no_log)
    targets.publish_pending(settings, moment, log)
    return publication
