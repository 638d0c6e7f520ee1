"""Render the pages of a publication as HTML, Markdown and JSON.

Decides which values a page's template gets; the template decides how the page looks. Reads
templates and assets, and writes no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.model.settings import Site
from digest.model.status import Status
from digest.model.topics import TopicCount
from digest.render import escape, feeds, issue_json, paths, removed_topic, wording
from digest.render.feeds import atom, jsonfeed, rss
from digest.render.site import heading_pages, notes, templates
from digest.render.site.template_cache import BytecodeCache
from digest.render.site.views import (
    archive,
    charts,
    entries,
    front,
    period,
    search,
    terms,
)
from digest.render.site.views import (
    mentions as views_mentions,
)
from digest.render.site.views import (
    status as views_status,
)
from digest.render.site.views import (
    topics as views_topics,
)

Feeds = tuple[tuple[str, str, str], ...]  # path, type, name

FEEDS: Feeds = (
    (paths.RSS, rss.TYPE, "RSS"),
    (paths.ATOM, atom.TYPE, "Atom"),
    (paths.JSON_FEED, jsonfeed.TYPE, "JSON Feed"),
    (feeds.ISSUES, rss.TYPE, "Issues"),
)
ASSETS = (paths.STYLESHEET, paths.ICON, paths.SCRIPT)
# The first four are parts of the others; the check compiles them too.
TEMPLATES = (
    "layout.html", "calendar.html", "section.html", "by-mail.html", "issue.html", "heading.html",
    "index.html", "archive.html", "topic.html", "topics.html", "search.html", "status.html",
    "issue.md", "mail.html", "mail.txt",
)  # fmt: skip


class Pages:
    """Renders each page from the first template of its name in ``folders``.

    ``cache`` keeps compiled templates. Without one they are compiled each time. ``subscribe`` is
    the address of the form to subscribe by mail, ``own_feed`` that of the page that makes feeds; ""
    if there is none.
    Raises `SettingsError` with a template's name and line if it cannot be used.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        site: Site,
        *,
        cache: BytecodeCache | None = None,
        subscribe: str = "",
        own_feed: str = "",
    ) -> None:
        self._templates = templates.Templates(folders, cache)
        self._web_side = {"subscribe": subscribe, "own_feed": own_feed}
        self._site, self._limit = site, heading_pages.LIMIT

    def check(self) -> None:
        """Compile every template, to find a broken one before a run needs it."""
        self._templates.check(TEMPLATES)

    def issue(
        self,
        issue: Issue,
        before: IssueLink | None = None,
        after: IssueLink | None = None,
        *,
        withdrawn: int = 0,
        abstracts: bool = False,
        note: notes.NoteView | None = None,
    ) -> tuple[Page, ...]:
        """Render the pages of one issue: HTML, Markdown and JSON, in this order.

        If the HTML page is above `heading_pages.LIMIT`, a page with abstracts for each heading
        follows. See `heading_pages.render_issue`.
        ``before`` and ``after`` are its neighbours in the edition. ``withdrawn`` is the number of
        its papers that were withdrawn since, which its foot states. With ``abstracts``, Markdown
        has them. ``note`` is the editor's note.
        """
        groups = entries.build_headings(issue)
        mentions, more = (
            views_mentions.list_mentions(issue),
            views_mentions.list_beyond_limit(issue),
        )
        values = _headline(issue) | {
            "note": note,
            "abstracts": abstracts,
            "foot": wording.foot(issue, withdrawn),
            "groups": groups,
            "picks": views_mentions.list_picks(issue, groups),
            "terms": views_mentions.list_terms(issue, groups),
            "mentions": mentions,
            "more": more,
            "calendar": period.build_calendar(issue),
            "contents": tuple(_contents(groups, more, mentions)),
            "before": archive.link_neighbour(before, issue),
            "after": archive.link_neighbour(after, issue),
            "chart": charts.build_strip(issue),
        }
        markdown, data = (
            paths.issue(issue.edition, issue.key, suffix) for suffix in ("md", "json")
        )
        web, *headings = heading_pages.render_issue(issue, values, self._page, self._limit)
        return (
            web,
            self._page("issue.md", markdown, values),
            Page(data, issue_json.document(issue)),
            *headings,
        )

    def index(
        self,
        newest: Issue | None,
        links: Sequence[IssueLink],
        counts: Sequence[TopicCount] = (),
        terms: Sequence[terms.WeekTermView] = (),
    ) -> Page:
        """Render the front page: the newest issue, feeds, trending terms, charts, other issues.

        ``counts`` are the counts by day of the last `charts.WEEKS` weeks, and ``terms`` the
        trending terms of the last week. Without an issue the page says what to do next.
        """
        values: dict[str, Any] = {"issue": None, "months": archive.list_newest_months(links)}
        if newest:
            values |= _headline(newest) | {
                "picks": front.list_picks(newest),
                "groups": front.summarise_headings(newest),
                "others": front.link_other_editions(links, newest.edition),
                "last": front.link_last_with_papers(newest, links),
                "recent": front.list_recent_issues(links),
                "chart": charts.build_days(counts, newest.date),
                "shares": charts.build_shares(counts, newest.date),
                "weeks": charts.WEEKS,
                "terms": terms,
            }
        return self._page("index.html", paths.INDEX, values)

    def archive(self, links: Sequence[IssueLink]) -> Page:
        """Render the calendar of the newest months, and the list of all years with their months."""
        months = archive.list_newest_months(links, archive.ARCHIVE_MONTHS, paths.ARCHIVE)
        values = {"years": archive.list_years(links), "months": months, "year": ""}
        return self._page("archive.html", paths.ARCHIVE, values)

    def year(self, year: str, links: Sequence[IssueLink]) -> Page:
        """Render the calendar of a year. ``links`` are all issues, of any year."""
        values = {"years": (), "months": archive.list_months_of_year(year, links), "year": year}
        return self._page("archive.html", paths.year(year), values)

    def topic(self, topic: views_topics.TopicView) -> Page:
        """Render a page of a topic: its first one, or the one of a month."""
        feed = (paths.topic(topic.id, "feed.xml"), rss.TYPE, topic.name)
        path = paths.topic(topic.id, topic.file)
        return self._page("topic.html", path, {"topic": topic}, (feed, *FEEDS))

    def topics(
        self,
        totals: Sequence[removed_topic.TopicTotalView],
        retired: Sequence[removed_topic.TopicTotalView] = (),
    ) -> Page:
        """Render the list of all topics, with the ``retired`` ones in a section of their own."""
        return self._page("topics.html", paths.TOPICS, {"topics": totals, "retired": retired})

    def search(self, months: Iterable[str], web_url: str = "") -> Page:
        """Render the search page; for ``months`` and ``web_url`` see `search.build_values`."""
        return self._page("search.html", paths.SEARCH, search.build_values(months, web_url))

    def status(self, status: Status) -> tuple[Page, ...]:
        """Render the status of the working folder: HTML and JSON, in this order."""
        values = {"view": views_status.build_view(status)}
        data = escape.json_document(msgspec.json.encode(status)) + b"\n"
        return self._page("status.html", paths.STATUS, values), Page(paths.STATUS_DATA, data)

    def assets(self) -> tuple[Page, ...]:
        """Return the stylesheet, the icon and the script, each from the first folder with it."""
        return tuple(map(self._templates.asset, ASSETS))

    def _page(
        self,
        name: str,
        path: str,
        values: dict[str, Any],
        feeds: Feeds = FEEDS,
        limit: int | None = None,
    ) -> Page:
        # Links are relative, so that the output works in any folder and without a server.
        common = {
            "site": self._site,
            "feeds": feeds,
            "root": paths.relative(path, ""),
            **self._web_side,
        }
        return self._templates.page(name, path, common | values, limit=limit)


def _headline(issue: Issue) -> dict[str, Any]:
    # A weekly or monthly issue is named after its period, and states its own day besides.
    own_day = wording.day(issue.date) if issue.span else ""
    return {
        "issue": issue,
        "day": wording.title(issue),
        "made": own_day,
        "lead": wording.lead(issue),
    }


def _contents(
    groups: Iterable[entries.HeadingView],
    more: views_mentions.MoreView | None,
    mentions: Iterable[views_mentions.MentionListView],
) -> Iterator[tuple[str, str, int]]:
    """Yield (anchor, name, number of papers) of each heading, in the order of the page."""
    for group in groups:
        yield group.anchor, group.name, len(group.entries)
    if more:
        yield more.anchor, more.name, len(more.papers)
    for mention in mentions:
        yield mention.anchor, mention.name, len(mention.papers)
