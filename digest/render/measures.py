"""Write moments, durations and sizes for operators: on the status page and in the terminal."""

from __future__ import annotations

from digest.render import wording

# Name, length in seconds, and the hours from which a duration is given in it.
_UNITS = (("day", 86400, 48), ("hour", 3600, 2), ("minute", 60, 0))


def moment(iso: str) -> str:
    """Return ``2026-11-22T07:00:00+01:00`` as "Sun 22 Nov 2026, 07:00"."""
    # An empty current year differs from every year, so the year is always written.
    return f"{wording.short_day(iso[:10], year='', weekday=True)}, {iso[11:16]}"


def duration(seconds: int) -> str:
    """Return a duration in one unit: "12 minutes", "18 hours", "3 days".

    Hours begin at two hours, days at two days.
    """
    for unit, length, hours in _UNITS:
        if seconds >= hours * 3600:
            return wording.count(round(seconds / length), unit)
    return wording.count(0, "minute")


def size(number: int) -> str:
    """Return a number of bytes as "812 bytes", "14.2 kB", "3.1 MB"; 1 kB is 1,000 bytes."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= length:
            return f"{number / length:.1f} {unit}"
    return wording.count(number, "byte")
