"""Make a wish of the words of a command or of a line of a file, and check it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from digest.errors import did_you_mean
from digest.model.people import Wish
from digest.model.settings import WEEKDAYS, Settings
from digest.editorial.topics import OTHER
from digest.pipeline import topics

LISTS = (
    "editions", "topics", "words", "authors", "organizations",
    "mute_words", "mute_authors", "mute_organizations",
)  # fmt: skip
MOST = 1_000  # papers, the largest number a wish may name
ANY_DAY = "any"
_BETWEEN = re.compile("[,;]")  # entries of one value


def change_wish(settings: Settings, wish: Wish, values: Mapping[str, Sequence[str]]) -> Wish:
    """Return the wish with new values, by name of its fields; the others stay.

    A list may be one value with commas or semicolons; "" empties it. ``most`` of 0 is no limit,
    ``weekday`` of "any" every day. Raises `ValueError` for what cannot be wished for, and
    `SettingsError` if the topics cannot be read.
    """
    changes: dict[str, object] = {
        name: _split(values[name]) for name in LISTS if name in values and values[name] is not None
    }
    if most := values.get("most"):
        changes["most"] = _most(most[-1])
    if weekday := values.get("weekday"):
        changes["weekday"] = _weekday(weekday[-1])
    _check(settings, changes)
    return msgspec.structs.replace(wish, **changes)


def describe_wish(settings: Settings, wish: Wish) -> str:
    """Describe a wish on one line: "daily; topics vision; at most 5 papers; on fri"."""
    parts = [", ".join(wish.editions or (settings.editions[0].name,))]
    for name in LISTS[1:]:
        if entries := getattr(wish, name):
            parts.append(f"{name.replace('mute_', 'no ')} {', '.join(entries)}")
    if wish.most is not None:
        parts.append(f"at most {wish.most} paper{'s' if wish.most > 1 else ''}")
    if wish.weekday:
        parts.append(f"on {wish.weekday}")
    return "; ".join(parts)


def _split(values: Sequence[str]) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for value in values for part in _BETWEEN.split(value))
    return tuple(dict.fromkeys(filter(None, parts)))


def _most(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or int(text) > MOST:
        raise ValueError(f"not a number from 0 to {MOST:,} (0 is no limit): {text!r}")
    return int(text) or None


def _weekday(text: str) -> str | None:
    day = text.casefold()
    if day in WEEKDAYS:
        return day
    if day != ANY_DAY:
        raise ValueError(f"not a weekday: {text!r}; use {', '.join(WEEKDAYS)} or {ANY_DAY}")
    return None


def _check(settings: Settings, changes: Mapping[str, object]) -> None:
    editions = [edition.name for edition in settings.editions]
    _check_known("edition", changes.get("editions", ()), editions)
    if wanted := changes.get("topics"):
        _check_known("topic", wanted, [*topics.load_headings(Path(settings.root)).names, OTHER])
    for name in LISTS[2:]:
        for entry in changes.get(name, ()):  # type: ignore[attr-defined]
            # As in `[profile]`: one without a letter would match every paper, or none.
            if not any(map(str.isalnum, entry)) or not entry.isprintable():
                raise ValueError(f"{name}: write words, not {entry!r}")


def _check_known(kind: str, names: object, known: Sequence[str]) -> None:
    for name in names:  # type: ignore[attr-defined]
        if name not in known:
            hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
            raise ValueError(f"there is no {kind} {name!r}; {hint}")
