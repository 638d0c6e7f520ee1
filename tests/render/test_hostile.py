"""Hostile text of a dump is plain text in every file of the output and in the terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import feedparser
import markdown
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tests.support.folders import SHORE, Folder, answer, items

DAY = "2026-11-18"
ISSUE = f"daily/{DAY}"
LONG = "Incomprehensibly " + "long" * 70 + " title"
# A title as a listing gives it -> as every reader shows it.
TITLES = {
    "<script>alert('x')</script> Kelp": "<script>alert('x')</script> Kelp",
    "<think>Kelp first</think> then tide": "<think>Kelp first</think> then tide",
    "Kelp ]]> and <![CDATA[ tide ]]>": "Kelp ]]> and <![CDATA[ tide ]]>",
    "Kelp --> and <!-- tide": "Kelp --> and <!-- tide",
    "<img src=x onerror=alert(1)> in kelp": "<img src=x onerror=alert(1)> in kelp",
    "![kelp](http://evil.example/a.png) of the tide": (
        "![kelp](http://evil.example/a.png) of the tide"
    ),
    "[kelp](javascript:alert(1)) and `code` of it": "[kelp](javascript:alert(1)) and `code` of it",
    "*Kelp* and _tide_ and **reef** | table | # head": (
        "*Kelp* and _tide_ and **reef** | table | # head"
    ),
    "1. Kelp, 2) tide, - reef, + wharf, > quay": "1. Kelp, 2) tide, - reef, + wharf, > quay",
    "# Kelp is no heading": "# Kelp is no heading",
    "Kelp of {{ 7*7 }} and {% raw %} and {# no #}": "Kelp of {{ 7*7 }} and {% raw %} and {# no #}",
    "Kelp &lt;b&gt; and &#x41; and &unknown; tide": "Kelp <b> and A and &unknown; tide",
    'Kelp "quoted" and \'single\' in <a href="x">': 'Kelp "quoted" and \'single\' in <a href="x">',
    "Kelp\u0000 with\u000b control\u001b[31m and\u0085 characters\u007f": (
        "Kelp with control[31m and characters"
    ),
    "Kelp with a lone \ud800 surrogate and \udfff another": (
        "Kelp with a lone \ufffd surrogate and \ufffd another"
    ),
    "Kelp with \ufffe and \uffff that are no characters": "Kelp with and that are no characters",
    "Kelp in 𝔣𝔯𝔞𝔨𝔱𝔲𝔯 with 😀 and 𠀋": "Kelp in 𝔣𝔯𝔞𝔨𝔱𝔲𝔯 with 😀 and 𠀋",
    "海藻の潮汐：深層学習による予測": "海藻の潮汐：深層学習による予測",
    LONG: LONG,
    "Kelp \u202etxet desrever\u202c and \u2066isolated\u2069 marks": (
        "Kelp txet desrever and isolated marks"
    ),
    "Kelp\r\nX-Injected: yes\r\n\r\n and tide": "Kelp X-Injected: yes and tide",
    "../../../etc/kelp/passwd and C:kelp": "../../../etc/kelp/passwd and C:kelp",
    "$(touch kelp) `touch tide` ; rm -rf reef": "$(touch kelp) `touch tide` ; rm -rf reef",
}
ALLOWED_MARKDOWN = set(
    "h1 h2 h3 h4 p a em strong blockquote hr ul ol li br details summary".split()
)


def entry(number: int, words: str) -> dict[str, Any]:
    """Return a paper of the API with the same text in every field."""
    return {
        "id": f"2611.{number:05}",
        "title": words,
        "summary": f"{words}. We measure the kelp at every tide and find it longer than before.",
        "authors": [{"name": words}, {"name": "Ida Quill"}],
        "organization": {"name": words, "fullname": words},
        "ai_summary": words,
        "githubRepo": f"https://evil.example/{words}",
        "publishedAt": words,
        "upvotes": number,
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder that published an answer of the API; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("hostile"))
    folder.sort_by(SHORE)
    folder.drop(
        "api.json", answer(DAY, [entry(number, title) for number, title in enumerate(TITLES)])
    )
    report = folder.run(f"{DAY}T08:00")
    assert len(TITLES) == report["accounting"]["new"]
    return folder


@pytest.fixture(scope="module")
def pasted(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder that published the same titles, from a page copied as plain text."""
    folder = Folder(tmp_path_factory.mktemp("pasted"))
    records = [
        f"{' '.join(title.split())}\n\n{' '.join(title.split())}. We measure it.\n\n"
        f"  • {number + 1} authors\n·\nNov 17"
        for number, title in enumerate(_copyable_titles())
    ]
    page = "Daily Papers\n\nNov 18\n\n" + "\n\n".join(records)
    folder.drop(f"papers-{DAY}.txt", page.encode("utf-8", "surrogatepass"))
    report = folder.run(f"{DAY}T08:00")
    assert len(records) == report["accounting"]["new"]
    return folder


def _copyable_titles() -> list[str]:
    """Return the titles without characters that no clipboard holds."""
    return [title for title in TITLES if not re.search("[\x00\ud800\udfff\ufffe]", title)]


def _html(folder: Folder) -> list[str]:
    parsed = LexborHTMLParser(folder.tree()[f"{ISSUE}.html"])
    return [heading.text() for heading in parsed.css("article > h3, article > h4")]


def _rendered(render: Callable[[str], str]) -> Callable[[Folder], list[str]]:
    def read(folder: Folder) -> list[str]:
        parsed = LexborHTMLParser(render(folder.tree()[f"{ISSUE}.md"].decode()))
        return [heading.text() for heading in parsed.css("ul > li > a:first-child")]

    return read


def _json(folder: Folder) -> list[str]:
    return [item["title"] for item in items(folder.data()[0])]


def _rss(folder: Folder) -> list[str]:
    titles = etree.fromstring(folder.tree()["feed.xml"]).iterfind(".//item/title")
    return [title.text or "" for title in titles]


def _atom(folder: Folder) -> list[str]:
    place = ".//{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title"
    titles = list(etree.fromstring(folder.tree()["atom.xml"]).iterfind(place))
    assert all(title.get("type") in (None, "text") for title in titles)
    return [title.text or "" for title in titles]


def _json_feed(folder: Folder) -> list[str]:
    return [item["title"] for item in json.loads(folder.tree()["feed.json"])["items"]]


def _parsed(folder: Folder, name: str) -> Any:
    feed = feedparser.parse(io.BytesIO(folder.tree()[name]))
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


SINKS = {
    "html": _html,
    "markdown-it": _rendered(MarkdownIt().render),
    "python-markdown": _rendered(markdown.markdown),
    "json": _json,
    "rss": _rss,
    "atom": _atom,
    "json-feed": _json_feed,
}


@pytest.mark.parametrize("sink", SINKS)
def test_titles_of_an_api_answer_read_back(hostile: Folder, sink: str) -> None:
    """Every title reads back as expected, in every format."""
    titles = sorted(" ".join(title.split()) for title in SINKS[sink](hostile))
    assert sorted(TITLES.values()) == titles


@pytest.mark.parametrize("sink", SINKS)
def test_titles_of_a_copied_page_read_back(pasted: Folder, sink: str) -> None:
    """Every title that a person can copy reads back as expected, in every format."""
    titles = sorted(" ".join(title.split()) for title in SINKS[sink](pasted))
    assert sorted(TITLES[title] for title in _copyable_titles()) == titles


def test_removed_characters_are_counted(hostile: Folder) -> None:
    """The stored issue holds the number of invalid characters that were removed."""
    (issue,) = hostile.data()
    assert issue["repaired"] >= 7


def _elements(page: bytes) -> tuple[set[str | None], set[str]]:
    """Return the names of all elements and attributes of a page."""
    nodes = LexborHTMLParser(page).css("*")
    return {node.tag for node in nodes}, {name for node in nodes for name in node.attributes}


@pytest.fixture(scope="module")
def benign(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder like the hostile one, with harmless titles."""
    folder = Folder(tmp_path_factory.mktemp("benign"))
    folder.sort_by(SHORE)
    titles = [LONG, *(f"The kelp of tide {n}" for n in range(1, len(TITLES)))]
    papers = [entry(number, title) for number, title in enumerate(titles)]
    for paper in papers:
        paper["githubRepo"] = "https://example.org/kelp"
    folder.drop("api.json", answer(DAY, papers))
    folder.run(f"{DAY}T08:00")
    return folder


@pytest.mark.parametrize("name", [f"{ISSUE}.html", "index.html", "daily/latest.html"])
def test_no_element_comes_from_a_dump(hostile: Folder, benign: Folder, name: str) -> None:
    """Pages have only the elements and attributes of their templates."""
    elements, attributes = _elements(hostile.tree()[name])
    plain_elements, plain_attributes = _elements(benign.tree()[name])
    # Papers are h3 or h4, depending on how many share a heading.
    assert set() == elements - plain_elements - {"h3", "h4"}
    assert set() == attributes - plain_attributes


@pytest.mark.parametrize("render", [MarkdownIt().render, markdown.markdown])
def test_no_markup_comes_from_a_dump(hostile: Folder, render: Callable[[str], str]) -> None:
    """Markdown renders to headings, paragraphs and links in every dialect."""
    page = render(hostile.tree()[f"{ISSUE}.md"].decode())
    parsed = LexborHTMLParser(page)
    body = parsed.css("body *")
    assert set() == {node.tag for node in body} - ALLOWED_MARKDOWN
    assert 1 == len([node for node in body if node.tag == "h1"])
    assert len(TITLES) == len(parsed.css("ul > li > a:first-child"))


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "feed.json"])
def test_no_markup_of_a_dump_is_in_a_feeds_content(hostile: Folder, name: str) -> None:
    """The HTML in a feed holds only the elements that we write."""
    body = hostile.tree()[name]
    if name == "feed.json":
        contents = [item["content_html"] for item in json.loads(body)["items"]]
    elif name == "feed.xml":
        place = ".//{http://purl.org/rss/1.0/modules/content/}encoded"
        contents = [element.text or "" for element in etree.fromstring(body).iterfind(place)]
    else:
        place = ".//{http://www.w3.org/2005/Atom}content"
        contents = [element.text or "" for element in etree.fromstring(body).iterfind(place)]
    assert len(TITLES) == len(contents)
    for content in contents:
        elements = {node.tag for node in LexborHTMLParser(content).css("body *")}
        assert set() == elements - {"p", "a", "em", "q", "small", "blockquote"}, content


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "issues.xml"])
def test_feedparser_finds_feeds_well_formed(hostile: Folder, name: str) -> None:
    """Each item has a title and an id of its own."""
    feed = _parsed(hostile, name)
    assert all(entry.id and entry.title for entry in feed.entries)
    assert len(feed.entries) == len({entry.id for entry in feed.entries})


def test_links_are_web_addresses(hostile: Folder) -> None:
    """No page, Markdown or feed links to javascript: or data:."""
    tree = hostile.tree()
    pages = [tree[f"{ISSUE}.html"], MarkdownIt().render(tree[f"{ISSUE}.md"].decode())]
    pages += [item["content_html"] for item in json.loads(tree["feed.json"])["items"]]
    links = {
        link.attributes["href"] or "" for page in pages for link in LexborHTMLParser(page).css("a")
    }
    schemes = {
        link.partition(":")[0] for link in links if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", link)
    }
    assert {"http", "https"} == schemes


def test_no_path_comes_from_a_dump(hostile: Folder, benign: Folder) -> None:
    """Hostile titles publish the same files as harmless ones."""
    assert set(benign.tree()) == set(hostile.tree())


@pytest.mark.parametrize("words", [["status"], ["explain", "kelp"], ["explain", "2611.00013"]])
def test_no_control_character_reaches_the_terminal(hostile: Folder, words: list[str]) -> None:
    """Commands print no control character of a dump."""
    result = hostile.digest(*words)
    assert 0 == result.status
    assert [] == re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", result.out)


def test_a_rebuild_changes_no_byte(hostile: Folder) -> None:
    """A rebuild from the ledger publishes the same files."""
    before = hostile.marks()
    assert 0 == hostile.digest("rebuild").status
    assert before == hostile.marks()
