"""Take a paper off the pages and feeds for good."""

from __future__ import annotations

from datetime import datetime

from digest.model.settings import Settings
from digest.operations import status
from digest.pipeline import publish
from digest.pipeline.progress import no_log
from digest.pipeline.session import open_context
from digest.storage import lock


def withdraw(settings: Settings, moment: datetime, paper: int) -> publish.PublishSummary:
    """Mark a paper, given by its number in the ledger, as withdrawn; return what was written.

    Its aliases are withdrawn as well. The stored issues stay as they are: their pages and the
    feeds leave the paper out. Later dumps do not bring it back. Raises `Busy` if another run
    holds the folder for a minute.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment) as context:
        with context.ledger.transaction():
            context.ledger.papers.withdraw(paper, moment.isoformat())
        publication = publish.publish(context)
        status.record_run(context, None, no_log)
        return publication
