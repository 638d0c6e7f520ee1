"""Ask the sources that are due, before a run or by `digest fetch`.

Takes a lock of its own and never the working folder's, so no other command waits for the network.
Whatever a source does is a line in the report: it fails no run and holds none up for longer than
`[fetch] seconds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from digest.errors import Busy
from digest.model.fetching import FetchReport, FetchState, SourceResult
from digest.model.settings import Settings
from digest.model.source_settings import Source
from digest.pipeline.fetching import plan
from digest.pipeline.progress import ProgressCallback, StepLogger, WaitForStop, no_log, no_progress
from digest.storage import fetch_state, lock


def fetch_due(
    settings: Settings,
    moment: datetime,
    *,
    wait: bool,
    stopping: WaitForStop | None = None,
    log: StepLogger = no_log,
    progress: ProgressCallback = no_progress,
) -> FetchReport:
    """Ask the sources that are due and return what they gave; never raises for a failure.

    When ``stopping`` says so, a fetch in progress is left to itself, and the report is empty.

    If another process is asking, waits for it, or with ``wait`` False leaves it to that one. Then
    the report is empty, as it is if nothing is due.
    """
    folder = settings.state_folder
    if not (settings.sources and rehearse(settings, moment).sources):
        return FetchReport()
    if stopping is not None:
        from digest.operations.fetching.leaving import Leaving

        leaving = Leaving(stopping, log)
        return leaving.run(
            lambda: fetch_due(settings, moment, wait=wait, log=leaving.log, progress=progress)
        )
    try:
        timeout = lock.TIMEOUT + settings.fetch.seconds if wait else 0.0
        with fetch_state.hold(folder, timeout):
            # Read again: the process that held the lock may have asked them.
            state = fetch_state.load(folder)
            due = plan.due_sources(settings, state, moment)
            return _ask(settings, moment, state, due, anew=False, log=log, progress=progress)
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
        tell = _without_alarm(log)  # the caller has the report, and shows it
        return _ask(settings, moment, state, asked, anew=anew, log=tell, progress=progress)


def rehearse(
    settings: Settings, moment: datetime, names: Sequence[str] = (), *, anew: bool = False
) -> FetchReport:
    """Return the sources that `fetch` would ask at this moment; asks nobody, changes nothing.

    Raises `ValueError` for a name that no enabled source has.
    """
    chosen = choose(settings, names)
    state = fetch_state.load(settings.state_folder)
    due = [
        SourceResult(
            source=source.name,
            kind=source.kind,
            outcome="due",
            next_look=plan.state_of(source, state).next_look,
        )
        for source in chosen
        if names or anew or plan.is_due(source, state, moment)
    ]
    return FetchReport(sources=tuple(due))


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


def _without_alarm(log: StepLogger) -> StepLogger:
    def tell(step: str, /, *, level: str = "info", **facts: object) -> None:
        log(step, level="info" if level == "warning" else level, **facts)

    return tell


def _ask(
    settings: Settings,
    moment: datetime,
    state: FetchState,
    sources: Sequence[Source],
    *,
    anew: bool,
    log: StepLogger,
    progress: ProgressCallback,
) -> FetchReport:
    if not sources:
        return FetchReport()
    # Imports what asks, which a run with nothing due needs not.
    from digest.operations.fetching import asking

    return asking.ask(settings, moment, state, sources, anew=anew, log=log, progress=progress)
