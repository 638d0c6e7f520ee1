"""Every feed document keeps the rules of its format, whatever text it holds."""

from __future__ import annotations

import html
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from digest.model.issues import Issue, Teaser
from digest.model.papers import Organization
from digest.render import feeds
from digest.render.feeds import writers
from tests.support.feed_rules import (
    ATOM,
    CONTENT,
    FORBIDDEN,
    HOSTILE,
    SITE,
    broken_atom_rules,
    broken_json_rules,
    broken_rss_rules,
    broken_rules,
    live_bodies,
    make_issue,
    make_item,
    parse,
)


def test_documents_of_every_kind_are_valid() -> None:
    """Live and archive documents, a topic's feed and issues.xml break no rule."""
    issue = make_issue(make_item(1), make_item(2, title=HOSTILE[0]))
    assert [] == broken_rules(feeds.live([issue], writers.FeedWriters(SITE), archive="2026-w46"))
    assert [] == broken_rules(
        feeds.archive("2026-w47", [issue], writers.FeedWriters(SITE), before=None)
    )
    assert [] == list(broken_rss_rules(feeds.issues([issue], SITE).body))
    topic = feeds.topic("agents", "Agents & tool use", [issue], writers.FeedWriters(SITE))
    assert [] == list(broken_rss_rules(topic.body))


def test_an_empty_feed_is_valid() -> None:
    """A feed before the first issue has no items and breaks no rule."""
    assert [] == broken_rules(feeds.live([], writers.FeedWriters(SITE), archive=None))
    assert [] == list(broken_rss_rules(feeds.issues([], SITE).body))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("RSS declaration", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>'),
        ("RSS docs", "<docs>", "<docs/><docs>"),
        (
            "RSS home page",
            "<link>https://letters.example/d/<",
            "<link>https://letters.example/d/feed.xml<",
        ),
        ("RSS self", 'rel="self"', 'rel="other"'),
        ("RSS author", "</item>", "<author>Mara Lindqvist</author></item>"),
        ("RSS title", "<item>", "<item><title/>"),
        ("RSS guid", 'isPermaLink="false"', 'isPermaLink="true"'),
        ("RSS unique", "0002</guid>", "0001</guid>"),
        ("RSS pubDate", "+0100</pubDate>", "CET</pubDate>"),
        ("RSS lastBuildDate", "07:00:00 +0100</lastBuildDate>", "07:00:01 +0100</lastBuildDate>"),
        ("RSS order", "06:59:59 +0100</pubDate>", "07:59:59 +0100</pubDate>"),
        ("HTML element script", "<description>", "<description>&lt;script&gt;&lt;/script&gt;"),
        ("HTML address", 'href="https://arxiv.org/abs', 'href="javascript:abs'),
        ("HTML entities", "<description>", "<description>&amp;nbsp;"),
        ("RSS domain", 'domain="https', 'domain="'),
        ("RSS ttl", "<ttl>1440</ttl>", ""),
    ],
)
def test_the_validator_reports_a_broken_rss_rule(rule: str, old: str, new: str) -> None:
    """The validator of these tests names the rule that a document breaks."""
    items = (make_item(place, seconds_before=place) for place in range(3))
    body = live_bodies(make_issue(*items))[0].decode()
    assert old in body
    assert rule in list(broken_rss_rules(body.replace(old, new).encode()))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("Atom feed id", "<id>https://letters.example/d/atom.xml</id>", ""),
        ("Atom feed links", 'rel="self"', 'rel="via"'),
        ("Atom entry link", '<link rel="alternate" href', '<link rel="related" href'),
        ("Atom offset", "+01:00</updated>", "</updated>"),
        ("Atom updated", "+01:00</published>", "+02:00</published>"),
        ("Atom type", '<summary type="text">', '<summary type="html">'),
    ],
)
def test_the_validator_reports_a_broken_atom_rule(rule: str, old: str, new: str) -> None:
    """The validator of these tests names the rule that a document breaks."""
    body = live_bodies(make_issue(make_item(1), make_item(2)))[1].decode()
    assert old in body
    assert rule in list(broken_atom_rules(body.replace(old, new).encode()))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("JSON version", "version/1.1", "version/1"),
        ("JSON next_url", "archive/2026-w46.json", "feed.json"),
        ("JSON authors", '"authors":[{"name":"Mara', '"authors":[{"named":"Mara'),
        ("JSON id", '"id":"urn', '"guid":"urn'),
        ("JSON content", '"content_html"', '"content"'),
        ("JSON offset", '+01:00"', '"'),
    ],
)
def test_the_validator_reports_a_broken_json_rule(rule: str, old: str, new: str) -> None:
    """The validator of these tests names the rule that a document breaks."""
    body = live_bodies(make_issue(make_item(1)), archive="2026-w46")[2].decode()
    assert old in body
    assert rule in list(broken_json_rules(body.replace(old, new).encode()))


def any_text() -> st.SearchStrategy[str]:
    """Return text of any characters, with control characters and lone surrogates."""
    return st.one_of(
        st.sampled_from((*HOSTILE, FORBIDDEN)),
        st.text(st.characters(exclude_categories=()), max_size=40),
    )


@st.composite
def any_issue(draw: st.DrawFn) -> Issue:
    """Return an issue with arbitrary text in every field that comes from a dump."""
    items = tuple(
        make_item(
            number,
            title=draw(any_text()),
            url=draw(any_text() | st.just("https://papers.example/a?b=c&d=<e>")),
            abstract=draw(st.none() | any_text()),
            one_line=draw(st.none() | st.builds(Teaser, any_text(), st.just("summary"))),
            arxiv_id=draw(st.none() | any_text()),
            doi=draw(st.none() | any_text()),
            authors=tuple(draw(st.lists(any_text(), max_size=3))),
            organization=Organization("x", draw(any_text())),
            published_text=draw(any_text()),
            published=None,
            code_url=draw(any_text()),
            summary=draw(st.none() | any_text()),
            reasons=(draw(any_text()),),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    return make_issue(*items, topics={"agents": draw(any_text()), "vision": draw(any_text())})


@settings(max_examples=20, deadline=None)
@given(any_issue(), any_text())
def test_no_text_makes_a_document_invalid(issue: Issue, words: str) -> None:
    """With any text in a dump and in the configuration, all documents are valid and agree."""
    site = msgspec.structs.replace(SITE, title="Title " + words, author="Name " + words)
    assert [] == broken_rules(feeds.live([issue], writers.FeedWriters(site), archive="2026-w46"))
    assert [] == list(broken_rss_rules(feeds.issues([issue], site).body))
    assert [] == list(
        broken_rss_rules(feeds.topic("agents", words, [issue], writers.FeedWriters(site)).body)
    )
    etree.fromstring(feeds.opml({"agents": words}, site).body)
    for body in (
        page.body for page in feeds.live([issue], writers.FeedWriters(site), archive=None)[:2]
    ):
        assert not parse(body).bozo


@pytest.mark.parametrize("title", HOSTILE)
def test_titles_read_back_unchanged(title: str) -> None:
    """A title is plain text and escaped once, in all formats."""
    rss, atom, json_feed = live_bodies(make_issue(make_item(title=title)))
    assert title == etree.fromstring(rss).findtext("channel/item/title")
    assert title == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}title")
    assert title == json.loads(json_feed)["items"][0]["title"]


@pytest.mark.parametrize("title", HOSTILE[:6])
def test_feedparser_reads_titles_unchanged(title: str) -> None:
    """Titles that do not look like HTML survive a reader that guesses their type."""
    for body in live_bodies(make_issue(make_item(title=title)))[:2]:
        assert title == parse(body).entries[0].title


@pytest.mark.parametrize("words", HOSTILE)
def test_descriptions_and_contents_read_back_unchanged(words: str) -> None:
    """The text of a description is the teaser, that of the content the abstract."""
    item = make_item(one_line=Teaser(words, "abstract"), abstract=words)
    rss, atom, json_feed = live_bodies(make_issue(item))
    item_element = etree.fromstring(rss).find("channel/item")
    assert item_element is not None
    first = json.loads(json_feed)["items"][0]
    content = item_element.findtext(CONTENT)
    assert words == html.unescape(item_element.findtext("description", ""))
    assert words == first["summary"]
    assert words == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}summary")
    assert content == first["content_html"]
    assert content == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}content")
    assert words == lxml_html.fragment_fromstring(content or "", create_parent="div")[0].text


def test_forbidden_characters_are_left_out() -> None:
    """Characters that XML forbids are missing, and the words around them stay."""
    rss, atom, json_feed = live_bodies(make_issue(make_item(title=FORBIDDEN)))
    expected = "bell , null , tab, half , no character , end"
    assert expected == etree.fromstring(rss).findtext("channel/item/title")
    assert expected == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}title")
    assert expected == json.loads(json_feed)["items"][0]["title"]


def test_no_media_are_enclosed() -> None:
    """No document has enclosures, images or other media, whatever a paper links to."""
    issue = make_issue(make_item(code_url="https://code.example/film.mp4", summary="<img src=x>"))
    rss, atom, json_feed = live_bodies(issue)
    for body in (rss, feeds.issues([issue], SITE).body):
        names = {str(element.tag).rpartition("}")[2] for element in etree.fromstring(body).iter()}
        assert names.isdisjoint({"enclosure", "image", "thumbnail", "group", "player"})
        assert b"media" not in body.partition(b">")[0]
    relations = {link.get("rel") for link in etree.fromstring(atom).iter(f"{ATOM}link")}
    assert {"self", "alternate"} == relations
    (item,) = json.loads(json_feed)["items"]
    assert {"attachments", "image", "banner_image"}.isdisjoint(item)
    contents = [element.text or "" for element in etree.fromstring(rss).iter(CONTENT)]
    assert not any("<img" in markup for markup in (item["content_html"], *contents))
