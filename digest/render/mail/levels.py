"""Choose how much of each paper a message shows, so that its size stays within a budget.

The levels, each as far as the budget goes: all titles, then facts and teasers, then abstracts.
Within a level papers to read first come first, then followed ones, then one of each heading after
the other, so that no heading is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import msgspec

from digest.model.issues import Issue
from digest.render import paths
from digest.render.site.views import headings
from digest.render.site.views.entries import EntryView, HeadingView

_CLOSE = 0.98  # of the budget: nearer is not worth another rendering
_HALVED = 3  # every third step tried is the one in the middle
_TITLE, _TEASER, _ABSTRACT = 150, 100, 60  # bytes of markup beside the words, roughly


class Shares(msgspec.Struct, frozen=True):
    """What a message shows: the number of titles of each heading, and anchors of papers."""

    titles: tuple[int, ...]
    teasers: frozenset[str]
    abstracts: frozenset[str]


class Levels:
    """The steps from no paper at all to every paper with its abstract. Step 0 shows none."""

    def __init__(self, issue: Issue, groups: Sequence[HeadingView], sizes: Sequence[int]) -> None:
        """``sizes`` are the numbers of titles under each heading, papers by title alone included.

        ``groups`` are the headings whose papers have more than a title; they come first.
        """
        ordered = list(_by_priority(issue, groups))
        self._sizes = sizes
        self._teasers = [entry for entry in ordered if entry.line or entry.facts]
        self._abstracts = [entry for entry in ordered if has_more(entry)]
        title = _TITLE + _mean([len(entry.title) + len(entry.href) for entry in ordered])
        steps = [
            *([title] * sum(sizes)),
            *(_TEASER + len(entry.line) + len(entry.meta) for entry in self._teasers),
            *(_ABSTRACT + len(entry.abstract) for entry in self._abstracts),
        ]
        self._weights = list(itertools.accumulate(steps, initial=0))

    def shares(self, step: int) -> Shares:
        """Return what is shown after so many steps."""
        titles, teasers = sum(self._sizes), len(self._teasers)
        return Shares(
            tuple(headings.share_titles(self._sizes, min(step, titles))),
            frozenset(entry.anchor for entry in self._teasers[: max(0, step - titles)]),
            frozenset(entry.anchor for entry in self._abstracts[: max(0, step - titles - teasers)]),
        )

    def fit(self, measure: Callable[[Shares], int], budget: int) -> Shares:
        """Return the largest shares whose size is within the budget; the smallest if none is.

        ``measure`` renders the message and returns its size in bytes. Few shares are measured:
        sizes between two of them are estimated from the lengths of the texts.
        """
        last = len(self._weights) - 1
        size = measure(self.shares(last))
        if size <= budget:
            return self.shares(last)
        # Known to fit (or not to be helped), and known not to fit, each with its size.
        fits, over = (0, 0), (last, size)
        for measured in itertools.count(1):
            if over[0] - fits[0] <= 1 or fits[1] >= budget * _CLOSE:
                break
            # Words of another script than the others would mislead every estimate.
            is_halved = measured % _HALVED == 0
            halfway = (fits[0] + over[0]) // 2
            step = halfway if is_halved else self._estimate(fits, over, budget)
            size = measure(self.shares(step))
            if size <= budget:
                fits = (step, size)
            else:
                over = (step, size)
        return self.shares(fits[0])

    def _estimate(self, fits: tuple[int, int], over: tuple[int, int], budget: int) -> int:
        """Return the step between two at which the size should be just within the budget."""
        low, high = self._weights[fits[0]], self._weights[over[0]]
        share = (budget - fits[1]) / (over[1] - fits[1])
        goal = low + (high - low) * share * (1 + _CLOSE) / 2
        step = next(step for step, weight in enumerate(self._weights) if weight > goal) - 1
        return min(max(step, fits[0] + 1), over[0] - 1)


def has_more(entry: EntryView) -> bool:
    """Return whether a paper's abstract says more than its teaser."""
    return bool(entry.abstract) and entry.abstract != entry.line


def _by_priority(issue: Issue, groups: Sequence[HeadingView]) -> Sequence[EntryView]:
    entries = {entry.anchor: entry for group in groups for entry in group.entries}
    turns = itertools.zip_longest(*(group.entries for group in groups))
    order = [
        *map(paths.anchor, issue.picks),
        *map(paths.anchor, issue.followed),
        *(entry.anchor for turn in turns for entry in turn if entry),
    ]
    return [entries[anchor] for anchor in dict.fromkeys(order) if anchor in entries]


def _mean(lengths: Sequence[int]) -> int:
    return sum(lengths) // len(lengths) if lengths else 0
