"""``digest summarise``: summaries by a language model, before a run needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.settings import Settings
    from digest.operations.summaries.estimate import SummaryEstimate

_SHOWN = 1000  # characters of an answer, which may have a million


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what it would cost and ask nobody.")
@click.option(
    "--paper",
    "name",
    type=QueryText(),
    metavar="KEY",
    help="Ask for this paper only, show the answer and its check, and store nothing.",
)
@click.option(
    "--seconds",
    type=click.IntRange(min=1, max=1_000_000),
    metavar="N",
    help="How long it may take. Default: seconds of [summary].",
)
@click.pass_obj
def summarise(context: CliContext, dry_run: bool, name: str | None, seconds: int | None) -> int:
    """Ask the language model of [summary] for the papers that wait.

    Each run asks by itself before it makes an issue. This command asks sooner, so that a slow
    model on this machine has the time: the next issue shows what is stored by then. Papers wait
    if a run with --due took them in before their issue is due. Other runs wait meanwhile.

    Exit status 1 if the endpoint gave nothing, or the answer for --paper is refused.

    \b
    Example:
      digest summarise --dry-run
      digest summarise --paper 2611.01234
      digest summarise --seconds 3600
    """
    if dry_run and name is not None:
        raise click.UsageError("--dry-run asks for no paper: leave --paper out")
    settings = context.settings()
    if name is not None:
        return _try(settings, name)
    if dry_run:
        from digest.operations.summaries import estimate

        found = estimate.estimate(settings, context.site_time(settings))
        for line in lines(settings, found):
            terminal.write_line(line)
        return 0
    return _ask(context, settings, seconds)


def _ask(context: CliContext, settings: Settings, seconds: int | None) -> int:
    from digest.cli import progress
    from digest.operations.summaries import writing
    from digest.render import teasers

    moment = context.site_time(settings)
    with progress.progress_bar() as bar:
        report = writing.summarise(settings, moment, seconds=seconds, progress=bar)
    if report is None:
        context.echo("No paper with an abstract waits for an issue.")
        return 0
    context.echo(f"Summaries: {teasers.describe_summaries(report)}")
    return int(not report.written and bool(report.calls or report.reason))


def _try(settings: Settings, name: str) -> int:
    from digest.operations.summaries import writing

    trial = writing.try_paper(settings, name)
    terminal.write_line(trial.title)
    terminal.write_line(f"  teaser   {trial.teaser or 'none'}")
    if trial.text:
        from digest.render import wording

        tokens = wording.count(trial.tokens, "token")
        is_long = len(trial.text) > _SHOWN
        text = f"{trial.text[:_SHOWN]} ..." if is_long else trial.text
        terminal.write_line(f"  summary  {text} ({settings.summary.model}, {tokens})")
    terminal.write_line(f"  check    {f'refused: {trial.fault}' if trial.fault else 'passed'}")
    return int(bool(trial.fault))


def lines(settings: Settings, found: SummaryEstimate) -> Iterator[str]:
    """Yield the lines of an estimate."""
    from digest.render import wording

    config = settings.summary
    papers = wording.count(found.papers, "paper")
    where = f"none wait; {found.issue} has {papers}" if found.issue else f"{papers} wait"
    yield f"papers   {where} with an abstract" if found.papers else "papers   none wait"
    if found.stored:
        yield f"stored   {found.stored:,} have a summary by {config.model} already"
    if found.unsafe:
        yield f"left out {found.unsafe:,}, whose abstracts seem to speak to a language model"
    yield f"calls    {found.calls:,} to {config.model}, in {config.language}"
    yield (
        f"tokens   about {found.tokens_in:,} in and {found.tokens_out:,} out, estimated from the"
        f" characters; a model that thinks takes more; a run may use {config.tokens:,}"
    )
    yield f"time     at most {config.seconds:,} s of a run"
