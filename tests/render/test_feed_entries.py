"""A paper as an item of a feed: categories, authors, content, links and description."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from digest.render import paths
from digest.render.feeds import paper_entries
from tests.support.feed_rules import (
    ATOM,
    CONTENT,
    CREATOR,
    live_bodies,
    make_issue,
    make_item,
)


def test_a_category_keeps_its_address_when_the_topic_is_renamed() -> None:
    """The domain is made of the topic's id; a new name changes only the text."""
    issue = make_issue(make_item())
    renamed = make_issue(make_item(), topics={"agents": "Doers", "vision": "Seers"})
    first, second = (
        etree.fromstring(live_bodies(version)[0]).findall("channel/item/category")
        for version in (issue, renamed)
    )
    domains = [f"https://letters.example/d/topics/{key}/" for key in ("agents", "vision")]
    assert domains == [topic.get("domain") for topic in first]
    assert domains == [topic.get("domain") for topic in second]
    assert ["Agents & tool use", "Vision & 3D"] == [topic.text for topic in first]
    assert ["Doers", "Seers"] == [topic.text for topic in second]


def test_an_item_has_each_category_once() -> None:
    """A paper that also belongs to its own heading has one category for it."""
    issue = make_issue(make_item(also=("agents", "vision", "gone")))
    categories = etree.fromstring(live_bodies(issue)[0]).findall("channel/item/category")
    assert ["Agents & tool use", "Vision & 3D"] == [topic.text for topic in categories]


def test_authors_are_listed_up_to_a_limit() -> None:
    """Atom and JSON name each; of hundreds the first are named and the others counted."""
    names = tuple(f"Author {number}" for number in range(664))
    rss, atom, json_feed = live_bodies(make_issue(make_item(authors=names, n_authors=664)))
    expected = list(names[: paper_entries.NAMES])
    (item,) = json.loads(json_feed)["items"]
    assert "Author 59 and 604 others" in item["content_html"]
    assert expected == [author["name"] for author in item["authors"]]
    people = etree.fromstring(atom).iterfind(f"{ATOM}entry/{ATOM}author/{ATOM}name")
    assert expected == [person.text for person in people]
    assert ["Author 0 and 663 more"] == [
        creator.text for creator in etree.fromstring(rss).iter(CREATOR)
    ]


@pytest.mark.parametrize(
    ("authors", "count", "expected"),
    [
        (("Mara Lindqvist",), 1, ["Mara Lindqvist"]),
        (("Mara Lindqvist", "Tomas Okafor"), 2, ["Mara Lindqvist and Tomas Okafor"]),
        (("Mara Lindqvist", "Tomas Okafor"), 5, ["Mara Lindqvist and 4 more"]),
        (("Mara Lindqvist", "Tomas Okafor", "Ida Quill"), None, ["Mara Lindqvist and 2 more"]),
        ((), 6, []),
    ],
)
def test_one_creator_stands_for_all_authors(
    authors: tuple[str, ...], count: int | None, expected: list[str]
) -> None:
    """A reader that shows the first dc:creator, or the last, shows how many there are."""
    item = make_item(authors=authors, n_authors=count)
    root = etree.fromstring(live_bodies(make_issue(item))[0])
    assert expected == [creator.text for creator in root.iter(CREATOR)]


@pytest.mark.parametrize(
    ("authors", "count", "expected"),
    [
        (("Mara Lindqvist",), 1, "<p>Mara Lindqvist</p>"),
        (("Mara Lindqvist",), None, "<p>Mara Lindqvist</p>"),
        (("Mara Lindqvist",), 2, "<p>Mara Lindqvist and 1 other</p>"),
        ((), 1, "<p>1 author</p>"),
        ((), 6, "<p>6 authors</p>"),
    ],
)
def test_authors_are_named_or_counted(
    authors: tuple[str, ...], count: int | None, expected: str
) -> None:
    """A listing may name all authors, some of them, or only give their number."""
    item = make_item(authors=authors, n_authors=count, organization=None, published=None)
    assert expected in json.loads(live_bodies(make_issue(item))[2])["items"][0]["content_html"]


def test_the_content_of_a_paper_in_full() -> None:
    """It begins with teaser, votes, heading and the profile's reasons; then the abstract comes.

    Authors, the reasons of the heading and absolute links follow.
    """
    item = make_item(doi="10.1000/lamp#1", late_from="2026-11-20", upvotes=12, comments=2)
    anchor = paths.anchor(item.guid)
    expected = (
        "<p>We count the ships.</p>"
        "<p>12 votes · 2 comments · Agents &amp; tool use · Follows “lamps” · late, from"
        " 2026-11-20</p>"
        "<p>We count the ships. Then we count the lamps.</p>"
        "<p>Mara Lindqvist, Tomas Okafor and 3 others · Northfield Lab · 2026-11-20</p>"
        "<p>Why this heading: “lamps” in the abstract</p>"
        '<p><a href="https://arxiv.org/abs/2611.00001">arXiv</a>'
        ' · <a href="https://arxiv.org/pdf/2611.00001">PDF</a>'
        ' · <a href="https://doi.org/10.1000/lamp%231">DOI</a>'
        ' · <a href="https://code.example/lighthouse">Code</a>'
        ' · <a href="https://letters.example/d/daily/2026-11-22.html#'
        f'{anchor}">In the issue</a></p>'
    )
    issue = make_issue(item, followed={item.guid: ("Follows “lamps”",)})
    rss, atom, json_feed = live_bodies(issue)
    assert expected == json.loads(json_feed)["items"][0]["content_html"]
    assert expected == etree.fromstring(rss).findtext(f"channel/item/{CONTENT}")
    assert expected == etree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}content")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"abstract": None}, ["We count the ships.", "Agents & tool use"]),
        ({"one_line": None}, ["Agents & tool use", "We count the ships. Then we count the lamps."]),
        ({"abstract": "We count the ships."}, ["We count the ships.", "Agents & tool use"]),
        (
            {"abstract": None, "one_line": None, "summary": "Ships, counted."},
            ["Agents & tool use", "Ships, counted."],
        ),
    ],
)
def test_no_words_of_a_paper_stand_twice(fields: dict[str, Any], expected: list[str]) -> None:
    """A paper may lack an abstract or a teaser, or its teaser may be the whole abstract."""
    item = make_item(
        **{"authors": (), "n_authors": None, "organization": None, "published": None} | fields
    )
    content = json.loads(live_bodies(make_issue(item))[2])["items"][0]["content_html"]
    paragraphs = lxml_html.fragment_fromstring(content, create_parent="div").iter("p")
    assert expected == [str(each.text_content()) for each in paragraphs][: len(expected)]
    assert content.count("Ships, counted.") + content.count("We count the ships.") == 1


def test_a_withdrawn_paper_says_so_first() -> None:
    """Before its other facts, in every feed."""
    item = make_item(authors=("Mara Lindqvist",), n_authors=1, organization=None, published=None)
    issue = make_issue(msgspec.structs.replace(item, retracted=True))
    content = json.loads(live_bodies(issue)[2])["items"][0]["content_html"]
    assert "<p>withdrawn · Agents &amp; tool use</p>" in content


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://papers.example/lamps", '<a href="https://papers.example/lamps">papers.example<'),
        ("https://find.example?q=a&b", '<a href="https://find.example?q=a&amp;b">find.example<'),
    ],
)
def test_the_link_of_a_paper_without_an_id_is_named_after_its_host(url: str, expected: str) -> None:
    """The link may lead to the paper or to a search, and its name says where."""
    item = make_item(arxiv_id=None, url=url)
    assert expected in json.loads(live_bodies(make_issue(item))[2])["items"][0]["content_html"]


def test_a_paper_without_a_web_address_links_to_its_issue() -> None:
    """Addresses like javascript: and data: are never linked."""
    item = make_item(url="javascript:alert(1)", code_url="data:text/html,x", arxiv_id=None)
    rss = live_bodies(make_issue(item))[0]
    link = etree.fromstring(rss).findtext("channel/item/link")
    anchor = paths.anchor(item.guid)
    assert f"https://letters.example/d/daily/2026-11-22.html#{anchor}" == link
    assert b"javascript" not in rss
    assert b"data:" not in rss


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "We count the ships."),
        ({"one_line": None}, "We count the ships. Then we count the lamps."),
        ({"one_line": None, "abstract": None, "summary": "Ships, counted."}, "Ships, counted."),
        (
            {"one_line": None, "abstract": None, "organization": None},
            "Mara Lindqvist, Tomas Okafor and 3 others · 2026-11-20",
        ),
    ],
)
def test_the_description_is_the_best_text_there_is(fields: dict[str, Any], expected: str) -> None:
    """It is the teaser, else the opening of the abstract, else the summary, else the facts."""
    rss = live_bodies(make_issue(make_item(**fields)))[0]
    assert expected == etree.fromstring(rss).findtext("channel/item/description")


@given(st.text(max_size=700))
def test_an_opening_is_short_and_begins_its_text(text: str) -> None:
    """The opening of a text is its beginning, no longer than the limit."""
    cut = paper_entries.abstract_opening(text)
    assert len(cut) <= paper_entries.OPENING + 1
    assert cut == text or (cut[-1] == "…" and text.startswith(cut[:-1]))


def test_an_opening_ends_between_words() -> None:
    """No word is cut in two where blanks separate words."""
    assert "word " * 59 + "word…" == paper_entries.abstract_opening("word " * 100)
