"""The lines of a language model in a composed issue."""

from __future__ import annotations

from digest.editorial import lines
from digest.model.issues import Accounting, Issue, Item, Section, Subheading, Teaser

TEASER, LINE = Teaser("Quoted.", "abstract"), Teaser("Written.", "model", "m")


def issue(*teasers: Teaser | None) -> Issue:
    """Return an issue with papers under one sub-heading, which have these lines."""
    papers = tuple(
        Item(guid=f"g{place}", title="A title", url="https://example.org/", one_line=teaser)
        for place, teaser in enumerate(teasers)
    )
    part = Subheading(name="Part", papers=tuple(paper.guid for paper in papers))
    section = Section(topic="shore", name="The shore", papers=papers, parts=(part,))
    return Issue(
        edition="daily", date="2026-11-20", number=1, moment="2026-11-20T07:00:00+00:00",
        verdict="new", accounting=Accounting(), sections=(section,),
    )  # fmt: skip


def test_only_the_lines_given_are_replaced() -> None:
    """Also where there was none; everything else stays as it is."""
    shown = lines.with_lines(issue(TEASER, TEASER, None), {"g1": LINE, "g2": LINE, "other": LINE})
    assert issue(TEASER, LINE, LINE) == shown


def test_without_lines_the_issue_stays() -> None:
    """As in a run without a model."""
    assert issue(TEASER, None) == lines.with_lines(issue(TEASER, None), {})
