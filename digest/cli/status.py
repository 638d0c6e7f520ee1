"""``digest status``: the state of a working folder for people and monitors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.status import Status

# A folder can be stale and failed at once. Its health is then failed, the more urgent one.
_EXIT_STATUSES = {"ok": 0, "stale": 4, "failed": 1}
_WIDTH = 11  # characters: the longest kind of section and a blank


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(context: CliContext, as_json: bool) -> None:
    """Show the last runs, the next issues, sources and problems.

    Each run writes the same to output/status.html and output/status.json. Exit status 4 if
    nothing came for longer than `inbox.expect_every`, 1 if the last run failed.

    \b
    Example:
      digest status --json
    """
    import msgspec

    result = context.publication().status(moment=context.moment())
    if as_json:
        terminal.write_json(msgspec.json.encode(result))
    else:
        for line in lines(result):
            terminal.write_line(line)
    sys.exit(exit_status(result))


def exit_status(result: Status) -> int:
    """Return 1 if the last run failed, else 4 if the input is stale, else 0."""
    return _EXIT_STATUSES[result.health]


def lines(result: Status) -> Iterator[str]:
    """Yield the lines for a person: a headline, then a line for each entry of each section.

    Each line after the headline begins with the kind of its section.
    """
    from digest.render.site.views import status as status_view

    view = status_view.build_view(result)
    yield f"{view.health}: {view.headline}. {view.lead}"
    for section in view.sections:
        for line in section.lines:
            tag = f" [{line.tag}]" if line.tag else ""
            yield f"{section.kind:<{_WIDTH}}{line.name}{tag}: {line.facts}"
        if not section.lines:
            yield f"{section.kind:<{_WIDTH}}{section.empty}"
        if section.more:
            yield f"{section.kind:<{_WIDTH}}{section.more}"
