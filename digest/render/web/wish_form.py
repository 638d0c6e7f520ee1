"""Show a wish as the fields of a form, with what can be chosen and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from digest.model.people import Wish
from digest.model.settings import WEEKDAYS, Settings

TEXTS = {  # fields of words and names, and what stands beside them
    "words": "Words in titles and abstracts",
    "authors": "Authors",
    "organizations": "Organizations",
    "mute_words": "With these words",
    "mute_authors": "By these authors",
    "mute_organizations": "Of these organizations",
}
_PROBLEMS = {  # what is right, where a field holds something else
    **dict.fromkeys(("editions", "topics"), "Choose from the list as it is now."),
    **dict.fromkeys(TEXTS, "Write words or names, with commas between them: 200 at most."),
    "most": "Write a number from 1 to 1,000, or leave it empty.",
    "weekday": "Choose a day of the week, or any day.",
    "pause": "Write a day like 2026-12-24, or leave it empty.",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ChoiceView(msgspec.Struct, frozen=True):
    """A box to tick or a line of a list: its value, its words, and whether it is chosen."""

    value: str
    name: str
    is_chosen: bool


class TextFieldView(msgspec.Struct, frozen=True):
    """A field of text: its name in the form, its label, its content."""

    name: str
    label: str
    content: str


class FieldProblem(msgspec.Struct, frozen=True):
    """The name of a field that holds what cannot be, and what is right there."""

    field: str
    words: str


class WishFormView(msgspec.Struct, frozen=True):
    """The fields of a wish. ``editions`` is empty if there is only one to get.

    ``otherwise`` says what is got if none of them is chosen. ``wanted`` are the words and names to
    find, ``unwanted`` those to leave out. ``problem`` may be one of another field of the page.
    """

    editions: tuple[ChoiceView, ...]
    otherwise: str
    topics: tuple[ChoiceView, ...]
    wanted: tuple[TextFieldView, ...]
    unwanted: tuple[TextFieldView, ...]
    weekdays: tuple[ChoiceView, ...]
    most: str
    pause: str
    problem: FieldProblem | None


def problem_of(field: str) -> FieldProblem:
    """Return what is right in a field of a wish that holds what cannot be."""
    return FieldProblem(field, _PROBLEMS[field])


def values_of(wish: Wish) -> dict[str, Sequence[str]]:
    """Return a wish as the values that a form would send, by name."""
    fields = msgspec.structs.asdict(wish)
    return {
        name: value if isinstance(value, tuple) else (str(value),)
        for name, value in fields.items()
        if value
    }


def build_form(
    settings: Settings,
    topics: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    *,
    gets_all: bool = False,
    problem: FieldProblem | None = None,
) -> WishFormView:
    """Return the fields of a form, filled with values as a form sends them, by name.

    ``topics`` are the headings to choose from, by id. ``gets_all`` is whether who chooses no
    edition gets all of them, in place of the first.
    """
    texts = [TextFieldView(name, label, _text(values, name)) for name, label in TEXTS.items()]
    weekday = _text(values, "weekday") or "any"
    return WishFormView(
        editions=tuple(_editions(settings, values.get("editions", ()), gets_all=gets_all)),
        otherwise="all of them" if gets_all else "the first one",
        topics=choices(topics.items(), values.get("topics", ())),
        wanted=tuple(field for field in texts if not field.name.startswith("mute")),
        unwanted=tuple(field for field in texts if field.name.startswith("mute")),
        weekdays=choices([("any", "any day"), *zip(WEEKDAYS, _DAYS, strict=True)], (weekday,)),
        most=_text(values, "most"),
        pause=_text(values, "pause"),
        problem=problem,
    )


def _editions(settings: Settings, chosen: Sequence[str], *, gets_all: bool) -> Iterator[ChoiceView]:
    mailed = [edition for edition in settings.editions if edition.mail]
    names = chosen or [edition.name for edition in (mailed if gets_all else mailed[:1])]
    for edition in mailed if len(mailed) > 1 else ():
        every = {"day": "each day", "week": "each week", "month": "each month"}[edition.period]
        yield ChoiceView(edition.name, f"{edition.name}, {every}", edition.name in names)


def choices(names: Iterable[tuple[str, str]], chosen: Sequence[str]) -> tuple[ChoiceView, ...]:
    """Return what can be chosen, given by value and words, and which of it is ``chosen``."""
    return tuple(ChoiceView(value, name, value in chosen) for value, name in names)


def _text(values: Mapping[str, Sequence[str]], name: str) -> str:
    return ", ".join(values.get(name, ()))
