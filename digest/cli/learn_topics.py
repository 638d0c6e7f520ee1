"""Show what can be learnt from the papers that were moved, and keep it if that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.operations.corrections.learn import LearnReport


def learn(context: CliContext, *, yes: bool, as_json: bool) -> None:
    """Print what learning would change; keep it with ``yes``, or after asking on a terminal.

    Raises `CannotLearn` if too few papers were moved.
    """
    import msgspec

    from digest.editorial.topics import OTHER
    from digest.operations.corrections import learn
    from digest.pipeline.topics import load_without_learnt

    settings = context.settings()
    report = learn.learn(settings, context.site_time(settings))
    names = {OTHER: "Other", **load_without_learnt(context.root).names}
    if as_json:
        # The file has the weights.
        row = msgspec.to_builtins(report)
        del row["weights"]
        terminal.write_json(msgspec.json.encode(row))
    else:
        for line in lines(report, names):
            terminal.write_line(line)
    if not yes and terminal.can_ask():
        terminal.confirm("Keep it for later issues?")
    elif not yes:
        context.echo("Nothing was changed: --yes keeps it for later issues")
        return
    learn.keep(settings, report)
    context.echo(f"Kept in {report.file}; delete the file to undo it")


def lines(report: LearnReport, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what was learnt, for a person. ``names`` are the topics by id."""
    from digest.render import wording

    moved = wording.count(report.corrections, "paper")
    yield (
        f"{moved} moved by hand: {report.before:,} of them stand there without learning,"
        f" {report.after:,} with it (each judged by a model that has not seen it)"
    )
    if report.out_of_reach:
        yield (
            f"{report.out_of_reach:,} of them have too few words of their topic to be learnt from;"
            " add words to the topic"
        )
    share = report.changed / report.others if report.others else 0.0
    yield (
        f"{report.changed:,} of {wording.count(report.others, 'other paper')} ({share:.1%})"
        " would stand under another heading; issues already made stay as they are"
    )
    for change in report.examples:
        yield f"moved    {names[change.before]} -> {names[change.after]}: {change.title}"
