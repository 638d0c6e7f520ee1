"""Make a wish of the words of a command or of a line of a file, and check it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from digest.editorial.topics import OTHER
from digest.errors import did_you_mean
from digest.model.people import Wish
from digest.model.settings import WEEKDAYS, Settings
from digest.pipeline import topics

LISTS = (
    "editions", "topics", "words", "authors", "organizations",
    "mute_words", "mute_authors", "mute_organizations",
)  # fmt: skip
MOST = 1_000  # papers, the largest number a wish may name
ENTRIES = 200  # of a list; each costs time with each paper of each issue
ANY_DAY = "any"
NO_PAUSE = "no"
_BETWEEN = re.compile("[,;]")  # entries of one value

Values = Mapping[str, Sequence[str]]


class WishError(ValueError):
    """A value that cannot be wished for, and the name of its field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class WishReader:
    """Reads wishes. The topics of the folder are read once, when the first wish names one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def change(self, wish: Wish, values: Values) -> Wish:
        """Return the wish with new values, by name of its fields; the others stay.

        A list may be one value with commas or semicolons; "" empties it. ``most`` of 0 is no
        limit, ``weekday`` of "any" every day, ``pause`` of "no" none. Raises `WishError` for what
        cannot be wished for, and `SettingsError` if the topics cannot be read.
        """
        lists = {name: _split(values[name]) for name in LISTS if name in values}
        self._check(lists)
        changed = msgspec.structs.replace(wish, **lists)
        if most := values.get("most"):
            changed = msgspec.structs.replace(changed, most=_most(most[-1]))
        if weekday := values.get("weekday"):
            changed = msgspec.structs.replace(changed, weekday=_weekday(weekday[-1]))
        if pause := values.get("pause"):
            changed = msgspec.structs.replace(changed, pause=_pause(pause[-1]))
        return changed

    def _check(self, lists: Mapping[str, Sequence[str]]) -> None:
        editions = [edition.name for edition in self._settings.editions]
        _check_known("editions", lists.get("editions", ()), editions)
        if wanted := lists.get("topics"):
            _check_known("topics", wanted, [*self.topics])
        for name in LISTS[2:]:
            entries = lists.get(name, ())
            if len(entries) > ENTRIES:
                raise WishError(name, f"{name.replace('_', '-')}: at most {ENTRIES} of them")
            for entry in entries:
                # As in `[profile]`: one without a letter would match every paper, or none.
                if not any(map(str.isalnum, entry)) or not entry.isprintable():
                    raise WishError(name, f"{name.replace('_', '-')}: write words, not {entry!r}")

    @functools.cached_property
    def topics(self) -> Mapping[str, str]:
        """The topics that can be wished for: their names by id, the one for all others last."""
        return {**topics.load_headings(Path(self._settings.root)).names, OTHER: "Other"}


def describe_wish(settings: Settings, wish: Wish) -> str:
    """Describe a wish on one line: "daily; topics vision; at most 5 papers; on fri"."""
    return "; ".join(_parts(settings, wish))


def _parts(settings: Settings, wish: Wish) -> Iterator[str]:
    mailed = [edition.name for edition in settings.editions if edition.mail]
    yield ", ".join(wish.editions or mailed[:1] or (settings.editions[0].name,))
    for name in LISTS[1:]:
        if entries := getattr(wish, name):
            yield f"{name.replace('mute_', 'no ')} {', '.join(entries)}"
    if wish.most is not None:
        yield f"at most {wish.most} paper{'s' if wish.most > 1 else ''}"
    if wish.weekday:
        yield f"on {wish.weekday}"
    if wish.pause:
        yield f"nothing before {wish.pause}"


def _split(values: Iterable[str]) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for value in values for part in _BETWEEN.split(value))
    return tuple(dict.fromkeys(filter(None, parts)))


def _most(text: str) -> int | None:
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) > MOST:
        raise WishError("most", f"not a number from 0 to {MOST:,} (0 is no limit): {text!r}")
    return int(text) or None


def _weekday(text: str) -> str | None:
    day = text.casefold()
    if day in WEEKDAYS:
        return day
    if day != ANY_DAY:
        message = f"not a weekday: {text!r}; use {', '.join(WEEKDAYS)} or {ANY_DAY}"
        raise WishError("weekday", message)
    return None


def _pause(text: str) -> str | None:
    if text.casefold() == NO_PAUSE:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"not a day: {text!r}; write it like 2026-12-24, or {NO_PAUSE} for no pause"
        raise WishError("pause", message) from error


def _check_known(field: str, names: Iterable[str], known: Sequence[str]) -> None:
    kind = field.removesuffix("s")
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
            raise WishError(field, f"there is no {kind} {name!r}; {hint}")
