"""The entries of ``issues.xml``: one for each issue of any edition."""

from __future__ import annotations

import hashlib

from digest.model.issues import Issue, Section
from digest.model.settings import Site
from digest.render import escape, wording
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry


def issue_guid(issue: Issue) -> str:
    """Return the permanent URN of an issue, made of fields that no later run changes."""
    # With the moment: two publications with editions of one name must not share guids.
    name = f"{issue.edition}/{issue.key}/{issue.moment}"
    return f"urn:papers-digest:issue:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def issue_entry(issue: Issue, site: Site) -> FeedEntry:
    """Return an issue as an entry: headings with their counts, and the titles under them."""
    count = sum(len(section.papers) for section in issue.sections)
    name = wording.title(issue) if issue.span else issue.key
    summary = " ".join(map(_section_text, issue.sections)) or wording.lead(issue)
    picks = _picks_html(issue) if issue.span else ""
    content = picks + "".join(map(_section_html, issue.sections))
    return FeedEntry(
        guid=issue_guid(issue),
        title=escape.xml_chars(
            f"{issue.edition} {name}: {count or 'no'} {wording.noun(count, 'paper')}"
        ),
        link=escape.xml_chars(entry.issue_url(site, issue)),
        summary=escape.xml_chars(summary),
        content=content or f"<p>{escape.html(summary)}</p>",
        authors=(escape.xml_chars(site.author),),
        categories=(),
        moment=entry.spell_moment(issue.moment),
    )


def _picks_html(issue: Issue) -> str:
    """Return the recommended papers of a week or a month, each with its reason."""
    titles = {item.guid: item.title for item in issue.papers}
    lines = "".join(
        f"<li>{escape.html(titles[guid])}: {escape.html(issue.picked.get(guid, ''))}</li>"
        for guid in issue.picks
        if guid in titles
    )
    return f"<h3>Read these first</h3><ul>{lines}</ul>" if lines else ""


def _section_text(section: Section) -> str:
    titles = "; ".join(item.title for item in section.papers)
    return f"{section.name} ({len(section.papers)}): {titles}."


def _section_html(section: Section) -> str:
    titles = "".join(f"<li>{escape.html(item.title)}</li>" for item in section.papers)
    return f"<h3>{escape.html(section.name)} ({len(section.papers)})</h3><ul>{titles}</ul>"
