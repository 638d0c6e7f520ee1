"""Learn the corrections in ``config/topics-weights.json`` from labelled papers.

    python benchmarks/topics_train.py DATA LABELS[:WEIGHT] ... [--folds N] [--out FILE]

The shipped weights were learnt from the labels of two readers (weight 1.5) and of one reader
(weight 1), which are not in this repository, and from `topics_labels.json` beside this script
(weight 0.5), which holds ids and topics only.

Needs numpy besides the product. ``DATA`` is a folder with ``captures/*.jsonl.gz`` and
``arxiv/*.jsonl.gz`` (a paper a line: id, title, summary or abstract) and ``seeds/*.txt``
(pages as plain text: a title, a blank line, the abstract). ``LABELS`` is a JSON list of
``{"id" or "title", "primary": [...], "acceptable": [...]}``; ``:0.5`` makes its papers count
half. With ``--folds`` it writes nothing, but cross-validates: models that have not seen the
papers of the first two label files predict them, and it prints the shares of acceptable and
primary topics.

The model is a softmax regression with a quadratic penalty, added to the scores of the lexicon.
Its inputs are the shares of the evidence from each phrase that occurs in at least eight labelled
papers. The penalty makes the solution unique, and the result is rounded far more coarsely than
the errors of floating-point sums, so the same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import pathlib
import sys
import tomllib
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.editorial import topics  # noqa: E402
from digest.model import settings  # noqa: E402

MIN_PAPERS = 8  # that a phrase must occur in
PENALTY = 3.0
SCALE = 20.0  # of the shares, because those of single phrases are small
ACCEPTABLE = 0.3  # part of a paper's weight that is spread over its acceptable topics
STEPS = 400
Floats = NDArray[np.float64]


class Paper(msgspec.Struct, frozen=True):
    """A labelled paper. Cross-validation predicts those with ``held_out``."""

    title: str
    abstract: str
    primary: list[str]
    acceptable: list[str]
    weight: float
    held_out: bool


class Sample(msgspec.Struct, frozen=True):
    """Matrices with one row per paper: the inputs and the targets of the model.

    ``shares`` has a column per phrase, the others one per topic. ``offsets`` are the scores of
    the lexicon, to which the model is added. Only topics with ``contends`` can be predicted.
    ``weights`` has one column.
    """

    shares: Floats
    offsets: Floats
    contends: NDArray[np.bool_]
    targets: Floats
    weights: Floats

    def rows(self, mask: NDArray[np.bool_]) -> Sample:
        """Return the rows of some of the papers."""
        return Sample(*(getattr(self, name)[mask] for name in self.__struct_fields__))


def texts(data: pathlib.Path) -> dict[str, tuple[str, str]]:
    """Return title and abstract of each paper: by arXiv id, and by title if it is from a page."""
    papers_by_key: dict[str, tuple[str, str]] = {}
    for archive in sorted(data.glob("captures/*.jsonl.gz")) + sorted(
        data.glob("arxiv/p*.jsonl.gz")
    ):
        with gzip.open(archive, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                abstract = record.get("summary") or record.get("abstract") or ""
                papers_by_key.setdefault(record["id"], (record["title"], abstract))
    for page in sorted(data.glob("seeds/*.txt")):
        lines_of_page = [line for line in page.read_text("utf-8").split("\n") if line.strip()]
        for title, abstract in itertools.pairwise(lines_of_page):
            papers_by_key.setdefault(title, (title, abstract))
    return papers_by_key


def papers(data: pathlib.Path, files: list[str]) -> list[Paper]:
    """Return the labelled papers of all files, in order."""
    abstracts = texts(data)
    labelled = []
    for number, name in enumerate(files):
        path, _, weight = name.partition(":")
        for label in json.loads(pathlib.Path(path).read_text("utf-8")):
            title, abstract = abstracts[label.get("id") or label["title"]]
            headings = label["primary"], label["acceptable"]
            held_out = number < 2  # the first two files judge the models of a cross-validation
            labelled.append(Paper(title, abstract, *headings, float(weight or 1), held_out))
    return labelled


def sample(lexicon: topics.Lexicon, labelled: list[Paper]) -> Sample:
    """Return the inputs and the targets of the model for the papers."""
    size, ids = (len(labelled), len(lexicon.topics)), lexicon.topics
    strengths, scores = np.zeros((size[0], len(lexicon.phrases))), np.zeros(size)
    targets = np.zeros(size)
    for row, paper in enumerate(labelled):
        evidence = topics.find_evidence(lexicon, paper.title, paper.abstract)
        scores[row] = np.maximum(evidence.scores, 0)
        for phrase, strength in evidence.strengths.items():
            strengths[row, phrase] = strength
        for headings, part in ((paper.primary, 1 - ACCEPTABLE), (paper.acceptable, ACCEPTABLE)):
            for heading in headings:
                targets[row, ids.index(heading)] += part / len(headings)
    totals = np.maximum(scores.sum(1, keepdims=True), 1e-9)
    return Sample(
        shares=SCALE * strengths / totals,
        offsets=topics.SHARPNESS * scores / totals,
        contends=scores >= topics.CONTENDER * scores.max(1, keepdims=True),
        targets=targets,
        weights=np.array([[paper.weight] for paper in labelled]),
    )


def fit(papers: Sample) -> Floats:
    """Fit the weights by accelerated gradient descent. The last row is the bias."""
    inputs = np.hstack([papers.shares, np.ones((len(papers.shares), 1))])
    penalty = np.full((inputs.shape[1], 1), PENALTY)
    penalty[-1] /= 10
    # The inverse of a bound on the curvature: for a softmax half the squared norm of the inputs.
    step = 1 / (0.5 * np.linalg.norm(inputs * np.sqrt(papers.weights), 2) ** 2 + PENALTY)
    weights = ahead = np.zeros((inputs.shape[1], papers.targets.shape[1]))
    for number in range(STEPS):
        logits = papers.offsets + inputs @ ahead
        # Subtracting the largest keeps the powers from overflowing, and cancels out below.
        powers = np.exp(logits - logits.max(1, keepdims=True))
        errors = (powers / powers.sum(1, keepdims=True) - papers.targets) * papers.weights
        moved = ahead - step * (inputs.T @ errors + penalty * ahead)
        ahead = moved + number / (number + 3) * (moved - weights)  # Nesterov's momentum
        weights = moved
    return weights


def judge(weights: Floats, papers: Sample) -> NDArray[np.intp]:
    """Return the index of the topic of each paper."""
    logits = papers.offsets + papers.shares @ weights[:-1] + weights[-1]
    return np.asarray(np.where(papers.contends, logits, -np.inf).argmax(1))


def cross_validate(papers: Sample, labelled: list[Paper], ids: tuple[str, ...], folds: int) -> str:
    """Predict the papers held out, by models trained without them.

    Returns a line with the shares of predictions that are an acceptable and a primary topic.
    """
    held_out = np.array([paper.held_out for paper in labelled])
    fold = np.where(held_out, np.random.default_rng(0).permutation(len(labelled)) % folds, -1)
    acceptable = primary = 0
    for number in range(folds):
        weights = fit(papers.rows(fold != number))
        for row, heading in zip(
            np.flatnonzero(fold == number), judge(weights, papers.rows(fold == number)), strict=True
        ):
            acceptable += ids[heading] in labelled[row].acceptable
            primary += ids[heading] in labelled[row].primary
    return f"acceptable {acceptable / held_out.sum():.3f}, primary {primary / held_out.sum():.3f}"


def encode(weights: Floats, phrases: list[str], ids: tuple[str, ...]) -> str:
    """Write the weights file: one line per phrase, weights in tenths."""
    rows = np.rint(weights[:-1] * SCALE * 10).astype(int).tolist()
    bias = np.rint(weights[-1] * 10).astype(int).tolist()
    lines = [
        f"{json.dumps(p)}:{_packed(row)}" for p, row in zip(phrases, rows, strict=True) if any(row)
    ]
    return (
        f'{{"topics":{_packed(list(ids))},\n"bias":{_packed(bias)},\n"phrases":{{\n'
        + ",\n".join(lines)
        + "\n}}\n"
    )


def _packed(value: list[Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


def main() -> None:
    """Train and write the weights, or cross-validate."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("labels", nargs="+")
    parser.add_argument("--folds", type=int)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "config/topics-weights.json")
    options = parser.parse_args()
    shipped = tomllib.loads((ROOT / "config/topics.toml").read_text("utf-8"))["topic"]
    lexicon = topics.compile_lexicon(msgspec.convert(shipped, tuple[settings.Topic, ...]))
    labelled = papers(options.data, options.labels)
    inputs = sample(lexicon, labelled)
    frequent = (inputs.shares > 0).sum(0) >= MIN_PAPERS
    inputs = msgspec.structs.replace(inputs, shares=inputs.shares[:, frequent])
    if options.folds:
        print(cross_validate(inputs, labelled, lexicon.topics, options.folds))
        return
    phrases = list(itertools.compress(lexicon.phrases, frequent))
    options.out.write_text(encode(fit(inputs), phrases, lexicon.topics), encoding="utf-8")


if __name__ == "__main__":
    main()
