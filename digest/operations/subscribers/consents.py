"""Read the words and the day with which a person agreed."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from digest.model.people import Consent

_DAY = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)")
LONGEST = 1_000  # characters


def read_consent(text: str, now: datetime, how: str) -> Consent:
    """Return the consent in "words, date": ``signed the list at the door, 2026-11-20``.

    The moment is the beginning of that day in the time zone of ``now``. Raises `ValueError` if
    the words or the day are missing, or the day is still to come.
    """
    days = _DAY.findall(text)
    words = " ".join(_DAY.sub(" ", text).split()).strip(" ,;")
    if not days or not any(map(str.isalpha, words)):
        raise ValueError('write what they agreed to and when: "asked me by mail, 2026-11-20"')
    if len(text) > LONGEST or not text.isprintable():
        raise ValueError(f"write one line of at most {LONGEST:,} characters")
    moment = start_of(days[-1], now)
    return Consent(moment=moment.isoformat(), how=how, words=" ".join(text.split()))


def start_of(day: str, now: datetime) -> datetime:
    """Return the beginning of a day. Raises `ValueError` if there is none, or it is to come."""
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise ValueError(f"there is no day {day}") from error
    if found > now.date():
        raise ValueError(f"{day} is still to come")
    return datetime.combine(found, time(), now.tzinfo)
