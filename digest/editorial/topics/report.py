"""Report on a topics file over many papers: sizes, overlaps, decisive words, close decisions."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator, Mapping

import msgspec

from digest import text
from digest.editorial import phrases, topics
from digest.editorial.topics import Evidence, Lexicon
from digest.model.papers import Paper

_LISTED = 10  # overlaps, words and papers near a border
_NEWEST = 20  # papers whose topic is unsure
_TITLES = 500  # the newest under Other, whose words are compared
_LEAST_TITLES = 3  # of these, that must share a phrase


class TopicSize(msgspec.Struct, frozen=True):
    """A topic's papers, and those under other topics that also belong to it."""

    topic: str
    name: str
    papers: int
    also: int


class Overlap(msgspec.Struct, frozen=True):
    """The number of papers that stand under one topic and also belong to another."""

    topic: str
    also: str
    papers: int


class DecisiveWord(msgspec.Struct, frozen=True):
    """A phrase without which papers of a topic would move: how many, and where most would go."""

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


class UnsurePaper(msgspec.Struct, frozen=True):
    """A paper whose topic is unsure: how likely it is, and the topic it perhaps belongs to."""

    title: str
    arxiv_id: str | None
    doi: str | None
    topic: str
    likely: float
    perhaps: str


class TopicReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `digest topics` shows; topics by id."""

    papers: int
    other: float  # the share of papers under no topic
    sizes: tuple[TopicSize, ...]
    overlaps: tuple[Overlap, ...]
    words: tuple[DecisiveWord, ...]
    borders: tuple[BorderlinePaper, ...]
    unsure: int  # papers in all whose topic is unsure and that were not moved by hand
    newest_unsure: tuple[UnsurePaper, ...]
    unknown: dict[str, int]  # phrase -> how many of the newest titles under Other have it


def report(
    lexicon: Lexicon,
    names: Mapping[str, str],
    papers: Iterable[Paper],
    moved: Container[int] = (),
) -> TopicReport:
    """Report on the topics over these papers, oldest first. ``names`` are the topics' names by id.

    All papers are placed by their words, also those that were ``moved`` by hand, given by number;
    but these are not listed as unsure. Holds one paper at a time, so that it works on a ledger of
    any size.
    """
    tally = _Tally(lexicon, moved)
    for paper in papers:
        tally.add(paper)
    names = {**names, topics.OTHER: "Other"}
    return TopicReport(
        papers=tally.papers,
        other=tally.sizes[topics.OTHER] / tally.papers if tally.papers else 0.0,
        sizes=tuple(
            TopicSize(topic, name, tally.sizes[topic], tally.also[topic])
            for topic, name in names.items()
        ),
        overlaps=tuple(Overlap(*pair, n) for pair, n in tally.overlaps.most_common(_LISTED)),
        words=tuple(tally.decisive_words()),
        borders=tuple(border for _, _, border in sorted(tally.borders, reverse=True)),
        unsure=tally.unsure,
        newest_unsure=tuple(reversed(tally.newest_unsure)),
        unknown=tally.unknown_phrases(),
    )


class _Tally:
    """The counts over the papers added so far."""

    def __init__(self, lexicon: Lexicon, moved: Container[int]) -> None:
        self.lexicon, self.moved = lexicon, moved
        self.papers = 0
        self.sizes: Counter[str] = Counter()
        self.also: Counter[str] = Counter()
        self.overlaps: Counter[tuple[str, str]] = Counter()
        self.moves: Counter[tuple[int, str, str]] = Counter()  # phrase, from, to
        self.borders: list[tuple[float, int, BorderlinePaper]] = []  # a heap
        self.titles: deque[str] = deque(maxlen=_TITLES)
        self.unsure = 0
        self.newest_unsure: deque[UnsurePaper] = deque(maxlen=_NEWEST)

    def add(self, paper: Paper) -> None:
        """Place a paper as an issue would, and count it."""
        self.papers += 1
        title, abstract = text.mend(paper.title).text, text.mend(paper.abstract or "").text
        evidence = topics.find_evidence(self.lexicon, title, abstract, paper.categories)
        ranked = topics.rank_topics(self.lexicon, evidence)
        topic = ranked[0][0] if ranked else topics.OTHER
        self.sizes[topic] += 1
        if not ranked:
            self.titles.append(title)
            return
        placement = topics.place(self.lexicon, title, abstract, paper.categories)
        for also in placement.also:
            self.also[also] += 1
            self.overlaps[topic, also] += 1
        if placement.unsure and paper.id not in self.moved:
            self.unsure += 1
            unsure = UnsurePaper(
                title, paper.arxiv_id, paper.doi, topic, placement.score, placement.also[0]
            )
            self.newest_unsure.append(unsure)
        self._add_border(title, ranked)
        self._add_moves(topic, evidence)

    def _add_border(self, title: str, ranked: list[tuple[str, float]]) -> None:
        """Keep the paper if it is among those nearest to a border."""
        if len(ranked) > 1:
            (topic, likely), (rival, rival_likely) = ranked[:2]
            border = BorderlinePaper(title, topic, round(likely, 3), rival, round(rival_likely, 3))
            heapq.heappush(self.borders, (rival_likely - likely, -self.papers, border))
            if len(self.borders) > _LISTED:
                heapq.heappop(self.borders)

    def _add_moves(self, topic: str, evidence: Evidence) -> None:
        """Count each phrase without which the paper would stand under another topic."""
        for phrase in evidence.strengths:
            reduced = topics.without_phrase(self.lexicon, evidence, phrase)
            ranked = topics.rank_topics(self.lexicon, reduced)
            to = ranked[0][0] if ranked else topics.OTHER
            if to != topic:
                self.moves[phrase, topic, to] += 1

    def decisive_words(self) -> Iterator[DecisiveWord]:
        """Yield the phrases without which most papers would move."""
        moved: Counter[tuple[int, str]] = Counter()
        for (phrase, topic, _), papers in self.moves.items():
            moved[phrase, topic] += papers
        for (phrase, topic), papers in moved.most_common(_LISTED):
            targets = {
                to: number
                for (moved_phrase, home, to), number in self.moves.items()
                if (moved_phrase, home) == (phrase, topic)
            }
            to = min(targets, key=lambda to: (-targets[to], to))
            yield DecisiveWord(self.lexicon.phrases[phrase], topic, papers, to)

    def unknown_phrases(self) -> dict[str, int]:
        """Return the phrases that titles under Other share: words a topic may lack."""
        shared = phrases.find_shared(
            [phrases.tokens(title) for title in self.titles], _LEAST_TITLES
        )
        counts = Counter({phrase: len(where) for phrase, where in shared.items()})
        return dict(counts.most_common(_LISTED))
