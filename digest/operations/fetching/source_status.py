"""Say for the status when each source answered, and when it is asked next."""

from __future__ import annotations

from datetime import datetime

from digest.editorial import notices
from digest.model.fetching import SourceState
from digest.model.settings import Settings
from digest.model.source_settings import Source
from digest.model.status import FetchStatus
from digest.operations.reporting.public_text import publish_text


def list_statuses(settings: Settings, moment: datetime) -> tuple[FetchStatus, ...]:
    """Return what is remembered of each configured source, in the order of the configuration.

    Reads nothing if there is no source. Neither asks a source nor raises for a damaged record.
    """
    if not settings.sources:
        return ()
    from digest.pipeline.fetching import plan
    from digest.storage import fetch_state

    known = fetch_state.load(settings.state_folder)
    return tuple(
        _fetch_status(settings, moment, source, plan.state_of(source, known))
        for source in settings.sources
    )


def _fetch_status(
    settings: Settings, moment: datetime, source: Source, state: SourceState
) -> FetchStatus:
    from digest.pipeline.fetching import plan

    failing_since = _readable(state.failing_since, moment)
    # A host that wanted to be left alone until then is asked by the next run.
    is_over = not failing_since and (plan.when(state.next_look) or moment) <= moment
    return FetchStatus(
        name=source.name,
        kind=source.kind,
        enabled=source.enabled,
        last_answer=_readable(state.last_answer, moment),
        next_look=_readable(state.next_look, moment) if source.enabled else None,
        failing_since=failing_since,
        failures=state.failures,
        reason=publish_text(settings, state.reason) if state.reason and not is_over else None,
        outage=source.enabled and notices.is_outage(state.failures, failing_since, moment),
        # Whether the last look brought something new is counted at the next one.
        quiet=0 if state.pending else state.quiet,
    )


def _readable(stated: str | None, moment: datetime) -> str | None:
    """Return a moment of the state in the zone of ``moment``, because the site's may have changed.

    None if it is none: others can change that file.
    """
    from digest.pipeline.fetching import plan

    when = plan.when(stated)
    return when.astimezone(moment.tzinfo).isoformat(timespec="seconds") if when else None
