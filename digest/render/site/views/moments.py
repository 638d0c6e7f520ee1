"""Write the moments of the status page."""

from __future__ import annotations

from digest.render import wording


def format_moment(iso: str) -> str:
    """Return ``2026-11-22T07:00:00+01:00`` as "Sun 22 Nov 2026, 07:00"."""
    # An empty current year differs from every year, so the year is always written.
    return f"{wording.short_day(iso[:10], year='', weekday=True)}, {iso[11:16]}"
