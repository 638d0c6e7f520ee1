"""Ask one source of any kind, over HTTP or on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from digest.errors import FetchError
from digest.model.fetching import SourceResult, SourceState
from digest.model.settings import seconds
from digest.model.source_settings import LOCAL_KINDS, Source
from digest.pipeline.fetching import plan, source
from digest.pipeline.fetching.look import Ask
from digest.pipeline.fetching.source import Asking, Habits
from digest.sources import kinds, tokens

_LOCAL_EVERY = 15 * 60  # seconds: looking into a folder costs nobody anything


def ask_source(asking: Asking, asked: Source, ask: Ask, *, anew: bool) -> SourceResult:
    """Ask a source, put what it has into the inbox, and remember how it went.

    Never raises for what the source does: a failure is in the result, also one of our own
    program, which is named by its class only, because its text may quote a secret.
    """
    known = plan.state_of(asked, asking.state)
    asking.state.sources[asked.name] = known
    is_resumed = source.begin(asking, known, anew=anew)
    files: list[str] = []
    failure: FetchError | None = None
    habits = Habits(every=_every(asked, _LOCAL_EVERY), least=_LOCAL_EVERY, by_day=False)
    try:
        if asked.kind in LOCAL_KINDS:
            _take_files(asking, asked, known, files)
        else:
            kind = kinds.load(asked.kind)
            usual = seconds(kind.EVERY)
            habits = Habits(_every(asked, usual), usual // 2, kind.BY_DAY)
            root = Path(asking.settings.root)
            looks = kind.looks(
                asked,
                known,
                source.days(asking.moment, asked.look_back),
                tokens.read(root, asked.token),
            )
            failure = source.ask_looks(
                asking, asked, known, habits, looks, ask, files, anew=anew, is_resumed=is_resumed
            )
    except FetchError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - one source must not stop the others
        failure = source.unexpected(error)
    return source.finish(asking, asked, known, habits, files, failure)


def _every(asked: Source, usual: int) -> int:
    return usual if asked.every is None else seconds(asked.every)


def _take_files(asking: Asking, asked: Source, known: SourceState, files: list[str]) -> None:
    """Copy what a mailbox or a folder has, and the working folder has not yet, into the inbox."""
    from digest.sources import local

    for found in local.files(asked, Path(asking.settings.root)):
        name = source.put(asking, known, found.name, found.body)
        files += [name] if name else []
