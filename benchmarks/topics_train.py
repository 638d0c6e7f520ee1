"""Learn the corrections in ``config/topics-weights.json`` from labelled papers.

    python benchmarks/topics_train.py DATA LABELS[:WEIGHT] ... [--folds N] [--out FILE]

The shipped file was made with

    python benchmarks/topics_train.py DATA DATA/topics/labels-dev.json:1.5
        DATA/topics/labels-daily.json DATA/topics/labels-more.json
        benchmarks/topics_labels_read.json benchmarks/topics_labels.json:0.5

where DATA is the folder of real papers, which is not in this repository. Labels hold ids and
topics only. Those of `topics_labels_read.json` were read by one careful reader each: papers drawn
by chance from all that are in no other label file and whose SHA-1 of the id begins with an even
byte. Those of `topics_labels.json` were given from titles alone, so they count half.

Needs numpy and scipy besides the product. ``DATA`` has ``captures/*.jsonl.gz`` and
``arxiv/*.jsonl.gz`` (a paper a line: id, title, summary or abstract) and ``seeds/*.txt`` (pages as
plain text: a title, a blank line, the abstract). ``LABELS`` is a JSON list of ``{"id" or "title",
"primary": [...], "acceptable": [...]}``, with a ``source`` if it mixes several; a paper that comes
twice counts with its first label. With ``--folds`` the script writes nothing, but
cross-validates: models that have not seen a paper predict it, and the shares of acceptable and
primary topics are printed for each source, and for each band of the score.

The model is a softmax regression with a quadratic penalty, added to the scores of the lexicon.
Its inputs are the shares of the evidence from each phrase that occurs in enough labelled papers,
and whether a word is in the title and in the abstract. The penalty makes the solution unique, and
the result is rounded far more coarsely than it is computed, so the same inputs give the same
bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import pathlib
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import bench_placing  # noqa: E402
from digest import text  # noqa: E402
from digest.editorial import topics  # noqa: E402
from digest.editorial.topics import learnt, lexicon  # noqa: E402
from digest.model.topic_settings import Topic  # noqa: E402

ACCEPTABLE = 0.3  # part of a paper's weight that is spread over its acceptable topics
MIN_PAPERS = {"phrases": 8, "titled": 3, "words": 6}  # that a phrase or a word must occur in
MAX_SHARE = 0.5  # of the papers; a word in more of them says nothing
PENALTIES = {"phrases": 6.0, "titled": 15.0, "words": 45.0}
BIAS_PENALTY = 0.3
SCALE = 20.0  # of the shares of phrases, because those of single phrases are small
LEAST = 4  # units; words that say less of every topic are left out
MOST = 42  # units that a character can say
BANDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)  # of the score, in a cross-validation
Floats = NDArray[np.float64]


class Paper(msgspec.Struct, frozen=True):
    """A labelled paper, and the set of papers that it is counted with."""

    key: str
    title: str
    abstract: str
    primary: list[str]
    acceptable: list[str]
    weight: float
    source: str


class Features(msgspec.Struct, frozen=True):
    """The inputs: a row per paper. ``names`` are the columns of each part, in their order."""

    matrix: sparse.csr_matrix
    names: dict[str, list[str]]

    @property
    def penalties(self) -> Floats:
        """A penalty for each column; the last column is the bias."""
        parts = [np.full(len(columns), PENALTIES[part]) for part, columns in self.names.items()]
        return np.concatenate([*parts, [BIAS_PENALTY]])


class Sample(msgspec.Struct, frozen=True):
    """Inputs and targets of the model, with a row per paper.

    ``offsets`` are the scores of the lexicon, to which the model is added, with a column per
    topic, as in ``contends`` (can it be predicted?) and in ``targets``. ``weights`` has one column.
    """

    inputs: sparse.csr_matrix
    offsets: Floats
    contends: NDArray[np.bool_]
    targets: Floats
    weights: Floats

    def rows(self, mask: NDArray[np.bool_]) -> Sample:
        """Return the rows of some of the papers."""
        return Sample(*(getattr(self, name)[mask] for name in self.__struct_fields__))


def papers(data: pathlib.Path, files: list[str]) -> list[Paper]:
    """Return the labelled papers of all files, in order, with texts as a run mends them."""
    abstracts = bench_placing.read_papers(data)
    labelled: dict[str, Paper] = {}
    for name in files:
        path, _, weight = name.partition(":")
        for label in json.loads(pathlib.Path(path).read_text("utf-8")):
            key = label.get("id") or label["title"]
            title, abstract = (text.mend(part).text for part in abstracts[key])
            source = label.get("source", pathlib.Path(path).stem)
            headings = label["primary"], label["acceptable"]
            paper = Paper(key, title, abstract, *headings, float(weight or 1), source)
            labelled.setdefault(key, paper)
    return list(labelled.values())


def sample(compiled: topics.Lexicon, labelled: list[Paper]) -> tuple[Sample, Features]:
    """Return the inputs and the targets of the model for the papers."""
    size, ids = (len(labelled), len(compiled.topics)), compiled.topics
    scores, targets = np.zeros(size), np.zeros(size)
    strengths, titles, abstracts = [], [], []
    for row, paper in enumerate(labelled):
        evidence = topics.find_evidence(compiled, paper.title, paper.abstract)
        scores[row] = np.maximum(evidence.scores, 0)
        total = SCALE / max(scores[row].sum(), 1e-9)
        strengths.append({compiled.phrases[n]: s * total for n, s in evidence.strengths.items()})
        titles.append(dict.fromkeys(evidence.title.split(), 1.0))
        abstracts.append(dict.fromkeys(evidence.abstract.split(), 1.0))
        for headings, part in ((paper.primary, 1 - ACCEPTABLE), (paper.acceptable, ACCEPTABLE)):
            for heading in headings:
                targets[row, ids.index(heading)] += part / len(headings)
    features = _features({"phrases": strengths, "titled": titles, "words": abstracts})
    totals = np.maximum(scores.sum(1, keepdims=True), 1e-9)
    inputs = Sample(
        inputs=features.matrix,
        offsets=topics.SHARPNESS * scores / totals,
        contends=scores >= topics.CONTENDER * scores.max(1, keepdims=True),
        targets=targets,
        weights=np.array([[paper.weight] for paper in labelled]),
    )
    return inputs, features


def _features(parts: dict[str, list[dict[str, float]]]) -> Features:
    """Number the columns of each part, by name, and fill the matrix."""
    blocks, names = [], {}
    for part, values in parts.items():
        counts = Counter(itertools.chain.from_iterable(values))
        most = len(values) if part == "phrases" else MAX_SHARE * len(values)
        names[part] = sorted(n for n, count in counts.items() if MIN_PAPERS[part] <= count <= most)
        columns = {name: column for column, name in enumerate(names[part])}
        cells = [
            (row, columns[name], value)
            for row, valued in enumerate(values)
            for name, value in valued.items()
            if name in columns
        ]
        rows, at, numbers = zip(*cells, strict=True)
        shape = (len(values), len(columns))
        blocks.append(sparse.csr_matrix((numbers, (rows, at)), shape=shape))
    blocks.append(sparse.csr_matrix(np.ones((blocks[0].shape[0], 1))))
    return Features(sparse.hstack(blocks, format="csr"), names)


def fit(papers: Sample, penalties: Floats) -> Floats:
    """Fit the weights: a row for each column of the inputs, the last one being the bias."""
    shape = (papers.inputs.shape[1], papers.targets.shape[1])
    transposed = papers.inputs.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = papers.offsets + papers.inputs @ weights
        # Subtracting the largest keeps the powers from overflowing, and cancels out below.
        logits -= logits.max(1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(1, keepdims=True)
        errors = (powers / sums - papers.targets) * papers.weights
        entropy = ((np.log(sums) - logits) * papers.targets * papers.weights).sum()
        penalized = penalties[:, None] * weights
        return entropy + (penalized * weights).sum() / 2, (transposed @ errors + penalized).ravel()

    options = {"maxiter": 300, "maxfun": 600, "maxcor": 20, "ftol": 1e-9, "gtol": 1e-3}
    start = np.zeros(shape[0] * shape[1])
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x.reshape(shape))


def rounded(weights: Floats, features: Features) -> Floats:
    """Return the weights as the file keeps them."""
    tenths, units = len(features.names["phrases"]), learnt.UNIT
    words = np.clip(np.rint(weights[tenths:-1] / units), -MOST, MOST)
    words[np.abs(words).max(1) < LEAST] = 0
    return np.vstack([
        np.rint(weights[:tenths] * SCALE * 10) / SCALE / 10,
        words * units,
        np.rint(weights[-1:] * 10) / 10,
    ])  # fmt: skip


def cross_validate(
    papers: Sample, features: Features, labelled: list[Paper], ids: tuple[str, ...], folds: int
) -> Iterator[str]:
    """Predict each paper by a model trained without it, and yield lines with the shares."""
    fold = np.array([_fold(paper.key, folds) for paper in labelled])
    logits = np.zeros_like(papers.offsets)
    for number in range(folds):
        weights = rounded(fit(papers.rows(fold != number), features.penalties), features)
        rows = papers.rows(fold == number)
        logits[fold == number] = np.where(
            rows.contends, rows.offsets + rows.inputs @ weights, -np.inf
        )
    powers = np.exp(logits - logits.max(1, keepdims=True))
    scores = powers.max(1) / powers.sum(1)
    predicted = [ids[heading] for heading in logits.argmax(1)]
    judged = list(zip(labelled, predicted, scores.tolist(), strict=True))
    for source in dict.fromkeys(paper.source for paper in labelled):
        of_source = [each for each in judged if each[0].source == source]
        yield f"{source:20} {_shares(of_source)}"
        for low, high in itertools.pairwise(BANDS):
            band = [each for each in of_source if low <= each[2] < high]
            if band:
                yield f"  score {low:.1f} to {high:.1f}   {_shares(band)}"


def _fold(key: str, folds: int) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % folds


def _shares(judged: Sequence[tuple[Paper, str, float]]) -> str:
    """Say how many of the predictions are right, with the standard errors."""
    shares = []
    for name in ("acceptable", "primary"):
        share = sum(topic in getattr(paper, name) for paper, topic, _ in judged) / len(judged)
        error = math.sqrt(share * (1 - share) / len(judged))
        shares.append(f"{name} {share:.3f} ± {error:.3f}")
    return f"{len(judged):5} papers  {'  '.join(shares)}"


def encode(weights: Floats, features: Features, ids: tuple[str, ...]) -> str:
    """Write the weights file: a line per phrase and per word that says something."""
    rows = iter(rounded(weights, features)[:-1])
    parts: dict[str, list[str]] = {}
    for part, names in features.names.items():
        parts[part] = [
            f"{json.dumps(name)}:{_row(part, row)}"
            for name, row in zip(names, itertools.islice(rows, len(names)), strict=True)
            if row.any()
        ]
    bias = np.rint(weights[-1] * 10).astype(int).tolist()
    blocks = [f'"{part}":{{\n' + ",\n".join(lines) + "\n}" for part, lines in parts.items()]
    return (
        f'{{"topics":{_packed(list(ids))},\n"bias":{_packed(bias)},\n' + ",\n".join(blocks) + "}\n"
    )


def _row(part: str, row: Iterable[float]) -> str:
    if part == "phrases":
        return _packed([round(weight * SCALE * 10) for weight in row])
    return _packed("".join(chr(ord(learnt.NONE) + round(weight / learnt.UNIT)) for weight in row))


def _packed(value: list[Any] | str) -> str:
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
    compiled = lexicon.compile_lexicon(msgspec.convert(shipped, tuple[Topic, ...]))
    labelled = papers(options.data, options.labels)
    inputs, features = sample(compiled, labelled)
    if options.folds:
        for line in cross_validate(inputs, features, labelled, compiled.topics, options.folds):
            print(line)
        return
    weights = fit(inputs, features.penalties)
    options.out.write_text(encode(weights, features, compiled.topics), encoding="utf-8")


if __name__ == "__main__":
    main()
