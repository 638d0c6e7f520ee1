"""Trending terms of an issue and of a week."""

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


def test_a_phrase_that_was_rare_before_is_a_term() -> None:
    """It is written as most papers write it, and lists the papers that use it."""
    (term,) = trending_terms.issue_terms(ISSUE, PLAIN)
    assert ("tide gauge", (ISSUE[0].guid, ISSUE[1].guid)) == (term.term, term.papers)


def test_a_phrase_that_was_common_before_is_no_term() -> None:
    """Two papers in five used it; now it is one in two."""
    before = [*PLAIN[:60], *[("A tide gauge", None)] * 40]
    terms = trending_terms.issue_terms(ISSUE, before)
    assert "tide gauge" not in [term.term for term in terms]


def test_there_are_no_terms_without_a_hundred_papers_before() -> None:
    """Nor in an issue without papers."""
    assert () == trending_terms.issue_terms(ISSUE, PLAIN[1:])
    assert () == trending_terms.issue_terms([], PLAIN)


def test_a_single_word_needs_three_papers_and_two_titles() -> None:
    """A phrase of several words needs two papers and one title."""
    papers = [
        item(n, title, abstract="about kelp") for n, title in enumerate(("Kelp", "Kelp", "x"))
    ]
    assert ["kelp"] == [term.term for term in trending_terms.issue_terms(papers, PLAIN)]
    assert () == trending_terms.issue_terms(papers[:2], PLAIN)
    assert () == trending_terms.issue_terms(papers[1:], PLAIN)


def test_no_term_repeats_the_words_of_another() -> None:
    """Of phrases that overlap, the clearest is the term."""
    terms = trending_terms.issue_terms(
        [item(n, "Deep kelp forest census") for n in range(3)], PLAIN
    )
    words = [word for term in terms for word in term.term.lower().split()]
    assert terms
    assert sorted(set(words)) == sorted(words)


def issue_terms(*abstracts: str, headings: tuple[str, ...] = ()) -> list[str]:
    """Return the terms of an issue of papers with these abstracts."""
    papers = [item(n, f"Paper{n}x", abstract=text) for n, text in enumerate(abstracts)]
    return [term.term for term in trending_terms.issue_terms(papers, PLAIN, headings)]


def test_a_term_is_never_cut_from_a_longer_phrase() -> None:
    """Up to four words; a part that other papers use without the rest is a term of its own."""
    whole = "A harbour time series census."
    assert ["harbour time series census"] == issue_terms(whole, whole)
    both = ["A harbour seal census."] * 2
    assert ["harbour seal"] == issue_terms(*both, *["On the harbour seal."] * 4)


def test_a_hyphen_and_a_blank_are_one_spelling() -> None:
    """The one that most papers have is shown."""
    assert ["kelp-forest lantern"] == issue_terms(
        "A kelp-forest lantern.", "Of kelp-forest lanterns.", "One kelp forest lantern."
    )


def test_a_name_needs_two_papers_and_no_title() -> None:
    """In capitals, as the papers write it; a plain word of two papers is no term."""
    assert ["KLP"] == issue_terms("We count with KLP.", "A KLP again.")
    assert [] == issue_terms("We count with klp.", "A klp again.")


def test_an_acronym_is_no_term_beside_its_phrase() -> None:
    """Nor is what stands in an address."""
    text = "A harbour seal census (HSC), see https://example.org/KLP/KLP."
    assert ["harbour seal census"] == issue_terms(text, text)


def test_no_term_repeats_a_heading() -> None:
    """Of the issue's topics; with a word more it may."""
    texts = ["Kelp forests. A kelp forest lantern."] * 2
    assert ["kelp forest lantern"] == issue_terms(*texts, headings=("Forests & kelp",))
    assert [] == issue_terms(*["Kelp forests."] * 2, headings=("Forests & kelp",))


def test_a_large_issue_has_terms_of_titles_only() -> None:
    """Many papers share phrases that none is about."""
    papers = [item(n, f"Paper{n}x", abstract="On the harbour seal.") for n in range(26)]
    assert () == trending_terms.issue_terms(papers, PLAIN)
    papers[0] = item(0, "A harbour seal", abstract="Seen.")
    (term,) = trending_terms.issue_terms(papers, PLAIN)
    assert ("harbour seal", 26) == (term.term, len(term.papers))
    assert trending_terms.issue_terms(papers[1:], PLAIN)


def issue(*titles: str) -> tuple[int, Mapping[str, int]]:
    """Return the counts of an issue of papers with these titles."""
    return len(titles), trending_terms.count_title_phrases(titles)


USUAL = [issue(*(f"Boats of pier {n}" for n in range(20))) for _ in range(6)]
WEEK = ("Tide Gauges at night", "A tide gauge", "One more tide gauge", "On kelp", "Kelp", "Kelp II")


def week_terms(*titles: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the terms of a week with these titles in one issue, each with its titles."""
    terms = trending_terms.week_terms([issue(*titles)], USUAL, {title: title for title in titles})
    return [(term.term, term.papers) for term in terms]


def test_a_term_of_a_week_needs_three_titles() -> None:
    """Singular and plural count together; a single word needs four."""
    assert [("tide gauge", WEEK[:3])] == week_terms(*WEEK)
    assert ["Kelp", "tide gauge"] == [term for term, _ in week_terms(*WEEK, "Kelp again")]
    assert [] == week_terms(*WEEK[1:5])


def test_the_days_of_a_week_add_up() -> None:
    """A plural on one day and a singular on the next are one term, even of common words."""
    for titles in (WEEK[:3], ("Kelp Models", "A kelp model", "The kelp model")):
        days = [issue(title) for title in titles]
        (term,) = trending_terms.week_terms(days, USUAL, {title: title for title in titles})
        assert (" ".join(titles[1].split()[1:]), titles) == (term.term, term.papers)


def test_a_common_phrase_is_no_term_of_a_week() -> None:
    """There are no terms at all without a hundred papers before."""
    assert [] == week_terms(*(f"Boats of pier {n}" for n in range(9)))
    assert () == trending_terms.week_terms(
        [issue(*WEEK)], USUAL[:4], dict(zip(WEEK, WEEK, strict=True))
    )


def test_terms_of_a_week_are_written_as_titles_write_them() -> None:
    """Whole words only, and never half of a capital whose lower case has two letters."""
    titles = ("Knowledge at the EDGE Node", "An Edge Node", "Edge Nodes", "Edge Node at İzmir")
    assert [("Edge Node", titles)] == week_terms(*titles)
    assert [("tide gauge", ("İ Tide Gauge",) * 3)] == [
        (term.term, ("İ Tide Gauge",) * len(term.papers))
        for term in trending_terms.week_terms(
            [issue(*["İ Tide Gauge"] * 3)], USUAL, dict.fromkeys("abc", "İ Tide Gauge")
        )
    ]


def test_a_term_of_a_week_repeats_no_heading_and_is_not_cut() -> None:
    """As in an issue."""
    titles = ("Harbour time series census", "A harbour time series census") * 2
    counts, guids = [issue(*titles)], dict(zip("abcd", titles, strict=True))
    (term,) = trending_terms.week_terms(counts, USUAL, guids)
    assert "harbour time series census" == term.term.lower()
    heading = "Census of the harbour & time series"
    assert () == trending_terms.week_terms(counts, USUAL, guids, [heading])


def test_a_week_is_compared_with_the_28_days_before_it() -> None:
    """The week is the seven days that end with the newest issue."""
    assert ("2026-11-16", "2026-10-19") == trending_terms.week_windows("2026-11-22")
