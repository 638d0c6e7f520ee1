"""``digest search``: papers by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("words", nargs=-1, required=True, type=QueryText(), metavar="WORDS...")
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000_000),
    default=20,
    show_default=True,
    metavar="N",
    help="How many papers to show at most.",
)
@click.pass_obj
def search(context: CliContext, words: tuple[str, ...], limit: int) -> None:
    """Find papers by words of title, abstract and authors.

    The best come first. A paper must have all the words; their endings do not matter. Words
    in one pair of quotation marks must stand side by side.

    \b
    Example:
      digest search diffusion "long video"
    """
    publication = context.publication()
    hits = publication.search(*words, limit=limit)
    for hit in hits:
        terminal.write_line(hit.title)
        terminal.write_line(f"  {hit.key}  {hit.page or 'in no issue'}")
    if not hits:
        # Asked only now, so that a search with results does not read the ledger twice.
        has_papers = publication.status(moment=context.moment()).counts.get("paper")
        empty = "No paper was taken in yet."
        context.echo("No paper has all of these words." if has_papers else empty)
