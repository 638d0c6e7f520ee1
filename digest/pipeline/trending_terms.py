"""Terms of the week for the front page: the main edition's last seven days and the weeks before.

The weeks before come from what the ledger counts, so that the cost stays the same however
long the archive is; only the week's own issues are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digest.editorial import trending_terms
from digest.model.issues import Issue, IssueLink
from digest.pipeline.context import RunContext
from digest.render.site.views import terms
from digest.storage.ledger.title_phrases import IssuePhrases


def counted(issue: Issue) -> IssuePhrases:
    """What an issue's titles say."""
    titles = tuple([item.title for item in issue.papers])
    return IssuePhrases(
        issue.number, issue.date, len(titles), trending_terms.count_title_phrases(titles)
    )


def of_week(
    state: RunContext, links: Sequence[IssueLink], stored: Callable[[IssueLink], Issue]
) -> tuple[terms.WeekTermView, ...]:
    """The terms of the week up to the newest of these issues, oldest first, ready to be shown."""
    if not links:
        return ()
    first, before = trending_terms.week_windows(links[-1].date)
    kept = state.ledger.title_phrases.phrases_since(links[-1].edition, before)
    shown = [stored(link) for link in links if link.date >= first]
    titles = {item.guid: item.title for issue in reversed(shown) for item in issue.papers}
    found = trending_terms.week_terms(
        [(one.papers, one.phrases) for one in kept if one.date >= first],
        [(one.papers, one.phrases) for one in kept if one.date < first],
        titles,
    )
    return terms.list_week_terms(found, shown)


def recount(
    state: RunContext, links: Sequence[IssueLink], stored: Callable[[IssueLink], Issue]
) -> None:
    """Counts what is shown: papers may have been withdrawn, issues come from the past."""
    if not links:
        return
    edition, (_, first) = links[-1].edition, trending_terms.week_windows(links[-1].date)
    held = {one.number: one for one in state.ledger.title_phrases.phrases_since(edition, first)}
    shown = [counted(stored(link)) for link in links if link.date >= first]
    changed = [one for one in shown if held.get(one.number) != one]
    if changed:
        with state.ledger.transaction():
            for one in changed:
                state.ledger.title_phrases.record_phrases(edition, one)
