"""The report of a run: lines for a person, JSON for a script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from digest.cli.context import NAME, paste_command
from digest.editorial import sources
from digest.render import teasers, wording
from digest.render.site.views import mailings, status

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.publishing import TargetResult
    from digest.model.results import InputProblem, RunReport


def as_json(report: RunReport) -> bytes:
    """Return the report with the keys that scripts depend on.

    They are listed in docs/reference/json.md and may only be added to.
    """
    row = {
        "verdict": report.verdict,
        "moment": report.moment,
        "accounting": report.accounting,
        "issues": report.issues,
        # Without `line`: it is no key of the documented form.
        "quarantined": [
            {"dump": problem.dump, "reason": problem.reason} for problem in report.quarantined
        ],
        "fetched": report.fetched.sources if report.fetched else [],
        "summaries": report.summaries,
        "deliveries": report.deliveries,
    }
    return msgspec.json.encode(row)


def print_report(
    context: CliContext, report: RunReport, *, dry_run: bool = False, idle: bool = True
) -> None:
    """Print the report of a run to standard output, and its problems to standard error.

    ``idle`` is False for `digest serve`: then a run that found nothing prints nothing, and if a
    log was asked for only problems are printed, because the log has the rest.
    """
    if not idle and report.is_idle:
        return
    # The record in which a file ends is named with that among the rejected ones.
    rejected = {problem.dump for problem in report.rejected}
    incomplete = [
        problem
        for problem in report.incomplete
        if problem.reason != sources.CUT or problem.dump not in rejected
    ]
    print_problems(context, report.quarantined, report.rejected, incomplete)
    print_skipped(context, report.skipped)
    if context.log.is_asked_for and not idle:
        return
    if report.fetched:
        from digest.cli import fetch_report

        fetch_report.print_fetched(context, report.fetched, report.moment, news_only=not idle)
    for name in report.unsettled:
        context.echo(f"{name}: still being written; the next run takes it in")
    for line in report.dumps:
        context.echo(line, detail=True)
    if dry_run:
        context.echo("This was a dry run; nothing was changed.")
    if report.accounting.dumps:
        context.echo(wording.sums(report.accounting))
    if report.verdict == "quiet":
        context.echo(f"quiet: {_why_quiet(context, report)}")
        if not (context.settings().sources or _has_issues(context)):
            hint = paste_command("init", "--source", "hf-daily", "--contact", "you@example.org")
            context.echo(f"To have papers fetched: {hint}")
    elif sentence := status.VERDICT_SENTENCES[report.verdict]:
        context.echo(f"{report.verdict}: {sentence}")
    _print_issues(context, report)
    _print_sent(context, report)
    if report.issues and not dry_run:
        _print_next_steps(context, report)


def _print_issues(context: CliContext, report: RunReport) -> None:
    for issue in report.issues:
        papers = wording.count(issue.papers, "paper")
        context.echo(f"Issue {issue.number} of {issue.edition}, {issue.date}: {papers}")
    if report.summaries:
        context.echo(f"Summaries: {teasers.describe_summaries(report.summaries)}")
    if report.republished and report.pages_written:
        context.echo(
            f"{wording.count(report.pages_written, 'file')} written: {report.republished}.",
            detail=True,
        )


def _print_sent(context: CliContext, report: RunReport) -> None:
    for target in report.targets:
        context.echo(_published(target))
    if report.deliveries and (line := mailings.describe_report(report.deliveries)):
        context.echo(f"Deliveries: {line}")


def _published(target: TargetResult) -> str:
    """Return what a command of ``[[publish]]`` did, as one line.

    Not the reason of an outage that begins: it was logged as a warning, which is always shown.
    """
    if target.outcome == "published":
        return f"published: {target.name}"
    reason = f": {target.reason}" if target.reason and not target.first_failure else ""
    return f"{target.name} failed{reason}; digest publish shows what it prints"


def _why_quiet(context: CliContext, report: RunReport) -> str:
    """Return why a run found nothing, with the inbox: perhaps files are dropped elsewhere."""
    settings = context.settings()
    inbox = context.root.absolute() / settings.inbox.path
    if report.fetched is None:
        return f"{status.VERDICT_SENTENCES['quiet'].removesuffix('.')}: {inbox}"
    from digest.cli import fetch_report

    next_look = fetch_report.first_look(settings, datetime.fromisoformat(report.moment))
    return f"{fetch_report.quiet_sentence(report.fetched, next_look, report.moment)}: {inbox}"


def _has_issues(context: CliContext) -> bool:
    output = context.root / "output"
    return any((output / edition.name).exists() for edition in context.settings().editions)


def print_skipped(context: CliContext, problems: Iterable[InputProblem]) -> None:
    """Print what was passed over, as `print_problems` does, unless ``-q`` was given."""
    # Such files often stay where they are. With -q, cron would mail them after each run.
    if context.verbosity >= 0:
        print_problems(context, problems)


def print_problems(context: CliContext, *lists: Iterable[InputProblem]) -> None:
    """Print a line on standard error for each problem, or log it if a log was asked for."""
    for problems in lists:
        for problem in problems:
            line = f", line {problem.line}" if problem.line else ""
            context.log.log_problem(
                f"{problem.dump}{line}: {problem.reason}",
                "unusable",
                dump=problem.dump,
                line=problem.line,
                reason=problem.reason,
            )


def _print_next_steps(context: CliContext, report: RunReport) -> None:
    """Print the page to open. After the first issue of an edition, print also how to go on."""
    from digest.cli import samples

    output = context.root / "output"
    context.echo(f"Read it:   {output / 'index.html'}")
    if any(issue.number == 1 for issue in report.issues):
        context.echo(f"Subscribe: {output / 'feed.xml'} (or atom.xml, feed.json)")
        if samples.has_samples(context.root):
            context.echo(f"Your own:  {NAME} init ~/papers, then drop pages into ~/papers/inbox/")
