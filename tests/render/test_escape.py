"""Words of a dump are words in every sink: what goes in as text is read back as text."""

from __future__ import annotations

import html as stdlib_html
import json
import re

import markdown as python_markdown
import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from digest.render import escape

HOSTILE = (
    "<script>alert(1)</script> & <think>no</think>",
    "A < B & C > D: p<0.05, x<y>z, &amp; &lt; &#60; &copy",
    "]]> <!-- comment --> <![CDATA[x]]> <?php ?>",
    "{{7*7}} {% raw %} {{ site.title }} {# no #} ${x} <% y %>",
    "[text](http://example.org) ![image](http://example.org/x.png) [ref][1] [1]: http://e.org",
    "*one* **two** _three_ __four__ ***five*** snake_case _a_b_ a__b a_ b __c",
    "`code` ``more`` ~~gone~~ ~x~ ~10% of 5~10 (~3) ~~~ |a|b| --- ===",
    "# heading #", "## C# and F#", "1. first", "2) second", "12345. far", "- item", "+ plus",
    "* star", "> quote", "=== under", "--- rule", ": definition", "(parenthesis) first",
    "    indented code", "\ttabbed", "line one\n\n# line two\n- three", "ends with two  ",
    "back\\slash \\* \\[x\\] C:\\new", "https://example.org/a_b_c and www.example.org, a.b@c.de",
    "ends with !", "!", "!!", "#", "-", ".", "0.", "\\",
    "\u202eright to left\u202c \u200f",
    "\x00null \x0bvt \x1b[31m \x7f\x80 \x02wzxhzdk:0\x03", "half \ud83d a pair \ude00",
    "\ufffe\uffff",
    "𝔘𝔫𝔦 𝛼 😀 👩‍🔬 中文 العربية", "“quotes” ‘single’ \"double\" 'plain'", "x" * 300, "klzzwxh:0001",
    "$\\alpha$ at \\(x\\) and $1 to $5", "- [ ] task", "[^1]: note [^1]", "*[HTML]: abbr",
    "Setext\n=====", "a | b\n--- | ---\n1 | 2", "{: #id .class }", "![](x)", "<http://e.org>",
    "&", "& ", "<", "< ", "a <", "@", "me@example.org", ":", "://", "…",
    "１. full width", "١. arabic",
)  # fmt: skip

NASTY = st.text(
    alphabet=st.sampled_from("\\`*_{}[]()#+-.!<>&|~:@=/'\"1a \n\tw\x00\ud800é"), max_size=24
)

PLACES = (  # source, what is read, the only tags
    ("{}\n", "{}", {"p"}),
    ("# {}\n", "{}", {"h1"}),
    ("- {}\n", "{}", {"ul", "li", "p"}),
    ("> {} *(said)*\n", "{} (said)", {"blockquote", "p", "em"}),
    ("### [{}](http://example.org/)\n", "{}", {"h3", "a"}),
    ("[before](http://example.org/){} · after\n", "before{} · after", {"p", "a"}),
)


def words(text: str) -> str:
    """Text as a reader sees it: runs of blanks are one."""
    return " ".join(escape.xml_chars(text).split())


def read_back(rendered: str) -> tuple[str, set[str]]:
    """The words of rendered HTML and the tags around them."""
    root = lxml_html.fragment_fromstring(rendered, create_parent="main")
    return words(root.text_content()), {element.tag for element in root.iterdescendants()}


def by_commonmark(source: str) -> str:
    """CommonMark with GitHub's tables and strikethrough."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source))


def by_python_markdown(source: str) -> str:
    """Python-Markdown with everything it calls extra."""
    return python_markdown.markdown(source, extensions=["extra", "sane_lists"])


def plain_python_markdown(source: str) -> str:
    """Python-Markdown as it comes."""
    return python_markdown.markdown(source)


RENDERERS = (by_commonmark, by_python_markdown, plain_python_markdown)


def assert_only_words(text: str) -> None:
    """In every place and dialect the text comes back, and brings no tag."""
    for source, expected, tags in PLACES:
        for render in RENDERERS:
            got, seen = read_back(render(source.format(escape.markdown(text))))
            assert words(expected.format(words(text))) == got, (source, render.__name__)
            assert seen <= tags, (source, render.__name__)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_is_read_back_as_the_same_words(text: str) -> None:
    """Hostile text stands in any place of a page without becoming markup."""
    assert_only_words(text)


@given(NASTY)
def test_markdown_holds_for_any_mixture(text: str) -> None:
    """No mixture of the characters that are markup anywhere is markup here."""
    assert_only_words(text)


def test_markdown_stays_pleasant() -> None:
    """Characters that are markup only in other places are left as they are."""
    text = "State-of-the-art (SOTA), 9.4% on R & D: p < 0.05, snake_case, ~10% -> 5 > 4, x + y!?"
    assert text == escape.markdown(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_read_back_unchanged(text: str) -> None:
    """HTML content and attributes give the same characters back, and no tag."""
    escaped = escape.html(text)
    assert escape.xml_chars(text) == stdlib_html.unescape(escaped)
    assert not set("<>\"'") & set(escaped)


@given(st.text())
def test_html_has_the_entities_of_markupsafe(text: str) -> None:
    """What a template prints does not depend on which of the two escaped it."""
    assert str(markupsafe.escape(text)) == escape.html_signs(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_xml_chars_lets_a_writer_write(text: str) -> None:
    """What is left can be an element's text, and nothing printable was lost."""
    element = etree.Element("title")
    element.text = escape.xml_chars(text)
    back = etree.fromstring(etree.tostring(element))
    assert (element.text or None) == back.text
    assert [c for c in text if c.isprintable()] == [c for c in element.text if c.isprintable()]


@given(st.text(st.characters()))
def test_xml_chars_is_the_char_production(text: str) -> None:
    """Exactly the characters of XML 1.0, section 2.2, are kept."""
    allowed = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    assert "".join(allowed.findall(text)) == escape.xml_chars(text)


@given(st.text(st.characters()))
def test_json_text_can_be_encoded(text: str) -> None:
    """Lone surrogates go, everything else stays and survives UTF-8 and JSON."""
    kept = escape.json_text(text)
    assert [c for c in text if not "\ud800" <= c <= "\udfff"] == list(kept)
    assert kept == json.loads(json.dumps(kept, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", " javascript:x",
        "//example.org/", "/etc/passwd", "file:///etc/passwd", "mailto:a@b.c", "http://", "https:///x",
        "java\nscript:alert(1)", "", None, "http:// example.org",
    ],
)  # fmt: skip
def test_only_web_addresses_are_linked(url: str | None) -> None:
    """Anything but http and https with a host is no address."""
    assert not escape.address(url)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("https://arxiv.org/abs/2606.00683", "https://arxiv.org/abs/2606.00683"),
        ("HTTPS://Example.org/a%20b", "HTTPS://Example.org/a%20b"),
        ("https://e.org/?q=a%20%22b%22&c=%3Cd%3E", 'https://e.org/?q=a "b"&c=<d>'),
        ("https://e.org/caf%C3%A9", "https://e.org/café\ud800"),
        ("https://e.org/(x)%0A%7By%7D", "https://e.org/(x)\n{y}"),
    ],
)
def test_addresses_are_made_safe(expected: str, url: str) -> None:
    """Blanks, quotes and tags are percent-encoded; what is encoded already stays."""
    assert expected == escape.address(url)


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/a_(b)_[c]*d*?x=1&copy=2&lt;", "https://e.org/a b)c(", "https://e.org/\\)\"'<x>",
        "2026-11-22.html#p-0123456789ab", "../feed.xml",
    ],
)  # fmt: skip
def test_markdown_links_lead_where_they_should(render: object, url: str) -> None:
    """A destination is one link and, percent-encoding undone, the same address."""
    assert callable(render)
    source = f"[x]({escape.markdown_address(url)}) (y)"
    (link,) = lxml_html.fragment_fromstring(render(source), create_parent="main").iter("a")
    assert "x" == link.text
    assert _decoded(url) == _decoded(str(link.get("href")))


def _decoded(url: str) -> str:
    """The address with all percent-encoding undone."""
    return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), url)


def test_markdown_refuses_other_schemes() -> None:
    """A scheme that runs code is no destination; a path of ours is."""
    assert not escape.markdown_address("javascript:alert(1)")
    assert "daily/2026-11-22.md" == escape.markdown_address("daily/2026-11-22.md")


def test_document_is_what_a_page_may_carry() -> None:
    """A page keeps tabs and line ends and loses control characters and lone surrogates."""
    assert "a\tb\nc é😀".encode() == escape.document("a\tb\nc\x00\x1b\x0b é\ud800😀")
