"""``digest search``: full text over all papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import log

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.storage.ledger.full_text import SearchResult


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many papers to show at most.",
)
@click.pass_obj
def search(folder: CliContext, words: tuple[str, ...], limit: int) -> None:
    """Find papers by words of their title, abstract and authors, the best first.

    All words must be there; endings do not matter. Words in one pair of quotation marks
    stand side by side.

    \b
    Example:
      digest search diffusion "long video"
    """
    from digest.storage.ledger import full_text

    settings = folder.settings()
    with full_text.opened(Path(settings.root, settings.state.path)) as index:
        if index is None:
            folder.say("No paper was taken in yet.")
            return
        found = index.search(words, limit)
    for one in found:
        for line in _lines(one):
            click.echo(line)
    if not found:
        folder.say("No paper holds all of these words.")


def _lines(found: SearchResult) -> Iterator[str]:
    from digest.matching import identity
    from digest.model.issues import issue_key
    from digest.render import paths

    paper = found.paper
    yield log.escaped(paper.title)
    where = "in no issue"
    if found.issue:
        edition, date, ordinal, guid = found.issue
        key = issue_key(date, ordinal)
        where = f"output/{paths.issue(edition, key, 'html')}#{paths.anchor(guid)}"
    yield f"  {identity.keys(paper)[0]}  {where}"
