"""``digest topics``: how the topics do on all papers of the ledger, and what a change moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import PathText

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.editorial.topics.diff import PlacementChange
    from digest.editorial.topics.report import TopicReport
    from digest.pipeline.topics import Headings


@click.command()
@click.option(
    "--diff", "other", type=PathText(), is_flag=False, flag_value="", metavar="[FILE]",
    help="Show which papers move: from the shipped topics to yours, or from yours to FILE.",
)  # fmt: skip
@click.option("--learn", is_flag=True, help="Learn from the papers you moved with digest move.")
@click.option("--yes", is_flag=True, help="Keep what was learnt, without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; a line each with --diff.")
@click.pass_obj
def topics(context: CliContext, other: str | None, learn: bool, yes: bool, as_json: bool) -> None:
    """Show how the topics do on all papers.

    Shows sizes, overlaps, the words that decide, papers near a border, and the newest whose
    heading is unsure. Use it after a change of config/topics.toml, and --diff FILE before it.
    Issues already made stay as they are.

    --learn learns from the papers that you moved, once there are 20. It shows what that would
    change, and asks on a terminal whether to keep it, in config/topics-learnt.json. Delete that
    file to undo it.

    \b
    Example:
      digest topics
      digest topics --diff new-topics.toml
      digest topics --learn
    """
    import msgspec

    if yes and not learn:
        raise click.UsageError("--yes needs --learn")
    if learn:
        if other is not None:
            raise click.UsageError("--learn and --diff cannot be used together")
        from digest.cli import learn_topics

        learn_topics.learn(context, yes=yes, as_json=as_json)
        return

    from digest.editorial.topics import diff, report
    from digest.pipeline import topics
    from digest.pipeline.session import open_to_read

    headings = topics.load_headings(context.root)
    with open_to_read(context.settings()) as ledger:
        papers = ledger.explain.every_paper() if ledger else ()
        if other is not None:
            before, after = _compared(context.root, headings, other)
            changes = diff.compare(before.lexicon, after.lexicon, papers)
            _print_moves(changes, before.names, after.names, as_json=as_json)
            return
        moved = ledger.moved_papers.by_paper() if ledger else ()
        result = report.report(headings.lexicon, headings.names, papers, moved)
    if as_json:
        terminal.write_json(msgspec.json.encode(result))
    else:
        for line in lines(result):
            terminal.write_line(line)


def _compared(root: Path, headings: Headings, file: str) -> tuple[Headings, Headings]:
    """Return the topics before and after: shipped and present, or present and those of a file."""
    from digest.pipeline import topics

    if file:
        return headings, topics.load_headings_of(Path(file), root)
    return topics.shipped_headings(), headings


def _print_moves(
    changes: Iterable[PlacementChange],
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    """Print each paper that moves as soon as it is placed, and at last the counts.

    ``before`` and ``after`` are the names of the topics by id.
    """
    import msgspec

    from digest.editorial.topics import OTHER
    from digest.render import wording

    before, after = {OTHER: "Other", **before}, {OTHER: "Other", **after}
    papers, pairs = 0, Counter[str]()
    for change in changes:
        papers += 1
        if not change.is_moved:
            continue
        way = f"{before[change.before]} -> {after[change.after]}"
        pairs[way] += 1
        if as_json:
            terminal.write_json(msgspec.json.encode(change))
        else:
            terminal.write_line(f"moved    {way}: {change.title}")
    if as_json:
        terminal.write_json(msgspec.json.encode({"papers": papers, "moved": pairs.total()}))
        return
    for way, number in pairs.most_common():
        terminal.write_line(f"way      {number:7,}  {way}")
    share = pairs.total() / papers if papers else 0.0
    counted = f"{pairs.total():,} of {wording.count(papers, 'paper')}"
    terminal.write_line(f"{counted} ({share:.1%}) under another heading")


def lines(result: TopicReport) -> Iterator[str]:
    """Yield the lines for a person: the share of Other, then a line for each finding.

    The first word of a line is the kind of finding: size, overlap, word, border, unsure or unknown.
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
    if result.unsure:
        unsure = wording.count(result.unsure, "heading")
        yield f"unsure   {unsure}; digest move KEY TOPIC corrects one. The newest:"
    for doubt in result.newest_unsure:
        key = doubt.arxiv_id or doubt.doi or "no id"
        place = f"{names[doubt.topic]} {doubt.likely:.2f}, perhaps {names[doubt.perhaps]}"
        yield f"unsure   {key}: {place}: {doubt.title}"
    for phrase, titles in result.unknown.items():
        yield f"unknown  {titles:7,}  titles under Other have “{phrase}”"
