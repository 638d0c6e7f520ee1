"""Learn from the papers that were moved by hand (``digest topics --learn``).

What is learnt is shown first: how many of the moved papers it places as they were moved, by models
that have not seen them, and how many other papers it would put under another heading.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from digest import text
from digest.editorial import topics
from digest.editorial.topics import learning
from digest.editorial.topics.diff import PlacementChange
from digest.errors import CannotLearn
from digest.model.papers import Paper
from digest.model.settings import Settings
from digest.pipeline.session import open_to_read
from digest.pipeline.topics import Headings, learnt_file, load_without_learnt
from digest.storage import staging
from digest.storage.ledger import Ledger

LEAST = 20  # corrections; fewer say nothing about other papers
FOLDS = 5
# Papers that were not moved hold the model where it is: so many for each that was, but no more than
# the second, because each costs time.
UNMOVED, MOST_UNMOVED = 3, 600
TITLES = 10  # of the papers that would stand elsewhere, the newest


class LearnReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt from how many corrections, and what it would change.

    ``before`` and ``after`` count the moved papers that stand as they were moved, by the weights
    without what was learnt, and by models learnt from four fifths of the corrections, each judged
    by the fifth it has not seen. ``out_of_reach`` have no word of the topic they were moved to.
    ``others`` counts the papers that were not moved, and ``changed`` those of them that would
    stand under another heading; ``examples`` are the newest of these.
    """

    corrections: int
    before: int
    after: int
    out_of_reach: int
    others: int
    changed: int
    examples: tuple[PlacementChange, ...]
    weights: topics.FolderWeights
    file: str


class _Known(msgspec.Struct, frozen=True):
    """A paper that was moved: its evidence, its topic, and the example it makes, if any."""

    evidence: topics.Evidence
    topic: str
    example: learning.Example | None


def learn(settings: Settings, moment: datetime) -> LearnReport:
    """Learn from all corrections of the folder, and judge the result. Changes nothing.

    Raises `CannotLearn` if there are fewer than `LEAST`, and `SettingsError` if the topics cannot
    be used.
    """
    headings = load_without_learnt(Path(settings.root))
    with open_to_read(settings) as ledger:
        moved = _corrections(ledger, headings) if ledger else {}
        if ledger is None or len(moved) < LEAST:
            raise CannotLearn(len(moved), LEAST)
        known = [_known(headings.lexicon, *moved[number]) for number in sorted(moved)]
        unmoved = _unmoved(headings.lexicon, ledger, moved.keys())
        examples = [each.example for each in known]
        learnt = _learn(headings.lexicon, examples, unmoved)
        before = sum(_stands(headings.lexicon, each) for each in known)
        after = _cross_validate(headings.lexicon, known, unmoved)
        others, changed, newest = _compare(headings, learnt, ledger, moved.keys())
    return LearnReport(
        corrections=len(moved),
        before=before,
        after=after,
        out_of_reach=examples.count(None),
        others=others,
        changed=changed,
        examples=newest,
        weights=topics.FolderWeights(
            corrections=len(moved),
            moment=moment.isoformat(timespec="seconds"),
            topics=learnt.topics,
            bias=learnt.bias,
            phrases=learnt.phrases,
        ),
        file=str(learnt_file(Path(settings.root))),
    )


def keep(settings: Settings, report: LearnReport) -> None:
    """Write what was learnt to its file, from which later issues are placed. Raises `OSError`."""
    file = Path(report.file)
    file.parent.mkdir(parents=True, exist_ok=True)
    settings.state_folder.mkdir(parents=True, exist_ok=True)
    staging.replace_file(file, report.weights.encode(), settings.state_folder)
    staging.sync_file(file)


def _corrections(ledger: Ledger, headings: Headings) -> dict[int, tuple[Paper, str]]:
    """Return the moved papers by number, with their topics, but those of removed ones."""
    topic_of = {
        number: correction.topic
        for number, correction in ledger.moved_papers.by_paper().items()
        if correction.topic in headings.names
    }
    papers = ledger.papers.by_number(sorted(topic_of))
    return {paper.id: (paper, topic_of[paper.id]) for paper in papers}


def _known(lexicon: topics.Lexicon, paper: Paper, topic: str) -> _Known:
    evidence = _evidence(lexicon, paper)
    return _Known(evidence, topic, learning.make_example(lexicon, evidence, topic))


def _evidence(lexicon: topics.Lexicon, paper: Paper) -> topics.Evidence:
    # Mended first, as in issues.
    title, abstract = text.mend(paper.title).text, text.mend(paper.abstract or "").text
    return topics.find_evidence(lexicon, title, abstract, paper.categories)


def _others(ledger: Ledger, moved: Container[int]) -> Iterator[Paper]:
    return (paper for paper in ledger.explain.every_paper() if paper.id not in moved)


def _unmoved(
    lexicon: topics.Lexicon, ledger: Ledger, moved: Collection[int]
) -> list[learning.Example]:
    """Return the newest papers that were not moved, as they stand: nobody found them wrong."""
    most = min(UNMOVED * len(moved), MOST_UNMOVED)
    newest = deque(_others(ledger, moved), maxlen=most)
    evidence = [_evidence(lexicon, paper) for paper in newest]
    examples = (learning.make_example(lexicon, each, _topic(lexicon, each)) for each in evidence)
    return [example for example in examples if example]


def _topic(lexicon: topics.Lexicon, evidence: topics.Evidence) -> str:
    ranked = topics.rank_topics(lexicon, evidence)
    return ranked[0][0] if ranked else topics.OTHER


def _stands(lexicon: topics.Lexicon, known: _Known) -> bool:
    """Return whether a paper stands where it was moved to."""
    return _topic(lexicon, known.evidence) == known.topic


def _learn(
    lexicon: topics.Lexicon,
    examples: Iterable[learning.Example | None],
    unmoved: Sequence[learning.Example],
) -> topics.LearntWeights:
    return learning.learn(lexicon, [*(each for each in examples if each), *unmoved])


def _cross_validate(
    lexicon: topics.Lexicon, known: Sequence[_Known], unmoved: Sequence[learning.Example]
) -> int:
    """Return how many corrections are met by models that have not seen them."""
    met = 0
    for fold in range(FOLDS):
        seen = [each.example for n, each in enumerate(known) if n % FOLDS != fold]
        model = learning.corrected(lexicon, _learn(lexicon, seen, unmoved))
        met += sum(_stands(model, each) for each in known[fold::FOLDS])
    return met


def _compare(
    headings: Headings, learnt: topics.LearntWeights, ledger: Ledger, moved: Container[int]
) -> tuple[int, int, tuple[PlacementChange, ...]]:
    """Return the number of other papers, that of those that would change, and the newest."""
    lexicon = headings.lexicon
    model = learning.corrected(lexicon, learnt)
    others = changed = 0
    newest = deque[PlacementChange](maxlen=TITLES)
    for paper in _others(ledger, moved):
        evidence = _evidence(lexicon, paper)
        before, after = _topic(lexicon, evidence), _topic(model, evidence)
        others += 1
        if before != after:
            changed += 1
            newest.append(
                PlacementChange(text.mend(paper.title).text, paper.arxiv_id, before, after)
            )
    return others, changed, tuple(reversed(newest))
