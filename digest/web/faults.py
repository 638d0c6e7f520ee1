"""Describe a fault of a request without anything that the request said."""

from __future__ import annotations

import traceback

from digest.errors import DigestError, SubscriberError


def describe_fault(error: BaseException) -> str:
    """Return where an exception came from, as a traceback without its messages.

    A message may repeat an address or a token of the request. Lines of code do not.
    """
    parts: list[str] = []
    told: BaseException | None = error
    while told is not None and len(parts) < 10:  # causes may form a ring
        frames = "".join(traceback.format_tb(told.__traceback__))
        parts.append(f"{frames}{type(told).__qualname__}")
        told = told.__cause__ or told.__context__
    return "\nfrom\n".join(parts)


def describe_error(error: DigestError | OSError) -> str:
    """Return the words of an expected error: those of disks and databases name no person."""
    return describe_fault(error) if isinstance(error, SubscriberError) else str(error)
