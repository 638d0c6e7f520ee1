"""``digest status``: the state of a working folder for people and monitors."""

from __future__ import annotations

from collections.abc import Iterator

from digest.cli.log import escaped
from digest.model.status import FAILED, Status
from digest.render.site.views import status as status_view

_STATUSES = {"ok": 0, "stale": 4, FAILED: 1}
_WIDTH = 11  # of the longest kind, and a blank


def exit_status(status: Status) -> int:
    """For monitors: 4 when stale, and 1, which is worse, when the last run failed."""
    return _STATUSES[status.health]


def lines(status: Status) -> Iterator[str]:
    """The status for a person: what matters most first, then a line on each thing."""
    view = status_view.build_view(status)
    yield f"{view.health}: {view.headline}. {escaped(view.lead)}"
    for section in view.sections:
        for line in section.lines:
            tag = f" [{line.tag}]" if line.tag else ""
            yield escaped(f"{section.kind:<{_WIDTH}}{line.name}{tag}: {line.facts}")
        if not section.lines:
            yield f"{section.kind:<{_WIDTH}}{section.empty}"
        if section.more:
            yield f"{section.kind:<{_WIDTH}}{section.more}"
