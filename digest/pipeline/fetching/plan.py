"""Plan which sources are asked at a moment, from what is remembered of them alone.

Imports nothing that asks: a run in which no source is due has read one small file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from digest.editorial import asking_times
from digest.model.fetching import FetchState, SourceState
from digest.model.settings import Settings, seconds
from digest.model.source_settings import Source

# Settings of a source that change when it is asked, or with which secret, and not what for.
_NOT_ASKED = ("name", "every", "enabled", "look_back", "token")


def enabled_sources(settings: Settings) -> tuple[Source, ...]:
    """Return the sources that are asked at all, in the order of the configuration."""
    return tuple(source for source in settings.sources if source.enabled)


def due_sources(settings: Settings, state: FetchState, moment: datetime) -> tuple[Source, ...]:
    """Return the sources that are due, those asked longest ago first.

    So one that takes all the time does not keep the others waiting for ever.
    """
    due = [source for source in enabled_sources(settings) if is_due(source, state, moment)]
    return tuple(in_turn(due, state))


def in_turn(sources: Iterable[Source], state: FetchState) -> list[Source]:
    """Return sources with those asked longest ago first."""
    return sorted(sources, key=lambda source: state_of(source, state).last_look or "")


def is_due(source: Source, state: FetchState, moment: datetime) -> bool:
    """Return whether a source is asked at this moment."""
    known = state_of(source, state)
    return asking_times.is_due(
        moment,
        last_look=when(known.last_look),
        next_look=when(known.next_look),
        every=None if source.every is None else seconds(source.every),
    )


def state_of(source: Source, state: FetchState) -> SourceState:
    """Return what is remembered of a source: nothing, if it was asked for something else."""
    known = state.sources.get(source.name)
    mark = settings_mark(source)
    if known is None or known.asked != mark:
        return SourceState(asked=mark)
    return known


def settings_mark(source: Source) -> str:
    """Return a text that changes when the settings of a source ask for something else."""
    asked_for = {
        name: value
        for name, value in msgspec.structs.asdict(source).items()
        if name not in _NOT_ASKED
    }
    return hashlib.blake2b(msgspec.json.encode(asked_for), digest_size=8).hexdigest()


def when(moment: str | None) -> datetime | None:
    """Return a moment of the state; None if there is none, or it cannot be read."""
    try:
        read = datetime.fromisoformat(moment or "")
    except ValueError:
        return None
    return read if read.tzinfo else None
