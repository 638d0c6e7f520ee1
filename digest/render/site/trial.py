"""Render every page with invented papers, to find what compiling a template does not find."""

from __future__ import annotations

import msgspec

from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import Accounting, Issue, Item, Section, Teaser
from digest.model.status import RunRecord, Status
from digest.model.topics import TopicCount
from digest.render.removed_topic import TopicTotalView
from digest.render.site import heading_pages, notes
from digest.render.site.pages import Pages
from digest.render.site.views import topics

_DAY, _MOMENT = "2026-11-20", "2026-11-20T07:00:00+00:00"
_PAPER = Item(
    guid=f"urn:papers-digest:{0:032x}",
    title="Lanterns for long tunnels",
    url="https://example.org/lanterns",
    arxiv_id="2611.00001",
    abstract="Tunnels are dark. We hang lanterns.",
    one_line=Teaser("We hang lanterns.", "abstract"),
    authors=("Ada Vance",),
    n_authors=1,
    upvotes=3,
)
_BARE = Item(guid=f"urn:papers-digest:{1:032x}", title="Bare", url="")
EMPTY = Issue(
    edition="daily",
    date=_DAY,
    number=1,
    moment=_MOMENT,
    verdict="quiet",
    accounting=Accounting(),
    sections=(),
)
ISSUE = msgspec.structs.replace(
    EMPTY,
    number=2,
    verdict="new",
    accounting=Accounting(dumps=1, entries=2, new=2),
    sections=(Section(topic="shore", name="Shore", papers=(_PAPER, _BARE)),),
    topics={"shore": "Shore"},
)
# Too large for one page, so that its heading has a page too.
_LARGE = Section(
    topic="shore",
    name="Shore",
    papers=(msgspec.structs.replace(_PAPER, abstract="x" * heading_pages.LIMIT),),
)
_LINK = IssueLink(
    edition="daily", date=_DAY, key=_DAY, number=2, papers=2, verdict="new", is_history=False
)
_TOPIC = topics.TopicView(id="shore", name="Shore", file="index.html", lead="2 papers", days=())


def render_samples(pages: Pages) -> tuple[Page, ...]:
    """Return each kind of page, filled with invented papers, and the assets.

    Raises `SettingsError` for a template that cannot be filled. One that fails with other papers
    only is not found.
    """
    total = TopicTotalView("Shore", "shore/index.html", "2 papers")
    status = Status(
        health="ok",
        stale=False,
        moment=_MOMENT,
        timezone="UTC",
        version="",
        runs=(RunRecord(moment=_MOMENT, verdict="new", exit_status=0, seconds=1.0),),
    )
    return (
        *pages.issue(ISSUE, _LINK, _LINK, withdrawn=1, note=notes.render_note("A note.")),
        *pages.issue(EMPTY),
        *pages.issue(msgspec.structs.replace(ISSUE, sections=(_LARGE,))),
        pages.index(None, ()),
        pages.index(ISSUE, (_LINK,), (TopicCount("day", _DAY, "shore", "Shore", 2, 0),)),
        pages.archive((_LINK,)),
        pages.year(_DAY[:4], (_LINK,)),
        pages.topic(_TOPIC),
        pages.topics((total,), (total,)),
        pages.search((_DAY[:7],)),
        *pages.status(status),
        *pages.assets(),
    )
