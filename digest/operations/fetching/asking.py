"""Ask sources one after the other, in the time that all have together."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from digest import __version__
from digest.http_client.client import Client
from digest.model.fetching import FetchReport, FetchState, SourceResult
from digest.model.settings import Settings
from digest.model.source_settings import Source
from digest.pipeline.fetching import old_files, plan
from digest.pipeline.fetching.ask import ask_source
from digest.pipeline.fetching.holdings import Holdings
from digest.pipeline.fetching.shared import Asking
from digest.pipeline.progress import ProgressCallback, StepLogger
from digest.sources.asking import Asker
from digest.sources.robots import Robots
from digest.storage import fetch_state, inbox_files

NOT_REACHED = "not asked: the time that fetch.seconds gives was used up"
_LEFT = 10.0  # seconds in which an answer can be expected
_LONG_OVER = 86_400  # seconds: a clock that was ahead for a moment loses no pause
_LONGEST_WAIT = 31 * 86_400  # seconds that a host may ask to be left alone for


def ask(
    settings: Settings,
    moment: datetime,
    state: FetchState,
    sources: Sequence[Source],
    *,
    anew: bool,
    log: StepLogger,
    progress: ProgressCallback,
) -> FetchReport:
    """Ask these sources and return what they gave, in the order of the configuration.

    The caller holds the lock. Fetched files whose time is over are deleted in the end. The state
    is saved after each look. Raises `OSError` if it cannot be saved before the first.
    """

    def save() -> None:
        with suppress(OSError):  # a cache: without it the sources are asked once more
            fetch_state.save(settings.state_folder, state)

    forget_wrong_pauses(state, moment)
    # If this fails nobody is asked: what cannot be remembered would be asked anew by every run.
    fetch_state.save(settings.state_folder, state)
    asking = Asking(settings, state, moment, Holdings(settings), save, time.time(), anew)
    inbox_files.remove_leftovers(asking.holdings.inbox, settings.state_folder)
    results = _ask_each(asking, sources, log, progress)
    old_files.delete(asking)
    configured = {source.name for source in settings.sources}
    state.sources = {name: known for name, known in state.sources.items() if name in configured}
    save()
    order = (source.name for source in settings.sources if source.name in results)
    return FetchReport(sources=tuple(results[name] for name in order))


def make_asker(settings: Settings, state: FetchState, seconds: float) -> Asker:
    """Return what asks over HTTP, for at most ``seconds`` in all."""
    config = settings.fetch
    identity = f"papers-digest/{__version__} ({config.contact})"
    client = Client(identity, answer_mb=config.answer_mb, private=config.private)
    return Asker(client, state.not_before, seconds=seconds)


def forget_wrong_pauses(state: FetchState, moment: datetime) -> None:
    """Forget the pauses of hosts that are long over, or cannot be right.

    Each host that a redirect names has one, so they would become ever more. They are wrong if the
    clock was set back.
    """
    looks = [plan.when(known.last_look) for known in state.sources.values()]
    was_set_back = any(look and look > moment for look in looks)
    now = time.time()
    latest = now + (0 if was_set_back else _LONGEST_WAIT)
    for host, at in list(state.not_before.items()):
        if not now - _LONG_OVER < at <= latest:
            del state.not_before[host]


def _ask_each(
    asking: Asking, sources: Iterable[Source], log: StepLogger, progress: ProgressCallback
) -> dict[str, SourceResult]:
    waiting, seconds = list(sources), asking.settings.fetch.seconds
    asker, ends = make_asker(asking.settings, asking.state, seconds), time.monotonic() + seconds
    robots, results = Robots(asker), dict[str, SourceResult]()
    for number, source in enumerate(waiting):
        progress("sources", number, len(waiting))
        before, began = asker.requests, time.monotonic()
        if began > ends - min(_LEFT, seconds / 10):
            result = SourceResult(
                source=source.name, kind=source.kind, outcome="late", reason=NOT_REACHED
            )
        else:
            result = ask_source(asking, source, asker, robots)
            asking.save()
        result = msgspec.structs.replace(result, requests=asker.requests - before)
        results[source.name] = result
        _log(log, result, time.monotonic() - began)
    return results


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
