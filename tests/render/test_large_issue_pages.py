"""An issue whose page would be too large: its abstracts stand on a page for each heading."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from digest import errors
from digest.model.files import Page
from digest.model.issues import Issue, Item, Section, Subheading, Teaser
from digest.model.settings import Site
from digest.render import paths
from digest.render.site import latest, pages, trial
from tests.support import builders
from tests.support.pages import AFTER, BEFORE, SHIPPED, TEMPLATES, parse

PAGES = pages.Pages([TEMPLATES], Site())
FOLDER = "daily/2026-11-22"
TOPICS = ("shore", "in-brief", "shore-2")


def make_paper(number: int, length: int = 900) -> Item:
    """Return a paper whose abstract has a word of its own, and this many characters."""
    abstract = f"Abstract{number:05} " + "kelp " * (length // 5)
    return builders.item(
        number,
        f"Kelp {number}",
        guid=f"urn:papers-digest:{number:08x}{0:024x}",
        abstract=abstract,
        arxiv_id=f"2611.{number:05}",
        one_line=Teaser("Kelp is counted.", "abstract"),
        authors=("Ada Vance",),
    )


def make_issue(counts: dict[str, int], *, parts: int = 0, length: int = 900) -> Issue:
    """Return an issue with so many papers under each topic, each in so many sub-headings."""
    sections, first = [], 1
    for topic, count in counts.items():
        papers = tuple(make_paper(number, length) for number in range(first, first + count))
        cuts = [papers[part::parts] for part in range(parts)]
        subheadings = tuple(
            Subheading(name=f"Part {part}", papers=tuple(paper.guid for paper in cut))
            for part, cut in enumerate(cuts)
            if cut
        )
        sections.append(Section(topic=topic, name=topic.title(), papers=papers, parts=subheadings))
        first += count
    return builders.issue(sections=tuple(section for section in sections if section.papers))


def render_all(issue: Issue, limit: int) -> tuple[Page, ...]:
    """Render the pages of an issue between two others, with this limit in place of 1 MiB."""
    # One renderer for all: to compile the templates takes longer than to fill them.
    PAGES._limit = limit
    return PAGES.issue(issue, BEFORE, AFTER)


def render(issue: Issue, limit: int) -> tuple[html.HtmlElement, dict[str, html.HtmlElement]]:
    """Return the page of the issue, and the pages of its headings by path, in their order."""
    rendered = render_all(issue, limit)
    return parse(rendered[0].body), {page.path: parse(page.body) for page in rendered[3:]}


@given(
    counts=st.lists(st.integers(0, 5), min_size=3, max_size=3),
    parts=st.integers(0, 4),
    limit=st.integers(2_000, 20_000),
)
def test_every_abstract_is_one_link_away(counts: list[int], parts: int, limit: int) -> None:
    """A paper has its anchor on the issue's page, and its abstract there or behind one link."""
    issue = make_issue(dict(zip(TOPICS, counts, strict=True)), parts=parts)
    main, headings = render(issue, limit)
    links = [paths.relative("", link) for link in main.xpath("//article//a/@href")]
    seen = []
    for paper in issue.papers:
        anchor = paths.anchor(paper.guid)
        (entry,) = main.xpath(f"//article[@id='{anchor}']")
        if headings:
            (link,) = (link for link in links if link.endswith(f".html#{anchor}"))
            assert link in entry.xpath(".//a/@href")
            page = headings[f"daily/{link.partition('#')[0]}"]
            (entry,) = page.xpath(f"//article[@id='{anchor}']")
        (abstract,) = entry.xpath(".//p[@class='abstract']")
        seen.append(abstract.text.split()[0])
    assert [paper.abstract.split()[0] for paper in issue.papers if paper.abstract] == seen
    # And no page has an abstract that no link leads to.
    on_pages = [page.xpath("//p[@class='abstract']") for page in (main, *headings.values())]
    assert len(seen) == sum(map(len, on_pages))


@given(
    counts=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    parts=st.integers(0, 4),
    limit=st.integers(9_000, 20_000),
)
def test_pages_of_headings_are_within_the_limit(counts: list[int], parts: int, limit: int) -> None:
    """So is the issue's page, which needs less than the titles here; they form one chain."""
    issue = make_issue(dict(zip(TOPICS, counts, strict=True)), parts=parts)
    rendered = render_all(issue, limit)
    assert [] == [page.path for page in (rendered[0], *rendered[3:]) if len(page.body) > limit]
    headings = {page.path.rpartition("/")[2]: parse(page.body) for page in rendered[3:]}
    names = list(headings)
    assert names[1:] == [
        link for page in headings.values() for link in page.xpath("//nav/a[@rel='next']/@href")
    ]
    assert names[:-1] == [
        link for page in headings.values() for link in page.xpath("//nav/a[@rel='prev']/@href")
    ]
    assert len(names) == len({page.findtext(".//title") for page in headings.values()})


def test_an_issue_of_ordinary_size_has_one_page() -> None:
    """Its abstracts are folded on it, as before."""
    rendered = SHIPPED.issue(make_issue({"shore": 300}))
    assert ["html", "md", "json"] == [page.path.rpartition(".")[2] for page in rendered]
    assert 300 == len(parse(rendered[0].body).xpath("//details/p[@class='abstract']"))


def test_a_thousand_papers_have_a_page_within_a_mebibyte() -> None:
    """Titles, authors and teasers stay on it, and the abstracts move to pages within the same."""
    issue = make_issue({"shore": 700, "stones": 300}, length=1_800)
    rendered = SHIPPED.issue(issue)
    assert all(len(page.body) <= 1 << 20 for page in (rendered[0], *rendered[3:]))
    main = parse(rendered[0].body)
    assert 1_000 == len(main.xpath("//article[.//q and .//span[@class='by']]"))
    assert [] == main.xpath("//article//details")
    assert [f"{FOLDER}/t-shore.html", f"{FOLDER}/t-shore.2.html", f"{FOLDER}/t-stones.html"] == [
        page.path for page in rendered[3:]
    ]


def test_titles_alone_stay_where_more_does_not_fit() -> None:
    """Each leads to its paper on the page of its heading."""
    main, headings = render(make_issue({"shore": 30}), 10_000)
    assert 30 == len(main.xpath("//article[count(.//a) = 1]/h3/a[contains(@href, '/t-shore')]"))
    assert [] == main.xpath("//article/*[not(self::h3)]")
    assert len(headings) > 3


def test_a_heading_is_divided_between_its_sub_headings() -> None:
    """No sub-heading is on two pages if none is too large itself."""
    _, headings = render(make_issue({"shore": 24}, parts=4), 22_000)
    names = [page.xpath("//h3[@class='part']/text()") for page in headings.values()]
    assert [["Part 0", "Part 1"], ["Part 2", "Part 3"]] == names
    leads = [page.findtext(".//small") for page in headings.values()]
    assert ["12 papers", "12 papers"] == leads


def test_a_paper_that_is_too_large_alone_has_a_page() -> None:
    """It cannot be divided, so its page is above the limit."""
    _, headings = render(make_issue({"shore": 2}, length=60_000), 50_000)
    assert [f"{FOLDER}/t-shore.html", f"{FOLDER}/t-shore.2.html"] == list(headings)


def test_links_within_the_output_hold_on_the_page_of_a_heading() -> None:
    """The page lies one folder deeper than the issue's own."""
    issue = make_issue({"shore": 2}, length=9_000)
    span = {"first": "2026-11-16", "last": "2026-11-22", "main": "daily"}
    held = {"seen": "2026-11-17", "issue": "2026-11-17"}
    span["papers"] = {issue.papers[0].guid: held}  # type: ignore[assignment]
    weekly = msgspec.convert(
        msgspec.to_builtins(issue) | {"edition": "weekly", "span": span}, Issue
    )
    _, headings = render(weekly, 10_000)
    page = headings["weekly/2026-11-22/t-shore.html"]
    anchor = paths.anchor(issue.papers[0].guid)
    links = page.xpath("//article//p[@class='links']/a/@href")
    assert f"../../daily/2026-11-17.html#{anchor}" in links
    assert f"https://arxiv.org/abs/{issue.papers[0].arxiv_id}" in links
    assert ["../2026-11-22.html#t-shore"] * 2 == page.xpath("//a[contains(., 'whole issue')]/@href")
    assert "../../index.html" in page.xpath("//nav[@class='site']/a/@href")


def test_markdown_and_data_are_those_of_an_issue_in_one_page() -> None:
    """Only HTML is divided."""
    issue = make_issue({"shore": 4})
    small = render_all(issue, 10_000)
    assert SHIPPED.issue(issue, BEFORE, AFTER)[1:3] == small[1:3]


def test_the_newest_issue_is_copied_without_the_pages_of_its_headings() -> None:
    """The links of the copy lead to them all the same."""
    rendered = render_all(make_issue({"shore": 20}), 10_000)
    copies = latest.copy_as_latest(rendered)
    assert [
        Page("daily/latest.html", rendered[0].body),
        Page("daily/latest.md", rendered[1].body),
    ] == list(copies)


def test_a_broken_template_of_headings_is_found_by_the_check(tmp_path: Path) -> None:
    """The samples have an issue that is too large for one page."""
    (tmp_path / "heading.html").write_text("{{ 1 / 0 }}")
    with pytest.raises(errors.SettingsError, match="division by zero") as raised:
        trial.render_samples(pages.Pages([tmp_path, TEMPLATES], Site()))
    assert "heading.html" in raised.value.file
