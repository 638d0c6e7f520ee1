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

import msgspec

from digest.delivery import commands, websub
from digest.editorial import publish_times
from digest.errors import Busy, DigestError, FetchError
from digest.model.publishing import TargetResult, TargetState, TargetStatus
from digest.model.settings import Settings
from digest.model.source_settings import Publish
from digest.pipeline.progress import StepLogger
from digest.pipeline.session import open_to_read
from digest.render import paths
from digest.render.feeds.live_paths import live_paths
from digest.storage import publish_state, removed_pages

REMOVED = "DIGEST_REMOVED"  # the variable with the path of the list of removed pages
HUB = "hub of [site]"  # its name in the status: no command can be called so
_SLACK = 60.0  # seconds that a command may be late to end
_STEP = "publish-command"
NOBODY = threading.Event()  # is never set


class HubPing(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about a hub in place of a command: it is told that these feeds changed."""

    hub: str
    feeds: tuple[str, ...]
    seconds: int = 60


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
    if mark is None:
        return
    folder = settings.state_folder
    longest = max(target.seconds for _, target in _named(settings)) + _SLACK
    with publish_state.hold(folder, longest, time.time()) as lock:
        if lock is None:
            if is_forced:
                raise Busy(str(folder / publish_state.LOCK), 0)
            return
        remembered = publish_state.load(folder).targets
        is_everywhere = True  # where the commands bring it
        for name, target in _named(settings):
            before = _same_settings(remembered.get(name), target)
            if stop.is_set() or not (is_forced or publish_times.is_due(before, mark, moment)):
                is_everywhere &= before.mark == mark
                continue
            if isinstance(target, HubPing) and not is_everywhere:
                continue  # the hub looks at once, and would see the former feeds
            # Recorded first: a command that is killed with its run has done half of its work.
            publish_state.remember(folder, name, msgspec.structs.replace(before, begun=True))
            publish_state.mark_begin(lock)
            end = _bring(settings, target, moment, stop, lock)
            if end.reason and stop.is_set():
                return  # stopped by us: the next run repeats it, and nobody is to be told
            is_everywhere &= not end.reason
            after = publish_times.after_end(before, mark, end)
            publish_state.remember(folder, name, after)
            yield _log(log, _result(name, after))


def _bring(
    settings: Settings,
    target: Publish | HubPing,
    moment: datetime,
    stop: threading.Event,
    lock: int,
) -> publish_times.CommandEnd:
    """Run a command, or tell the hub, and return how that ended."""
    started = time.perf_counter()
    if isinstance(target, HubPing):
        ending = _ping(settings, target)
    else:
        ending = _run(settings, target, stop, lock)
    seconds = time.perf_counter() - started
    return publish_times.CommandEnd(moment, seconds, ending.reason, ending.output)


def _run(settings: Settings, target: Publish, stop: threading.Event, lock: int) -> commands.Ending:
    removed = removed_pages.make_if_missing(settings.state_folder).absolute()
    variables = commands.environment(target.environment, {REMOVED: str(removed)})
    folder = Path(settings.root).absolute()
    # With the lock: should this process be killed, its command goes on, and the next run must not
    # start a second one beside it.
    return commands.run(
        target.command, folder, variables, target.seconds, stop=stop, inherited=lock
    )


def _ping(settings: Settings, target: HubPing) -> commands.Ending:
    """Tell the hub of `[site] hub` which feeds have changed."""
    try:
        websub.ping(target.hub, target.feeds, settings.fetch.private)
    except FetchError as error:
        return commands.Ending(error.reason, "")
    return commands.Ending(None, "")


def _result(name: str, state: TargetState) -> TargetResult:
    return TargetResult(
        name=name,
        outcome="failed" if state.reason else "published",
        seconds=state.seconds,
        reason=state.reason,
        output=state.output,
        first_failure=state.failures == 1,
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
        feeds = tuple(paths.absolute(settings.site.url, path) for path in live_paths())
        yield HUB, HubPing(hub=settings.site.hub, feeds=feeds)


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
