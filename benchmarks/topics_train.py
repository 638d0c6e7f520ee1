"""Learn the corrections in ``config/topics-weights.json`` from labelled papers.

    python benchmarks/topics_train.py DATA LABELS[:WEIGHT] ... [--folds N] [--out FILE]

The shipped weights come from two readers' labels, which are kept elsewhere (1.5), one
reader's (1), and `topics_labels.json` beside this script (0.5): ids and headings only.

Needs numpy besides the product. ``DATA`` is a folder with ``captures/*.jsonl.gz`` and
``arxiv/*.jsonl.gz`` (a paper a line: id, title, summary or abstract) and ``seeds/*.txt``
(pages as plain text: a title, a blank line, the abstract). ``LABELS`` is a JSON list of
``{"id" or "title", "primary": [...], "acceptable": [...]}``; ``:0.5`` makes its papers count
half. With ``--folds`` nothing is written: the papers of the first two label files are
predicted by models that have not seen them, and the shares of acceptable and primary
headings are printed.

The model is a softmax regression with a quadratic penalty, on top of what the lexicon alone
says. It sees, of each phrase that occurs in at least eight labelled papers, the share of the
evidence. The penalty makes the solution unique, and it is rounded far above what the order
of a sum changes, so the same inputs give the same bytes.
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

SEEN = 8  # papers a phrase must occur in
PENALTY = 3.0
SCALE = 20.0  # shares of single phrases are small numbers
ACCEPTABLE = 0.3  # of a paper's weight goes to all acceptable headings alike
STEPS = 400
Floats = NDArray[np.float64]


class Paper(msgspec.Struct, frozen=True):
    """A labelled paper; ``held`` ones are predicted in cross-validation."""

    title: str
    abstract: str
    primary: list[str]
    acceptable: list[str]
    weight: float
    held: bool


class Sample(msgspec.Struct, frozen=True):
    """Matrices with a row per paper: phrase shares, lexicon's judgement, contenders, targets."""

    shares: Floats
    offsets: Floats
    contends: NDArray[np.bool_]
    targets: Floats
    weights: Floats

    def rows(self, chosen: NDArray[np.bool_]) -> Sample:
        """The same for some of the papers."""
        return Sample(*(getattr(self, name)[chosen] for name in self.__struct_fields__))


def texts(data: pathlib.Path) -> dict[str, tuple[str, str]]:
    """Title and abstract by arXiv id and, for the pages, by title."""
    found: dict[str, tuple[str, str]] = {}
    for archive in sorted(data.glob("captures/*.jsonl.gz")) + sorted(
        data.glob("arxiv/p*.jsonl.gz")
    ):
        with gzip.open(archive, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                abstract = record.get("summary") or record.get("abstract") or ""
                found.setdefault(record["id"], (record["title"], abstract))
    for page in sorted(data.glob("seeds/*.txt")):
        lines_of_page = [line for line in page.read_text("utf-8").split("\n") if line.strip()]
        for title, abstract in itertools.pairwise(lines_of_page):
            found.setdefault(title, (title, abstract))
    return found


def papers(data: pathlib.Path, files: list[str]) -> list[Paper]:
    """The labelled papers of all files, in their order."""
    known = texts(data)
    labelled = []
    for number, name in enumerate(files):
        path, _, weight = name.partition(":")
        for label in json.loads(pathlib.Path(path).read_text("utf-8")):
            title, abstract = known[label.get("id") or label["title"]]
            counts = float(weight or 1)
            headings = label["primary"], label["acceptable"]
            labelled.append(Paper(title, abstract, *headings, counts, number < 2))
    return labelled


def sample(lexicon: topics.Lexicon, labelled: list[Paper]) -> Sample:
    """What the model sees of the papers, and what it should say."""
    size, ids = (len(labelled), len(lexicon.topics)), lexicon.topics
    strengths, scores = np.zeros((size[0], len(lexicon.phrases))), np.zeros(size)
    targets = np.zeros(size)
    for row, paper in enumerate(labelled):
        found = topics.find_evidence(lexicon, paper.title, paper.abstract)
        scores[row] = np.maximum(found.scores, 0)
        for phrase, strength in found.strengths.items():
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


def fit(seen: Sample) -> Floats:
    """The best weights, by accelerated gradient descent; the last row is the bias."""
    inputs = np.hstack([seen.shares, np.ones((len(seen.shares), 1))])
    penalty = np.full((inputs.shape[1], 1), PENALTY)
    penalty[-1] /= 10
    step = 1 / (0.5 * np.linalg.norm(inputs * np.sqrt(seen.weights), 2) ** 2 + PENALTY)
    weights = ahead = np.zeros((inputs.shape[1], seen.targets.shape[1]))
    for number in range(STEPS):
        logits = seen.offsets + inputs @ ahead
        powers = np.exp(logits - logits.max(1, keepdims=True))
        errors = (powers / powers.sum(1, keepdims=True) - seen.targets) * seen.weights
        moved = ahead - step * (inputs.T @ errors + penalty * ahead)
        ahead = moved + number / (number + 3) * (moved - weights)
        weights = moved
    return weights


def judge(weights: Floats, seen: Sample) -> NDArray[np.intp]:
    """The heading of each paper."""
    logits = seen.offsets + seen.shares @ weights[:-1] + weights[-1]
    return np.asarray(np.where(seen.contends, logits, -np.inf).argmax(1))


def cross_validate(seen: Sample, labelled: list[Paper], ids: tuple[str, ...], folds: int) -> str:
    """Acceptable and primary share of papers that were not learnt from."""
    held = np.array([paper.held for paper in labelled])
    fold = np.where(held, np.random.default_rng(0).permutation(len(labelled)) % folds, -1)
    acceptable = primary = 0
    for number in range(folds):
        weights = fit(seen.rows(fold != number))
        for row, heading in zip(
            np.flatnonzero(fold == number), judge(weights, seen.rows(fold == number)), strict=True
        ):
            acceptable += ids[heading] in labelled[row].acceptable
            primary += ids[heading] in labelled[row].primary
    return f"acceptable {acceptable / held.sum():.3f}, primary {primary / held.sum():.3f}"


def written(weights: Floats, phrases: list[str], ids: tuple[str, ...]) -> str:
    """The weights file: a line per phrase, tenths."""
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
    """Train, or cross-validate."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("labels", nargs="+")
    arguments.add_argument("--folds", type=int)
    arguments.add_argument("--out", type=pathlib.Path, default=ROOT / "config/topics-weights.json")
    given = arguments.parse_args()
    shipped = tomllib.loads((ROOT / "config/topics.toml").read_text("utf-8"))["topic"]
    lexicon = topics.compile_lexicon(msgspec.convert(shipped, tuple[settings.Topic, ...]))
    labelled = papers(given.data, given.labels)
    seen = sample(lexicon, labelled)
    known = (seen.shares > 0).sum(0) >= SEEN
    seen = msgspec.structs.replace(seen, shares=seen.shares[:, known])
    if given.folds:
        print(cross_validate(seen, labelled, lexicon.topics, given.folds))
        return
    phrases = [phrase for phrase, kept in zip(lexicon.phrases, known, strict=True) if kept]
    given.out.write_text(written(fit(seen), phrases, lexicon.topics), encoding="utf-8")


if __name__ == "__main__":
    main()
