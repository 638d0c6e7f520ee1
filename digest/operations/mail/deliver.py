"""Deliver only where mail or chat is configured.

Most folders have neither, and must not pay for them: neither an import nor a file.
"""

from __future__ import annotations

import threading
from datetime import datetime

from digest.model.hub import HubStatus
from digest.model.people import DeliveryReport, MailingStatus
from digest.model.settings import Settings
from digest.pipeline.progress import StepLogger


def is_configured(settings: Settings) -> bool:
    """Return whether issues are mailed or posted at all, or our own hub serves feeds."""
    return _has_recipients(settings) or settings.has_hub


def _has_recipients(settings: Settings) -> bool:
    is_mailed = settings.mail.is_on and any(edition.mail for edition in settings.editions)
    return is_mailed or bool(settings.chat)


def deliver_pending(
    settings: Settings, moment: datetime, log: StepLogger, stop: threading.Event | None = None
) -> DeliveryReport | None:
    """Send what is due of the published issues; return what became of it.

    None if nothing is configured. The caller does not hold the lock of the working folder. While
    another process is sending, and while the mail server is left alone after an outage, nothing
    is sent. What is not due yet is not waited for: later calls send it. When ``stop`` is set, the
    mail that is being sent is finished; without one, SIGINT and SIGTERM do the same, and raise
    `KeyboardInterrupt` after it. Raises nothing else: errors are logged.
    """
    if not is_configured(settings):
        return None
    from digest.operations.mail import sending

    return sending.deliver_pending(settings, moment, log, stop)


def list_statuses(settings: Settings) -> tuple[MailingStatus, ...]:
    """Return what became of the newest mailings, the newest first. Raises `PeopleError`."""
    if not _has_recipients(settings):
        return ()
    from digest.operations.mail import mailing_status

    return mailing_status.list_statuses(settings)


def outage_since(settings: Settings) -> str | None:
    """Return since when the mail server takes nothing; None while it does. Raises `PeopleError`."""
    if not _has_recipients(settings):
        return None
    from digest.operations.mail import mailing_status

    return mailing_status.outage_since(settings)


def hub_status(settings: Settings) -> HubStatus | None:
    """Return how many subscribers our own hub has; None if there is none. Raises `PeopleError`."""
    if not settings.has_hub:
        return None
    from digest.operations.hub import hub_status

    return hub_status.read(settings)
