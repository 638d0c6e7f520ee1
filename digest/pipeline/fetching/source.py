"""The turn of one source: make its looks, put their files into the inbox, remember what came.

Validators and dates are remembered only after the file lies in the inbox, so a process that is
killed in between asks for the same again, and finds its own file there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from digest.editorial import asking_times
from digest.errors import FetchError, TimeIsUp
from digest.model.fetching import (
    FetchedFile,
    Look,
    LookState,
    SourceResult,
)
from digest.model.source_settings import Source
from digest.pipeline.fetching import look as one_look
from digest.pipeline.fetching import plan
from digest.pipeline.fetching.shared import Asking, Habits
from digest.storage import inbox, inbox_files

_RESUMED = timedelta(hours=1)  # a killed look is finished by one that begins this soon after it
_FORGOTTEN = timedelta(days=40)  # looks at days that are asked no more


class Turn:
    """One source, while it is asked.

    ``known`` is what is remembered of it, and is changed. ``files`` are the names of the files
    that were put into the inbox, ``papers`` is how many they list, as far as that is known,
    ``failure`` is the first one.
    """

    def __init__(self, asking: Asking, source: Source) -> None:
        self.asking, self.source = asking, source
        self.known = plan.state_of(source, asking.state)
        self.files: list[str] = []
        self.papers: int | None = None
        self.failure: FetchError | None = None
        self._time_is_up: TimeIsUp | None = None
        asking.state.sources[source.name] = self.known
        self._is_resumed = self._was_killed()
        if not self._is_resumed:
            self._count_last_look()
            self.known.last_look, self.known.next_look = asking.stamp, None
            asking.save()

    def ask_looks(self, looks: Iterable[Look], habits: Habits, ask: one_look.Ask) -> None:
        """Make these looks, but for those that the turn before made, if it was broken off.

        After a failure that concerns the whole source the other looks are left out.
        """
        for look in looks:
            key = look.name if habits.by_day else self.source.name
            if self._is_resumed and self._seen_at(key) == self.known.last_look:
                continue
            try:
                self._make(look, key, ask)
            except TimeIsUp as error:
                self._time_is_up = error
                break
            except FetchError as error:
                is_second = self.failure is not None
                self.fail(error)
                if error.again or error.wait is not None or is_second:
                    break  # it is down, asks to be left alone, or refuses every day
            except Exception as error:  # noqa: BLE001 - one look must not stop the others
                self.fail(unexpected(error))
            self.asking.save()

    def put(self, name: str, body: bytes, papers: int | None = None) -> str | None:
        """Put a file into the inbox and return its name; None if its content is there already.

        ``papers`` is how many it lists, if that is known.
        Raises `FetchError` if it cannot be written.
        """
        content, holdings = inbox_files.content_of(body), self.asking.holdings
        if holdings.is_taken_in(content) or holdings.is_refused(content):
            return None
        state = self.asking.settings.state_folder
        try:
            file, is_new = inbox_files.put(holdings.inbox, state, name, body)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FetchError(f"its answer cannot be put into the inbox: {reason}") from error
        recorded = FetchedFile(self.asking.stamp, content.hex())
        earlier = self.asking.state.files.get(file)
        if not is_new and earlier and earlier.content == recorded.content:
            return None
        if inbox.printable(file) == file:  # else the state could not be written as JSON
            self.asking.state.files[file] = recorded
        self.known.pending = (*self.known.pending, recorded.content)
        self.files.append(inbox.printable(file))
        if papers is not None:
            self.papers = (self.papers or 0) + papers
        return file

    def fail(self, error: FetchError) -> None:
        """Note a failure; of several the first one counts."""
        self.failure = self.failure or error

    def finish(self, habits: Habits) -> SourceResult:
        """Remember how the turn ended and when the next one is due; return the result."""
        outcome, is_outage = "answered" if self.files else "unchanged", False
        if self.failure is None and self._time_is_up:
            return self._result("late", self._time_is_up)  # the next run goes on where it stopped
        if self.failure is None:
            self._note_answer()
        elif self.failure.wait is not None and self.failure.status is None:
            outcome = "late"  # its host still wants to be left alone, so nobody asked
            if not self.known.failing_since:
                self.known.reason = self.failure.reason
        else:
            # Asked to wait, a source has not failed yet; one that asks again and again has.
            is_late = self.failure.wait is not None and not self.known.failures
            outcome = "late" if is_late else "failed"
            is_outage = not is_late and self.known.failing_since is None
            self._note_failure(self.failure, is_late=is_late)
        self.known.next_look = self._next_look(habits)
        self._forget_old_looks()
        return self._result(outcome, self.failure, is_outage=is_outage)

    def _result(
        self, outcome: str, error: FetchError | None, *, is_outage: bool = False
    ) -> SourceResult:
        return SourceResult(
            source=self.source.name,
            kind=self.source.kind,
            outcome=outcome,
            files=tuple(self.files),
            papers=self.papers,
            reason=error.reason if error else None,
            first_failure=is_outage,
            next_look=self.known.next_look,
        )

    def _was_killed(self) -> bool:
        """Return whether its last turn was broken off or killed a short time ago.

        Then this one finishes it.
        """
        last = plan.when(self.known.last_look)
        if last is None or self.known.next_look is not None or self.asking.anew:
            return False
        return last <= self.asking.moment < last + _RESUMED

    def _count_last_look(self) -> None:
        """Count the last look among the quiet ones or those of a burst, if it is known which."""
        known, holdings = self.known, self.asking.holdings
        counts = [holdings.new_papers(bytes.fromhex(content)) for content in known.pending]
        taken_in = [count for count in counts if count is not None]
        if taken_in:
            known.quiet, known.burst = asking_times.count_look(
                known.quiet, known.burst, brought_new=any(taken_in)
            )
        known.pending = ()

    def _seen_at(self, key: str) -> str | None:
        look = self.known.looks.get(key)
        return look.moment if look else None

    def _make(self, look: Look, key: str, ask: one_look.Ask) -> None:
        """Make one look, as a conditional one if its last answer was not lost."""
        asking, before = self.asking, self.known.looks.get(key)
        condition = before if before and not asking.anew and self._is_held(before) else None
        seen = one_look.make(asking.settings, look, ask, asking.today, condition)
        if seen is not None:
            self._keep(look, key, seen)
        elif before:
            before.moment = self.known.last_look or asking.stamp

    def _is_held(self, before: LookState) -> bool:
        """Return whether the last answer to a look was taken in, or waits for it.

        If not (the file was deleted or quarantined, or an older ledger was restored), an answer
        that nothing changed would lose its papers.
        """
        if not before.content:
            return False
        content, holdings = bytes.fromhex(before.content), self.asking.holdings
        return holdings.is_taken_in(content) or holdings.is_waiting(before.file, content)

    def _keep(self, look: Look, key: str, seen: one_look.Seen) -> None:
        """Put what a look has seen into the inbox, and then remember it."""
        before = self.known.looks.get(key, LookState())
        file = self.put(f"{look.name}{seen.suffix}", seen.body, seen.papers)
        self.known.looks[key] = LookState(
            moment=self.known.last_look or self.asking.stamp,
            content=inbox_files.content_of(seen.body).hex(),
            file=file or before.file,
            etag=seen.etag,
            last_modified=seen.last_modified,
        )
        if seen.moved_to:
            self.known.url, self.known.address = self.source.url, seen.moved_to
        if look.day:
            self.known.from_date = look.day

    def _note_answer(self) -> None:
        known = self.known
        known.last_answer, known.failures = self.asking.stamp, 0
        known.failing_since = known.reason = None
        if not known.pending:
            known.quiet, known.burst = asking_times.count_look(
                known.quiet, known.burst, brought_new=False
            )

    def _note_failure(self, failure: FetchError, *, is_late: bool) -> None:
        known = self.known
        known.failures, known.reason = known.failures + 1, failure.reason
        # The address that a redirect led to may be the reason.
        known.url = known.address = None
        if not is_late and known.failing_since is None:
            known.failing_since = self.asking.stamp

    def _next_look(self, habits: Habits) -> str:
        known, failure = self.known, self.failure
        seconds = asking_times.span(
            habits.every,
            habits.least,
            quiet=known.quiet,
            burst=known.burst,
            failures=known.failures,
        )
        wait = failure.wait if failure and failure.wait else 0.0
        next_look = self.asking.moment + timedelta(seconds=max(float(seconds), wait))
        return next_look.isoformat(timespec="seconds")

    def _forget_old_looks(self) -> None:
        oldest = self.asking.moment - _FORGOTTEN
        self.known.looks = {
            key: look
            for key, look in self.known.looks.items()
            if (at := plan.when(look.moment)) and at >= oldest
        }


def unexpected(error: Exception) -> FetchError:
    """Return the failure for an exception of our own program, which is named by its class only.

    Its text may quote a secret.
    """
    return FetchError(f"our program failed on it: {type(error).__name__}")
