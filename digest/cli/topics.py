"""``digest topics``: how the topics do on all papers of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.editorial.topics.report import TopicReport


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def topics(context: CliContext, as_json: bool) -> None:
    """Show how the topics do on all papers.

    Shows sizes, overlaps, the words that decide, and papers near a border. Use it after a
    change of config/topics.toml. Issues already made stay as they are.

    \b
    Example:
      digest topics
    """
    import msgspec

    from digest.editorial.topics import report
    from digest.pipeline.session import open_to_read
    from digest.pipeline.topics import load_headings

    headings = load_headings(context.root)
    with open_to_read(context.settings()) as ledger:
        papers = ledger.explain.every_paper() if ledger else ()
        result = report.report(headings.lexicon, headings.names, papers)
    if as_json:
        terminal.write_json(msgspec.json.encode(result))
    else:
        for line in lines(result):
            terminal.write_line(line)


def lines(result: TopicReport) -> Iterator[str]:
    """Yield the lines for a person: the share of Other, then a line for each finding.

    The first word of a line is the kind of finding: size, overlap, word, border or unknown.
    """
    from digest.render import wording

    names = {size.topic: size.name for size in result.sizes}
    yield f"{wording.count(result.papers, 'paper')}, {result.other:.1%} of them under Other"
    for size in sorted(result.sizes, key=lambda size: -size.papers):
        share = size.papers / result.papers if result.papers else 0.0
        yield f"size     {size.papers:7,} {share:6.1%}  {size.name} (also in: {size.also:,})"
    for pair in result.overlaps:
        yield f"overlap  {pair.papers:7,}  {names[pair.topic]}, also in {names[pair.also]}"
    for word in result.words:
        place = f"{names[word.topic]}, without it most would be under {names[word.to]}"
        yield f"word     {word.moved:7,}  are placed by “{word.phrase}”: {place}"
    for paper in result.borders:
        first, second = f"{paper.likely:.2f}", f"{paper.rival_likely:.2f}"
        yield f"border   {names[paper.topic]} {first}, {names[paper.rival]} {second}: {paper.title}"
    for phrase, titles in result.unknown.items():
        yield f"unknown  {titles:7,}  titles under Other have “{phrase}”"
