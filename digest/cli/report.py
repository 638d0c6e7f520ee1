"""What a run says: to a person, and as JSON to a script."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest.cli.context import NAME
from digest.cli.log import escaped_json
from digest.render import wording
from digest.render.site.views import status

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.results import InputProblem, RunReport
    from digest.model.settings import Settings


def as_json(report: RunReport) -> str:
    """The report in the form scripts depend on (design, section 6)."""
    fields = {
        "verdict": report.verdict,
        "moment": report.moment,
        "accounting": report.accounting,
        "issues": report.issues,
        "quarantined": [
            {"dump": problem.dump, "reason": problem.reason} for problem in report.quarantined
        ],
    }
    return escaped_json(msgspec.json.encode(fields))


def show(
    folder: CliContext,
    settings: Settings,
    report: RunReport,
    *,
    dry_run: bool = False,
    idle: bool = True,
) -> None:
    """The report for a person: what was read, made and written; trouble on standard error.

    Without ``idle`` a run that found nothing says nothing, and where a log is kept it has
    said the rest.
    """
    if not idle and report.is_idle:
        return
    trouble(folder, report.quarantined, report.rejected)
    if folder.verbosity >= 0:
        trouble(folder, report.skipped)
    if folder.log.is_asked_for and not idle:
        return
    for name in report.unsettled:
        folder.say(f"{name}: still being written; left for the next run")
    for line in report.dumps:
        folder.say(line, detail=True)
    if dry_run:
        folder.say("A rehearsal; nothing was changed.")
    if report.accounting.dumps:
        folder.say(wording.sums(report.accounting))
    if said := status.VERDICT_SENTENCES[report.verdict]:
        folder.say(f"{report.verdict}: {said}")
    for made in report.issues:
        papers = "1 paper" if made.papers == 1 else f"{made.papers} papers"
        folder.say(f"Issue {made.number} of {made.edition}, {made.date}: {papers}")
    if report.republished and report.pages_written:
        folder.say(f"{report.pages_written} files written: {report.republished}.", detail=True)
    if report.issues and not dry_run:
        _next(folder, settings, report)


def trouble(folder: CliContext, *lists: Iterable[InputProblem]) -> None:
    """A line on standard error for each file or record that could not be used."""
    for found in lists:
        for one in found:
            line = f", line {one.line}" if one.line else ""
            folder.log.complain(
                f"{one.dump}{line}: {one.reason}",
                "unusable",
                dump=one.dump,
                line=one.line,
                reason=one.reason,
            )


def _next(folder: CliContext, settings: Settings, report: RunReport) -> None:
    """After the very first issue: what to open, and how to go on."""
    output = Path(settings.root, "output")
    folder.say(f"Read it:   {output / 'index.html'}")
    if any(made.number == 1 for made in report.issues):
        folder.say(f"Subscribe: {output / 'feed.xml'} (or atom.xml, feed.json)")
        folder.say(f"Your own:  {NAME} init ~/papers, then drop pages into ~/papers/inbox/")
