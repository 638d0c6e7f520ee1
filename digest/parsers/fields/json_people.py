"""Read the names of authors in JSON, in the forms that services and reference managers write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.parsers.fields import json_values, names
from digest.parsers.fields.json_values import Json

# Given and family name. Where both are there, a full name beside them is often shortened.
_PARTS = (
    ("given", "family"),
    ("firstName", "lastName"),
    ("givenName", "familyName"),
    ("first_name", "last_name"),
    ("first", "last"),
    ("forename", "surname"),
)
# The text of a DBLP author is called ``text``; the literal name of a group is from CSL, the
# collective one from Europe PMC.
_FULL_NAMES = (
    "name fullname full_name fullName display_name author text literal collectiveName "
    "raw_author_name creator"
).split()
_LISTS = ("author", "authors", "name")  # {"author": [...]} in DBLP, Europe PMC and others
_PARTICLES = ("dropping-particle", "non-dropping-particle")
_NUMBER = re.compile(r"\s\d{4}$")  # DBLP counts people of one name: "Wei Wang 0001"
_OTHER_ROLES = frozenset("editor translator serieseditor contributor reviewedauthor".split())


def names_of(value: Any) -> tuple[str, ...]:
    """Return the names of a list of authors: a text, a list, or an object around a list.

    Changes the order of no name, except that a given name stands before the family name where
    the two are separate. Leaves out editors and translators.
    """
    if isinstance(value, str):
        return () if value in {"NA", "N/A"} else names.split_names(value)
    if isinstance(value, dict):
        if isinstance(text := value.get("author"), str):
            return names.split_names(text)
        people = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
        value = people or [text or value]
    if not isinstance(value, list):
        return ()
    return tuple(name for person in value if (name := _name(person)))


def _name(person: Any) -> str | None:
    if isinstance(person, str):
        return " ".join(person.split()) or None
    if not isinstance(person, dict) or _role(person) in _OTHER_ROLES:
        return None
    inner = (value for key in _FULL_NAMES if isinstance(value := person.get(key), dict))
    name = next((name for holder in (person, *inner) for name in _full_names(holder)), None)
    return " ".join(name.split()) if name else None


def _role(person: Json) -> str:
    role = person.get("creatorType")
    return role.lower() if isinstance(role, str) else ""


def _full_names(person: Json) -> Iterator[str]:
    """Yield the forms of a person's name, the preferred one first."""
    text = json_values.as_text
    for given, family in _PARTS:
        if text(person.get(given)) and text(person.get(family)):
            keys = (given, *_PARTICLES, family, "suffix")
            yield " ".join(part for key in keys if (part := text(person.get(key))))
    for key in _FULL_NAMES:
        if name := text(person.get(key)):
            yield _NUMBER.sub("", name) if key == "text" else name
    for parts in _PARTS:
        yield from filter(None, (text(person.get(key)) for key in parts))
