"""Text from a dump is text on every page, whatever it contains."""

from __future__ import annotations

import json
import re

import markdown as python_markdown
import pytest
from lxml import html
from markdown_it import MarkdownIt

from digest.model.issues import (
    Item,
    Teaser,
    UpdatedPaper,
)
from digest.model.papers import Organization
from tests.support.pages import (
    AFTER,
    BARE,
    BEFORE,
    FULL,
    SHIPPED,
    decode,
    element_texts,
    full_issue,
    full_item,
    parse,
)

EVIL = (
    "<script>alert(1)</script><think>x</think> ]]> {{7*7}} {% raw %} *a* _b_ [c](d) ![e](f) `g` "
    "|h| ~~i~~ \\j & < > \" ' # \u202eright\u202c 𝔘 😀 https://example.org/x_y www.example.org"
)
SHOWN = re.sub("[\u202c\u202e]", "", EVIL)  # no page has marks of direction
LONG = "Incomprehensibilities" * 15


def updated(paper: Item) -> UpdatedPaper:
    """Return the paper as one of an earlier issue that changed."""
    return UpdatedPaper(
        guid="urn:digest:1", title=paper.title, url=paper.url, issue="2026-11-14", changes=("x",)
    )


def test_hostile_text_stays_text_in_html() -> None:
    """A title, abstract, name or address adds no element, and only marks of direction are lost."""
    evil = full_item(
        title=EVIL, abstract=EVIL, one_line=Teaser(EVIL, EVIL), summary=EVIL, authors=(EVIL, LONG),
        organization=Organization(EVIL, EVIL), published=None, published_text=EVIL, also=(EVIL,),
        reasons=(EVIL,), url="javascript:alert(1)", code_url="data:text/html,x", doi=EVIL,
    )  # fmt: skip
    plain = full_item(
        summary="x", published_text="x", doi="10.1/x", url="https://example.org/",
        code_url=None, authors=("a", "b"),
    )  # fmt: skip
    root, expected = (
        parse(SHIPPED.issue(full_issue(paper, updated=(updated(paper),)))[0].body)
        for paper in (evil, plain)
    )
    assert [SHOWN] == [h3.text_content() for h3 in root.iter("h3")]
    assert [SHOWN] * 2 == [
        str(p.text_content())[-len(SHOWN) :] for p in root.findall(".//p[@class='abstract']")
    ]
    links = {"a": 1}  # the title's own, which is refused
    for tag in {str(element.tag) for element in expected.iter("*")}:
        assert len(list(expected.iter(tag))) - links.get(tag, 0) == len(list(root.iter(tag))), tag
    assert not [h for h in root.xpath("//@href") if str(h).startswith(("javascript", "data"))]


@pytest.mark.parametrize("render", [MarkdownIt("commonmark").render, python_markdown.markdown])
def test_hostile_text_stays_text_in_markdown(render: object) -> None:
    """Other programs render the page's headings and links, and the dump's text as text."""
    assert callable(render)
    evil = full_item(title=EVIL, abstract=EVIL, one_line=Teaser(EVIL, "abstract"), authors=(EVIL,))
    source = decode(SHIPPED.issue(full_issue(evil, BARE, picks=(evil.guid,))))[1]
    root = html.document_fromstring(f"<main>{render(source)}</main>")
    assert [SHOWN, "Bare"] == element_texts(root, ".//h3")
    assert SHOWN in element_texts(root, ".//p")
    assert {
        "html", "body", "main", "h1", "h2", "h3", "p", "a", "ol", "li", "blockquote", "em", "hr",
    } == {element.tag for element in root.iter("*")}  # fmt: skip


def test_markdown_is_tidy() -> None:
    """It has one h1, single blank lines around headings, no trailing spaces, one final line end."""
    for source in (decode(SHIPPED.issue(i, BEFORE, AFTER))[1] for i in (FULL, full_issue())):
        lines = source.split("\n")
        assert 1 == len([line for line in lines if line.startswith("# ")])
        assert [] == [line for line in lines if line != line.rstrip()]
        assert "\n\n\n" not in source
        assert source.endswith("\n")
        assert not source.endswith("\n\n")
        for at, line in enumerate(lines):
            if line.startswith("#"):
                assert "" == lines[at + 1]
                assert "" == "".join(lines[at - 1 : at])


def test_control_characters_and_surrogates_are_removed() -> None:
    """They reach no page, and they fail none."""
    odd = "a\x00b\x1b[0m\x0bc\ud800d\ude00"
    rendered = SHIPPED.issue(full_issue(full_item(title=odd, abstract=odd), topics={"vision": odd}))
    web, markdown, data = decode(rendered)
    assert "ab[0mcd</a></h3>" in web
    assert "### [ab\\[0mcd](" in markdown
    assert "a\x00b\x1b[0m\x0bcd" == json.loads(data)["sections"][0]["papers"][0]["title"]
    assert not re.search("[\x00-\x08\x0b-\x1f]", web + markdown + data)
