"""``digest topics``: how the topics do on all papers of the ledger."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click
import msgspec

from digest.cli import log

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.editorial.topics import Evidence
    from digest.model.papers import Paper
    from digest.pipeline.context import Headings

_SHOWN = 10  # overlaps, words and papers near a border that are listed
_TITLES = 500  # under Other whose words are looked at: the newest
_LEAST = 3  # of them that must share a word


class TopicSize(msgspec.Struct, frozen=True):
    """A topic's papers, and those elsewhere that also belong to it."""

    topic: str
    name: str
    papers: int
    also: int


class Overlap(msgspec.Struct, frozen=True):
    """How many papers stand under the one topic and also belong to the other."""

    topic: str
    also: str
    papers: int


class DecisiveWord(msgspec.Struct, frozen=True):
    """A phrase whose loss would move papers: so many in all, and where most of them would go."""

    phrase: str
    topic: str
    moved: int
    to: str


class BorderlinePaper(msgspec.Struct, frozen=True):
    """A paper that nearly stands under another topic, with how likely both are."""

    title: str
    topic: str
    likely: float
    rival: str
    rival_likely: float


class TopicReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the command shows; topics by id."""

    papers: int
    other: float  # the share of papers under no topic
    sizes: tuple[TopicSize, ...]
    overlaps: tuple[Overlap, ...]
    words: tuple[DecisiveWord, ...]
    borders: tuple[BorderlinePaper, ...]
    unknown: dict[str, int]  # what titles under Other share -> how many of the newest do


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
    from digest.operations import run
    from digest.pipeline import context as pipeline_context

    headings = pipeline_context.headings(context.root)
    with run.opened_to_read(context.settings()) as ledger:
        result = report(headings, ledger.explain.every_paper() if ledger else ())
    if as_json:
        click.echo(log.escape_json(msgspec.json.encode(result)))
    else:
        for line in lines(result):
            click.echo(log.escape(line))


def report(headings: Headings, papers: Iterable[Paper]) -> TopicReport:
    """The report on these papers, each looked at once and let go."""
    from digest.editorial import topics

    tally = _Tally(headings)
    for paper in papers:
        tally.add(paper)
    names = headings.names | {topics.OTHER: "Other"}
    return TopicReport(
        papers=tally.papers,
        other=tally.sizes[topics.OTHER] / tally.papers if tally.papers else 0.0,
        sizes=tuple(
            TopicSize(topic, name, tally.sizes[topic], tally.also[topic])
            for topic, name in names.items()
        ),
        overlaps=tuple(Overlap(*pair, n) for pair, n in tally.overlaps.most_common(_SHOWN)),
        words=tuple(tally.words()),
        borders=tuple(border for _, _, border in sorted(tally.borders, reverse=True)),
        unknown=tally.unknown(),
    )


class _Tally:
    """What is known of the papers seen so far: counts, and a few papers."""

    def __init__(self, headings: Headings) -> None:
        self.lexicon = headings.lexicon
        self.papers = 0
        self.sizes: Counter[str] = Counter()
        self.also: Counter[str] = Counter()
        self.overlaps: Counter[tuple[str, str]] = Counter()
        self.moves: Counter[tuple[int, str, str]] = Counter()  # phrase, from, to
        self.borders: list[tuple[float, int, BorderlinePaper]] = []
        self.titles: deque[str] = deque(maxlen=_TITLES)

    def add(self, paper: Paper) -> None:
        """Places a paper as an issue would."""
        from digest import text
        from digest.editorial import topics

        self.papers += 1
        title, abstract = text.mend(paper.title).text, text.mend(paper.abstract or "").text
        found = topics.evidence(self.lexicon, title, abstract, paper.categories)
        ranked = topics.contenders(self.lexicon, found)
        topic = ranked[0][0] if ranked else topics.OTHER
        self.sizes[topic] += 1
        if not ranked:
            self.titles.append(title)
            return
        for also in topics.place(self.lexicon, title, abstract, paper.categories).also:
            self.also[also] += 1
            self.overlaps[topic, also] += 1
        self._near(title, ranked)
        self._hangs_on(topic, found)

    def _near(self, title: str, ranked: list[tuple[str, float]]) -> None:
        if len(ranked) > 1:
            (topic, likely), (rival, less) = ranked[:2]
            border = BorderlinePaper(title, topic, round(likely, 3), rival, round(less, 3))
            heapq.heappush(self.borders, (less - likely, -self.papers, border))
            if len(self.borders) > _SHOWN:
                heapq.heappop(self.borders)

    def _hangs_on(self, topic: str, found: Evidence) -> None:
        """Counts each phrase without which the paper would stand elsewhere."""
        from digest.editorial import topics

        for phrase in found.strengths:
            left = topics.contenders(self.lexicon, topics.without(self.lexicon, found, phrase))
            to = left[0][0] if left else topics.OTHER
            if to != topic:
                self.moves[phrase, topic, to] += 1

    def words(self) -> Iterator[DecisiveWord]:
        """The phrases that most papers hang on."""
        moved: Counter[tuple[int, str]] = Counter()
        for (phrase, topic, _), papers in self.moves.items():
            moved[phrase, topic] += papers
        for (phrase, topic), papers in moved.most_common(_SHOWN):
            where = {
                to: n for (one, home, to), n in self.moves.items() if (one, home) == (phrase, topic)
            }
            to = min(where, key=lambda to: (-where[to], to))
            yield DecisiveWord(self.lexicon.phrases[phrase], topic, papers, to)

    def unknown(self) -> dict[str, int]:
        """What the titles under Other share: words a topic may lack."""
        from digest.editorial import phrases

        shared = phrases.shared([phrases.tokens(title) for title in self.titles], _LEAST)
        counts = Counter({phrase: len(where) for phrase, where in shared.items()})
        return dict(counts.most_common(_SHOWN))


def lines(result: TopicReport) -> Iterator[str]:
    """Give the report for a person: the share of Other, then a line for each finding."""
    names = {size.topic: size.name for size in result.sizes}
    yield f"{result.papers:,} papers, {result.other:.1%} of them under Other"
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
