"""``digest classify``: the topics of the papers in dumps, as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.parse import FILES, read_dumps

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@FILES
@click.pass_obj
def classify(context: CliContext, files: tuple[str, ...]) -> None:
    """Show under which topic each paper of a dump would stand.

    Prints one line of JSON for each paper, with the reasons. Exit status 3 if one of the
    files could not be read.

    \b
    Example:
      digest classify inbox/papers-2026-11-22.txt | jq -r '[.topic, .title] | @tsv'
    """
    import msgspec

    from digest import text
    from digest.editorial import topics
    from digest.pipeline.topics import load_headings

    lexicon = load_headings(context.root).lexicon
    failed = False
    for dump in read_dumps(context, files):
        failed = failed or dump is None
        for sighting in dump.sightings if dump else ():
            # Repaired first, as in issues: a broken symbol can hide a phrase of a topic.
            title = text.mend(sighting.title).text
            abstract = text.mend(sighting.abstract or "").text
            placement = topics.place(lexicon, title, abstract, sighting.categories)
            row = {"title": title, "arxiv_id": sighting.arxiv_id}
            row |= msgspec.structs.asdict(placement)
            terminal.write_json(msgspec.json.encode(row))
    sys.exit(3 if failed else 0)
