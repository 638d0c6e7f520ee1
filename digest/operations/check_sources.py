"""Ask each source once, to see that it answers and its answer can be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from digest.errors import FetchError
from digest.model.fetching import SourceState, no_next_page
from digest.model.settings import Settings
from digest.model.source_settings import LOCAL_KINDS, Source
from digest.operations import fetch as fetching
from digest.pipeline.fetching import judge, plan
from digest.pipeline.fetching import look as one_look
from digest.pipeline.fetching import source as one_source
from digest.sources import kinds, tokens
from digest.storage import fetch_state, lock
from digest.text import counting


class Trial(NamedTuple):
    """What a source answered: a sentence, and whether it could be used."""

    source: str
    is_good: bool
    sentence: str


def try_sources(settings: Settings, moment: datetime) -> Iterator[Trial]:
    """Make one request to each enabled source, due or not, and yield what came of it.

    Of an answer of many pages only the first is asked for. Puts nothing into the inbox and
    remembers nothing, but when each host may be asked again. Never raises for what a source does;
    raises `Busy` if others ask for longer than they may, and `OSError`.
    """
    sources = plan.enabled_sources(settings)
    if not sources:
        return
    folder, seconds = settings.state_folder, settings.fetch.seconds
    with fetch_state.hold(folder, lock.TIMEOUT + seconds):
        state = fetch_state.load(folder)
        fetching.forget_wrong_pauses(state, moment)
        asker = fetching.make_asker(settings, state, seconds)
        for source in sources:
            try:
                yield Trial(source.name, True, _ask(settings, source, moment, asker.ask))
            except FetchError as error:
                yield Trial(source.name, False, error.reason)
            except Exception as error:  # noqa: BLE001 - one source must not hide the others
                yield Trial(source.name, False, one_source.unexpected(error).reason)
            fetch_state.save(folder, state)


def _ask(settings: Settings, source: Source, moment: datetime, ask: one_look.Ask) -> str:
    root = Path(settings.root)
    if source.kind in LOCAL_KINDS:
        from digest.sources import local

        return counting.count(sum(1 for _ in local.files(source, root)), "file")
    token = tokens.read(root, source.token)
    days = one_source.days(moment, source.look_back)
    # The first look is at the oldest day, which has most of its papers.
    look = kinds.load(source.kind).looks(source, SourceState(), days, token)[0]
    look, day = look._replace(next_page=no_next_page), moment.astimezone(UTC).date()
    seen = one_look.make(settings, look, ask, day)
    papers = judge.check(settings, look, seen.body, day) if seen else 0
    return counting.count(papers, "paper")
