"""Take the newest issue of an edition back (``digest undo``).

One transaction deletes the issue and sets the edition back to where it stood before. Then the
output is published as if the issue had never been made. If the command is killed in between, the
next run publishes.

An issue that people or channels have, or may have, is not taken back but by force: mails cannot be
called back. What waits to be sent of it is cancelled.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from digest.editorial import compose
from digest.editorial.topics import move_papers
from digest.errors import CannotUndo
from digest.model.papers import Paper
from digest.model.settings import Settings
from digest.operations import status
from digest.operations.corrections import delivered
from digest.operations.edition_names import check_edition
from digest.operations.publishing import targets
from digest.pipeline import publish
from digest.pipeline.context import RunContext
from digest.pipeline.progress import StepLogger, no_log
from digest.pipeline.session import open_context, open_to_read
from digest.render.feeds.issue_entries import issue_guid
from digest.storage import lock
from digest.storage.ledger import Ledger, published_files, topic_counts
from digest.storage.ledger.editions import IssueRow

_MONTH = len("2026-11")
_REASON = "an issue was taken back"


class IssueToUndo(msgspec.Struct, frozen=True, kw_only=True):
    """The issue of an edition that `undo` takes back.

    ``readers`` says who has it by mail or in a chat, or may have it: "12 people and 1 channel".
    """

    edition: str
    row: IssueRow
    readers: str = ""


class UndoSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The issue that was taken back, its papers that wait again, and those that were withdrawn.

    Papers that were withdrawn before are in neither. ``cancelled`` is how many deliveries of the
    issue still waited.
    """

    issue: IssueToUndo
    waiting: tuple[Paper, ...]
    withdrawn: tuple[Paper, ...]
    cancelled: int
    publication: publish.PublishSummary


def find_issue(settings: Settings, edition: str | None, *, force: bool = False) -> IssueToUndo:
    """Return the newest issue of an edition, by default the main one, if it can be taken back.

    Changes nothing. With ``force`` it may have been delivered. Raises `CannotUndo` if it cannot be
    taken back, `ValueError` if there is no such edition, and `LedgerError` or `PeopleError` if a
    database cannot be read.
    """
    with open_to_read(settings) as ledger:
        name = check_edition(settings, edition, ledger.issues.list_links() if ledger else [])
        if ledger is None:
            raise CannotUndo(name, "it has no issue")
        issue = _find_issue(ledger, name)
        readers = delivered.readers(settings, _guid(ledger, issue))
        _check_readers(issue, readers, force=force)
        return msgspec.structs.replace(issue, readers=readers)


def undo(
    settings: Settings,
    moment: datetime,
    issue: IssueToUndo,
    *,
    drop: bool = False,
    force: bool = False,
    log: StepLogger = no_log,
) -> UndoSummary:
    """Take an issue back, so that its papers wait for the next; with ``drop`` withdraw them.

    ``issue`` is what `find_issue` returned. Other editions, the dumps and the papers stay. The
    date is due again if the schedule asked for the issue. Then the commands of ``[[publish]]``
    run, and are logged. Raises `CannotUndo` if a run has made another issue meanwhile, or without
    ``force`` the issue was delivered to somebody; and `Busy` if another run holds the folder for a
    minute.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment) as context:
        with context.ledger.transaction():
            if _find_issue(context.ledger, issue.edition).row != issue.row:
                raise CannotUndo(issue.edition, "a run has made another issue meanwhile")
            guid = _guid(context.ledger, issue)
            # Committed right before the ledger: if this is killed in between, the issue stays, and
            # is mailed to nobody else. Meanwhile no delivery begins, and no audience is frozen.
            with delivered.cancelled(settings, guid, moment) as (readers, cancelled):
                _check_readers(issue, readers, force=force)
                waiting = _take_back(context, issue)
                if drop:
                    for paper in waiting:
                        context.ledger.papers.withdraw(paper.id, moment.isoformat())
                context.ledger.published_files.set_fact(published_files.TAKEN_BACK, _REASON)
        publication = publish.publish(context)
        status.record_run(context, None, no_log)
    targets.publish_pending(settings, moment, log)
    return UndoSummary(
        issue=msgspec.structs.replace(issue, readers=readers),
        waiting=() if drop else waiting,
        withdrawn=waiting if drop else (),
        cancelled=cancelled,
        publication=publication,
    )


def _find_issue(ledger: Ledger, edition: str) -> IssueToUndo:
    row = ledger.editions.newest_issue(edition)
    if row is None:
        raise CannotUndo(edition, "it has no issue")
    name = f"issue {row.number} of {row.date}"
    if row.kind == "history":
        reason = f"{name}, its newest, was backfilled; digest withdraw takes single papers out"
        raise CannotUndo(edition, reason)
    if not row.can_return:
        reason = f"{name} was made by an earlier version, which did not record what came before"
        raise CannotUndo(edition, reason)
    _check_links(ledger, edition, row)
    return IssueToUndo(edition=edition, row=row)


def _guid(ledger: Ledger, issue: IssueToUndo) -> str:
    return issue_guid(ledger.issues.load_issue(issue.edition, issue.row.number))


def _check_readers(issue: IssueToUndo, readers: str, *, force: bool) -> None:
    if readers and not force:
        name = f"issue {issue.row.number} of {issue.row.date}"
        reason = (
            f"{name} was delivered to {readers}, or may have been, and cannot be called back;"
            " --force takes it back all the same"
        )
        raise CannotUndo(issue.edition, reason)


def _check_links(ledger: Ledger, edition: str, row: IssueRow) -> None:
    """Raise `CannotUndo` if a weekly or monthly issue links to papers of this issue."""
    # A stored issue is never changed, so its links would lead nowhere.
    for link in ledger.issues.list_links_after(row.id):
        span = ledger.issues.load_issue(link.edition, link.number).span if link.span else None
        papers = span.papers.values() if span and span.main == edition else ()
        if any(history.issue == row.key for history in papers):
            reason = (
                f"issue {link.number} of {link.edition} links to papers of issue {row.number};"
                f" take that one back first (digest undo {link.edition})"
            )
            raise CannotUndo(edition, reason)


def _take_back(context: RunContext, issue: IssueToUndo) -> tuple[Paper, ...]:
    """Delete an issue in an open transaction; return its papers that are candidates again."""
    ledger, edition, row = context.ledger, issue.edition, issue.row
    stored = ledger.issues.load_issue(edition, row.number)
    ledger.due_dates.reopen(edition, row.id, context.moment.date().isoformat())
    ledger.followups.delete_risen(edition, [paper.guid for paper in stored.rising])
    ledger.title_phrases.delete_phrases(edition, row.number)
    papers = set(ledger.editions.delete_issue(edition, row.id))
    _recount_topics(context, edition, row.date[:_MONTH])
    cursor = ledger.editions.cursor(edition).cursor
    ledger.intakes.correct_moments(cursor, context.moment)
    candidates = ledger.issues.candidates(edition, cursor, ledger.intakes.last_number())
    return tuple(paper for paper, _ in candidates if paper.id in papers)


def _recount_topics(context: RunContext, edition: str, month: str) -> None:
    ledger, moved = context.ledger, context.moved_guids()
    withdrawn = ledger.issues.withdrawn_guids()
    stored = (
        ledger.issues.load_issue(edition, link.number)
        for link in ledger.issues.list_links()
        if link.edition == edition and link.date.startswith(month)
    )
    issues = (move_papers(compose.without_withdrawn(issue, withdrawn), moved) for issue in stored)
    ledger.topic_counts.replace_month(edition, month, topic_counts.count_topics(issues))
