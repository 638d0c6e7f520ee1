"""Issues, topics and the archive to HTML, Markdown and JSON pages, each by its template.

Decides what a page is shown; how it looks is the templates' affair. Nothing here writes
a file or asks a clock; the files read are the templates and the assets beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from digest.model.issues import Issue, IssueLink, Page
from digest.model.settings import Site
from digest.model.status import Status
from digest.model.topics import TopicCount
from digest.render import escape, feeds, paths, search_index, wording
from digest.render.site import notes, templates
from digest.render.site.views import (
    archive,
    charts,
    entries,
    period,
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
    (paths.RSS, "application/rss+xml", "RSS"),
    (paths.ATOM, "application/atom+xml", "Atom"),
    (paths.JSON_FEED, "application/feed+json", "JSON Feed"),
    (feeds.ISSUES, "application/rss+xml", "Issues"),
)
ASSETS = (paths.STYLESHEET, paths.ICON, paths.SCRIPT)
TEMPLATES = (
    "layout.html", "calendar.html", "issue.html", "index.html", "archive.html", "topic.html",
    "topics.html", "search.html", "status.html", "issue.md",
)  # fmt: skip

_encoder = msgspec.json.Encoder()


class Pages:
    """Renders pages, each from the first template of its name in ``folders``.

    ``cache`` names a folder for shipped templates once they are compiled.
    Raises `SettingsError` with the template's name and line when one cannot be used.
    """

    def __init__(self, folders: Sequence[Path], site: Site, *, cache: Path | None = None) -> None:
        self._templates = templates.Templates(folders, cache)
        self._site = site

    def check(self) -> None:
        """Compile every template, so that a broken one is found before a run needs it."""
        self._templates.check(TEMPLATES)

    def issue(
        self,
        issue: Issue,
        before: IssueLink | None = None,
        after: IssueLink | None = None,
        *,
        withdrawn: int = 0,
        note: str = "",
    ) -> tuple[Page, ...]:
        """The pages of one issue: as HTML, as Markdown, and as data (JSON).

        ``before`` and ``after`` are its neighbours in the edition; ``withdrawn`` is how many
        of its papers were taken out since, which the foot tells; ``note`` is the editor's, in
        Markdown.
        """
        groups = entries.groups(issue)
        mentions, more = views_mentions.others(issue, groups), views_mentions.more(issue)
        shown = _headline(issue) | {
            "note": notes.render(note),
            "foot": wording.foot(issue, withdrawn),
            "groups": groups,
            "picks": views_mentions.picks(issue, groups),
            "terms": views_mentions.terms(issue, groups),
            "mentions": mentions,
            "more": more,
            "calendar": period.calendar(issue),
            "contents": (
                *((group.anchor, group.name, len(group.entries)) for group in groups),
                *([(more.anchor, more.name, len(more.papers))] if more else []),
                *((group.anchor, group.name, len(group.papers)) for group in mentions),
            ),
            "before": archive.neighbour(before, issue),
            "after": archive.neighbour(after, issue),
            "chart": charts.strip(issue),
        }
        path, markdown, data = (
            paths.issue(issue.edition, issue.key, suffix) for suffix in ("html", "md", "json")
        )
        return (
            self._page("issue.html", path, shown),
            self._page("issue.md", markdown, shown),
            Page(data, _json(issue)),
        )

    def index(
        self,
        newest: Issue | None,
        links: Sequence[IssueLink],
        counts: Sequence[TopicCount] = (),
        terms: Sequence[terms.WeekTermView] = (),
    ) -> Page:
        """The front page: the newest issue by heading, feeds, charts, the last months' issues.

        ``counts`` are the days' of `page_charts.WEEKS` up to the newest issue's, ``terms``
        those of its week. Without an issue it says what to do next.
        """
        shown: dict[str, Any] = {"issue": None, "months": archive.present(links)}
        if newest:
            shown |= _headline(newest) | {
                "groups": archive.headings(newest),
                "others": archive.others(links, newest.edition),
                "chart": charts.days(counts, newest.date),
                "shares": charts.shares(counts, newest.date),
                "weeks": charts.WEEKS,
                "terms": terms,
            }
        return self._page("index.html", paths.INDEX, shown)

    def archive(self, links: Sequence[IssueLink]) -> Page:
        """The list of all years and months that have issues."""
        shown = {"years": archive.years(links), "months": (), "year": ""}
        return self._page("archive.html", paths.ARCHIVE, shown)

    def year(self, year: str, links: Sequence[IssueLink]) -> Page:
        """The calendar of a year; ``links`` are all issues there are."""
        shown = {"years": (), "months": archive.of_year(year, links), "year": year}
        return self._page("archive.html", paths.year(year), shown)

    def topic(self, topic: views_topics.TopicView) -> Page:
        """A page of a topic: its first one, or that of a month."""
        own = (paths.topic(topic.id, "feed.xml"), "application/rss+xml", topic.name)
        path = paths.topic(topic.id, topic.file)
        return self._page("topic.html", path, {"topic": topic}, (own, *FEEDS))

    def topics(
        self,
        totals: Sequence[views_topics.TopicTotalView],
        retired: Sequence[views_topics.TopicTotalView] = (),
    ) -> Page:
        """The list of all topics, those that were ``retired`` apart."""
        return self._page("topics.html", paths.TOPICS, {"topics": totals, "retired": retired})

    def search(self, months: Iterable[str]) -> Page:
        """The search page, which loads the index of each of these months, newest first."""
        shown = {
            "months": sorted(months, reverse=True),
            "ignored": sorted(word.decode() for word in search_index.STOP),
        }
        return self._page("search.html", paths.SEARCH, shown)

    def status(self, status: Status) -> tuple[Page, ...]:
        """The state of the working folder, as a page and as data (JSON)."""
        shown = {"view": views_status.view(status)}
        data = msgspec.json.encode(status) + b"\n"
        return self._page("status.html", paths.STATUS, shown), Page(paths.STATUS_DATA, data)

    def assets(self) -> tuple[Page, ...]:
        """The stylesheet, the icon and the script, each from the first folder that has it."""
        return tuple(map(self._templates.asset, ASSETS))

    def _page(self, name: str, path: str, shown: dict[str, Any], announced: Feeds = FEEDS) -> Page:
        common = {"site": self._site, "feeds": announced, "root": paths.relative(path, "")}
        return self._templates.page(name, path, common | shown)


def latest(pages: Iterable[Page]) -> tuple[Page, ...]:
    """The HTML and Markdown pages of an edition's newest issue under the name that stays.

    They are copies: the pages stand in one folder, so every link holds, and the HTML page
    names the dated page as the one to cite.
    """
    copies = []
    for page in pages:
        edition, _, name = page.path.rpartition("/")
        suffix = name.rpartition(".")[2]
        if suffix in {"html", "md"}:
            copies.append(Page(paths.latest(edition, suffix), page.body))
    return tuple(copies)


def _headline(issue: Issue) -> dict[str, Any]:
    made = wording.day(issue.date) if issue.span else ""
    return {
        "issue": issue,
        "day": wording.title(issue),
        "made": made,
        "lead": wording.lead(issue),
    }


def _json(issue: Issue) -> bytes:
    try:
        return _encoder.encode_lines([issue])
    except UnicodeEncodeError:  # a lone surrogate: never in what the ledger gave
        return _encoder.encode_lines([_carried(msgspec.to_builtins(issue))])


def _carried(value: Any) -> Any:
    if isinstance(value, str):
        return escape.json_text(value)
    if isinstance(value, dict):
        return {_carried(name): _carried(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_carried(part) for part in value]
    return value
