"""Terms of the day."""

from __future__ import annotations

from collections.abc import Mapping

from digest.editorial import trending_terms
from tests.support.builders import item

PLAIN = [(f"Paper{n}x", "We count boats and hang lanterns.") for n in range(100)]
ISSUE = [
    item(1, "Tide Gauges at Night", abstract="A tide gauge counts boats."),
    item(2, "On a tide gauge", abstract="Lanterns, and a tide gauge."),
    item(3, "Boats", abstract="Boats again, from a pier."),
    item(4, "More boats", abstract="Seen from a pier."),
]


def test_a_phrase_that_few_used_before_stands_out() -> None:
    """As most papers write it, with those that use it; what was always said does not."""
    (found,) = trending_terms.of_issue(ISSUE, PLAIN)
    assert ("tide gauge", (ISSUE[0].guid, ISSUE[1].guid)) == (found.term, found.papers)


def test_a_phrase_that_was_used_before_does_not() -> None:
    """One paper in ten had it."""
    before = [*PLAIN[:90], *[("A tide gauge", None)] * 10]
    assert () == trending_terms.of_issue(ISSUE, before)


def test_nothing_stands_out_against_little() -> None:
    """With fewer than a hundred papers before, and in an issue without papers."""
    assert () == trending_terms.of_issue(ISSUE, PLAIN[1:])
    assert () == trending_terms.of_issue([], PLAIN)


def test_a_single_word_needs_three_papers_and_two_titles() -> None:
    """A phrase says more than a word does."""
    words = [item(n, title, abstract="about kelp") for n, title in enumerate(("Kelp", "Kelp", "x"))]
    assert ["kelp"] == [one.term for one in trending_terms.of_issue(words, PLAIN)]
    assert () == trending_terms.of_issue(words[:2], PLAIN)
    assert () == trending_terms.of_issue(words[1:], PLAIN)


def test_of_overlapping_phrases_one_is_shown() -> None:
    """The clearest; no term repeats the words of another."""
    shown = trending_terms.of_issue([item(n, "Deep kelp forest census") for n in range(3)], PLAIN)
    words = [word for one in shown for word in one.term.lower().split()]
    assert shown
    assert sorted(set(words)) == sorted(words)


def titles(*given: str) -> tuple[int, Mapping[str, int]]:
    """An issue of papers with these titles."""
    return len(given), trending_terms.titled(given)


USUAL = [titles(*(f"Boats of pier {n}" for n in range(20))) for _ in range(6)]
WEEK = ("Tide Gauges at night", "A tide gauge", "One more tide gauge", "On kelp", "Kelp", "Kelp II")


def of_week(*given: str) -> list[tuple[str, tuple[str, ...]]]:
    """The terms of a week with these titles in one issue, with the titles that use each."""
    found = trending_terms.of_week([titles(*given)], USUAL, {title: title for title in given})
    return [(one.term, one.papers) for one in found]


def test_what_titles_of_a_week_say_more_than_before() -> None:
    """Three for a phrase, singular and plural together; a single word needs four."""
    assert [("tide gauge", WEEK[:3])] == of_week(*WEEK)
    assert ["Kelp", "tide gauge"] == [term for term, _ in of_week(*WEEK, "Kelp again")]
    assert [] == of_week(*WEEK[1:5])


def test_the_days_of_a_week_add_up() -> None:
    """A plural on one day and a singular on the next are one term, also of words that are plain."""
    for given in (WEEK[:3], ("Kelp Models", "A kelp model", "The kelp model")):
        days = [titles(title) for title in given]
        (found,) = trending_terms.of_week(days, USUAL, {title: title for title in given})
        assert (" ".join(given[1].split()[1:]), given) == (found.term, found.papers)


def test_what_titles_always_say_is_no_term_of_a_week() -> None:
    """Nor is anything against fewer than a hundred papers."""
    assert [] == of_week(*(f"Boats of pier {n}" for n in range(9)))
    assert () == trending_terms.of_week(
        [titles(*WEEK)], USUAL[:4], dict(zip(WEEK, WEEK, strict=True))
    )


def test_terms_of_a_week_are_written_as_titles_write_them() -> None:
    """As most do, as a whole word; a capital that has two small letters is not cut in half."""
    given = ("Knowledge at the EDGE Node", "An Edge Node", "Edge Nodes", "Edge Node at İzmir")
    assert [("Edge Node", given)] == of_week(*given)
    assert [("tide gauge", ("İ Tide Gauge",) * 3)] == [
        (one.term, ("İ Tide Gauge",) * len(one.papers))
        for one in trending_terms.of_week(
            [titles(*["İ Tide Gauge"] * 3)], USUAL, dict.fromkeys("abc", "İ Tide Gauge")
        )
    ]
