"""Issues with everything a page can show, and how to read the pages rendered from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from lxml import html

from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import (
    Accounting,
    Issue,
    Item,
    RisingPaper,
    Section,
    Teaser,
    UpdatedPaper,
)
from digest.model.papers import Organization
from digest.model.settings import Site
from digest.model.topics import TopicCount
from digest.render.site.pages import Pages

TEMPLATES = Path(__file__).parents[2] / "templates"
SHIPPED = Pages([TEMPLATES], Site())

BEFORE = IssueLink("daily", "2026-11-20", "2026-11-20", 213, 9, "new")
AFTER = IssueLink("daily", "2026-11-23", "2026-11-23", 215, 0, "quiet")
COUNTS = [
    TopicCount("day", day, topic, topic, number, 0)
    for day in ("2026-11-03", "2026-11-22")
    for number, topic in enumerate(("agents", "vision"), 1)
]


def full_item(guid: str = "0" * 32, **fields: object) -> Item:
    """Return a paper that has everything a paper may have."""
    whole = Item(
        guid=f"urn:digest:{guid}",
        title="Lanterns for Long Tunnels",
        arxiv_id="2611.00001",
        url="https://huggingface.co/papers/2611.00001",
        abstract="Tunnels are dark. We hang lanterns: 3.4× more of the wall is seen.",
        one_line=Teaser("We hang lanterns: 3.4× more of the wall is seen.", "abstract"),
        authors=("Ada Vance", "Bo Imrie"),
        n_authors=2,
        organization=Organization("northfield", "Northfield Lab"),
        published="2026-11-19",
        upvotes=73,
        comments=1,
        code_url="https://github.com/example/lanterns",
        stars=1234,
        also=("vision",),
        reasons=("“tunnels” in the title",),
        late_from="2026-11-18",
        first_seen="2026-11-20T07:45:00+00:00",
        dumps=2,
    )
    return msgspec.structs.replace(whole, **fields)


BARE = Item(guid="urn:digest:" + "b" * 32, title="Bare", url="")


def full_issue(*papers: Item, **fields: object) -> Issue:
    """Return an issue of these papers, the first under one heading, the others under another."""
    parts = [("agents", "Agents & tool use", papers[:1]), ("vision", "Vision & 3D", papers[1:])]
    whole = Issue(
        edition="daily",
        date="2026-11-22",
        number=214,
        moment="2026-11-22T07:00:04+01:00",
        verdict="new",
        accounting=Accounting(dumps=3, entries=63, new=16, changed=1, known=38, repeated=8),
        sections=tuple(
            Section(topic=topic, name=name, papers=part) for topic, name, part in parts if part
        ),
        topics={"agents": "Agents & tool use", "vision": "Vision & 3D"},
    )
    return msgspec.structs.replace(whole, **fields)


FULL = full_issue(
    full_item(), BARE,
    picks=(full_item().guid, "urn:digest:" + "f" * 32), late=(full_item().guid,),
    muted=2, repaired=3,
    updated=(
        UpdatedPaper(guid="urn:digest:1", title="Old", url="https://example.org/1",
                issue="2026-11-14", changes=("abstract added",)),
    ),
    rising=(
        RisingPaper(guid="urn:digest:2", title="Up", url="https://example.org/2",
              issue="2026-11-15", issued="2026-11-15", upvotes=(4, 37)),
    ),
    chart=(("2026-11-18", 6), ("2026-11-19", 28), ("2026-11-20", 9)),
)  # fmt: skip


def decode(rendered: Iterable[Page]) -> tuple[str, str, str]:
    """Return the HTML, Markdown and JSON of an issue's pages."""
    web, markdown, data = (page.body.decode() for page in rendered)
    return web, markdown, data


def parse(body: bytes) -> html.HtmlElement:
    """Parse a page as a browser would."""
    return html.document_fromstring(body.decode())


def element_texts(root: html.HtmlElement, path: str) -> list[str]:
    """Return the text of each element at an XPath, with runs of white space as one space."""
    return [" ".join(str(element.text_content()).split()) for element in root.xpath(path)]
