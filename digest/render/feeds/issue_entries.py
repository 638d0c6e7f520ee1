"""Issues themselves as entries: one item per dated number of any edition."""

from __future__ import annotations

import hashlib

from digest.model.issues import Issue, Section
from digest.model.settings import Site
from digest.render import escape, wording
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry


def guid(issue: Issue) -> str:
    """The permanent URN of an issue, from what it will always be stored with.

    The moment is in it so that two publications with editions of one name do not share it;
    address, title and template are not.
    """
    name = f"{issue.edition}/{issue.key}/{issue.moment}"
    return f"urn:papers-digest:issue:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def of(issue: Issue, site: Site) -> FeedEntry:
    """An issue as an entry: headings with their counts, and the titles under them."""
    count = sum(len(section.papers) for section in issue.sections)
    noun = "paper" if count == 1 else "papers"
    words = " ".join(map(_plain, issue.sections)) or wording.lead(issue)
    named = wording.title(issue) if issue.span else issue.key
    first = _picks(issue) if issue.span else ""
    return FeedEntry(
        guid(issue),
        escape.xml_chars(f"{issue.edition} {named}: {count or 'no'} {noun}"),
        escape.xml_chars(entry.issue_url(site, issue)),
        escape.xml_chars(words),
        first + "".join(map(_markup, issue.sections)) or f"<p>{escape.html(words)}</p>",
        (escape.xml_chars(site.author),),
        (),
        entry.moment(issue.moment),
    )


def _picks(issue: Issue) -> str:
    """What to read first of a week or a month, each with its reason."""
    titles = {item.guid: item.title for item in issue.papers}
    lines = "".join(
        f"<li>{escape.html(titles[guid])}: {escape.html(issue.picked.get(guid, ''))}</li>"
        for guid in issue.picks
        if guid in titles
    )
    return f"<h3>Read these first</h3><ul>{lines}</ul>" if lines else ""


def _plain(section: Section) -> str:
    titles = "; ".join(item.title for item in section.papers)
    return f"{section.name} ({len(section.papers)}): {titles}."


def _markup(section: Section) -> str:
    titles = "".join(f"<li>{escape.html(item.title)}</li>" for item in section.papers)
    return f"<h3>{escape.html(section.name)} ({len(section.papers)})</h3><ul>{titles}</ul>"
