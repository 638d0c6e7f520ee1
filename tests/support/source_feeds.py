"""What the sources answer as feeds: arXiv's announcements, and a site's RSS, Atom and JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.support import source_days
from tests.support.source_answers import SiteAnswer
from tests.support.source_days import SourcePaper

_SPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"'
)
_HOME = "https://feeds.example.org/"


def _announced(now: datetime) -> datetime:
    """Return when the feed that stands there at this moment was made: at 05:00."""
    five = now.astimezone(UTC).replace(hour=5, minute=0, second=11, microsecond=0)
    return five if now >= five else five - timedelta(days=1)


def announcements(categories: str, now: datetime) -> SiteAnswer:
    """Answer /rss/CATEGORIES of arXiv: what was announced today; nothing at weekends."""
    made = _announced(now)
    stamp, midnight = format_datetime(made), f"{made:%a, %d %b %Y} 00:00:00 -0500"
    items = "".join(_announcement(one, midnight) for one in source_days.arxiv(made.date()))
    name = escape(categories.replace("+", ", "))
    text = f"""<?xml version='1.0' encoding='UTF-8'?>
<rss {_SPACES}>
  <channel>
    <title>{name} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/{categories}</link>
    <description>{name} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{categories}" rel="self"
      type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>{stamp}</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>{midnight}</pubDate>
    <skipDays>
      <day>Saturday</day>
      <day>Sunday</day>
    </skipDays>
{items}  </channel>
</rss>
"""
    modified = format_datetime(made, usegmt=True)
    return SiteAnswer(text.encode(), "application/rss+xml; charset=utf-8", validator=modified)


def _announcement(paper: SourcePaper, midnight: str) -> str:
    version = 2 if paper.announced.startswith("replace") else 1
    return f"""    <item>
      <title>{escape(paper.title)}</title>
      <link>https://arxiv.org/abs/{paper.arxiv_id}</link>
      <description>arXiv:{paper.arxiv_id}v{version} Announce Type: {paper.announced} 
Abstract: {escape(paper.abstract)}</description>
      <guid isPermaLink="false">oai:arXiv.org:{paper.arxiv_id}v{version}</guid>
      <category>cs.CL</category>
      <pubDate>{midnight}</pubDate>
      <arxiv:announce_type>{paper.announced}</arxiv:announce_type>
      <dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>
      <dc:creator>{escape(", ".join(paper.authors))}</dc:creator>
    </item>
"""  # noqa: W291 - the service writes that blank


def _rss(now: datetime) -> SiteAnswer:
    papers = source_days.feed(now)
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://arxiv.org/abs/{one.arxiv_id}</link>"
        f"<guid>https://arxiv.org/abs/{one.arxiv_id}</guid>"
        f"<description>{escape(one.abstract)}</description>"
        f"<pubDate>{one.day:%a, %d %b %Y} 08:00:00 GMT</pubDate></item>\n"
        for one in papers
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>Papers of a reading group</title><link>{_HOME}</link>"
        f"<description>New papers</description>\n{items}</channel></rss>\n"
    )
    return SiteAnswer(text.encode(), "application/rss+xml", validator="etag")


def _atom(now: datetime) -> SiteAnswer:
    papers = source_days.feed(now)
    entries = "".join(
        f"<entry><id>https://arxiv.org/abs/{one.arxiv_id}</id><title>{escape(one.title)}</title>"
        f'<link href="https://arxiv.org/abs/{one.arxiv_id}"/><updated>{one.day}T08:00:00Z</updated>'
        f"<published>{one.day}T08:00:00Z</published><summary>{escape(one.abstract)}</summary>"
        "</entry>\n"
        for one in papers
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{_HOME}atom</id><title>Papers of a reading group</title>"
        f"<updated>{papers[0].day}T08:00:00Z</updated>\n{entries}</feed>\n"
    )
    return SiteAnswer(text.encode(), "application/atom+xml", validator="etag")


def _json_feed(now: datetime) -> SiteAnswer:
    items = [
        {
            "id": f"https://arxiv.org/abs/{one.arxiv_id}",
            "url": f"https://arxiv.org/abs/{one.arxiv_id}",
            "title": one.title,
            "content_text": one.abstract,
            "date_published": f"{one.day}T08:00:00Z",
        }
        for one in source_days.feed(now)
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Papers of a reading group",
        "home_page_url": _HOME,
        "items": items,
    }
    return SiteAnswer(json.dumps(document).encode(), "application/feed+json", validator="etag")


FEEDS: dict[str, Callable[[datetime], SiteAnswer]] = {
    "/rss": _rss,
    "/atom": _atom,
    "/feed.json": _json_feed,
}
