"""Words that would like to be something else come out of every sink as words."""

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
# As a listing gives it -> as every reader shows it.
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
    """A paper that says the same thing everywhere it can say anything."""
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
    """An answer of the API with all of them, published; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("hostile"))
    folder.sort_by(SHORE)
    folder.drop("api.json", answer(DAY, [entry(n, one) for n, one in enumerate(TITLES)]))
    report = folder.run(f"{DAY}T08:00")
    assert len(TITLES) == report["accounting"]["new"]
    return folder


@pytest.fixture(scope="module")
def pasted(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The same words as a page copied as plain text, published."""
    folder = Folder(tmp_path_factory.mktemp("pasted"))
    records = [
        f"{' '.join(one.split())}\n\n{' '.join(one.split())}. We measure it.\n\n"
        f"  • {n + 1} authors\n·\nNov 17"
        for n, one in enumerate(_typed())
    ]
    page = "Daily Papers\n\nNov 18\n\n" + "\n\n".join(records)
    folder.drop(f"papers-{DAY}.txt", page.encode("utf-8", "surrogatepass"))
    report = folder.run(f"{DAY}T08:00")
    assert len(records) == report["accounting"]["new"]
    return folder


def _typed() -> list[str]:
    """Those a person can select and copy: without what no clipboard holds."""
    return [words for words in TITLES if not re.search("[\x00\ud800\udfff\ufffe]", words)]


def _html(folder: Folder) -> list[str]:
    parsed = LexborHTMLParser(folder.tree()[f"{ISSUE}.html"])
    return [heading.text() for heading in parsed.css("article > h3, article > h4")]


def _rendered(render: Callable[[str], str]) -> Callable[[Folder], list[str]]:
    def read(folder: Folder) -> list[str]:
        parsed = LexborHTMLParser(render(folder.tree()[f"{ISSUE}.md"].decode()))
        return [heading.text() for heading in parsed.css("h3 > a, h4 > a")]

    return read


def _json(folder: Folder) -> list[str]:
    return [item["title"] for item in items(folder.data()[0])]


def _rss(folder: Folder) -> list[str]:
    found = etree.fromstring(folder.tree()["feed.xml"]).iterfind(".//item/title")
    return [title.text or "" for title in found]


def _atom(folder: Folder) -> list[str]:
    place = ".//{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title"
    found = list(etree.fromstring(folder.tree()["atom.xml"]).iterfind(place))
    assert all(title.get("type") in (None, "text") for title in found)
    return [title.text or "" for title in found]


def _json_feed(folder: Folder) -> list[str]:
    return [item["title"] for item in json.loads(folder.tree()["feed.json"])["items"]]


def _parsed(folder: Folder, name: str) -> Any:
    found = feedparser.parse(io.BytesIO(folder.tree()[name]))
    assert not found.bozo, found.get("bozo_exception")
    return found


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
def test_an_answers_words_are_words(hostile: Folder, sink: str) -> None:
    """Every title reads as it should, in every form."""
    shown = sorted(" ".join(title.split()) for title in SINKS[sink](hostile))
    assert sorted(TITLES.values()) == shown


@pytest.mark.parametrize("sink", SINKS)
def test_a_pages_words_are_words(pasted: Folder, sink: str) -> None:
    """The same for what was selected and copied."""
    shown = sorted(" ".join(title.split()) for title in SINKS[sink](pasted))
    assert sorted(TITLES[words] for words in _typed()) == shown


def test_repairs_are_counted(hostile: Folder) -> None:
    """Characters that no document may carry are left out, and the foot tells how many."""
    (issue,) = hostile.data()
    assert issue["repaired"] >= 7


def _elements(page: bytes) -> tuple[set[str | None], set[str]]:
    """Names of all elements and attributes of a page."""
    nodes = LexborHTMLParser(page).css("*")
    return {node.tag for node in nodes}, {name for node in nodes for name in node.attributes}


@pytest.fixture(scope="module")
def benign(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A twin of the hostile folder in which every word is a word."""
    folder = Folder(tmp_path_factory.mktemp("benign"))
    folder.sort_by(SHORE)
    words = [LONG, *(f"The kelp of tide {n}" for n in range(1, len(TITLES)))]
    plain = [entry(n, one) for n, one in enumerate(words)]
    for paper in plain:
        paper["githubRepo"] = "https://example.org/kelp"
    folder.drop("api.json", answer(DAY, plain))
    folder.run(f"{DAY}T08:00")
    return folder


@pytest.mark.parametrize("name", [f"{ISSUE}.html", "index.html", "daily/latest.html"])
def test_no_element_comes_from_a_dump(hostile: Folder, benign: Folder, name: str) -> None:
    """Pages have the elements and attributes their templates give them, and no others."""
    elements, attributes = _elements(hostile.tree()[name])
    plain_elements, plain_attributes = _elements(benign.tree()[name])
    assert set() == elements - plain_elements - {"h3", "h4"}  # by how many share a heading
    assert set() == attributes - plain_attributes


@pytest.mark.parametrize("render", [MarkdownIt().render, markdown.markdown])
def test_no_markup_comes_from_a_dump(hostile: Folder, render: Callable[[str], str]) -> None:
    """Markdown renders to headings, paragraphs and links, whoever renders it."""
    page = render(hostile.tree()[f"{ISSUE}.md"].decode())
    parsed = LexborHTMLParser(page)
    body = parsed.css("body *")
    assert set() == {node.tag for node in body} - ALLOWED_MARKDOWN
    assert 1 == len([node for node in body if node.tag == "h1"])
    assert len(TITLES) == len(parsed.css("h3 > a, h4 > a"))


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "feed.json"])
def test_no_markup_of_a_dump_is_in_a_feeds_content(hostile: Folder, name: str) -> None:
    """What a reader renders holds only the elements we write."""
    body = hostile.tree()[name]
    if name == "feed.json":
        contents = [item["content_html"] for item in json.loads(body)["items"]]
    elif name == "feed.xml":
        place = ".//{http://purl.org/rss/1.0/modules/content/}encoded"
        contents = [found.text or "" for found in etree.fromstring(body).iterfind(place)]
    else:
        place = ".//{http://www.w3.org/2005/Atom}content"
        contents = [found.text or "" for found in etree.fromstring(body).iterfind(place)]
    assert len(TITLES) == len(contents)
    for content in contents:
        found = {node.tag for node in LexborHTMLParser(content).css("body *")}
        assert set() == found - {"p", "a", "em", "q", "small", "blockquote"}, content


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "issues.xml"])
def test_readers_have_nothing_to_complain_about(hostile: Folder, name: str) -> None:
    """They are taken by feedparser as well-formed, with an id and a title for each item."""
    found = _parsed(hostile, name)
    assert all(entry.id and entry.title for entry in found.entries)
    assert len(found.entries) == len({entry.id for entry in found.entries})


def test_links_lead_only_to_the_web(hostile: Folder) -> None:
    """No javascript:, no data:, in pages, Markdown or feeds."""
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


def test_only_our_own_files_are_written(hostile: Folder, benign: Folder) -> None:
    """No word of a dump becomes a path."""
    assert set(benign.tree()) == set(hostile.tree())


@pytest.mark.parametrize("words", [["status"], ["explain", "kelp"], ["explain", "2611.00013"]])
def test_terminals_are_not_steered(hostile: Folder, words: list[str]) -> None:
    """What a person is shown holds no control character of a dump."""
    answered = hostile.digest(*words)
    assert 0 == answered.status
    assert [] == re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", answered.out)


def test_the_same_bytes_again(hostile: Folder) -> None:
    """A rebuild from the ledger has lost nothing and changes nothing."""
    before = hostile.marks()
    assert 0 == hostile.digest("rebuild").status
    assert before == hostile.marks()
