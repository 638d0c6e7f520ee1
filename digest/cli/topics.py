"""``digest topics``: how a topics file does on all papers of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import msgspec

from digest.cli import log

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.editorial.topics.report import TopicReport


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def topics(folder: CliContext, as_json: bool) -> None:
    """Show how the topics do on all papers: sizes, overlaps, words that decide, borders.

    Run it after a change of config/topics.toml; issues already made stay as they are.

    \b
    Example:
      digest topics
    """
    from digest.editorial.topics import report
    from digest.pipeline.session import open_to_read
    from digest.pipeline.topics import load_headings

    headings = load_headings(folder.root)
    with open_to_read(folder.settings()) as ledger:
        found = report.report(
            headings.lexicon,
            headings.names,
            ledger.explain.every_paper() if ledger else (),
        )
    if as_json:
        click.echo(log.escaped_json(msgspec.json.encode(found)))
    else:
        for line in lines(found):
            click.echo(log.escaped(line))


def lines(found: TopicReport) -> Iterator[str]:
    """The report for a person."""
    names = {size.topic: size.name for size in found.sizes}
    yield f"{found.papers:,} papers, {found.other:.1%} of them under Other"
    for size in sorted(found.sizes, key=lambda size: -size.papers):
        share = size.papers / found.papers if found.papers else 0.0
        yield f"size     {size.papers:7,} {share:6.1%}  {size.name} (also in: {size.also:,})"
    for both in found.overlaps:
        yield f"overlap  {both.papers:7,}  {names[both.topic]}, also in {names[both.also]}"
    for word in found.words:
        where = f"{names[word.topic]}, else most would be under {names[word.to]}"
        yield f"word     {word.moved:7,}  hang on “{word.phrase}”: {where}"
    for near in found.borders:
        first, second = f"{near.likely:.2f}", f"{near.rival_likely:.2f}"
        yield f"border   {names[near.topic]} {first}, {names[near.rival]} {second}: {near.title}"
    for phrase, titles in found.unknown.items():
        yield f"unknown  {titles:7,}  titles under Other say “{phrase}”"
