"""Read on which weekdays a feed says that it rests: ``skipDays`` of RSS 2.0.

Source: https://www.rssboard.org/skip-hours-days.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from digest.model.papers import REST, Dump
from digest.model.settings import WEEKDAYS

_DAY = re.compile(rb"<day>([^<]{1,20})</day>")  # no other element of a feed has this name


def with_evidence(dump: Dump, channel: bytes) -> Dump:
    """Return the dump, with the evidence `REST` if its day is one on which the feed rests.

    ``channel`` is the XML of the feed without its items.
    """
    if dump.page_date is None:
        return dump
    weekday = WEEKDAYS[date.fromisoformat(dump.page_date).weekday()]
    skipped = {
        name.decode("utf-8", "replace").strip()[:3].lower() for name in _DAY.findall(channel)
    }
    if weekday not in skipped:
        return dump
    reason = f"its skipDays name this weekday, {weekday}"
    return msgspec.structs.replace(dump, evidence=dump.evidence | {REST: reason})
