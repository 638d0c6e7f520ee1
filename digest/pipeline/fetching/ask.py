"""Ask one source of any kind, over HTTP or on the disk."""

from __future__ import annotations

from pathlib import Path

from digest.errors import FetchError
from digest.model.fetching import Answer, Request, SourceResult
from digest.model.settings import seconds
from digest.model.source_settings import LOCAL_KINDS, Source
from digest.pipeline.fetching import local_files, plan
from digest.pipeline.fetching.look import Ask
from digest.pipeline.fetching.shared import Asking, Habits
from digest.pipeline.fetching.source import Turn, unexpected
from digest.sources import kinds, local, tokens
from digest.sources.asking import Asker
from digest.sources.robots import Robots


def ask_source(asking: Asking, source: Source, asker: Asker, robots: Robots) -> SourceResult:
    """Ask a source, put what it has into the inbox, and remember how it went.

    ``robots`` is asked whether the address of a page may be. Never raises for what the source
    does: a failure is in the result, also one of our own program.
    """
    turn = Turn(asking, source)
    kind = None if source.kind in LOCAL_KINDS else kinds.load(source.kind)
    usual = seconds(local.EVERY if kind is None else kind.EVERY)
    # In a burst half of what is usual, and a source set to less is asked so all the same.
    habits = Habits(_every(source, usual), usual // 2, by_day=kind is not None and kind.BY_DAY)
    try:
        if kind is None:
            local_files.take(turn)
        else:
            token = tokens.read(Path(asking.settings.root), source.token)
            days = asking.days(source.look_back, plan.when(turn.known.last_answer))
            looks = kind.looks(source, turn.known, days, token)
            turn.ask_looks(looks, habits, _polite(source, asker, robots))
    except FetchError as error:
        turn.fail(error)
    except Exception as error:  # noqa: BLE001 - one source must not stop the others
        turn.fail(unexpected(error))
    return turn.finish(habits)


def _polite(source: Source, asker: Asker, robots: Robots) -> Ask:
    """Return what asks for a source: of a page made for people, only for what they allow."""
    if source.kind != "page":
        return asker.ask

    def ask(request: Request) -> Answer:
        robots.check(request.url)
        return asker.ask(request)

    return ask


def _every(source: Source, usual: int) -> int:
    return usual if source.every is None else seconds(source.every)
