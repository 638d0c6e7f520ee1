"""Run the commands of ``[[publish]]``, which bring the output to where people read it.

They run after a publication that changed something, once the lock of the working folder is
released. A command that failed is repeated by later runs until it succeeds. No failure here fails
a run, and another process that runs the commands already is not waited for; nor is a command whose
own run was killed, for as long as it may take.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePath
from typing import NamedTuple

import msgspec

from digest.delivery import commands
from digest.editorial import publish_times
from digest.errors import Busy, DigestError
from digest.model.publishing import TargetResult, TargetState, TargetStatus
from digest.model.settings import Settings
from digest.model.source_settings import Publish
from digest.operations.publishing import hub_ping
from digest.operations.publishing.hub_ping import HubPing
from digest.pipeline.progress import StepLogger
from digest.pipeline.session import open_to_read
from digest.storage import publish_state, removed_pages

REMOVED = "DIGEST_REMOVED"  # the variable with the path of the list of removed pages
HUB = "hub of [site]"  # its name in the status: no command can be called so
_HUB_PATIENCE = 5  # failures of somebody's hub in a row, until the operator is bothered
_SLACK = 60.0  # seconds that a command may be late to end
_STEP = "publish-command"
NOBODY = threading.Event()  # is never set


def publish_pending(
    settings: Settings, moment: datetime, log: StepLogger, stop: threading.Event = NOBODY
) -> tuple[TargetResult, ...]:
    """Run the commands that have not had the present output; return what they did.

    One that fails again and again is tried after growing pauses. When ``stop`` is set, the
    running command is stopped, and the next run repeats it. Each result is logged. Raises
    nothing: errors are logged.
    """
    try:
        return tuple(_publish(settings, moment, log, stop, is_forced=False))
    except (DigestError, OSError) as error:
        log(_STEP, level="warning", reason=str(error))
        return ()


def publish_now(settings: Settings, moment: datetime, log: StepLogger) -> tuple[TargetResult, ...]:
    """Run all commands, also those that have had the present output; return what they did.

    Empty before the first publication. Raises `Busy` if another process is running the commands,
    `LedgerError` if the ledger cannot be read, and `OSError` if the state folder cannot be used.
    """
    return tuple(_publish(settings, moment, log, NOBODY, is_forced=True))


def list_statuses(settings: Settings) -> tuple[TargetStatus, ...]:
    """Return the last outcome of each command, in the order of the configuration."""
    remembered = publish_state.load(settings.state_folder).targets
    return tuple(
        _status(name, _same_settings(remembered.get(name), target))
        for name, target in _named(settings)
    )


def _publish(
    settings: Settings,
    moment: datetime,
    log: StepLogger,
    stop: threading.Event,
    *,
    is_forced: bool,
) -> Iterator[TargetResult]:
    # Read before a command starts: what is published meanwhile gives another mark. The ledger
    # has it only after the files are in their places, so no lock is needed.
    with open_to_read(settings) as ledger:
        mark = ledger.published_files.mark() if ledger else None
        feeds = hub_ping.feeds(ledger) if ledger and settings.site.hub else {}
    if mark is None:
        return
    folder = settings.state_folder
    longest = max(target.seconds for _, target in _named(settings)) + _SLACK
    with publish_state.hold(folder, longest, time.time()) as lock:
        if lock is None:
            if is_forced:
                raise Busy(str(folder / publish_state.LOCK), 0)
            return
        commanded = _Pass(settings, moment, stop, lock, feeds, is_forced)
        remembered = publish_state.load(folder).targets
        is_everywhere = True  # where the commands bring it
        for name, target in _named(settings):
            before = _same_settings(remembered.get(name), target)
            has_to = hub_ping.mark(feeds) if isinstance(target, HubPing) else mark
            if stop.is_set() or not (is_forced or publish_times.is_due(before, has_to, moment)):
                is_everywhere &= before.mark == has_to
                continue
            if isinstance(target, HubPing) and not is_everywhere:
                continue  # the hub looks at once, and would see the former feeds
            after = commanded.bring(name, target, before, has_to)
            if after is None:
                return
            is_everywhere &= not after.reason
            yield _log(log, _result(name, after))


class _Pass(NamedTuple):
    """What all commands of one pass have in common. ``feeds`` are the hashes of the live feeds."""

    settings: Settings
    moment: datetime
    stop: threading.Event
    lock: int
    feeds: dict[str, str]
    is_forced: bool

    def bring(
        self, name: str, target: Publish | HubPing, before: TargetState, mark: str
    ) -> TargetState | None:
        """Run a command, or tell the hub; remember how that ended, and return it.

        None if it was stopped by us: the next run repeats it, and nobody is to be told.
        """
        folder = self.settings.state_folder
        # Recorded first: a command that is killed with its run has done half of its work.
        publish_state.remember(folder, name, msgspec.structs.replace(before, begun=True))
        publish_state.mark_begin(self.lock)
        started = time.perf_counter()
        if isinstance(target, HubPing):
            told = {} if self.is_forced else before.feeds
            ending, told = hub_ping.tell(self.settings, target, self.feeds, told, self.stop)
        else:
            ending, told = _run(self.settings, target, self.stop, self.lock), {}
        if ending.reason and self.stop.is_set():
            return None
        seconds = time.perf_counter() - started
        end = publish_times.CommandEnd(self.moment, seconds, ending.reason, ending.output)
        after = publish_times.after_end(before, mark, end)
        after = msgspec.structs.replace(after, feeds=told)
        publish_state.remember(folder, name, after)
        return after


def _run(settings: Settings, target: Publish, stop: threading.Event, lock: int) -> commands.Ending:
    removed = removed_pages.make_if_missing(settings.state_folder).absolute()
    variables = commands.environment(target.environment, {REMOVED: str(removed)})
    folder = Path(settings.root).absolute()
    # With the lock: should this process be killed, its command goes on, and the next run must not
    # start a second one beside it.
    return commands.run(
        target.command, folder, variables, target.seconds, stop=stop, inherited=lock
    )


def _result(name: str, state: TargetState) -> TargetResult:
    return TargetResult(
        name=name,
        outcome="failed" if state.reason else "published",
        seconds=state.seconds,
        reason=state.reason,
        output=state.output,
        first_failure=state.failures == (_HUB_PATIENCE if name == HUB else 1),
        failing_since=state.failing_since,
    )


def _log(log: StepLogger, result: TargetResult) -> TargetResult:
    """Log a result, and return it."""
    # One warning an outage: cron would mail each.
    level = "warning" if result.first_failure else "info"
    last_line = result.output.rpartition("\n")[2]
    reason = result.reason and ": ".join(filter(None, (result.name, result.reason, last_line)))
    log(
        _STEP,
        level=level,
        name=result.name,
        outcome=result.outcome,
        reason=reason,
        seconds=result.seconds,
    )
    return result


def _named(settings: Settings) -> Iterator[tuple[str, Publish | HubPing]]:
    """Yield each command with its name; the second of the same name is called "rsync 2".

    The hub that is told of changes comes last.
    """
    uses = Counter[str]()
    for target in settings.publish:
        name = target.name or PurePath(target.command[0]).name
        uses[name] += 1
        yield (name if uses[name] == 1 else f"{name} {uses[name]}"), target
    if settings.site.hub is not None:
        yield HUB, HubPing(hub=settings.site.hub, site=settings.site.url)


def _same_settings(state: TargetState | None, target: Publish | HubPing) -> TargetState:
    """Return what is remembered of a command, or of a new one if its settings are others."""
    settings = hashlib.blake2b(msgspec.json.encode(target), digest_size=16).hexdigest()
    return state if state and state.settings == settings else TargetState(settings=settings)


def _status(name: str, state: TargetState) -> TargetStatus:
    return TargetStatus(
        name=name,
        outcome="failed" if state.failures else "published" if state.published else "never ran",
        moment=state.moment,
        published=state.published,
        failing_since=state.failing_since,
        reason=state.reason,
    )
