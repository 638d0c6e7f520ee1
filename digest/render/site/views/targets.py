"""Describe the commands of ``[[publish]]`` on the status page."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model.publishing import TargetStatus
from digest.render import measures


def describe(target: TargetStatus) -> str:
    """Return the last outcome of a command in sentences: what failed, and when it last worked."""
    return " ".join(_facts(target)) or "It never ran."


def _facts(target: TargetStatus) -> Iterator[str]:
    if target.failing_since:
        yield f"Failing since {measures.moment(target.failing_since)}: {target.reason}."
        if target.moment and target.moment != target.failing_since:
            yield f"Last tried {measures.moment(target.moment)}."
    if target.published:
        yield f"Last published {measures.moment(target.published)}."
