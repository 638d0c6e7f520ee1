"""RSS and Atom feeds of papers are read, and other feeds are rejected."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Reject

API = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/q1w2e3</id>
  <title>arXiv Query: search_query=all:tides</title>
  <updated>2026-11-19T22:09:25Z</updated>
  <opensearch:itemsPerPage>10</opensearch:itemsPerPage>
  <opensearch:totalResults>2</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <entry>
    <id>http://arxiv.org/abs/2611.00031v2</id>
    <title>Tides in
  Small Basins</title>
    <updated>2026-11-19T16:07:14Z</updated>
    <published>2026-11-17T16:07:14Z</published>
    <link href="https://arxiv.org/abs/2611.00031v2" rel="alternate" type="text/html"/>
    <summary>  Tides where $a &lt; b$ are
small.
</summary>
    <category term="physics.ao-ph" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <arxiv:doi>10.1000/TIDE</arxiv:doi>
    <arxiv:primary_category term="physics.ao-ph"/>
    <author><name>Ada Quill</name></author>
    <author><name>Bo Lund</name></author>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/astro-ph/0601999v1</id>
    <title>0</title>
    <published>2006-01-03T00:00:00Z</published>
    <summary>Zero.</summary>
  </entry>
</feed>
"""
ERROR = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/</id>
  <title>arXiv Search Results</title><entry>
    <id>https://arxiv.org/api/errors#incorrect_id_format_for_xyz</id><title>Error</title>
    <summary>incorrect id format for xyz</summary></entry></feed>
"""


def rss(*items: str, channel: str = "") -> bytes:
    """Write an RSS feed of items with these contents."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"\n'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"<title>Daily picks</title><link>https://picks.example.org/papers/</link>{channel}\n"
        + "\n".join(f"<item>{item}</item>" for item in items)
        + "\n</channel></rss>\n"
    ).encode()


def load(data: bytes | str, name: str = "dump.xml") -> Dump:
    """Read these bytes as a file with this name."""
    return parsers.read_dump(name, io.BytesIO(data if isinstance(data, bytes) else data.encode()))


def test_every_field_of_an_answer_of_arxivs_api_is_read() -> None:
    """Ids come without versions, the day is the first version's, and the stated count is read."""
    dump = load(API)
    paper, old = dump.sightings
    assert ("feed", "export.arxiv.org/api") == (dump.format_name, dump.source)
    assert ("2026-11-19", 2) == (dump.page_date, dump.stated)
    assert ("2611.00031", "10.1000/tide") == (paper.arxiv_id, paper.doi)
    assert "Tides in Small Basins" == paper.title
    assert "Tides where $a < b$ are\nsmall." == paper.abstract
    assert ("Ada Quill", "Bo Lund") == paper.authors
    assert ("physics.ao-ph", "cs.LG") == paper.categories
    assert ("2026-11-17", 10) == (paper.published, paper.line)
    assert ("astro-ph/0601999", "0", 27) == (old.arxiv_id, old.title, old.line)


def test_an_error_answer_of_arxiv_is_unreadable() -> None:
    """The words of the answer are the reason."""
    with pytest.raises(Unreadable, match="an error answer: incorrect id format for xyz"):
        load(ERROR)


def test_arxivs_announcements_lose_their_phrases() -> None:
    """Titles and abstracts come without "Announce Type" and the like; the feed names the source."""
    channel = "<lastBuildDate>Thu, 19 Nov 2026 00:00:00 -0500</lastBuildDate>"
    new = (
        "<title>Slow Learners</title><link>https://arxiv.org/abs/2611.00032</link>"
        "<description>arXiv:2611.00032v1 Announce Type: cross \nAbstract: If a &lt;b and c&gt; d, "
        "learners are slow.</description>"
        "<guid isPermaLink='false'>oai:arXiv.org:2611.00032v1</guid>"
        "<category>cs.AI</category><category>cs.LG</category><category>cs.AI</category>"
        "<dc:creator>Ada Quill, Bo Lund</dc:creator>"
    )
    old = (
        "<title>Fast Learners. (arXiv:2611.00033v2 [cs.AI] UPDATED)</title>"
        "<link>http://arxiv.org/abs/2611.00033</link>"
        "<description>&lt;p&gt;Learners are fast.&lt;/p&gt;</description>"
        "<dc:creator>&lt;a href=&quot;http://arxiv.org/a/1&quot;&gt;Cem Oz&lt;/a&gt;</dc:creator>"
    )
    data = rss(new, old, channel=channel).replace(b"Daily picks", b"cs.AI updates on arXiv.org")
    dump = load(data)
    assert ("rss.arxiv.org/cs.AI", "2026-11-19") == (dump.source, dump.page_date)
    slow, fast = dump.sightings
    assert "If a <b and c> d, learners are slow." == slow.abstract
    assert (("cs.AI", "cs.LG"), ("Ada Quill", "Bo Lund")) == (slow.categories, slow.authors)
    assert ("Fast Learners.", "Learners are fast.") == (fast.title, fast.abstract)
    assert ("Cem Oz",) == fast.authors


def test_arxivs_revisions_and_withdrawals_are_marked() -> None:
    """By the element, by the phrase or by the old suffix; a cross-listed paper is no revision."""

    def item(n: int, title: str, description: str, more: str = "") -> str:
        return (
            f"<title>{title}</title><link>https://arxiv.org/abs/2611.0003{n}</link>"
            f"<description>{description}</description>{more}"
        )

    data = rss(
        item(0, "A", "arXiv:2611.00030v1 Announce Type: cross \nAbstract: a"),
        item(1, "B", "arXiv:2611.00031v2 Announce Type: replace-cross \nAbstract: b"),
        item(2, "C", "c", "<arxiv:announce_type>replace</arxiv:announce_type>"),
        item(3, "D. (arXiv:2611.00033v2 [cs.LG] UPDATED)", "d"),
        item(4, "E. (arXiv:2611.00034v1 [cs.LG])", "This paper has been withdrawn by the author."),
        item(5, "F", "f", "<arxiv:comment>Withdrawn by the authors</arxiv:comment>"),
        item(6, "Papers That Were Withdrawn by Their Authors", "We count withdrawn papers."),
    ).replace(b' xmlns:dc="', b' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="')
    papers = list(load(data).sightings)
    assert [1, 2, 3] == [n for n, paper in enumerate(papers) if paper.revision]
    assert [4, 5] == [n for n, paper in enumerate(papers) if paper.retracted]
    assert ["D.", "E."] == [paper.title for paper in papers[3:5]]


def test_affiliations_are_no_part_of_a_name() -> None:
    """In one list of names, and where each name has an element."""
    listed = (
        "<title>A</title><link>https://arxiv.org/abs/2611.00030</link>"
        "<dc:creator>Ada Quill (River Institute, Sea Lab), Bo Lund and Cem Oz</dc:creator>"
    )
    single = (
        "<title>B</title><link>https://arxiv.org/abs/2611.00031</link>"
        "<dc:creator>Ada Quill (Sea Lab)</dc:creator><dc:creator>Bo Lund</dc:creator>"
    )
    names = [paper.authors for paper in load(rss(listed, single)).sightings]
    assert [("Ada Quill", "Bo Lund", "Cem Oz"), ("Ada Quill", "Bo Lund")] == names


def test_a_search_box_inside_an_item_costs_no_paper() -> None:
    """The library raises KeyError for it."""
    box = (
        "<textinput><title>Search</title><name>q</name><link>https://x.example/</link></textinput>"
    )
    item = "<title>{0}</title><link>https://arxiv.org/abs/2611.0003{0}</link>"
    data = rss(item.format(0), item.format(1) + box, item.format(2))
    assert ["0", "1", "2"] == [paper.title for paper in load(data).sightings]


def test_labelled_paragraphs_of_an_item_become_fields() -> None:
    """Authors, votes and abstract are read by their labels; a rank before the title is dropped."""
    card = (
        "<title>[3] [models] Warm Starts</title><link>https://arxiv.org/abs/2611.00034</link>"
        "<description>&lt;p&gt;&lt;img src='x.png' alt='a' /&gt;&lt;/p&gt;"
        "&lt;p&gt;&lt;b&gt;Authors:&lt;/b&gt; Ada Quill, Bo Lund&lt;/p&gt;"
        "&lt;p&gt;&lt;b&gt;Upvotes:&lt;/b&gt; 12&lt;/p&gt;"
        "&lt;p&gt;&lt;b&gt;Summary:&lt;/b&gt; Starts are warm.\nMethods: heat.&lt;/p&gt;"
        "</description>"
        "<pubDate>Tue, 17 Nov 2026 00:00:00 +0000</pubDate>"
    )
    (paper,) = load(rss(card)).sightings
    assert ("Warm Starts", "2026-11-17") == (paper.title, paper.published)
    assert "Starts are warm.\nMethods: heat." == paper.abstract
    assert (("Ada Quill", "Bo Lund"), 12) == (paper.authors, paper.upvotes)


def test_an_abstract_that_ends_in_dots_is_dropped() -> None:
    """A shortened abstract is left out, so that a later dump can bring the complete one."""
    card = (
        "<title>Warm Starts</title><link>https://huggingface.co/papers/2611.00034</link>"
        "<description>Score: 90\n Summary: Starts are...</description>"
    )
    assert next(iter(load(rss(card)).sightings)).abstract is None


def test_an_item_without_a_paper_is_a_reject() -> None:
    """It is a reject with its line; a feed with no other items is unreadable."""
    news = "<title>Shares fall</title><link>https://news.example.org/1</link>"
    paper = "<title>Warm</title><link>https://arxiv.org/abs/2611.00034</link>"
    dump = load(rss(news, paper))
    assert (Reject(5, "an item without a link to a paper"),) == dump.rejects
    assert [6] == [paper.line for paper in dump.sightings]
    with pytest.raises(Unreadable, match="a feed, but not of papers"):
        load(rss(news))


def test_a_channel_without_items_is_an_empty_dump() -> None:
    """A feed may be empty: it has no entries and still a source."""
    dump = load(rss())
    assert (0, "picks.example.org/papers") == (dump.entries, dump.source)


def test_a_cut_feed_gives_its_complete_items() -> None:
    """The item in which the feed ends is a reject."""
    items = [
        f"<title>Paper {n}</title><link>https://arxiv.org/abs/2611.0010{n}</link>\n"
        for n in range(3)
    ]
    dump = load(rss(*items)[:-60])
    assert ["2611.00100", "2611.00101"] == [paper.arxiv_id for paper in dump.sightings]
    assert (Reject(9, "the feed breaks off in this item"),) == dump.rejects


def test_a_broken_feed_keeps_its_letters() -> None:
    """Undeclared HTML entities and bare ampersands do not cost a letter."""
    item = (
        "<title>Caf&eacute; R&D</title><link>https://arxiv.org/abs/2611.00034</link>"
        "<description>A &amp;lt; B</description>"
    )
    (paper,) = load(rss(item)).sightings
    assert "Café R&D" == paper.title
    assert "A < B" == paper.abstract


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-16")],
)
def test_any_encoding_gives_the_same_words(declared: str, encoding: str) -> None:
    """The words are right in each encoding, also if UTF-8 declares to be something else."""
    text = rss("<title>Über Bäume</title><link>https://arxiv.org/abs/2611.00034</link>").decode()
    data = text.replace("utf-8", declared).encode(encoding)
    assert "Über Bäume" == next(iter(load(data).sightings)).title


def test_rss_1_0_is_read() -> None:
    """Items that stand beside the channel, not in it, are read."""
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="http://x.example.org/"><title>X</title></channel>'
        '<item rdf:about="https://arxiv.org/abs/2611.00035"><title>Old Forms</title>'
        "<link>https://arxiv.org/abs/2611.00035</link><dc:date>2026-11-18</dc:date></item></rdf:RDF>"
    )
    (paper,) = load(data).sightings
    assert ("2611.00035", "2026-11-18") == (paper.arxiv_id, paper.published)


def test_an_undeclared_prefix_keeps_the_papers() -> None:
    """An element left open, whose prefix no namespace stands for, holds the entry after it."""
    page = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><pensearch:totalResults>2<entry>'
        '<title>Kelp at Low Tide</title><link href="https://arxiv.org/abs/2611.00031"/>'
        "</entry></feed>"
    )
    assert ["2611.00031"] == [sighting.arxiv_id for sighting in load(page).sightings]


def test_a_feed_that_declares_entities_is_unreadable() -> None:
    """No listing declares any, but an XML bomb does."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + API.partition("\n")[2]
    with pytest.raises(Unreadable, match="declares entities"):
        load(bomb)


@settings(deadline=None)  # the first example imports feedparser
@given(st.data())
def test_a_damaged_feed_gives_a_dump_or_a_reason(data: st.DataObject) -> None:
    """Feeds cut anywhere, with any bytes put in between, raise nothing but `Unreadable`."""
    whole = data.draw(st.sampled_from([API.encode(), ERROR.encode(), rss("<title>a</title>")]))
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 40)))
    kinds = st.sampled_from([b"<item>", b"]]>", b"&x;", b"<a>" * 500])
    noise = data.draw(st.binary(max_size=9) | kinds)
    with contextlib.suppress(Unreadable):
        dump = load(whole[:at] + noise + whole[to:])
        assert all(paper.arxiv_id or paper.doi for paper in dump.sightings)
