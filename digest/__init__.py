"""Turn listings of research papers into a dated newsletter and its feeds.

`open` gives a working folder as a `Publication`, `parse` reads one dump without a folder; the
names in `__all__` are public and keep their meaning. docs/reference/api.md describes them.

Importing this package imports only the errors. Every start of the command line imports it, so
everything else is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from digest.errors import (
    AccountingError,
    Busy,
    CannotUndo,
    DamagedLedger,
    DigestError,
    LedgerError,
    LedgerLocked,
    MigrationFailed,
    NewerLedger,
    NotALedger,
    SettingsError,
    UnknownPaper,
    Unreadable,
)

if TYPE_CHECKING:
    import os
    from datetime import date

    from digest.model.fetching import FetchReport, SourceResult
    from digest.model.hub import HubStatus
    from digest.model.issues import (
        Accounting,
        CountChange,
        Issue,
        Item,
        PaperHistory,
        Period,
        RisingPaper,
        Section,
        Subheading,
        Teaser,
        Term,
        UpdatedPaper,
    )
    from digest.model.limits import Limits
    from digest.model.papers import Dump, Organization, Reject, Sighting
    from digest.model.people import DeliveryCounts, DeliveryReport, MailingStatus
    from digest.model.publishing import TargetResult, TargetStatus
    from digest.model.results import InputProblem, IssueSummary, RunReport, SummaryReport
    from digest.model.status import (
        BackupStatus,
        EditionStatus,
        FetchStatus,
        HistoryStatus,
        QuarantineStatus,
        RejectStatus,
        RunRecord,
        SourceStatus,
        Status,
    )
    from digest.pipeline.progress import ProgressCallback, StepLogger
    from digest.publication import Publication
    from digest.publication.results import (
        Explanation,
        Move,
        NamedPaper,
        RebuildResult,
        SearchHit,
        UndoResult,
        Withdrawal,
    )

__version__ = "0.1.0"

# Imported when first asked for. The imports above are for type checkers.
_LAZY = {
    "digest.model.fetching": ("FetchReport", "SourceResult"),
    "digest.model.hub": ("HubStatus",),
    "digest.model.issues": (
        "Accounting", "CountChange", "Issue", "Item", "PaperHistory", "Period", "RisingPaper",
        "Section", "Subheading", "Teaser", "Term", "UpdatedPaper",
    ),
    "digest.model.limits": ("Limits",),
    "digest.model.papers": ("Dump", "Organization", "Reject", "Sighting"),
    "digest.model.people": ("DeliveryCounts", "DeliveryReport", "MailingStatus"),
    "digest.model.publishing": ("TargetResult", "TargetStatus"),
    "digest.model.results": ("InputProblem", "IssueSummary", "RunReport", "SummaryReport"),
    "digest.model.status": (
        "BackupStatus", "EditionStatus", "FetchStatus", "HistoryStatus", "QuarantineStatus",
        "RejectStatus", "RunRecord", "SourceStatus", "Status",
    ),
    "digest.pipeline.progress": ("ProgressCallback", "StepLogger"),
    "digest.publication": ("Publication",),
    "digest.publication.results": (
        "Explanation", "Move", "NamedPaper", "RebuildResult", "SearchHit", "UndoResult",
        "Withdrawal",
    ),
}  # fmt: skip
_MODULES = {name: module for module, names in _LAZY.items() for name in names}

__all__ = [
    "Accounting",
    "AccountingError",
    "BackupStatus",
    "Busy",
    "CannotUndo",
    "CountChange",
    "DamagedLedger",
    "DeliveryCounts",
    "DeliveryReport",
    "DigestError",
    "Dump",
    "EditionStatus",
    "Explanation",
    "FetchReport",
    "FetchStatus",
    "HistoryStatus",
    "HubStatus",
    "InputProblem",
    "Issue",
    "IssueSummary",
    "Item",
    "LedgerError",
    "LedgerLocked",
    "Limits",
    "MailingStatus",
    "MigrationFailed",
    "Move",
    "NamedPaper",
    "NewerLedger",
    "NotALedger",
    "Organization",
    "PaperHistory",
    "Period",
    "ProgressCallback",
    "Publication",
    "QuarantineStatus",
    "RebuildResult",
    "Reject",
    "RejectStatus",
    "RisingPaper",
    "RunRecord",
    "RunReport",
    "SearchHit",
    "Section",
    "SettingsError",
    "Sighting",
    "SourceResult",
    "SourceStatus",
    "Status",
    "StepLogger",
    "Subheading",
    "SummaryReport",
    "TargetResult",
    "TargetStatus",
    "Teaser",
    "Term",
    "UndoResult",
    "UnknownPaper",
    "Unreadable",
    "UpdatedPaper",
    "Withdrawal",
    "__version__",
    "open",
    "parse",
]


def open(folder: str | os.PathLike[str] = ".") -> Publication:  # noqa: A001 - read as digest.open
    """Open a working folder and read its configuration.

    Nothing is created, the network is not used, and the ledger is not touched. A folder without
    ``config/digest.toml`` has the default settings. A relative path is resolved again in each
    method, so it follows the current folder of the process.

    Raises `SettingsError` if the configuration cannot be used.
    """
    from pathlib import Path

    from digest import settings
    from digest.publication import Publication

    return Publication(settings.load(Path(folder)))


def parse(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    modified: date | None = None,
    limits: Limits | None = None,
) -> Dump:
    """Read one dump: a file by its path, or the content of one as bytes.

    The format is detected from the content. ``name`` and ``modified`` (the day the file was
    last written) help to date a page that does not state its year; for a path both are those
    of the file unless given, but a day in the future or before arXiv is left out. ``limits`` are
    the default ones unless given. Nothing is stored, and a path is opened for reading only.

    Raises `Unreadable` if no paper can be read, and `OSError` if the file cannot be opened.
    """
    import io
    from pathlib import Path

    from digest import parsers
    from digest.publication.moments import file_day
    from digest.storage import inbox

    limits, spill = limits or parsers.LIMITS, inbox.unnamed_file
    if isinstance(source, bytes):
        content = io.BytesIO(source)
        return parsers.read_dump(
            name or "dump", content, modified, spill_factory=spill, limits=limits
        )
    path = Path(source)
    # A page that names no year is dated with the help of the day the file was written.
    modified = modified or file_day(path)
    with path.open("rb") as file:
        return parsers.read_dump(
            name or path.name, file, modified, spill_factory=spill, limits=limits
        )


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
