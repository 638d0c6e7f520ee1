"""``digest search``: papers by their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.publication.results import SearchHit


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
@click.option("--json", "as_json", is_flag=True, help="Print the papers as JSON.")
@click.pass_obj
def search(context: CliContext, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find papers by words of title, abstract and authors.

    The best come first. A paper must have all the words; their endings do not matter. Words
    in one pair of quotation marks must stand side by side.

    \b
    Example:
      digest search diffusion "long video"
      digest search --json --limit 100 diffusion | jq -r '.papers[].url'
    """
    publication = context.publication()
    hits = publication.search(*words, limit=limit)
    total = len(hits)
    # Asked only where there may be more: most searches find less than the limit.
    if total == limit:
        total = publication.count_hits(*words)
    if as_json:
        import msgspec

        terminal.write_json(msgspec.json.encode({"total": total, "papers": hits}))
        return
    for hit in hits:
        for line in _lines(hit):
            terminal.write_line(line)
    if total > len(hits):
        from digest.render import wording

        context.echo(f"{wording.of_all(len(hits), total - len(hits))}; --limit {total} shows all.")
    if not hits:
        has_papers = publication.status(moment=context.moment()).counts.get("paper")
        empty = "No paper was taken in yet."
        context.echo("No paper has all of these words." if has_papers else empty)


def _lines(hit: SearchHit) -> Iterator[str]:
    """Yield the title of a paper, then votes and heading, its key and page, its address."""
    from digest.render import wording

    votes = "" if hit.upvotes is None else wording.count(hit.upvotes, "vote")
    yield hit.title
    if facts := ", ".join(filter(None, (votes, hit.heading))):
        yield f"  {facts}"
    yield f"  {hit.key}  {hit.page or 'in no issue'}"
    yield f"  {hit.url}"
