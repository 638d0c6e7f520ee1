"""W1: pages and feeds against writing the same words with f-strings, and against feedgen."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks import corpus, measure
from digest import issue, run_state, shipped, topics
from digest.model.issues import Accounting, Issue, Item
from digest.model.papers import Paper
from digest.model.settings import Site
from digest.rendering import feeds, pages

_MOMENT = "2026-11-22T07:00:00+00:00"


def rows(away: Path) -> Iterator[measure.Row]:
    """An issue of 1,000 papers, and one of 10,000."""
    small, large = _issue(away, 1000), _issue(away, 10_000)
    rendered = pages.Pages((shipped.shipped("templates"),), Site())
    rendered.check()
    page = measure.ratio(lambda: rendered.issue(small), lambda: _html_and_markdown(small))
    yield measure.at_most("W1", "HTML, Markdown, JSON / f-strings, 1,000 papers", 3.0, page)
    week = feeds.week(small.date)
    feed = measure.ratio(
        lambda: feeds.archive(week, [small], feeds.Press(Site()), before=None),
        lambda: _three_feeds(small),
    )
    yield measure.at_most("W1", "RSS, Atom, JSON Feed in full / f-strings", 3.5, feed)
    peer = measure.ratio(
        lambda: _feedgen(small),
        lambda: feeds.archive(week, [small], feeds.Press(Site()), before=None),
        3,
    )
    yield measure.at_least("W1", "feedgen's RSS and Atom / our three feeds", 2.0, peer)
    growth = measure.ratio(lambda: rendered.issue(large), lambda: rendered.issue(small), 3)
    yield measure.at_most("W1", "10,000 papers / 1,000 papers", 12, growth)


def _issue(away: Path, count: int) -> Issue:
    headings = run_state.headings(away)
    placed = []
    for number, one in enumerate(corpus.papers(count)):
        paper = Paper(
            id=number,
            guid=f"urn:papers-digest:{number:032x}",
            intake=1,
            title=one.title,
            abstract=one.abstract,
            authors=one.authors,
            published=one.published.isoformat(),
            comments=one.comments,
        )
        item = issue.mend(paper, 1).item
        placement = topics.place(headings.lexicon, item.title, item.abstract)
        placed.append(issue.place(item, placement))
    frame = issue.Frame(
        edition="daily",
        date="2026-11-22",
        ordinal=1,
        number=1,
        moment=_MOMENT,
        verdict="new",
        accounting=Accounting(1, count, count),
    )
    return issue.compose(frame, placed, headings.names)


def _html_and_markdown(shown: Issue) -> int:
    """The same words on two pages and as data, by the quickest means there is."""
    page = "".join(
        f'<h3><a href="{_e(item.url)}">{_e(item.title)}</a></h3><p>{_e(", ".join(item.authors))}'
        f" {item.published} {item.comments}</p><q>{_e(item.one_line.text if item.one_line else '')}"
        f"</q><details><p>{_e(item.abstract or '')}</p>"
        f"<p>{_e(', '.join(item.reasons))}</p></details>"
        for item in shown.papers
    )
    markdown = "".join(
        f"### [{_e(item.title)}]({_e(item.url)})\n\n{_e(', '.join(item.authors))} {item.published}"
        f"\n\n> {_e(item.one_line.text if item.one_line else '')}\n\n{_e(item.abstract or '')}\n"
        for item in shown.papers
    )
    return len(page.encode()) + len(markdown.encode()) + len(msgspec.json.encode(shown))


def _three_feeds(shown: Issue) -> int:
    content = [_content(item) for item in shown.papers]
    rss = "".join(
        f"<item><title>{_e(item.title)}</title><link>{_e(item.url)}</link><guid>{item.guid}</guid>"
        f"<pubDate>{_MOMENT}</pubDate><description>{_e((item.abstract or '')[:300])}</description>"
        f"<content>{_e(body)}</content></item>"
        for item, body in zip(shown.papers, content, strict=True)
    )
    atom = "".join(
        f"<entry><title>{_e(item.title)}</title><link href='{_e(item.url)}'/><id>{item.guid}</id>"
        f"<updated>{_MOMENT}</updated><summary>{_e((item.abstract or '')[:300])}</summary>"
        f"<content type='html'>{_e(body)}</content></entry>"
        for item, body in zip(shown.papers, content, strict=True)
    )
    data = msgspec.json.encode(
        [
            {"id": item.guid, "url": item.url, "title": item.title, "content_html": body}
            for item, body in zip(shown.papers, content, strict=True)
        ]
    )
    return len(rss.encode()) + len(atom.encode()) + len(data)


def _content(item: Item) -> str:
    return (
        f"<p>{_e(', '.join(item.authors))} {item.published}</p><p>{_e(item.abstract or '')}</p>"
        f"<p>{_e(', '.join(item.reasons))}</p>"
    )


def _feedgen(shown: Issue) -> int:
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id("urn:papers-digest:feed")
    feed.title("Papers")
    feed.description("Papers")
    feed.link(href="http://localhost:8000/")
    for item in shown.papers:
        entry = feed.add_entry(order="append")
        entry.id(item.guid)
        entry.title(item.title)
        entry.link(href=item.url)
        entry.published(datetime(2026, 11, 22, 7, tzinfo=UTC))
        entry.updated(datetime(2026, 11, 22, 7, tzinfo=UTC))
        entry.summary((item.abstract or "")[:300])
        entry.content(_content(item), type="html")
    return len(feed.rss_str()) + len(feed.atom_str())


_e = html.escape
