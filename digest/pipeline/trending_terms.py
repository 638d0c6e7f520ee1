"""Find the terms of the week on the front page, from the issues of the main edition.

The last seven days are compared with the four weeks before. For both, the ledger has the count
of each phrase. Stored issues are read for the seven days only, so the cost does not grow with
the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digest.editorial import trending_terms
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.pipeline.context import RunContext
from digest.render.site.views import terms
from digest.storage.ledger.title_phrases import IssuePhrases


def count_phrases(issue: Issue) -> IssuePhrases:
    """Return in how many titles of an issue each phrase stands, as the ledger records it."""
    titles = tuple([item.title for item in issue.papers])
    phrases = trending_terms.count_title_phrases(titles)
    return IssuePhrases(issue.number, issue.date, len(titles), phrases)


def list_week_terms(
    context: RunContext, links: Sequence[IssueLink], load: Callable[[IssueLink], Issue]
) -> tuple[terms.WeekTermView, ...]:
    """Return the terms of the seven days that end with the newest issue.

    ``links`` are the issues of one edition, oldest first. ``load`` reads an issue, and is called
    for those of the week only. Empty without issues, or as long as too few papers came before.
    """
    if not links:
        return ()
    # The week ends with the newest issue, not today, so that a later rebuild gives the same page.
    edition, (first, first_before) = links[-1].edition, trending_terms.week_windows(links[-1].date)
    stored = context.ledger.title_phrases
    papers: dict[str, terms.TermPaperView] = {}
    headings: set[str] = set()
    for link in reversed(links):
        if link.date < first:
            break
        issue = load(link)
        papers |= terms.list_papers(issue)
        headings.update(section.name for section in issue.sections)
    week_terms = trending_terms.week_terms(
        ((issue.papers, issue.phrases) for issue in stored.phrases_since(edition, first)),
        (
            (issue.papers, issue.phrases)
            for issue in stored.phrases_since(edition, first_before, before=first)
        ),
        {guid: paper.title for guid, paper in papers.items()},
        sorted(headings),
    )
    return terms.list_week_terms(week_terms, papers)


def recount_phrases(
    context: RunContext, links: Sequence[IssueLink], load: Callable[[IssueLink], Issue]
) -> None:
    """Correct the counts in the ledger for every issue that `list_week_terms` may need.

    They are wrong after a withdrawal, and missing for issues that were made while another edition
    was the main one.
    """
    if not links:
        return
    edition, (_, first) = links[-1].edition, trending_terms.week_windows(links[-1].date)
    recorded = {
        issue.number: issue for issue in context.ledger.title_phrases.phrases_since(edition, first)
    }
    counts = [count_phrases(load(link)) for link in links if link.date >= first]
    changed = [count for count in counts if recorded.get(count.number) != count]
    # No transaction without need: it would wait for the disk.
    if changed:
        with context.ledger.transaction():
            for count in changed:
                context.ledger.title_phrases.record_phrases(edition, count)
