"""Ask one source: make its looks, put their files into the inbox, remember what came.

Validators and dates are remembered only after the file lies in the inbox, so a process that is
killed in between asks for the same again, and finds its own file there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from digest.editorial import asking_times
from digest.errors import FetchError
from digest.model.fetching import (
    FetchedFile,
    FetchState,
    Look,
    LookState,
    SourceResult,
    SourceState,
)
from digest.model.settings import Settings
from digest.model.source_settings import Source
from digest.pipeline.fetching import look as one_look
from digest.pipeline.fetching.holdings import Holdings
from digest.pipeline.fetching.plan import when
from digest.storage import inbox_files

_RESUMED = timedelta(hours=1)  # a killed look is finished by one that begins this soon after it
_FORGOTTEN = timedelta(days=40)  # looks at days that are asked no more


class Asking(NamedTuple):
    """What all sources of one fetch share. ``save`` writes the state to the disk."""

    settings: Settings
    state: FetchState
    moment: datetime
    holdings: Holdings
    save: Callable[[], None]

    @property
    def stamp(self) -> str:
        """The moment as it is remembered."""
        return self.moment.isoformat(timespec="seconds")


class Habits(NamedTuple):
    """How a source is asked: the seconds between two looks, as they are set and at least.

    ``by_day`` says that each look is at one day, and remembered for it alone.
    """

    every: int
    least: int
    by_day: bool


def begin(asking: Asking, known: SourceState, *, anew: bool) -> bool:
    """Note that a source is being asked, and what its last look turned out to have brought.

    Returns whether the last look was killed a short time ago: then this one finishes it. With
    ``anew`` it begins again.
    """
    last = when(known.last_look)
    is_resumed = (
        last is not None
        and known.next_look is None
        and not anew
        and last <= asking.moment < last + _RESUMED
    )
    if not is_resumed:
        _count_last_look(asking.holdings, known)
        known.last_look, known.next_look = asking.stamp, None
        asking.save()
    return is_resumed


def ask_looks(
    asking: Asking,
    source: Source,
    known: SourceState,
    habits: Habits,
    looks: Iterable[Look],
    ask: one_look.Ask,
    files: list[str],
    *,
    anew: bool,
    is_resumed: bool,
) -> FetchError | None:
    """Make these looks, but for those that were made before this fetch was killed, if it was.

    Adds the names of new files to ``files``, and returns the first failure. After a failure that
    concerns the whole source its other looks are left out. With ``anew`` no request is a
    conditional one.
    """
    failure: FetchError | None = None
    for look in looks:
        key = look.name if habits.by_day else source.name
        before = known.looks.get(key)
        if is_resumed and before and before.moment == known.last_look:
            continue
        try:
            seen = _make(asking, look, ask, before, anew=anew)
            if seen is not None:
                files += _keep(asking, source, known, key, look, seen)
            elif before:
                before.moment = known.last_look or asking.stamp
        except FetchError as error:
            failure = failure or error
            if error.again or error.wait is not None:
                break  # it is down, or asks to be left alone
        except Exception as error:  # noqa: BLE001 - one look must not stop the others
            failure = failure or unexpected(error)
        asking.save()
    return failure


def unexpected(error: Exception) -> FetchError:
    """Return the failure for an exception that nobody expected, without its text."""
    return FetchError(f"our program failed on it: {type(error).__name__}")


def put(asking: Asking, known: SourceState, name: str, body: bytes) -> str | None:
    """Put a file into the inbox and return its name; None if what it holds is there already.

    Raises `FetchError` if it cannot be written.
    """
    content, holdings = inbox_files.content_of(body), asking.holdings
    if holdings.is_taken_in(content) or holdings.is_refused(content):
        return None
    try:
        file, is_new = inbox_files.put(holdings.inbox, asking.settings.state_folder, name, body)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FetchError(f"its answer cannot be put into the inbox: {reason}") from error
    recorded = FetchedFile(asking.stamp, content.hex())
    earlier = asking.state.files.get(file)
    if is_new or earlier is None or earlier.content != recorded.content:
        asking.state.files[file] = recorded
        known.pending = (*known.pending, recorded.content)
        return file
    return None


def finish(
    asking: Asking,
    source: Source,
    known: SourceState,
    habits: Habits,
    files: Sequence[str],
    failure: FetchError | None,
) -> SourceResult:
    """Remember how the look ended and when the next one is due; return the result."""
    is_outage, outcome = False, "answered" if files else "unchanged"
    if failure is None:
        known.last_answer, known.failures = asking.stamp, 0
        known.failing_since = known.reason = None
        if not known.pending:
            known.quiet, known.burst = asking_times.count_look(
                known.quiet, known.burst, brought_new=False
            )
    else:
        # Asked to wait, a source has not failed yet; one that asks again and again has.
        is_late = failure.wait is not None and not known.failures
        outcome = "late" if is_late else "failed"
        known.failures, known.reason, known.address = known.failures + 1, failure.reason, None
        if not is_late and known.failing_since is None:
            known.failing_since, is_outage = asking.stamp, True
    known.next_look = _next_look(asking.moment, known, habits, failure)
    _forget_old_looks(known, asking.moment)
    return SourceResult(
        source=source.name,
        kind=source.kind,
        outcome=outcome,
        files=tuple(files),
        reason=failure and failure.reason,
        first_failure=is_outage,
        next_look=known.next_look,
    )


def _count_last_look(holdings: Holdings, known: SourceState) -> None:
    """Count the last look among the quiet ones or those of a burst, if it is known which."""
    counts = [holdings.new_papers(bytes.fromhex(content)) for content in known.pending]
    taken_in = [count for count in counts if count is not None]
    if taken_in:
        known.quiet, known.burst = asking_times.count_look(
            known.quiet, known.burst, brought_new=any(taken_in)
        )
    known.pending = ()


def _make(
    asking: Asking, look: Look, ask: one_look.Ask, before: LookState | None, *, anew: bool
) -> one_look.Seen | None:
    """Make one look, which may be a conditional one if its last answer was not lost."""
    condition = before if before and not anew and _is_held(asking.holdings, before) else None
    day = asking.moment.astimezone(UTC).date()
    return one_look.make(asking.settings, look, ask, day, condition)


def _keep(
    asking: Asking,
    source: Source,
    known: SourceState,
    key: str,
    look: Look,
    seen: one_look.Seen,
) -> list[str]:
    """Put what a look has seen into the inbox, then remember it.

    Returns the name of the file, or nothing if the working folder has it already.
    """
    before = known.looks.get(key) or LookState()
    file = put(asking, known, f"{look.name}{seen.suffix}", seen.body)
    known.looks[key] = LookState(
        moment=known.last_look or asking.stamp,
        content=inbox_files.content_of(seen.body).hex(),
        file=file or before.file,
        etag=seen.etag,
        last_modified=seen.last_modified,
    )
    if seen.moved_to:
        known.url, known.address = source.url, seen.moved_to
    if look.day:
        known.from_date = look.day
    return [file] if file else []


def _is_held(holdings: Holdings, before: LookState) -> bool:
    """Return whether the last answer to a look was taken in, or waits for it.

    If not (the file was deleted or quarantined, or an older ledger was restored), an answer that
    nothing changed would lose its papers.
    """
    if not before.content:
        return False
    content = bytes.fromhex(before.content)
    return holdings.is_taken_in(content) or holdings.is_waiting(before.file, content)


def _next_look(
    moment: datetime, known: SourceState, habits: Habits, failure: FetchError | None
) -> str:
    seconds = asking_times.span(
        habits.every, habits.least, quiet=known.quiet, burst=known.burst, failures=known.failures
    )
    wait = failure.wait if failure and failure.wait else 0.0
    return (moment + timedelta(seconds=max(float(seconds), wait))).isoformat(timespec="seconds")


def _forget_old_looks(known: SourceState, moment: datetime) -> None:
    oldest = moment - _FORGOTTEN
    known.looks = {
        name: look
        for name, look in known.looks.items()
        if (at := when(look.moment)) and at >= oldest
    }


def days(moment: datetime, look_back: int) -> list[date]:
    """Return the last days in UTC, in which sources count, with today at the end."""
    today = moment.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in reversed(range(look_back))]
