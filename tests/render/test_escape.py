"""Escaped text reads back as the same text in every sink, and never as markup."""

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

PLACES = (  # Markdown source, the text expected of it, the only tags
    ("{}\n", "{}", {"p"}),
    ("# {}\n", "{}", {"h1"}),
    ("- {}\n", "{}", {"ul", "li", "p"}),
    ("> {} *(said)*\n", "{} (said)", {"blockquote", "p", "em"}),
    ("### [{}](http://example.org/)\n", "{}", {"h3", "a"}),
    ("[before](http://example.org/){} · after\n", "before{} · after", {"p", "a"}),
)


def words(text: str) -> str:
    """Return text as a reader sees it: with runs of blanks as one."""
    return " ".join(escape.xml_chars(text).split())


def read_back(rendered: str) -> tuple[str, set[str]]:
    """Return the text of rendered HTML and the tags in it."""
    root = lxml_html.fragment_fromstring(rendered, create_parent="main")
    return words(root.text_content()), {element.tag for element in root.iterdescendants()}


def by_commonmark(source: str) -> str:
    """Render by CommonMark with GitHub's tables and strikethrough."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source))


def by_python_markdown(source: str) -> str:
    """Render by Python-Markdown with the extensions that it calls extra."""
    return python_markdown.markdown(source, extensions=["extra", "sane_lists"])


def by_plain_python_markdown(source: str) -> str:
    """Render by Python-Markdown without extensions."""
    return python_markdown.markdown(source)


RENDERERS = (by_commonmark, by_python_markdown, by_plain_python_markdown)


def assert_only_words(text: str) -> None:
    """Assert that the text reads back in every place and dialect, and adds no tag."""
    for source, expected, tags in PLACES:
        for render in RENDERERS:
            got, seen = read_back(render(source.format(escape.markdown(text))))
            assert words(expected.format(words(text))) == got, (source, render.__name__)
            assert seen <= tags, (source, render.__name__)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_markdown_reads_back_as_the_same_text(text: str) -> None:
    """Hostile text is no markup in any place of a page."""
    assert_only_words(text)


@given(NASTY)
def test_any_mixture_of_markdown_characters_is_escaped(text: str) -> None:
    """Characters that are markup somewhere are no markup after escaping, however mixed."""
    assert_only_words(text)


def test_every_line_end_becomes_a_blank_in_markdown() -> None:
    """Those of Unicode too: programs that split lines there would see a new paragraph."""
    assert "a b c d e" == escape.markdown("a\nb\x85c\u2028d\u2029\r\n e")


def test_ordinary_text_needs_no_escapes_in_markdown() -> None:
    """Characters that are markup only in other places stay unescaped."""
    text = "State-of-the-art (SOTA), 9.4% on R & D: p < 0.05, snake_case, ~10% -> 5 > 4, x + y!?"
    assert text == escape.markdown(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_html_reads_back_unchanged(text: str) -> None:
    """HTML content and attributes hold the same characters, and no tag."""
    escaped = escape.html(text)
    assert escape.xml_chars(text) == stdlib_html.unescape(escaped)
    assert not set("<>\"'") & set(escaped)


@given(st.text())
def test_html_uses_the_entities_of_markupsafe(text: str) -> None:
    """Our escaping and the one of templates give the same bytes."""
    assert str(markupsafe.escape(text)) == escape.html_signs(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_xml_chars_can_be_written_as_xml(text: str) -> None:
    """Lxml accepts it as the text of an element, and no printable character is lost."""
    element = etree.Element("title")
    element.text = escape.xml_chars(text)
    back = etree.fromstring(etree.tostring(element))
    assert (element.text or None) == back.text
    assert [c for c in text if c.isprintable()] == [c for c in element.text if c.isprintable()]


@given(st.text(st.characters()))
def test_xml_chars_is_the_char_production_without_controls(text: str) -> None:
    """It keeps the characters of XML 1.0, section 2.2, but no control and no mark of direction."""
    allowed = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    steering = re.compile("[\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    assert steering.sub("", "".join(allowed.findall(text))) == escape.xml_chars(text)


@given(st.text(st.characters()))
def test_no_document_holds_a_character_that_steers(text: str) -> None:
    """Pages leave controls and marks of direction out; JSON escapes them and keeps its values."""
    steering = re.compile(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
    )
    page = escape.document(text).decode()
    assert not steering.search(page)
    assert page == steering.sub("", text.encode("utf-8", "ignore").decode())
    data = json.dumps(escape.json_text(text), ensure_ascii=False).encode()
    assert not steering.search(escape.json_document(data).decode())
    assert json.loads(data) == json.loads(escape.json_document(data))


@given(st.text(st.characters()))
def test_json_text_can_be_encoded(text: str) -> None:
    """It removes lone surrogates only, and the rest survives UTF-8 and JSON."""
    cleaned = escape.json_text(text)
    assert [c for c in text if not "\ud800" <= c <= "\udfff"] == list(cleaned)
    assert cleaned == json.loads(json.dumps(cleaned, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", " javascript:x",
        "//example.org/", "/etc/passwd", "file:///etc/passwd", "mailto:a@b.c", "http://", "https:///x",
        "java\nscript:alert(1)", "", None, "http:// example.org",
    ],
)  # fmt: skip
def test_only_web_addresses_are_linked(url: str | None) -> None:
    """Only http and https addresses with a host are linked."""
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
    """Blanks, quotes and tags are percent-encoded, and encoded characters stay."""
    assert expected == escape.address(url)


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/a_(b)_[c]*d*?x=1&copy=2&lt;", "https://e.org/a b)c(", "https://e.org/\\)\"'<x>",
        "2026-11-22.html#p-0123456789ab", "../feed.xml",
    ],
)  # fmt: skip
def test_markdown_links_keep_their_address(render: object, url: str) -> None:
    """A destination is one link, with the same address once percent-encoding is undone."""
    assert callable(render)
    source = f"[x]({escape.markdown_address(url)}) (y)"
    (link,) = lxml_html.fragment_fromstring(render(source), create_parent="main").iter("a")
    assert "x" == link.text
    assert _decoded(url) == _decoded(str(link.get("href")))


def _decoded(url: str) -> str:
    """Return the address with all percent-encoding undone."""
    return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), url)


def test_markdown_links_have_no_other_scheme() -> None:
    """An address that runs code is no destination; a path in the output is one."""
    assert not escape.markdown_address("javascript:alert(1)")
    assert "daily/2026-11-22.md" == escape.markdown_address("daily/2026-11-22.md")


def test_a_document_has_no_invalid_characters() -> None:
    """A page keeps tabs and line ends, and loses control characters and lone surrogates."""
    assert "a\tb\nc é😀".encode() == escape.document("a\tb\nc\x00\x1b\x0b é\ud800😀")
