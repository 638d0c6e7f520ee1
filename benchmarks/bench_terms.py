"""E3: the terms of real days, judged by labels.

``terms_labels.json`` has the verdict of a reader for the candidate terms of sixty days: "good" if
it names a subject that a reader would look up, "junk" if it is cut, plain, general, or repeats a
heading. The days are the first sixty by the SHA-1 of their date; every second one, "kept", had no
part in making the rules. The thirty "unseen" days are the 151st to 180th of that order; there only
terms that the rules chose are labelled. A term without a label counts for neither.

``python -m benchmarks.bench_terms FOLDER`` prints the terms of the days for tuning, with their
verdicts; with ``--kept`` or ``--unseen`` those of the other days.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import bench_profile, measure
from digest.editorial import trending_terms
from digest.editorial.phrases import PaperText
from digest.pipeline.topics import load_headings

_LABELS = Path(__file__).with_name("terms_labels.json")
_MOST_JUNK = 0.05
_ENOUGH_TERMS = 3  # of a day
_MOST_DAYS = 2 / 3  # share of days that should have so many

Labels = Mapping[str, Mapping[str, Sequence[str]]]  # good and junk terms, by date


class Verdict(NamedTuple):
    """A day's term, and what the labels say: "good", "junk", or "" without a label."""

    day: str
    term: str
    label: str


def rows(data: Path) -> Iterator[measure.Row]:
    """Measure the share of junk, and of days with three terms, on the days kept out."""
    verdicts = judge(data, "kept")
    labels = [verdict.label for verdict in verdicts]
    good, junk, unknown = (labels.count(label) for label in ("good", "junk", ""))
    what = f"junk terms: {junk} of {good + junk} ({unknown} without a label)"
    yield measure.at_most("E3", what, _MOST_JUNK, junk / max(1, good + junk))
    of_days = [verdict.day for verdict in verdicts]
    days = load_labels()["kept"]
    enough = sum(of_days.count(day) >= _ENOUGH_TERMS for day in days)
    what = f"days with three terms: {enough} of {len(days)}"
    yield measure.at_least("E3", what, _MOST_DAYS, enough / len(days))


def load_labels() -> Mapping[str, Labels]:
    """Return the labels by the use of their days: "tuning", "kept" or "unseen"."""
    labels: Mapping[str, Labels] = json.loads(_LABELS.read_bytes())
    return labels


def judge(data: Path, half: str) -> list[Verdict]:
    """Return the terms that the product chooses on the days of this use."""
    days = bench_profile.load_days(data)
    headings = shipped_headings()
    return [
        Verdict(day, term.term, _label(labels, term.term))
        for day, labels in load_labels()[half].items()
        for term in trending_terms.issue_terms(days[day], papers_before(days, day), headings)
    ]


def papers_before(days: bench_profile.Days, day: str) -> list[PaperText]:
    """Return the papers of the issues before a day that it is compared with, newest first."""
    earlier = [name for name in days if name < day][-trending_terms.BEFORE :]
    papers = [(item.title, item.abstract) for name in reversed(earlier) for item in days[name]]
    return papers[: trending_terms.BEFORE_PAPERS]


def shipped_headings() -> list[str]:
    """Return the names of the shipped topics."""
    return list(load_headings(Path("/nonexistent")).names.values())


def _label(labels: Mapping[str, Sequence[str]], term: str) -> str:
    own = _form(term)
    return next((label for label in labels if own in map(_form, labels[label])), "")


def _form(term: str) -> str:
    """Return a term without what may differ: capitals, hyphens and plurals."""
    words = term.lower().replace("-", " ").split()
    return " ".join(word.removesuffix("s") for word in words)


def main() -> None:
    """Print the terms with their verdicts."""
    days = sys.argv[2].removeprefix("--") if len(sys.argv) > 2 else "tuning"
    for verdict in judge(Path(sys.argv[1]), days):
        print(verdict.day, verdict.label or "?", verdict.term)


if __name__ == "__main__":
    main()
