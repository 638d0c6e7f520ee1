"""How long an answer asks to be left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_TOO_MANY = 429
_LONGEST = 31 * 86_400.0  # what asks for more than a month is a mistake
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,9})?")


def stated_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that an answer asks to wait, or None.

    Reads `Retry-After` (seconds or a date, RFC 9110) and the drafts of `RateLimit`; those only
    if nothing is left of the limit, or for the status 429. Ignores what is negative, longer than
    a month, or unreadable. ``now`` is in seconds since 1970; the answer's own `Date` is believed
    before it.
    """
    wait = _retry_after(headers, now)
    if wait is None:
        wait = _rate_limit(headers, is_reached=status == _TOO_MANY)
    return wait if wait is not None and 0 < wait <= _LONGEST else None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    value = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(value):
        return float(value)
    moment = _seconds(value)
    if moment is None:
        return None
    sent = _seconds(headers.get("date", ""))
    return moment - (now if sent is None else sent)


def _seconds(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _rate_limit(headers: Mapping[str, str], *, is_reached: bool) -> float | None:
    # Three drafts: two headers, `limit=100, remaining=0, reset=30`, and `"name";r=0;t=30, ...`.
    header = headers.get("ratelimit", "")
    limits = header.split(",") if ";" in header else [header]
    left, reset = (headers.get(f"ratelimit-{name}", "") for name in ("remaining", "reset"))
    limits.append(f"r={left}, t={reset}")
    waits = list[float]()
    for limit in limits:
        remaining = re.search(r"\b(?:remaining|r)\s*=\s*(\d{1,12})\b", limit)
        seconds = re.search(r"\b(?:reset|t)\s*=\s*(\d{1,12})\b", limit)
        if seconds and (is_reached or (remaining and int(remaining[1]) == 0)):
            waits.append(float(seconds[1]))
    return max(waits, default=None)
