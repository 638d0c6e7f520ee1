"""Headings of an issue's page: papers in brief, sub-headings, terms, and reasons."""

from __future__ import annotations

import msgspec
from lxml import html

from digest.editorial import compose as issues
from digest.model.issues import Issue, Section, Subheading, Term
from digest.render import paths, wording
from digest.render.site.views import front
from digest.render.site.views import headings as views_headings
from tests.support.builders import guids, issue, item
from tests.support.pages import SHIPPED, element_texts, parse

ITEMS = [item(n, f"Paper {n}", guid=f"urn:papers-digest:{n:<032}") for n in range(6)]


def section(topic: str, *numbers: int, parts: tuple[Subheading, ...] = ()) -> Section:
    """Return a section with these papers."""
    papers = tuple(ITEMS[n] for n in numbers)
    return Section(topic=topic, name=topic.capitalize(), papers=papers, parts=parts)


PARTS = (
    Subheading(name="Kelp", papers=(ITEMS[0].guid, ITEMS[1].guid)),
    Subheading(name="More", papers=(ITEMS[2].guid,)),
)
ISSUE = issue(
    sections=(section("vision", 0, 1, 2, parts=PARTS), section("agents", 3), section("maths", 4),
              section("other", 5)),
    brief=("agents", "maths"),
    terms=(Term(term="tide gauge", papers=(ITEMS[1].guid, ITEMS[3].guid)),),
    picks=(ITEMS[3].guid,),
    picked={ITEMS[3].guid: "Most votes in this issue (9)"},
    followed={ITEMS[3].guid: ("Follows your word “kelp”", "Close to 3 papers in your library")},
)  # fmt: skip


def page(shown: Issue = ISSUE) -> html.HtmlElement:
    """Return the parsed HTML page of an issue."""
    return parse(SHIPPED.issue(shown)[0].body)


def texts(path: str, shown: Issue = ISSUE) -> list[str]:
    """Return the text of each element at an XPath of the page."""
    return element_texts(page(shown), path)


def test_papers_in_brief_share_a_heading() -> None:
    """Each has its topic as a fact; the other headings stay, and every paper stands once."""
    headings = views_headings.group_sections(ISSUE)
    assert ["Vision", "In brief", "Other"] == [heading.name for heading in headings]
    assert guids(ISSUE.papers) == guids(item for heading in headings for item in heading.papers)
    expected = ["Vision 3 papers", "In brief 2 papers", "Other 1 paper"]
    assert expected == texts(".//h2[@class='topic']")
    assert ["Agents", "Maths"] == texts(
        ".//section[@aria-labelledby='in-brief']//span[@class='tag']"
    )
    assert "under 3 headings" in wording.lead(ISSUE)
    assert [heading.anchor for heading in headings] == [
        heading.anchor for heading in front.summarise_headings(ISSUE)
    ]


def test_sub_headings_are_one_level_above_their_titles() -> None:
    """A title under a sub-heading is one level lower than one without."""
    assert ["Kelp", "More"] == texts(".//h3[@class='part']")
    assert ["Paper 0", "Paper 1", "Paper 2"] == texts(".//article/h4")
    assert ["Paper 3", "Paper 4", "Paper 5"] == texts(".//article/h3")
    markdown = SHIPPED.issue(ISSUE)[1].body.decode()
    assert "\n### Kelp\n" in markdown
    assert "\n- [Paper 0](" in markdown
    assert markdown.index("### Kelp") < markdown.index("- [Paper 0](")


def test_terms_link_to_their_papers() -> None:
    """On the page each term leads to its papers in a fold. In Markdown they stand alone."""
    assert ["tide gauge 2"] == texts(".//section[@class='terms']//li")
    (term,) = page().findall(".//section[@class='terms']//li/a")
    assert ["tide gauge"] == texts(f".//details//dt[@id='{str(term.get('href'))[1:]}']")
    assert ["Paper 1; Paper 3"] == texts(".//section[@class='terms']//dd")
    anchors = {article.get("id") for article in page().iter("article")}
    links = page().findall(".//section[@class='terms']//dd/a")
    assert {str(link.get("href")).removeprefix("#") for link in links} < anchors
    assert "\nTerms of this issue: tide gauge.\n" in SHIPPED.issue(ISSUE)[1].body.decode()


def test_a_term_names_its_first_five_papers() -> None:
    """It states the number of the others."""
    used = Term(term="kelp", papers=tuple(item.guid for item in ITEMS))
    common = msgspec.structs.replace(ISSUE, terms=(used,))
    named = "; ".join(f"Paper {n}" for n in range(5))
    assert ["kelp 6"] == texts(".//section[@class='terms']//li", common)
    assert [f"{named} and 1 more"] == texts(".//section[@class='terms']//dd", common)


def test_reasons_of_the_profile_stand_with_their_paper() -> None:
    """A pick names the reason and the paper's own topic, also for a paper in brief."""
    assert ["follows your word “kelp”", "close to 3 papers in your library"] == texts(
        f".//article[@id='{paths.anchor(ITEMS[3].guid)}']//span[@class='tag follows']"
    )
    assert ["Paper 3Most votes in this issue (9) · Agents"] == texts(
        ".//section[@class='picks']//li"
    )


def test_a_withdrawn_paper_leaves_every_list() -> None:
    """It leaves sub-headings, terms, picks and reasons; lists without papers are removed."""
    withdrawn = frozenset(paper.guid for paper in ITEMS[1:4])
    remaining = issues.without_withdrawn(ISSUE, withdrawn)
    assert ["Kelp"] == texts(".//h3[@class='part']", remaining)
    assert ["Vision 1 paper", "In brief 1 paper", "Other 1 paper"] == texts(
        ".//h2[@class='topic']", remaining
    )
    assert ((), {}, {}, ()) == (
        remaining.terms,
        remaining.picked,
        remaining.followed,
        remaining.picks,
    )
