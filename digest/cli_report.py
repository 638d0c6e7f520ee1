"""What a run says: to a person, and as JSON to a script."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from digest.cli_folder import command
from digest.model.issues import Accounting

if TYPE_CHECKING:
    from digest.cli_folder import Folder
    from digest.model.settings import Settings
    from digest.run import Report
    from digest.run_state import Quarantined

_VERDICTS = {
    "new": "",
    "partial": "A dump fell well short of what its source usually brings.",
    "unreadable": "Something waited, and nothing of it could be read.",
    "revised": "Nothing new; a known paper has changed.",
    "weekend": "Nothing new: the source keeps this weekday free.",
    "no-input": "Nothing came for longer than expected.",
    "stale": "Dumps came, and all of it was known.",
    "quiet": "Nothing waited in the inbox.",
}


def as_json(report: Report) -> str:
    """The report in the form scripts depend on (design, section 6)."""
    shown = msgspec.to_builtins(report)
    names = ("verdict", "moment", "accounting", "issues")
    kept = {name: shown[name] for name in names}
    kept["quarantined"] = [
        {"dump": one["dump"], "reason": one["reason"]} for one in shown["quarantined"]
    ]
    return msgspec.json.encode(kept).decode()


def show(
    folder: Folder,
    settings: Settings,
    report: Report,
    *,
    dry_run: bool = False,
    idle: bool = True,
) -> None:
    """The report for a person: what was read, made and written; trouble on standard error.

    Without ``idle`` a run that found nothing says nothing.
    """
    if not idle and report.is_idle:
        return
    trouble(report.quarantined, report.rejected)
    if folder.verbosity >= 0:
        trouble(report.passed_over)
    for name in report.unsettled:
        folder.say(f"{name}: still being written; left for the next run")
    for line in report.dumps:
        folder.say(line, detail=True)
    if dry_run:
        folder.say("A rehearsal; nothing was changed.")
    if report.accounting.dumps:
        folder.say(sums(report.accounting))
    if said := _VERDICTS[report.verdict]:
        folder.say(f"{report.verdict}: {said}")
    for made in report.issues:
        papers = "1 paper" if made.papers == 1 else f"{made.papers} papers"
        folder.say(f"Issue {made.number} of {made.edition}, {made.date}: {papers}")
    if report.republished and report.pages_written:
        folder.say(f"{report.pages_written} files written: {report.republished}.", detail=True)
    if report.issues and not dry_run:
        _next(folder, settings, report)


def trouble(*lists: Iterable[Quarantined]) -> None:
    """A line on standard error for each file or record that could not be used."""
    for found in lists:
        for one in found:
            line = f", line {one.line}" if one.line else ""
            click.echo(f"{one.dump}{line}: {one.reason}", err=True)


def sums(accounting: Accounting) -> str:
    """``3 dumps, 47 entries = 39 new + 0 changed + ...``."""
    dumps = "1 dump" if accounting.dumps == 1 else f"{accounting.dumps} dumps"
    entries = "1 entry" if accounting.entries == 1 else f"{accounting.entries} entries"
    names = ("new", "changed", "known", "repeated", "rejected")
    parts = " + ".join(f"{getattr(accounting, name)} {name}" for name in names)
    return f"{dumps}, {entries} = {parts}"


def _next(folder: Folder, settings: Settings, report: Report) -> None:
    """After the very first issue: what to open, and how to go on."""
    output = Path(settings.root, "output")
    folder.say(f"Read it:   {output / 'index.html'}")
    if any(made.number == 1 for made in report.issues):
        folder.say(f"Subscribe: {output / 'feed.xml'} (or atom.xml, feed.json)")
        folder.say(f"Your own:  {command()} init ~/papers, then drop pages into ~/papers/inbox/")
