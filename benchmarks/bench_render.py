"""W1: pages and feeds against f-strings for the same text, and against feedgen."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks import corpus, measure
from digest.editorial import compose, topics
from digest.model.files import Page
from digest.model.issues import Accounting, Issue, Item
from digest.model.papers import Paper
from digest.model.settings import Site
from digest.pipeline.topics import load_headings
from digest.render import feeds
from digest.render.feeds import archive_layout, writers
from digest.render.site import pages
from digest.settings import resources

_MOMENT = "2026-11-22T07:00:00+00:00"
_A_DAY, _DAYS = 14, 60  # papers, days


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure an issue of 1,000 papers, the feeds, and an issue of 10,000 papers."""
    small, large = _issue(away, 1000), _issue(away, 10_000)
    rendered = pages.Pages((resources.shipped("templates"),), Site())
    rendered.check()
    page = measure.ratio(lambda: rendered.issue(small), lambda: _html_and_markdown(small))
    yield measure.at_most("W1", "HTML, Markdown, JSON / f-strings, 1,000 papers", 3.0, page)
    yield from _feeds(small)
    yield from _window([_issue(away, _A_DAY, day) for day in range(_DAYS)][::-1])
    growth = measure.ratio(lambda: rendered.issue(large), lambda: rendered.issue(small), 3)
    yield measure.at_most("W1", "10,000 papers / 1,000 papers", 12, growth)


def _feeds(issue: Issue) -> Iterator[measure.Row]:
    """Measure feeds that hold all papers in full, as archive documents do."""
    three = measure.ratio(lambda: _documents(issue, 3), lambda: _three_feeds(issue.papers))
    yield measure.at_most("W1", "RSS, Atom, JSON Feed in full / f-strings", 3.5, three)
    rss = measure.ratio(lambda: _documents(issue, 1), lambda: _rss(_with_content(issue.papers)))
    yield measure.at_most("W1", "RSS alone, in full / f-strings", 3.5, rss)
    peer = measure.ratio(lambda: _feedgen(issue), lambda: _documents(issue, 1))
    yield measure.at_least("W1", "feedgen's RSS / our RSS", 2.0, peer)


def _documents(issue: Issue, formats: int) -> tuple[Page, ...]:
    """Write the first ``formats`` of RSS, Atom and JSON Feed."""
    feed_writers = writers.FeedWriters(Site())
    feed_writers.formats = feed_writers.formats[:formats]
    return feeds.archive(archive_layout.week(issue.date), [issue], feed_writers, before=None)


def _window(newest_first: list[Issue]) -> Iterator[measure.Row]:
    """Measure the live feeds, which are written again with every issue.

    The f-strings are given exactly the papers that the feeds hold, and need not choose them.
    """
    documents = _live(newest_first)
    guids = {item["id"] for item in msgspec.json.decode(documents[-1].body)["items"]}
    items = [item for issue in newest_first for item in issue.papers if item.guid in guids]
    cost = measure.ratio(lambda: _live(newest_first), lambda: _three_feeds(items))
    yield measure.at_most("W1", f"live feeds, {len(items)} papers / f-strings", 3.5, cost)
    largest = max(len(page.body) for page in documents) / 1024
    yield measure.at_most("W1", "largest live feed at 14 papers a day, KiB", 512, largest)
    share = len(items) / sum(len(issue.papers) for issue in newest_first[:14])
    yield measure.at_least("W1", "papers in it / those of 14 days", 1.0, share)


def _live(newest_first: list[Issue]) -> tuple[Page, ...]:
    return feeds.live(newest_first, writers.FeedWriters(Site()), archive=None)


def _issue(away: Path, count: int, day: int = 0) -> Issue:
    """Return an issue of ``count`` papers, different ones for each day."""
    headings = load_headings(away)
    moment = datetime.fromisoformat(_MOMENT) - timedelta(days=_DAYS - 1 - day)
    placed = []
    for number, invented in enumerate(corpus.papers(count, start=day * count), start=day * count):
        paper = Paper(
            id=number,
            guid=f"urn:papers-digest:{number:032x}",
            intake=1,
            title=invented.title,
            abstract=invented.abstract,
            authors=invented.authors,
            published=invented.published.isoformat(),
            comments=invented.comments,
        )
        item = compose.clean_paper(paper, 1).item
        placement = topics.place(headings.lexicon, item.title, item.abstract)
        placed.append(compose.classify_item(item, placement))
    header = compose.IssueHeader(
        edition="daily",
        date=moment.date().isoformat(),
        ordinal=1,
        number=day + 1,
        moment=moment.isoformat(),
        verdict="new",
        accounting=Accounting(1, count, count),
    )
    return compose.compose_issue(header, placed, headings.names)


def _html_and_markdown(issue: Issue) -> int:
    """Write the same text as HTML, Markdown and JSON, by the quickest means there is."""
    page = "".join(
        f'<h3><a href="{_e(item.url)}">{_e(item.title)}</a></h3><p>{_e(", ".join(item.authors))}'
        f" {item.published} {item.comments}</p><q>{_e(item.one_line.text if item.one_line else '')}"
        f"</q><details><p>{_e(item.abstract or '')}</p>"
        f"<p>{_e(', '.join(item.reasons))}</p></details>"
        for item in issue.papers
    )
    markdown = "".join(
        f"### [{_e(item.title)}]({_e(item.url)})\n\n{_e(', '.join(item.authors))} {item.published}"
        f"\n\n> {_e(item.one_line.text if item.one_line else '')}\n\n{_e(item.abstract or '')}\n"
        for item in issue.papers
    )
    return len(page.encode()) + len(markdown.encode()) + len(msgspec.json.encode(issue))


def _three_feeds(items: Sequence[Item]) -> int:
    both = _with_content(items)
    atom = "".join(
        f"<entry><title>{_e(item.title)}</title><link href='{_e(item.url)}'/><id>{item.guid}</id>"
        f"<updated>{_MOMENT}</updated><summary>{_e((item.abstract or '')[:300])}</summary>"
        f"<content type='html'>{_e(body)}</content></entry>"
        for item, body in both
    )
    data = msgspec.json.encode(
        [
            {"id": item.guid, "url": item.url, "title": item.title, "content_html": body}
            for item, body in both
        ]
    )
    return _rss(both) + len(atom.encode()) + len(data)


def _rss(both: Sequence[tuple[Item, str]]) -> int:
    rss = "".join(
        f"<item><title>{_e(item.title)}</title><link>{_e(item.url)}</link><guid>{item.guid}</guid>"
        f"<pubDate>{_MOMENT}</pubDate><description>{_e((item.abstract or '')[:300])}</description>"
        f"<content>{_e(body)}</content></item>"
        for item, body in both
    )
    return len(rss.encode())


def _with_content(items: Sequence[Item]) -> list[tuple[Item, str]]:
    return [(item, _content(item)) for item in items]


def _content(item: Item) -> str:
    return (
        f"<p>{_e(', '.join(item.authors))} {item.published}</p><p>{_e(item.abstract or '')}</p>"
        f"<p>{_e(', '.join(item.reasons))}</p>"
    )


def _feedgen(issue: Issue) -> bytes:
    """Write the same elements as our RSS, with authors and topics."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.title("Papers")
    feed.description("Papers")
    feed.link(href="http://localhost:8000/")
    for section in issue.sections:
        for item in section.papers:
            entry = feed.add_entry(order="append")
            entry.guid(item.guid, permalink=False)
            entry.title(item.title)
            entry.link(href=item.url)
            entry.published(datetime(2026, 11, 22, 7, tzinfo=UTC))
            entry.description((item.abstract or "")[:300])
            entry.content(_content(item), type="html")
            entry.dc.dc_creator(list(item.authors[:20]))
            for topic in (section.topic, *item.also):
                entry.category(term=issue.topics.get(topic, topic), scheme=f"topics/{topic}/")
    written: bytes = feed.rss_str()
    return written


_e = html.escape
