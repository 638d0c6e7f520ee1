"""Read the values of BibTeX fields: braces, names, addresses and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.parsers.fields import dates

_GROUP = r"(\\[A-Za-z]{1,30}\*?\s?|\\[^A-Za-z\s]|[\^_])?\{([^{}]{0,9999})\}"
_LETTER = r"\\[A-Za-z]{1,2}$"  # a letter that its braces keep apart ({\o}, {\ss})
_DEEPEST = 6  # groups inside groups
_AND = r"(?i)\s+and\s+"
_YEAR = r"(?<![0-9])[0-9]{4}(?![0-9])"
_MONTH = r"(?i)(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?<![0-9])0?([1-9]|[12][0-9]|3[01])(?![0-9])"


def unbraced(value: str) -> str:
    """Return a field without braces that only protect capitals.

    Keeps braces around arguments and single letters, and TeX: `digest.text.mend` repairs it
    later, as for every format.
    """
    for _ in range(_DEEPEST):
        if "{" not in value:
            break
        value = re.sub(_GROUP, _opened, value)
    # `_opened` wrote the braces it keeps as \1 and \2, so that the next round could match those
    # around them.
    return value.replace("\1", "{").replace("\2", "}")


def _opened(group: re.Match[str]) -> str:
    only_protects = group[1] is None and not re.search(_LETTER, group[2])
    return group[2] if only_protects else f"{group[1] or ''}\1{group[2]}\2"


def names(value: str) -> tuple[str, ...]:
    """Return the names of a list that ``and`` separates, without the ``others`` at its end."""
    value = value.strip()
    if "{" in value and value.startswith("{") and value.find("}") == len(value) - 1:
        value = value[1:-1]  # a list in braces of its own, not one name
    return tuple(_name(name) for name in _parts(value) if name.strip().lower() != "others")


def _parts(value: str) -> Iterator[str]:
    """Yield what stands between the ``and`` that are not in braces."""
    if "{" not in value:
        yield from re.split(_AND, value)
        return
    part, depth = list[str](), 0
    for piece in re.split(_AND, value):
        part.append(piece)
        depth += piece.count("{") - piece.count("}")
        if depth <= 0:
            yield " and ".join(part)
            part, depth = [], 0
    yield from part  # of braces that do not close


def _name(name: str) -> str:
    name = unbraced(name).replace("~", " ") if "\\" not in name else unbraced(name)
    if "\\" not in name:
        return name
    from digest import text  # takes 40 ms, and few names hold TeX

    return text.mend(name).text


def address(value: str) -> str:
    """Return an address without the macro around it and without escapes of TeX."""
    return re.sub(r"\\url|\\(?=[%&#$_~{}])|[{}]", "", value).strip()


def published(date: str, day: str, month: str, year: str) -> str:
    """Return the date of a reference as text, in full as ``3 May 2026``.

    BibLaTeX has ``date``. In BibTeX the day stands in the month (``May 3``) or in a field of
    its own, and a month may be a number.
    """
    if date.strip():
        return date
    day, month, year = (unbraced(part).replace("~", " ").strip() for part in (day, month, year))
    if written := re.findall(_YEAR, year):
        year = written[-1]
    named = re.search(_MONTH, month)
    if named and not day and (days := re.findall(_DAY, month)) and len(days) == 1:
        day, month = days[0], named[0].rstrip(".")
    elif month.isdigit() and 1 <= int(month[:2]) <= 12:
        month = list(dates.MONTHS)[int(month[:2]) - 1].capitalize()
    return " ".join(part for part in (day, month, year) if part)
