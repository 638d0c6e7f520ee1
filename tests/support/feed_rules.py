"""Write feeds of invented issues, and list the rules that a feed breaks.

The name of a rule begins with the format whose specification or profile gives it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
from lxml import etree
from lxml import html as lxml_html

from digest.model.files import Page
from digest.model.issues import Accounting, Issue, Item, Section, Teaser
from digest.model.papers import Organization
from digest.model.settings import Site
from digest.render import feeds
from digest.render.feeds import writers

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
PERIOD = "{http://purl.org/rss/1.0/modules/syndication/}updatePeriod"
FREQUENCY = "{http://purl.org/rss/1.0/modules/syndication/}updateFrequency"
SITE = Site(title="Lanternfish Letters", url="https://letters.example/d/", author="Ida Quill")
HOSTILE = (
    r"A < B & C: $\alpha$",
    "<think> before you speak",
    "an end ]]> in the middle",
    "\"double\" and 'single' quotes",
    "潮汐预测：一种缓慢的方法",
    "Kites 🪁 and the 👩‍🚀 problem",
    "&amp; written out, &lt;b&gt; too",
    "<script>alert(1)</script>",
)
FORBIDDEN = "bell \x07, null \x00, tab\x0b, half \ud800, no character \uffff, end"


def make_item(number: int = 1, **fields: Any) -> Item:
    """Return an invented paper with every field that a listing can give."""
    standard: dict[str, Any] = {
        "guid": f"urn:uuid:00000000-0000-5000-8000-{number:012x}",
        "title": f"Lighthouse Scheduling {number}",
        "arxiv_id": f"2611.{number:05}",
        "url": f"https://papers.example/2611.{number:05}",
        "abstract": "We count the ships. Then we count the lamps.",
        "one_line": Teaser("We count the ships.", "abstract"),
        "authors": ("Mara Lindqvist", "Tomas Okafor"),
        "n_authors": 5,
        "organization": Organization("northfield", "Northfield Lab"),
        "published": "2026-11-20",
        "code_url": "https://code.example/lighthouse",
        "also": ("vision",),
        "reasons": ("“lamps” in the abstract",),
    }
    return Item(**standard | fields)


def make_issue(*items: Item, **fields: Any) -> Issue:
    """Return an issue with these papers under one heading."""
    section = Section(topic="agents", name="Agents & tool use", papers=items)
    standard: dict[str, Any] = {
        "edition": "daily",
        "date": "2026-11-22",
        "number": 7,
        "moment": "2026-11-22T07:00:00+01:00",
        "verdict": "new",
        "accounting": Accounting(),
        "sections": (section,) if items else (),
        "topics": {"agents": "Agents & tool use", "vision": "Vision & 3D"},
    }
    return Issue(**standard | fields)


def live_bodies(*issues: Issue, site: Site = SITE, **options: Any) -> tuple[bytes, bytes, bytes]:
    """Return the bodies of the three live documents: RSS, Atom, JSON."""
    rss, atom, json_feed = feeds.live(
        issues, writers.FeedWriters(site), **{"archive": None} | options
    )
    return rss.body, atom.body, json_feed.body


def guids(body: bytes) -> list[str]:
    """Return the ids in a document of any format, in its order."""
    if body.startswith(b"{"):
        return [item["id"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body)
    elements = (*root.iter("guid"), *root.iterfind(f"{ATOM}entry/{ATOM}id"))
    return [element.text or "" for element in elements]


def parse(body: bytes) -> Any:
    """Return a document as feedparser reads it."""
    # As a file: feedparser may take bytes for a path.
    return feedparser.parse(io.BytesIO(body))


def broken_rss_rules(body: bytes, site: Site = SITE) -> Iterator[str]:
    """Yield the rules that an RSS document breaks."""
    if not body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'):
        yield "RSS declaration"
    channel = etree.fromstring(body)[0]
    yield from broken_channel_rules(channel, site)
    for item in channel.iterfind("item"):
        yield from broken_item_rules(item)
    ids = guids(body)
    if len(set(ids)) != len(ids):
        yield "RSS unique"
    dates = [parsedate_to_datetime(date.text or "") for date in channel.iter("pubDate")]
    built = channel.findtext("lastBuildDate")
    if (parsedate_to_datetime(built) if built else None) != max(dates, default=None):
        yield "RSS lastBuildDate"
    if sorted(dates, reverse=True) != dates:
        yield "RSS order"


def broken_channel_rules(channel: etree._Element, site: Site) -> Iterator[str]:
    """Yield the rules that a channel breaks in the elements before its items."""
    for name in ("title", "link", "description", "language", "generator", "docs"):
        if [bool(element.text) for element in channel.iterfind(name)] != [True]:
            yield f"RSS {name}"
    home = channel.findtext("link", "")
    if not home.startswith(site.url) or not home.endswith("/"):
        yield "RSS home page"
    own = channel.find(f"{ATOM}link[@rel='self']")
    if own is None or own.get("type") != "application/rss+xml":
        yield "RSS self"
    if channel.find(ARCHIVE) is None and not (channel.findtext("ttl") and channel.findtext(PERIOD)):
        yield "RSS ttl"


def broken_item_rules(item: etree._Element) -> Iterator[str]:
    """Yield the rules that an item breaks."""
    names = [child.tag for child in item]
    for name in ("title", "link", "description", "guid", "pubDate"):
        if names.count(name) != 1:
            yield f"RSS {name}"
    if "author" in names:
        yield "RSS author"
    guid = item.find("guid")
    if (
        guid is None
        or guid.get("isPermaLink") != "false"
        or not (guid.text or "").startswith("urn:")
    ):
        yield "RSS guid"
    if not re.fullmatch(
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", item.findtext("pubDate", "")
    ):
        yield "RSS pubDate"
    if CONTENT in names and names.index(CONTENT) < names.index("description"):
        yield "RSS order"
    for markup in (item.findtext("description", ""), item.findtext(CONTENT, "")):
        yield from broken_markup_rules(markup)
    if any(not topic.get("domain", "").startswith("http") for topic in item.iterfind("category")):
        yield "RSS domain"


def broken_markup_rules(markup: str) -> Iterator[str]:
    """Yield the rules that HTML breaks: few elements, web addresses only, few entities."""
    if set(re.findall(r"&(\w+);", markup)) - {"amp", "lt", "gt", "quot", "apos"}:
        yield "HTML entities"
    if not markup:
        return
    for element in lxml_html.fragment_fromstring(markup, create_parent="div").iter():
        if element.tag not in {"div", "p", "a", "h3", "ul", "li", "br"}:
            yield f"HTML element {element.tag}"
        if set(element.attrib) - {"href"}:
            yield "HTML attribute"
        if not element.get("href", "https://").startswith(("https://", "http://")):
            yield "HTML address"


def broken_atom_rules(body: bytes) -> Iterator[str]:
    """Yield the rules that an Atom document breaks."""
    feed = etree.fromstring(body)
    relations = [link.get("rel") for link in feed.iterfind(f"{ATOM}link")]
    for name in ("id", "title", "updated", "author"):
        if len(feed.findall(ATOM + name)) != 1:
            yield f"Atom feed {name}"
    if relations.count("self") != 1 or relations.count("alternate") != 1:
        yield "Atom feed links"
    stamps = [element.text or "" for element in feed.iter(f"{ATOM}updated")]
    if any(datetime.fromisoformat(stamp).tzinfo is None for stamp in stamps):
        yield "Atom offset"
    for entry in feed.iterfind(f"{ATOM}entry"):
        yield from broken_entry_rules(entry)


def broken_entry_rules(entry: etree._Element) -> Iterator[str]:
    """Yield the rules that an Atom entry breaks."""
    for name in ("id", "title", "updated", "published"):
        if len(entry.findall(ATOM + name)) != 1:
            yield f"Atom entry {name}"
    if entry.find(f"{ATOM}link[@rel='alternate']") is None:
        yield "Atom entry link"
    if entry.findtext(f"{ATOM}updated") != entry.findtext(f"{ATOM}published"):
        yield "Atom updated"
    kinds = {child.tag: child.get("type") for child in entry}
    if kinds.get(f"{ATOM}title") != "text" or kinds.get(f"{ATOM}summary") != "text":
        yield "Atom type"
    yield from broken_markup_rules(entry.findtext(f"{ATOM}content", ""))


def broken_json_rules(body: bytes) -> Iterator[str]:
    """Yield the rules that a JSON Feed breaks."""
    feed = json.loads(body)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "JSON version"
    if not feed.get("title") or not isinstance(feed.get("items"), list):
        yield "JSON title"
    if feed.get("next_url") == feed.get("feed_url"):
        yield "JSON next_url"
    for holder in (feed, *feed["items"]):
        if not all(isinstance(author.get("name"), str) for author in holder["authors"]):
            yield "JSON authors"
    for item in feed["items"]:
        if not isinstance(item.get("id"), str) or not item["id"]:
            yield "JSON id"
        if not ("content_html" in item or "content_text" in item):
            yield "JSON content"
        if datetime.fromisoformat(item["date_published"]).tzinfo is None:
            yield "JSON offset"
        yield from broken_markup_rules(item.get("content_html", ""))


def broken_rules(pages: tuple[Page, ...], site: Site = SITE) -> list[str]:
    """Return the rules that the three documents of a feed break."""
    rss, atom, json_feed = (page.body for page in pages)
    rules = [
        *broken_rss_rules(rss, site),
        *broken_atom_rules(atom),
        *broken_json_rules(json_feed),
    ]
    if not guids(rss) == guids(atom) == guids(json_feed):
        rules.append("all formats: ids")
    return rules
