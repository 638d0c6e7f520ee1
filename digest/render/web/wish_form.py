"""Show a wish as the fields of a form, with what can be chosen and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from digest.model.people import Wish
from digest.model.settings import WEEKDAYS, Edition, Settings

# Fields of words and names, and what stands beside them: of papers to find, and to leave out.
WANTED = {
    "words": "Words in titles and abstracts",
    "authors": "Authors",
    "organizations": "Organizations",
}
UNWANTED = {
    "mute_words": "With these words",
    "mute_authors": "By these authors",
    "mute_organizations": "Of these organizations",
}
_PROBLEMS = {  # what is right, where a field holds something else
    **dict.fromkeys(("editions", "topics"), "Choose from the list as it is now."),
    **dict.fromkeys(
        (*WANTED, *UNWANTED), "Write words or names, with commas between them: 200 at most."
    ),
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
    weekday = _text(values, "weekday") or "any"
    return WishFormView(
        editions=tuple(_editions(settings, values.get("editions", ()), gets_all=gets_all)),
        otherwise="all of them" if gets_all else "the first one",
        topics=choices(topics.items(), values.get("topics", ())),
        wanted=_text_fields(WANTED, values),
        unwanted=_text_fields(UNWANTED, values),
        weekdays=choices([("any", "any day"), *zip(WEEKDAYS, _DAYS, strict=True)], (weekday,)),
        most=_text(values, "most"),
        pause=_text(values, "pause"),
        problem=problem,
    )


def _text_fields(
    labels: Mapping[str, str], values: Mapping[str, Sequence[str]]
) -> tuple[TextFieldView, ...]:
    return tuple(TextFieldView(name, label, _text(values, name)) for name, label in labels.items())


def _editions(settings: Settings, chosen: Sequence[str], *, gets_all: bool) -> Iterator[ChoiceView]:
    mailed = _mailed(settings)
    names = chosen or [edition.name for edition in (mailed if gets_all else mailed[:1])]
    for edition in mailed if len(mailed) > 1 else ():
        every = {"day": "each day", "week": "each week", "month": "each month"}[edition.period]
        yield ChoiceView(edition.name, f"{edition.name}, {every}", edition.name in names)


def describe_choices(settings: Settings, topics: Mapping[str, str], wish: Wish) -> tuple[str, ...]:
    """Return what a wish chooses, in a line for each kind; none if it is left open.

    Words and names are counted only: whoever asked may have written anything there, and this is
    shown to the person whose address they gave.
    """
    given = {
        "Editions": ", ".join(wish.editions) if len(_mailed(settings)) > 1 else "",
        "Topics": "; ".join(topics.get(topic, topic) for topic in wish.topics),
        "Words and names to find": _number_of(wish, WANTED),
        "Words and names to leave out": _number_of(wish, UNWANTED),
        "Papers at most": wish.most and f"{wish.most:,}",
        "Day of the week": wish.weekday and _DAYS[WEEKDAYS.index(wish.weekday)],
        "Nothing before": wish.pause,
    }
    return tuple(f"{name}: {value}" for name, value in given.items() if value)


def choices(names: Iterable[tuple[str, str]], chosen: Sequence[str]) -> tuple[ChoiceView, ...]:
    """Return what can be chosen, given by value and words, and which of it is ``chosen``."""
    return tuple(ChoiceView(value, name, value in chosen) for value, name in names)


def _mailed(settings: Settings) -> list[Edition]:
    return [edition for edition in settings.editions if edition.mail]


def _number_of(wish: Wish, fields: Iterable[str]) -> str:
    number = sum(len(getattr(wish, field)) for field in fields)
    return f"{number:,}" if number else ""


def _text(values: Mapping[str, Sequence[str]], name: str) -> str:
    return ", ".join(values.get(name, ()))
