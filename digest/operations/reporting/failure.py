"""Record a failed run in the run history and on the status pages.

The ledger, the disk or the templates may be what the run failed of, so every step has a way
without them. Nothing here replaces the error of the run.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from digest import settings as settings_files
from digest.errors import DigestError
from digest.model.files import Page
from digest.model.settings import Settings
from digest.model.status import FAILED, RunRecord, Status
from digest.operations import status
from digest.operations.reporting.public_text import publish_text
from digest.pipeline import context
from digest.pipeline.progress import StepLogger
from digest.render.site import pages
from digest.settings import resources
from digest.storage import output, run_history

_LONGEST = 500  # characters of a reason


def make_record(
    settings: Settings, moment: datetime, error: Exception, seconds: float
) -> RunRecord:
    """Return the record of a failed run for the run history. The run took ``seconds``."""
    return RunRecord(
        moment=moment.isoformat(timespec="seconds"),
        verdict=FAILED,
        exit_status=getattr(error, "exit_status", 1),
        seconds=round(seconds, 3),
        error=describe_error(settings, error),
    )


def record(settings: Settings, moment: datetime, run_record: RunRecord, log: StepLogger) -> None:
    """Add a failed run to the run history, and write the status pages if that is possible.

    Raises nothing. An error is logged with level debug.
    """
    try:
        run_history.remember(settings.state_folder, run_record)
        status_pages = _render(settings, _status_after_failure(settings, moment))
        output.replace_pages(Path(settings.root, "output"), status_pages, settings.state_folder)
    # Must not replace the error of the run, which the caller raises and which often caused this.
    except Exception as error:  # noqa: BLE001
        log("status", level="debug", reason=describe_error(settings, error))


def _status_after_failure(settings: Settings, moment: datetime) -> Status:
    """Return the status; if the ledger cannot be read, without its facts and with the problem."""
    try:
        # A run that failed because the ledger is locked has waited for it already.
        return status.read_status(settings, moment, timeout=0)
    except Exception as error:  # noqa: BLE001 - a corrupt row may raise anything
        without_ledger = status.status_without_ledger(settings, moment)
        return msgspec.structs.replace(
            without_ledger, health=FAILED, problem=describe_error(settings, error)
        )


def describe_error(settings: Settings, error: BaseException) -> str:
    """Return an error as one line for a page or a notice.

    Leaves out where on this machine things lie, which readers need not know. An unexpected error,
    which is a fault of the program, is given with its type.
    """
    expected = isinstance(error, (DigestError, OSError))
    text = str(error) if expected else f"{type(error).__name__}: {error}"
    return publish_text(settings, text, error)[:_LONGEST]


def _render(settings: Settings, known_status: Status) -> tuple[Page, ...]:
    shipped = resources.shipped("templates")
    own = Path(settings.root, settings_files.TEMPLATES)
    try:
        return _pages(settings, own, shipped).status(known_status)
    except DigestError:
        # The run may have failed because of the operator's templates.
        return _pages(settings, shipped).status(known_status)


def _pages(settings: Settings, *folders: Path) -> pages.Pages:
    # Read only, because the disk may be full.
    cache = context.template_cache(settings, read_only=True)
    return pages.Pages(folders, settings.site, cache=cache, subscribe=settings.subscribe_url)
