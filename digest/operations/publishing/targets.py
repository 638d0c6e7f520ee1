"""Ask `run_commands` only where ``[[publish]]`` is configured.

Most folders have no command, and must not pay for one: neither an import nor a file.
"""

from __future__ import annotations

import threading
from datetime import datetime

from digest.model.publishing import TargetResult, TargetStatus
from digest.model.settings import Settings
from digest.pipeline.progress import StepLogger


def is_configured(settings: Settings) -> bool:
    """Return whether anything is done after a publication: a command, or a hub that is told."""
    return bool(settings.publish or settings.site.hub)


def publish_pending(
    settings: Settings, moment: datetime, log: StepLogger, stop: threading.Event | None = None
) -> tuple[TargetResult, ...]:
    """Run the commands that have not had the present output; return what they did.

    The caller does not hold the lock of the working folder. When ``stop`` is set, the running
    command is stopped. Raises nothing: errors are logged.
    """
    if not is_configured(settings):
        return ()
    from digest.operations.publishing import run_commands

    return run_commands.publish_pending(settings, moment, log, stop or run_commands.NOBODY)


def list_statuses(settings: Settings) -> tuple[TargetStatus, ...]:
    """Return the last outcome of each command, in the order of the configuration."""
    if not is_configured(settings):
        return ()
    from digest.operations.publishing import run_commands

    return run_commands.list_statuses(settings)
