"""``digest move``: put a paper under another topic, or take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("name", type=QueryText(), metavar="KEY_OR_TITLE", required=False)
@click.argument("topic", type=QueryText(), metavar="TOPIC", required=False)
@click.option("--undo", is_flag=True, help="Let the words of the paper decide again.")
@click.option("--list", "listing", is_flag=True, help="List the papers that were moved.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON, a line a paper.")
@click.pass_obj
def move(
    context: CliContext,
    name: str | None,
    topic: str | None,
    undo: bool,
    listing: bool,
    as_json: bool,
) -> int:
    """Put a paper under another topic.

    KEY_OR_TITLE is an arXiv id, a DOI, a link with one of them, or the whole title. A part of a
    title changes nothing: the papers that could be meant are listed, with exit status 1. TOPIC
    is the id of a topic or its whole name.

    An issue that was made already stays as it is. Topic pages, their feeds, the search and later
    issues have the paper under the topic you gave. `digest topics --learn` learns from such
    corrections.

    \b
    Example:
      digest move 2611.01234 evaluation
      digest move --undo 2611.01234
      digest move --list
    """
    if as_json and not listing:
        raise click.UsageError("--json needs --list")
    if listing:
        if name is not None or undo:
            raise click.UsageError("--list takes nothing else but --json")
        _list(context, as_json=as_json)
        return 0
    if name is None:
        raise click.UsageError("a paper is missing: give its key or its whole title")
    if undo and topic is not None:
        raise click.UsageError("--undo takes no topic")
    if not undo and topic is None:
        raise click.UsageError("a topic is missing: give its id or its name, or --undo")
    return _move(context, name, topic)


def _move(context: CliContext, name: str, topic: str | None) -> int:
    """Move a paper; without a topic take its correction back."""
    from digest.cli import report
    from digest.cli.unknown_paper import report_unknown
    from digest.errors import UnknownPaper
    from digest.operations.corrections import move as operation
    from digest.operations.corrections import papers
    from digest.render import wording

    settings = context.settings()
    moment = context.site_time(settings)
    try:
        found = operation.find_topic(settings, topic) if topic is not None else None
        paper = papers.find_paper(settings, name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="TOPIC") from error
    except UnknownPaper as error:
        return report_unknown(settings, name, error)
    # No run deletes a paper, so it is still there.
    done = operation.move(settings, moment, paper.id, found, log=context.log.log_step)
    report.print_skipped(context, done.publication.problems)
    if found:
        context.echo(f"Moved to {found[1]}: {paper.title}")
    elif done.changed:
        context.echo(f"No longer moved: {paper.title}")
    else:
        context.echo(f"It was not moved: {paper.title}")
    context.echo(f"{wording.count(len(done.publication.written), 'file')} written")
    return 0


def _list(context: CliContext, *, as_json: bool) -> None:
    import msgspec

    from digest.operations.corrections import move as operation
    from digest.render import wording

    moved = operation.list_moved(context.settings())
    for paper in moved:
        if as_json:
            terminal.write_json(msgspec.json.encode(paper))
        else:
            note = "" if paper.in_force else ", not configured: it stands where its words put it"
            words = f"{paper.moment[:10]}  {paper.heading}{note}: {paper.key}  {paper.title}"
            terminal.write_line(words)
    if not as_json:
        terminal.write_line(f"{wording.count(len(moved), 'paper')} moved")
