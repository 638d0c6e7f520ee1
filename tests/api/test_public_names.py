"""The public names: what `import digest` offers, pinned name by name and field by field.

A failure here means that programs of users break, unless names were only added.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

import digest

FIELDS = {
    "Accounting": "dumps entries new changed known repeated rejected",
    "BackupStatus": "name size moment",
    "CountChange": "then now since",
    "DeliveryCounts": ("pending sending sent deferred failed unknown held late cancelled empty"),
    "DeliveryReport": "counts unknown failed outage",
    "Dump": "name format_name source page_date sightings rejects evidence stated is_cut",
    "EditionStatus": "name newest papers verdict last_due last_due_state next_due",
    "Explanation": "papers lines total",
    "FetchReport": "sources",
    "FetchStatus": (
        "name kind enabled last_answer next_look failing_since failures reason outage quiet"
    ),
    "HistoryStatus": "dumps papers first last moment",
    "HubStatus": "subscribers waiting posts",
    "InputProblem": "kind dump reason line",
    "Issue": (
        "version edition date ordinal number moment verdict accounting sections topics "
        "updated rising picks picked late muted filtered repaired chart followed terms "
        "brief more span"
    ),
    "IssueSummary": "edition date number papers paths",
    "Item": (
        "guid title arxiv_id doi url abstract one_line authors n_authors organization "
        "published published_text upvotes comments code_url stars summary also unsure "
        "reasons late_from first_seen dumps retracted seconds_before"
    ),
    "Limits": (
        "file_mb unpacked_mb ratio members layers records title_chars abstract_chars authors"
    ),
    "MailingStatus": "edition key begun last mail chat",
    "Move": "paper topic heading written problems",
    "NamedPaper": "key guid title",
    "Organization": "slug name",
    "PaperHistory": "seen issue guid upvotes comments stars",
    "Period": "first last main papers incomplete",
    "QuarantineStatus": "dump reason moment days",
    "RebuildResult": "written same removed problems",
    "Reject": "line reason",
    "RejectStatus": "dump line reason",
    "RisingPaper": "guid title url issue issued upvotes comments stars",
    "RunRecord": (
        "moment verdict exit_status seconds accounting issues quarantined summaries error times "
        "until"
    ),
    "RunReport": (
        "verdict moment accounting issues problems unsettled dumps pages_written stale republished "
        "fetched summaries targets deliveries"
    ),
    "SearchHit": "key guid title abstract authors edition issue page topic heading upvotes url",
    "Section": "topic name papers parts",
    "Sighting": (
        "title abstract arxiv_id doi url authors n_authors organization published "
        "published_text upvotes comments code_url stars summary categories revision "
        "retracted line"
    ),
    "SourceResult": "source kind outcome files papers requests reason first_failure next_look",
    "SourceStatus": (
        "source last_dump silent_for entries newest_page page_age_days usually_every late"
    ),
    "Status": (
        "health stale problem moment timezone version runs editions sources fetching "
        "n_quarantined quarantine n_rejected rejects counts ledger_bytes backups history targets "
        "mailings mail_outage_since mail_problem hub"
    ),
    "Subheading": "name papers",
    "TargetResult": "name outcome seconds reason output first_failure failing_since",
    "TargetStatus": "name outcome moment published failing_since reason",
    "SummaryReport": "model papers stored written refused calls tokens reason",
    "Teaser": "text source model",
    "Term": "term papers",
    "UndoResult": (
        "edition date key number papers since waiting withdrawn written removed problems"
        " readers cancelled"
    ),
    "UpdatedPaper": "guid title url issue changes",
    "Withdrawal": "paper written problems",
}
ERRORS = {
    "AccountingError": "entries fates",
    "Busy": "lock waited",
    "CannotUndo": "edition reason",
    "DamagedLedger": "file reason hint backup",
    "DigestError": "",
    "LedgerError": "file reason hint",
    "LedgerLocked": "file reason hint waited",
    "MigrationFailed": "file reason hint schema_version backup",
    "NewerLedger": "file reason hint",
    "NotALedger": "file reason hint",
    "SettingsError": "file reason key hint",
    "UnknownPaper": "query matches",
    "Unreadable": "reason line",
}
OTHERS = {"ProgressCallback", "Publication", "StepLogger", "__version__", "open", "parse"}
SIGNATURES = {
    digest.open: "folder='.'",
    digest.parse: "source, *, name=None, modified=None, limits=None",
    digest.Publication.run: (
        "self, *, moment=None, due=False, dry_run=False, fetch=True, progress=None, log=None"
    ),
    digest.Publication.fetch: (
        "self, *names, moment=None, anew=False, dry_run=False, progress=None, log=None"
    ),
    digest.Publication.status: "self, *, moment=None",
    digest.Publication.issues: "self, edition=None, *, since=None, until=None",
    digest.Publication.search: "self, *phrases, limit=20",
    digest.Publication.count_hits: "self, *phrases",
    digest.Publication.explain: "self, name",
    digest.Publication.rebuild: "self, *, moment=None, progress=None",
    digest.Publication.withdraw: "self, name, *, undo=False, moment=None",
    digest.Publication.move: "self, name, topic=None, *, undo=False, moment=None",
    digest.Publication.undo: "self, edition=None, *, drop=False, force=False, moment=None",
}
RECORDS = [getattr(digest, name) for name in FIELDS]


def test_the_public_names_are_these() -> None:
    """`digest.__all__` has them in alphabetical order, and each can be had."""
    assert sorted({*FIELDS, *ERRORS, *OTHERS}) == digest.__all__
    assert all(getattr(digest, name) is not None for name in digest.__all__)
    assert digest.__all__ == dir(digest)


def test_another_name_is_an_attribute_error() -> None:
    """The message is that of any module."""
    with pytest.raises(AttributeError, match="module 'digest' has no attribute 'publish'"):
        getattr(digest, "publish")  # noqa: B009 - mypy knows that there is none


def test_a_publication_has_these_members() -> None:
    """It has a path and eleven methods."""
    members = {name for name in dir(digest.Publication) if not name.startswith("_")}
    names = "root run fetch status issues search count_hits explain rebuild withdraw move undo"
    assert set(names.split()) == members


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__name__)
def test_the_parameters_are_these(function: Callable[..., Any]) -> None:
    """Names, kinds and defaults are those that calls depend on."""
    signature = inspect.signature(function)
    plain = [
        parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()
    ]
    assert f"({SIGNATURES[function]})" == str(inspect.Signature(plain))


@pytest.mark.parametrize("record", RECORDS)
def test_the_fields_of_a_result_are_these(record: type[msgspec.Struct]) -> None:
    """They stand in this order, and a record cannot be changed."""
    assert FIELDS[record.__name__].split() == list(record.__struct_fields__)
    assert record.__struct_config__.frozen


@pytest.mark.parametrize("name", ERRORS)
def test_the_attributes_of_an_error_are_these(name: str) -> None:
    """Each is the name of a parameter, so that the text of an error comes from them."""
    error: type[digest.DigestError] = getattr(digest, name)
    assert issubclass(error, digest.DigestError)
    parameters = inspect.signature(error.__init__).parameters if ERRORS[name] else ()
    bases = {"hint"} if issubclass(error, digest.LedgerError) else set()
    assert set(ERRORS[name].split()) - bases <= set(parameters)


@pytest.mark.parametrize("record", RECORDS)
def test_every_record_in_a_result_is_public(record: type[msgspec.Struct]) -> None:
    """A program can name the type of everything it is given."""
    inner = [kind for hint in get_type_hints(record).values() for kind in kinds(hint)]
    assert [] == [kind for kind in inner if kind.__name__ not in FIELDS]


def kinds(hint: Any) -> list[type[msgspec.Struct]]:
    """Return the records that an annotation names, however deep inside it."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [kind for argument in get_args(hint) for kind in kinds(argument)]


def test_importing_the_package_imports_no_library() -> None:
    """Only the errors come with it; the rest is imported when it is used."""
    code = "import sys; before = set(sys.modules); import digest; print(*set(sys.modules) - before)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert {"digest"} == packages - sys.stdlib_module_names
    own = {name for name in done.stdout.split() if name.startswith("digest")}
    assert {"digest", "digest.errors"} == own
    assert {"sqlite3", "logging", "asyncio", "json"}.isdisjoint(packages)
