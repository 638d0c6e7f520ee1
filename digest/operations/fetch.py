"""Ask the sources that are due, before a run or by `digest fetch`.

Takes a lock of its own and never the working folder's, so no other command waits for the network.
Whatever a source does is a line in the report: it fails no run and holds none up for longer than
`[fetch] seconds`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from digest.errors import Busy
from digest.model.fetching import FetchReport, FetchState, SourceResult
from digest.model.settings import Settings
from digest.model.source_settings import Source
from digest.pipeline.fetching import plan
from digest.pipeline.progress import ProgressCallback, StepLogger, no_log, no_progress
from digest.storage import fetch_state, lock

if TYPE_CHECKING:
    from digest.sources.asking import Asker

_LONGEST_WAIT = 31 * 86_400  # seconds that a host may ask to be left alone for
NOT_REACHED = "not asked, because the time of fetch.seconds was used up"


def fetch_due(
    settings: Settings,
    moment: datetime,
    *,
    wait: bool,
    log: StepLogger = no_log,
    progress: ProgressCallback = no_progress,
) -> FetchReport:
    """Ask the sources that are due and return what they gave; never raises for a failure.

    If another process is asking, waits for it, or with ``wait`` False leaves it to that one. Then
    the report is empty, as it is if nothing is due.
    """
    folder = settings.state_folder
    if not due_now(settings, moment):
        return FetchReport()
    try:
        timeout = lock.TIMEOUT + settings.fetch.seconds if wait else 0.0
        with fetch_state.hold(folder, timeout):
            # Read again: the process that held the lock may have asked them.
            state = fetch_state.load(folder)
            due = plan.due_sources(settings, state, moment)
            return _fetch(settings, moment, state, due, anew=False, log=log, progress=progress)
    except Busy as busy:
        log("fetch", level="warning" if wait else "debug", reason=str(busy))
    except OSError as error:
        # Such as a state folder that cannot be written: the run itself will say so.
        log("fetch", level="warning", reason=error.strerror or type(error).__name__)
    return FetchReport()


def fetch(
    settings: Settings,
    moment: datetime,
    names: Sequence[str] = (),
    *,
    anew: bool = False,
    log: StepLogger = no_log,
    progress: ProgressCallback = no_progress,
) -> FetchReport:
    """Ask these sources now, or without names those that are due; return what they gave.

    With ``anew`` all are asked, whether due or not, and for everything again: as if they had
    never been asked. Hosts that asked to be left alone still are. Raises `ValueError` for a name
    that no enabled source has, `Busy` if another process is asking for longer than it may, and
    `OSError`.
    """
    folder = settings.state_folder
    chosen = choose(settings, names)
    with fetch_state.hold(folder, lock.TIMEOUT + settings.fetch.seconds):
        state = fetch_state.load(folder)
        if names or anew:
            asked = plan.in_turn(chosen, state)
        else:
            asked = list(plan.due_sources(settings, state, moment))
        return _fetch(settings, moment, state, asked, anew=anew, log=log, progress=progress)


def due_now(
    settings: Settings, moment: datetime, names: Sequence[str] = (), *, anew: bool = False
) -> tuple[SourceResult, ...]:
    """Return the sources that `fetch` would ask at this moment; asks nobody and changes nothing.

    Raises `ValueError` for a name that no enabled source has.
    """
    chosen = choose(settings, names)
    if not chosen:
        return ()
    state = fetch_state.load(settings.state_folder)
    return tuple(
        SourceResult(
            source=source.name,
            kind=source.kind,
            outcome="due",
            next_look=plan.state_of(source, state).next_look,
        )
        for source in chosen
        if names or anew or plan.is_due(source, state, moment)
    )


def choose(settings: Settings, names: Sequence[str]) -> tuple[Source, ...]:
    """Return the enabled sources of these names, or all without names, as they are configured.

    Raises `ValueError` for a name that none of them has.
    """
    enabled = plan.enabled_sources(settings)
    known = {source.name for source in enabled}
    for name in names:
        if name not in known:
            raise ValueError(f"there is no enabled source {name!r}")
    return tuple(source for source in enabled if not names or source.name in names)


def make_asker(settings: Settings, state: FetchState, seconds: float) -> Asker:
    """Return what asks over HTTP, for at most ``seconds`` in all."""
    from digest import __version__
    from digest.http_client.client import Client
    from digest.sources.asking import Asker

    config = settings.fetch
    identity = f"papers-digest/{__version__} ({config.contact})"
    client = Client(identity, answer_mb=config.answer_mb, private=config.private)
    return Asker(client, state.not_before, seconds=seconds)


def forget_wrong_pauses(state: FetchState, moment: datetime) -> None:
    """Forget the pauses of hosts that cannot be right, because the clock was set back."""
    looks = [plan.when(known.last_look) for known in state.sources.values()]
    was_set_back = any(look and look > moment for look in looks)
    latest = time.time() + (0 if was_set_back else _LONGEST_WAIT)
    state.not_before = {host: at for host, at in state.not_before.items() if at <= latest}


def _fetch(
    settings: Settings,
    moment: datetime,
    state: FetchState,
    sources: Iterable[Source],
    *,
    anew: bool,
    log: StepLogger,
    progress: ProgressCallback,
) -> FetchReport:
    """Ask these sources one after the other, in the time that all have together."""
    from digest.pipeline.fetching import old_files
    from digest.pipeline.fetching.ask import ask_source
    from digest.pipeline.fetching.holdings import Holdings
    from digest.pipeline.fetching.source import Asking
    from digest.storage import inbox_files

    if not (waiting := list(sources)):
        return FetchReport()
    folder, ends = settings.state_folder, time.monotonic() + settings.fetch.seconds

    def save() -> None:
        with suppress(OSError):  # a cache: without it the sources are asked once more
            fetch_state.save(folder, state)

    forget_wrong_pauses(state, moment)
    holdings = Holdings(settings)
    asking = Asking(settings, state, moment, holdings, save)
    asker = make_asker(settings, state, settings.fetch.seconds)
    inbox_files.remove_leftovers(holdings.inbox, folder)
    results: dict[str, SourceResult] = {}
    for number, source in enumerate(waiting):
        progress("sources", number, len(waiting))
        if time.monotonic() >= ends:
            results[source.name] = _not_reached(source)
        else:
            before, began = asker.requests, time.monotonic()
            result = ask_source(asking, source, asker.ask, anew=anew)
            result = msgspec.structs.replace(result, requests=asker.requests - before)
            results[source.name] = result
            save()
            _log(log, result, time.monotonic() - began)
    old_files.delete(asking)
    configured = {source.name for source in settings.sources}
    state.sources = {name: known for name, known in state.sources.items() if name in configured}
    save()
    order = (source.name for source in settings.sources if source.name in results)
    return FetchReport(sources=tuple(results[name] for name in order))


def _not_reached(source: Source) -> SourceResult:
    return SourceResult(source=source.name, kind=source.kind, outcome="late", reason=NOT_REACHED)


def _log(log: StepLogger, result: SourceResult, seconds: float) -> None:
    log(
        "fetch",
        # An outage is told once. A source that goes on failing stands in the status.
        level="warning" if result.first_failure else "info" if result.files else "debug",
        source=result.source,
        outcome=result.outcome,
        files=len(result.files),
        requests=result.requests,
        reason=f"{result.source}: {result.reason}" if result.reason else None,
        seconds=round(seconds, 3),
    )
