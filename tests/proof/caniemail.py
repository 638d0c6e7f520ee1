"""Find the features of an HTML mail that mail programs lack, by the data of caniemail.com.

The data is that of the npm package `caniemail`. Its program is not used: it stops at the first
feature that nobody has tested in a program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import html

from tests.proof import tools

DATA = tools.PACKAGES / "caniemail" / "data" / "caniemail.json"
# Programs that most people read mail with; each is a family and a platform of the data.
CLIENTS = (
    "gmail desktop-webmail", "gmail ios", "gmail android", "gmail mobile-webmail",
    "outlook windows", "outlook macos", "outlook outlook-com", "outlook ios", "outlook android",
    "apple-mail macos", "apple-mail ios", "thunderbird macos", "yahoo desktop-webmail",
    "samsung-email android", "protonmail desktop-webmail", "fastmail desktop-webmail",
)  # fmt: skip
_TAGS = {
    **dict.fromkeys(("table", "tbody", "tr", "td"), "html-table"),
    **dict.fromkeys(("h1", "h2", "h3"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "li"), "html-lists"),
    **dict.fromkeys(("b", "em"), "html-strong"),
    **{name: f"html-{name}" for name in ("body", "div", "p", "span", "style")},
}  # fmt: skip
_ATTRIBUTES = {
    name: f"html-{name}"
    for name in ("align", "width", "cellpadding", "cellspacing", "role", "lang")
}
# Every program has these, so the data leaves them out.
PLAIN = {
    "a", "br", "head", "html", "meta", "title", "border", "charset", "class", "content", "href",
    "name", "rel", "css-color", "css-font-family", "style", "data-css-inline",
}  # fmt: skip
_SIDES = re.compile(r"-(top|right|bottom|left)$")


def features(document: str) -> set[str]:
    """Return the features of a mail by their names in the data, or by their own if it has none."""
    root = html.document_fromstring(document.encode())
    used = {"html-doctype", "html-comments"}
    for element in root.iter():
        if isinstance(element.tag, str):
            used.add(_TAGS.get(element.tag, element.tag))
            used.update(_attributes(element))
    for style in root.iter("style"):
        used.update(_rules(style.text or ""))
    return used


def _attributes(element: html.HtmlElement) -> Iterator[str]:
    for name, value in element.items():
        yield _ATTRIBUTES.get(name, name)
        if name == "style":
            yield from _declarations(value)
        elif name == "href" and value.startswith("mailto:"):
            yield "html-mailto-links"
        elif name == "name" and value == "color-scheme":
            yield "html-meta-color-scheme"


def _rules(style: str) -> Iterator[str]:
    assert "@media (prefers-color-scheme" in style
    yield from ("css-at-media", "css-at-media-prefers-color-scheme", "css-important")
    yield from ("css-selector-class", "css-selector-type", "css-selector-grouping")
    for block in re.findall(r"\{([^{}]*)\}", style):
        yield from _declarations(block.replace("!important", ""))


def _declarations(block: str) -> Iterator[str]:
    for declaration in filter(None, map(str.strip, block.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        yield f"css-{_SIDES.sub('', name)}"
        if (name, value) == ("display", "none"):
            yield "css-display-none"
        for unit in re.findall(r"\d(px|em|rem|%|vw|vh|pt)\b", value):
            yield f"css-unit-{unit}"


def lacking(used: set[str]) -> dict[str, set[str]]:
    """Return those of the used features that a program lacks, each with the programs."""
    data = {entry["slug"]: entry["stats"] for entry in json.loads(DATA.read_text("utf-8"))["data"]}
    assert set() == used - data.keys() - PLAIN
    found: dict[str, set[str]] = {}
    for slug in used & data.keys():
        for client in CLIENTS:
            family, platform = client.split()
            versions = data[slug].get(family, {}).get(platform, {"": "u"})
            if list(versions.values())[-1].startswith("n"):
                found.setdefault(slug, set()).add(client)
    return found
