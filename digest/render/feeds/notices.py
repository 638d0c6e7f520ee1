"""What a feed of papers says when an edition has none: one item for each gap.

A gap is a row of issues without papers; its first one has the item, the others have none,
so that a fortnight of silence is not fourteen items. An issue knows the ones before it, so
this is a function of the stored issue alone, and the item stays where it is for good.
"""

from __future__ import annotations

import hashlib

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import escape, wording
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry


def entries(issue: Issue, site: Site) -> list[FeedEntry]:
    """The issue's papers; without any, the notice where a gap begins."""
    if issue.sections or not _begins_a_gap(issue):
        return entry.entries(issue, site)
    page, words = entry.issue_url(site, issue), wording.lead(issue)
    content = (
        f'<p>{escape.html(words)}</p><p><a href="{escape.html(page)}">The issue of this day</a></p>'
    )
    return [
        FeedEntry(
            guid(issue),
            f"No new papers: {wording.day(issue.date)}",
            escape.xml_chars(page),
            words,
            content,
            (escape.xml_chars(site.author),),
            (),
            entry.moment(issue.moment),
        )
    ]


def guid(issue: Issue) -> str:
    """A URN from what never changes about a stored issue, as for issues themselves."""
    name = f"{issue.edition}/{issue.key}/{issue.moment}"
    return f"urn:papers-digest:notice:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def _begins_a_gap(issue: Issue) -> bool:
    before = issue.chart[-1][1] if issue.chart else 1
    return before > 0 and not wording.is_withdrawn(issue)
