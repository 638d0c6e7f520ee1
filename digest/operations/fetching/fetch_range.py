"""Ask sources for a range of days, a file a day, for `digest backfill`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from digest.errors import FetchError, SettingsError
from digest.model.fetching import FetchReport, Look, SourceResult
from digest.model.settings import Settings
from digest.model.source_settings import LOCAL_KINDS, Source
from digest.operations.fetching.asking import make_asker
from digest.operations.fetching.fetch import choose
from digest.pipeline.fetching import look as one_look
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.sources import kinds, tokens
from digest.storage import fetch_state, inbox_files, lock

_UNBOUNDED = 30 * 86_400.0  # seconds: the pauses alone of a few years of days take hours


class Range(NamedTuple):
    """The first and the last day, and the folder for the files."""

    first: date
    last: date
    folder: Path


def fetch_range(
    settings: Settings,
    moment: datetime,
    names: Sequence[str],
    wanted: Range,
    *,
    progress: ProgressCallback = no_progress,
) -> FetchReport:
    """Ask these sources, or all, for each day of a range; return what they gave.

    A day whose file lies in the folder is not asked again, so a range that was broken off goes on
    where it stopped. A source stops at its first failure. `[fetch] seconds` is no limit here; the
    pauses of hosts are kept. Nothing goes into the inbox.

    Raises `SettingsError` if a source cannot be asked by day or the range is none, `ValueError`
    for a name that no enabled source has, `Busy` if another process is asking, and `OSError`.
    """
    chosen = choose(settings, names)
    _check(chosen, moment, wanted, Path(settings.root, settings.inbox.path))
    days = [wanted.first + timedelta(days=n) for n in range((wanted.last - wanted.first).days + 1)]
    with fetch_state.hold(settings.state_folder, lock.TIMEOUT + settings.fetch.seconds):
        state = fetch_state.load(settings.state_folder)
        asker = make_asker(settings, state, _UNBOUNDED)
        inbox_files.remove_leftovers(wanted.folder, settings.state_folder)
        try:
            results = [
                _fetch_days(settings, source, days, wanted.folder, asker.ask, progress)
                for source in chosen
            ]
        finally:
            fetch_state.save(settings.state_folder, state)  # for the pauses
    return FetchReport(sources=tuple(results))


def _check(sources: Sequence[Source], moment: datetime, wanted: Range, inbox: Path) -> None:
    """Raise `SettingsError` if these sources cannot be asked for this range."""
    today = moment.astimezone(UTC).date()
    if wanted.last > today:
        raise SettingsError("--until", f"{wanted.last} lies in the future", hint=f"it is {today}")
    if wanted.first > wanted.last:
        raise SettingsError("--from", f"{wanted.first} lies behind --until, {wanted.last}")
    if wanted.folder.resolve() == inbox.resolve():
        hint = "name another folder, and give that to digest backfill"
        raise SettingsError(
            "--into", "is the inbox: a run would issue old papers as new", hint=hint
        )
    able = [source for source in sources if _can_be_asked_by_day(source)]
    for source in sources:
        if source not in able:
            reason = f"{source.kind} cannot be asked for a day that is over"
            known = ", ".join(one.name for one in able)
            hint = f"name those that can: {known}" if known else "there is none that can"
            raise SettingsError(f"source {source.name}", reason, hint=hint)


def _can_be_asked_by_day(source: Source) -> bool:
    return source.kind not in LOCAL_KINDS and kinds.load(source.kind).BY_DAY


def _fetch_days(
    settings: Settings,
    source: Source,
    days: Sequence[date],
    folder: Path,
    ask: one_look.Ask,
    progress: ProgressCallback,
) -> SourceResult:
    """Ask a source for the days that are missing in the folder."""
    files: list[str] = []
    papers = 0
    failure: FetchError | None = None
    try:
        token = tokens.read(Path(settings.root), source.token)
        looks = kinds.load(source.kind).looks(source, None, days, token)
        for number, look in enumerate(looks):
            progress("days", number, len(looks))
            if not _lies_there(folder, look):
                file, listed = _fetch_day(settings, look, folder, ask)
                files.append(file)
                papers += listed
    except FetchError as error:
        failure = error
    outcome = "failed" if failure else "answered" if files else "unchanged"
    return SourceResult(
        source=source.name,
        kind=source.kind,
        outcome=outcome,
        files=tuple(files),
        papers=papers if files else None,
        reason=failure.reason if failure else None,
    )


def _lies_there(folder: Path, look: Look) -> bool:
    return any((folder / f"{look.name}{suffix}").exists() for suffix in (look.suffix, ".zip"))


def _fetch_day(settings: Settings, look: Look, folder: Path, ask: one_look.Ask) -> tuple[str, int]:
    """Ask for a day; return the name of its file, and how many papers it lists."""
    day = date.fromisoformat(look.day) if look.day else datetime.now(UTC).date()
    seen = one_look.make(settings, look, ask, day)
    if seen is None:
        raise FetchError("answered 304 (not modified) to a request without a condition")
    name, _ = inbox_files.put(folder, settings.state_folder, f"{look.name}{seen.suffix}", seen.body)
    return name, seen.papers
