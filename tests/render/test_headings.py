"""What stands over the papers of a page: sub-headings, papers in brief, terms."""

from __future__ import annotations

from pathlib import Path

import msgspec
from lxml import html

from digest.editorial import compose as issues
from digest.model.issues import Issue, Section, Subheading, Term
from digest.model.settings import Site
from digest.render import wording
from digest.render.site import pages
from digest.render.site.views import archive
from digest.render.site.views import headings as views_headings
from tests.support.builders import guids, issue, item

SHIPPED = pages.Pages([Path(__file__).parents[2] / "templates"], Site())
ITEMS = [item(n, f"Paper {n}", guid=f"urn:papers-digest:{n:<032}") for n in range(6)]


def shown(topic: str, *numbers: int, parts: tuple[Subheading, ...] = ()) -> Section:
    """A section with these papers."""
    papers = tuple(ITEMS[n] for n in numbers)
    return Section(topic=topic, name=topic.capitalize(), papers=papers, parts=parts)


PARTS = (
    Subheading(name="Kelp", papers=(ITEMS[0].guid, ITEMS[1].guid)),
    Subheading(name="More", papers=(ITEMS[2].guid,)),
)
ISSUE = issue(
    sections=(shown("vision", 0, 1, 2, parts=PARTS), shown("agents", 3), shown("maths", 4),
              shown("other", 5)),
    brief=("agents", "maths"),
    terms=(Term(term="tide gauge", papers=(ITEMS[1].guid, ITEMS[3].guid)),),
    picks=(ITEMS[3].guid,),
    picked={ITEMS[3].guid: "Most votes in this issue (9)"},
    followed={ITEMS[3].guid: ("Follows your word “kelp”", "Close to 3 papers in your library")},
)  # fmt: skip


def page(found: Issue = ISSUE) -> html.HtmlElement:
    """Its web page, read as a browser would."""
    return html.document_fromstring(SHIPPED.issue(found)[0].body.decode())


def said(path: str, found: Issue = ISSUE) -> list[str]:
    """The text of each element at a path of the page."""
    return [" ".join(str(one.text_content()).split()) for one in page(found).findall(path)]


def test_papers_in_brief_share_a_heading() -> None:
    """Each tells its topic; the other headings stay, and every paper stands once."""
    headings = views_headings.of(ISSUE)
    assert ["Vision", "In brief", "Other"] == [heading.name for heading in headings]
    assert guids(ISSUE.papers) == guids(one for heading in headings for one in heading.papers)
    expected = ["Vision 3 papers", "In brief 2 papers", "Other 1 paper"]
    assert expected == said(".//h2[@class='topic']")
    assert ["Agents", "Maths"] == said(
        ".//section[@aria-labelledby='in-brief']//span[@class='tag']"
    )
    assert "under 3 headings" in wording.lead(ISSUE)
    assert [heading.anchor for heading in headings] == [
        heading.anchor for heading in archive.headings(ISSUE)
    ]


def test_sub_headings_stand_between_heading_and_titles() -> None:
    """One level each: a paper under a sub-heading has a title one level lower."""
    assert ["Kelp", "More"] == said(".//h3[@class='part']")
    assert ["Paper 0", "Paper 1", "Paper 2"] == said(".//article/h4")
    assert ["Paper 3", "Paper 4", "Paper 5"] == said(".//article/h3")
    markdown = SHIPPED.issue(ISSUE)[1].body.decode()
    assert "\n### Kelp\n" in markdown
    assert "\n#### [Paper 0](" in markdown
    assert "\n### [Paper 3](" in markdown


def test_terms_lead_to_their_papers() -> None:
    """On the page and in Markdown."""
    assert ["tide gauge Paper 1; Paper 3"] == said(".//section[@class='terms']//li")
    anchors = {article.get("id") for article in page().iter("article")}
    links = page().findall(".//section[@class='terms']//a")
    assert {str(link.get("href")).removeprefix("#") for link in links} < anchors
    assert "- **tide gauge**: [Paper 1](https://example.org/1); [Paper 3]" in (
        SHIPPED.issue(ISSUE)[1].body.decode()
    )


def test_a_term_of_many_papers_names_a_few() -> None:
    """And says how many others there are, in both forms."""
    used = Term(term="kelp", papers=tuple(one.guid for one in ITEMS))
    found = msgspec.structs.replace(ISSUE, terms=(used,))
    named = "; ".join(f"Paper {n}" for n in range(5))
    assert [f"kelp {named} and 1 more"] == said(".//section[@class='terms']//li", found)
    assert "[Paper 4](https://example.org/4) and 1 more\n" in SHIPPED.issue(found)[1].body.decode()


def test_reasons_of_the_profile_are_told() -> None:
    """With the paper; a pick names the paper's own topic, also in brief."""
    (why,) = [one for one in said(".//p[@class='why']") if one.startswith("Under Agents")]
    assert "Follows your word “kelp”. Close to 3 papers in your library." in why
    assert ["Paper 3Most votes in this issue (9) · Agents"] == said(
        ".//section[@class='picks']//li"
    )


def test_a_withdrawn_paper_leaves_every_list() -> None:
    """Sub-headings, terms, picks and reasons; a list that is left empty goes."""
    left = issues.without_withdrawn(ISSUE, frozenset((ITEMS[1].guid, ITEMS[2].guid, ITEMS[3].guid)))
    assert ["Kelp"] == said(".//h3[@class='part']", left)
    assert ["Vision 1 paper", "In brief 1 paper", "Other 1 paper"] == said(
        ".//h2[@class='topic']", left
    )
    assert ((), {}, {}, ()) == (left.terms, left.picked, left.followed, left.picks)
