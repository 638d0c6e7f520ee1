"""Build the item that a feed of papers has for days without papers: one for each gap.

A gap is a run of consecutive issues without papers. Only its first issue has the item, so that
a fortnight without papers is not fourteen items. Each issue stores the counts of those before
it, so the item depends on the stored issue alone and never changes.
"""

from __future__ import annotations

import hashlib

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import escape, wording
from digest.render.feeds import entry, paper_entries
from digest.render.feeds.entry import FeedEntry


def entries_or_notice(issue: Issue, site: Site) -> list[FeedEntry]:
    """Return an entry for each paper of an issue, or the notice where the issue begins a gap."""
    if issue.sections or not _begins_gap(issue):
        return paper_entries.paper_entries(issue, site)
    page, sentence = entry.issue_url(site, issue), wording.lead(issue)
    content = (
        f"<p>{escape.html(sentence)}</p>"
        f'<p><a href="{escape.html(page)}">The issue of this day</a></p>'
    )
    return [
        FeedEntry(
            guid=gap_guid(issue),
            title=f"No new papers: {wording.day(issue.date)}",
            link=escape.xml_chars(page),
            summary=sentence,
            content=content,
            authors=(escape.xml_chars(site.author),),
            byline=escape.xml_chars(site.author),
            categories=(),
            moment=entry.spell_moment(issue.moment),
        )
    ]


def gap_guid(issue: Issue) -> str:
    """Return the permanent URN of a notice, made of fields that no later run changes."""
    name = f"{issue.edition}/{issue.key}/{issue.moment}"
    return f"urn:papers-digest:notice:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def _begins_gap(issue: Issue) -> bool:
    # The chart holds (date, papers) of the issues before; the first issue of all has none.
    papers_before = issue.chart[-1][1] if issue.chart else 1
    # Withdrawn papers leave an empty issue behind, on a day that had papers.
    return papers_before > 0 and not wording.is_withdrawn(issue)
