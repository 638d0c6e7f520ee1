"""Fit the weights of `digest/editorial/teaser/cues.py` to the labelled papers.

    python -m benchmarks.teaser_train DATA

Prints the weights in tenths. Needs numpy besides the product. The model ranks the sentences of an
abstract: the softmax of the sums of their cues' weights, fitted to the reader's choices (the best
sentence counts twice), with a quadratic penalty. The weights in `FIXED` are set by hand: what must
not be chosen occurs too rarely among the labels to be learnt.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import teaser_papers
from digest.editorial import teaser
from digest.editorial.teaser import choice

PENALTY, FOLDS, STEPS = 1.0, 6, 300
FIXED = {"cut": -1.6, "never": -4.0, "question": -4.0, "points": -0.5}
Sample = tuple[Any, Any, Any]  # a row of cues for each sentence; how good it is; what must not be


def main(data: Path) -> None:
    """Print how well models judge papers they have not seen, then the weights of them all."""
    labels = teaser_papers.labels("tuning")
    cues = dict.fromkeys(FIXED)
    papers = []
    for paper in teaser_papers.papers(data):
        if label := labels.get(paper.id):
            sentences = teaser.split_sentences(paper.abstract)
            lines = list(choice.list_candidates(sentences, paper.title))
            cues.update(dict.fromkeys(cue for line in lines for cue in line.cues))
            papers.append(
                (lines, [teaser_papers.find(line.line, sentences) for line in lines], label)
            )
    names = {name: at for at, name in enumerate(cues)}
    samples = [_sample(lines, at, label, names) for lines, at, label in papers if lines]
    fold = np.random.default_rng(1).permutation(len(samples)) % FOLDS
    good = bad = 0
    for number in range(FOLDS):
        weights = fit([s for s, at in zip(samples, fold, strict=True) if at != number], names)
        for found, worth, never in (s for s, at in zip(samples, fold, strict=True) if at == number):
            chosen = int(np.argmax(np.round(found @ weights, 6)))
            good += worth[chosen] > 0
            bad += never[chosen]
    print(
        f"{len(samples)} papers: accepted {good / len(samples):.3f}, never {bad / len(samples):.3f}"
    )
    weights = fit(samples, names)
    for name in sorted(names, key=lambda name: -weights[names[name]]):
        print(f'    "{name}": {10 * weights[names[name]]:.0f},')


def _sample(
    lines: list[choice.TeaserCandidate],
    numbers: list[int | None],
    label: teaser_papers.Label,
    names: dict[str, int],
) -> Sample:
    cues = np.zeros((len(lines), len(names)))
    for row, line in enumerate(lines):
        cues[row, [names[cue] for cue in line.cues]] = 1
    worth = np.array([(at in label.ok) + (at in label.best) for at in numbers], float)
    return cues, worth, np.array([at in label.never for at in numbers])


def fit(samples: list[Sample], names: dict[str, int]) -> Any:
    """Return the weights of the cues, in the order of ``names``."""
    used = [(cues, worth / worth.sum()) for cues, worth, _ in samples if worth.sum()]
    fixed = np.zeros(len(names), bool)
    start = np.zeros(len(names))
    for name, weight in FIXED.items():
        fixed[names[name]], start[names[name]] = True, weight

    step = 1 / (PENALTY + sum(np.linalg.norm(cues, 2) ** 2 for cues, _ in used) / 2)
    weights = ahead = start
    for number in range(STEPS):
        slope = PENALTY * ahead
        for cues, wanted in used:
            scores = cues @ ahead
            powers = np.exp(scores - scores.max())  # less the largest, so that none overflows
            slope = slope + cues.T @ (powers / powers.sum() - wanted)
        moved = ahead - step * np.where(fixed, 0, slope)
        ahead = moved + number / (number + 3) * (moved - weights)  # Nesterov's momentum
        weights = moved
    return weights


if __name__ == "__main__":
    main(Path(sys.argv[1]))
