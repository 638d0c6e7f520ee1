"""Pages show what their issue holds, in order, and link to what is there."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

import msgspec
import pytest

from digest.model.files import Page
from digest.model.issues import (
    VERDICTS,
    Accounting,
    Issue,
    Period,
)
from digest.model.settings import Site
from digest.render import escape, paths, wording
from digest.render.site import latest, pages
from digest.render.site.views import entries, topics
from tests.support.feed_rules import live_bodies
from tests.support.pages import (
    AFTER,
    BARE,
    BEFORE,
    COUNTS,
    FULL,
    SHIPPED,
    TEMPLATES,
    decode,
    element_texts,
    full_issue,
    full_item,
    parse,
)


def every_page() -> Iterator[Page]:
    """Yield one HTML page of each kind."""
    yield SHIPPED.issue(FULL, BEFORE, AFTER)[0]
    yield SHIPPED.issue(full_issue(verdict="weekend"))[0]
    yield SHIPPED.index(FULL, [BEFORE, AFTER], COUNTS)
    yield SHIPPED.index(None, [])
    yield SHIPPED.archive([BEFORE, AFTER])
    yield SHIPPED.year("2026", [BEFORE, AFTER])
    yield SHIPPED.topic(
        topics.build_first_page(COUNTS[:1], topics.group_by_topic([FULL])["agents"])
    )
    yield SHIPPED.topics([topics.build_total(COUNTS[:1])])


def test_an_issue_is_three_files() -> None:
    """They lie in the folder of its edition; the second issue of a date has names of its own."""
    assert ["daily/2026-11-22.html", "daily/2026-11-22.md", "daily/2026-11-22.json"] == [
        page.path for page in SHIPPED.issue(FULL)
    ]
    assert "daily/2026-11-22-2.html" == SHIPPED.issue(full_issue(ordinal=2))[0].path


def test_the_same_issue_gives_the_same_bytes() -> None:
    """Pages depend on the issue, its neighbours and the settings, and on nothing else."""
    again = pages.Pages([TEMPLATES], Site())
    assert SHIPPED.issue(FULL, BEFORE, AFTER) == again.issue(FULL, BEFORE, AFTER)
    assert SHIPPED.index(FULL, [BEFORE]) == again.index(FULL, [BEFORE])


def test_an_issue_page_shows_its_papers_and_where_to_go_on() -> None:
    """It has the date in words, the lead, every paper with its facts, and the neighbours."""
    root = parse(SHIPPED.issue(FULL, BEFORE, AFTER)[0].body)
    assert ["Sunday 22 November 2026"] == element_texts(root, ".//h1")
    assert wording.lead(FULL) == element_texts(root, ".//p[@class='lead']")[0]
    assert (
        "2 new papers under 2 headings. "
        "1 earlier paper changed. 1 earlier paper gained votes or comments."
    ) == wording.lead(FULL)
    assert [
        "In this issue", "Read these first", "Agents & tool use 1 paper", "Vision & 3D 1 paper",
        "Updated", "Rising",
    ] == element_texts(root, ".//h2")  # fmt: skip
    assert [
        "Northfield Lab", "Ada Vance and Bo Imrie", "19 Nov", "73 votes",
        "also in Vision & 3D", "late, from Wed 18 Nov",
    ] == element_texts(root, ".//article/p[@class='meta']/span")  # fmt: skip
    assert ["We hang lanterns: 3.4× more of the wall is seen."] == element_texts(root, ".//q")
    assert ["from the abstract"] == element_texts(root, ".//article//small")
    seen = "Seen in 2 dumps, first on 20 Nov."
    assert [
        f"Under Agents & tool use: “tunnels” in the title. {seen} Link to this paper",
        "Under Vision & 3D. Link to this paper",
    ] == element_texts(root, ".//p[@class='why']")
    assert ["arXiv:2611.00001", "PDF", "Hugging Face", "code ★ 1.2k"] == element_texts(
        root, ".//p[@class='links']/a"
    )
    assert [
        "abstract added, first issued on 14 Nov", "from 4 to 37 votes, first issued on 15 Nov",
    ] == element_texts(root, ".//ul[@class='mentions']/li/p")  # fmt: skip
    assert ["← Fri 20 Nov", "Mon 23 Nov →"] == element_texts(root, ".//nav[@class='turn']/a")
    assert (
        "3 dumps hold 63 entries: 16 new, 1 changed, 38 known, 8 repeated and 0 rejected. "
        "2 papers muted. 3 invalid characters removed."
    ) == element_texts(root, ".//footer/p")[0]


def test_an_unsure_heading_is_said() -> None:
    """On the page and in Markdown, in place of the second topic."""
    unsure = msgspec.structs.replace(FULL.papers[0], unsure=True)
    page, markdown = decode(SHIPPED.issue(full_issue(unsure)))[:2]
    assert "perhaps also under Vision &amp; 3D" in page
    assert "perhaps also under Vision & 3D" in markdown
    assert "also in" not in page + markdown


def test_the_foot_counts_papers_that_are_not_on_the_page() -> None:
    """Muted, filtered and withdrawn papers are counted; one dump and one entry are singular."""
    small = full_issue(accounting=Accounting(dumps=1, entries=1, new=1), muted=1, filtered=2)
    root = parse(SHIPPED.issue(small, withdrawn=1)[0].body)
    assert (
        "1 dump holds 1 entry: 1 new, 0 changed, 0 known, 0 repeated and 0 rejected. "
        "1 paper muted. 2 papers left out by this edition’s filters. 1 paper withdrawn since."
    ) == element_texts(root, ".//footer/p")[0]
    no_dump = full_issue(accounting=Accounting())
    assert "No dump was read for this issue." == wording.foot(no_dump, 0)


def test_a_paper_with_a_title_alone_has_no_empty_elements() -> None:
    """It has no empty line of facts, quotation, abstract or link."""
    (article,) = parse(SHIPPED.issue(full_issue(BARE))[0].body).iter("article")
    assert ["h3", "div", "details", "summary", "p", "a"] == [
        element.tag for element in article.iterdescendants()
    ]
    assert "Bare" == article.findtext("h3")
    assert ["Why it is here"] == element_texts(article, ".//summary")
    assert "\n- Bare\n" in decode(SHIPPED.issue(full_issue(BARE)))[1]


@pytest.mark.parametrize(("comments", "words"), [(None, []), (0, []), (1, []), (2, ["2 comments"])])
def test_a_single_comment_is_not_shown(comments: int | None, words: list[str]) -> None:
    """A submitter writes the first comment, so pages, Markdown and feeds show two or more."""
    issue = full_issue(full_item(comments=comments))
    page, markdown, _ = decode(SHIPPED.issue(issue))
    feed = json.loads(live_bodies(issue)[2])["items"][0]["content_html"]
    for text in (page, markdown, feed):
        assert words == re.findall(r"\d+ comments?", text)


@pytest.mark.parametrize("number", [5, 6, 23])
def test_updated_papers_beyond_five_are_folded(number: int) -> None:
    """The fold says how many it holds, and is not there without any."""
    (paper,) = FULL.updated
    updated = [msgspec.structs.replace(paper, title=f"Old {place}") for place in range(number)]
    root = parse(SHIPPED.issue(full_issue(BARE, updated=tuple(updated)))[0].body)
    (section,) = root.xpath("//section[@aria-labelledby='updated']")
    assert [f"Old {place}" for place in range(number)] == element_texts(section, ".//li/a")
    assert 5 == len(section.xpath("ul/li"))
    folds = [f"{number - 5} more"] if number > 5 else []
    assert folds == element_texts(section, "details/summary")


def test_a_withdrawn_paper_says_so_before_everything_else() -> None:
    """On the page and in Markdown."""
    files = SHIPPED.issue(full_issue(full_item(retracted=True)))
    (article,) = parse(files[0].body).iter("article")
    assert "withdrawn" == element_texts(article, ".//*[@class='tag withdrawn']")[0]
    assert "(withdrawn · " in decode(files)[1]
    assert "withdrawn" not in decode(SHIPPED.issue(full_issue(full_item())))[1]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_issue_without_papers_states_the_kind_of_day(verdict: str) -> None:
    """Each verdict has a sentence of its own, and no empty section stands on the page."""
    sentences = {}
    for kind in VERDICTS:
        nothing = full_issue(verdict=kind, accounting=Accounting(), filtered=int(kind == "new"))
        sentences[wording.lead(nothing)] = nothing
    assert len(VERDICTS) == len(sentences)
    empty = next(issue for issue in sentences.values() if issue.verdict == verdict)
    root = parse(SHIPPED.issue(empty, BEFORE)[0].body)
    assert [wording.lead(empty)] == element_texts(root, ".//p[@class='lead']")
    assert [] == root.xpath("//h2 | //article | //figure")


@pytest.mark.parametrize("number", range(8))
def test_pages_are_accessible_and_load_nothing_from_elsewhere(number: int) -> None:
    """Headings skip no level, drawings have labels, and there is no script, style or other host."""
    page = list(every_page())[number]
    root = parse(page.body)
    assert "en" == root.get("lang")
    assert 1 == len(root.findall(".//h1"))
    levels = [int(str(e.tag)[1]) for e in root.iter("h1", "h2", "h3", "h4")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert 1 == len(root.findall(".//main"))
    assert [] == root.findall(".//script") + root.findall(".//style") + root.xpath(
        "//@style|//@onclick"
    )
    assert "default-src 'none'; style-src 'self';" in page.body.decode()
    loaded = [str(link.get("href")) for link in root.iter("link") if link.get("rel") != "canonical"]
    own = 1 if page.path.startswith("topics/agents/") else 0  # the topic's feed
    assert own + len(pages.FEEDS) + len(("icon", "stylesheet")) == len(loaded)
    assert not [href for href in loaded if ":" in href or href.startswith("/")]
    assert root.xpath("//svg[not(@role='img' and @aria-label)]") == []


@pytest.mark.parametrize("number", range(8))
def test_every_link_leads_to_something(number: int) -> None:
    """Ids are unique, fragments exist, relative links stay in the tree, feeds are announced."""
    page = list(every_page())[number]
    root = parse(page.body)
    ids = [str(value) for value in root.xpath("//@id")]
    assert len(set(ids)) == len(ids)
    hrefs = [str(value) for value in root.xpath("//a/@href")]
    assert {href[1:] for href in hrefs if href.startswith("#")} <= set(ids)
    assert all(str(a.text_content()).strip() for a in root.iter("a"))
    depth = page.path.count("/")
    assert all(href.count("../") <= depth for href in hrefs)
    feeds = [link.get("href") for link in root.findall(".//link[@rel='alternate']")]
    main = [paths.relative(page.path, path) for path, _, _ in pages.FEEDS]
    own = ["../../topics/agents/feed.xml"] if page.path.startswith("topics/agents/") else []
    assert [*own, *main] == feeds
    assert all(
        link.get("title") and link.get("type") for link in root.findall(".//link[@rel='alternate']")
    )


def test_the_json_page_is_the_stored_issue() -> None:
    """It decodes to the same issue, under the names that other programs rely on."""
    data = SHIPPED.issue(FULL)[2].body
    assert FULL == msgspec.json.decode(data, type=Issue)
    read = json.loads(data)
    assert {
        "edition", "date", "number", "verdict", "accounting", "picks", "sections", "updated",
        "rising", "late", "muted",
    } <= set(read)  # fmt: skip
    assert {
        "guid", "title", "arxiv_id", "url", "abstract", "one_line", "authors", "n_authors",
        "organization", "published", "upvotes", "comments", "also", "reasons", "late_from",
    } <= set(read["sections"][0]["papers"][0])  # fmt: skip
    assert {"text", "from"} == set(read["sections"][0]["papers"][0]["one_line"])
    assert data.endswith(b"}\n")


def test_latest_is_a_copy_of_the_dated_pages() -> None:
    """Its HTML page has the dated page as its canonical address."""
    rendered = SHIPPED.issue(FULL, BEFORE)
    copies = latest.copy_as_latest(rendered)
    assert ["daily/latest.html", "daily/latest.md"] == [page.path for page in copies]
    assert [page.body for page in rendered[:2]] == [page.body for page in copies]
    (canonical,) = parse(copies[0].body).findall(".//link[@rel='canonical']")
    assert "2026-11-22.html" == canonical.get("href")


def test_a_new_neighbour_changes_only_links() -> None:
    """When the next issue comes, the page gains links to it and nothing else."""
    alone, followed = (decode(SHIPPED.issue(FULL, BEFORE, after)) for after in (None, AFTER))
    gained = set(followed[0].split("\n")) ^ set(alone[0].split("\n"))
    assert all("2026-11-23" in line for line in gained)
    assert alone[2] == followed[2]


def test_an_edition_added_later_leaves_the_calendar_of_earlier_years_alone() -> None:
    """An issue is listed with its edition if the page has issues of several."""
    later = msgspec.structs.replace(AFTER, edition="weekly", date="2027-01-04", key="2027-01-04")
    assert SHIPPED.year("2026", [BEFORE, AFTER]) == SHIPPED.year("2026", [BEFORE, AFTER, later])
    same_year = msgspec.structs.replace(later, date="2026-12-28", key="2026-12-28")
    page = SHIPPED.year("2026", [BEFORE, AFTER, same_year]).body.decode()
    assert f">9 {BEFORE.edition}</a>" in page
    assert ">0 weekly</a>" in page


def test_colours_have_enough_contrast() -> None:
    """Every ink of the stylesheet has 4.5 to 1 on both backgrounds, light and dark."""
    css = (TEMPLATES / "assets" / "digest.css").read_text("utf-8")
    palettes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in css.split("@media")[:2]]
    assert 2 == len(palettes)
    for palette in palettes:
        grounds, inks = ("paper", "tint"), ("ink", "soft", "accent", "quote")
        worst = min(_contrast(palette[ink], palette[on]) for ink in inks for on in grounds)
        assert worst >= 4.5


def _contrast(ink: str, ground: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(ink), _luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("expected", "names", "number"),
    [
        ("", (), None),
        ("1 author", (), 1),
        ("14 authors", (), 14),
        ("A", ("A",), None),
        ("A, B and C", ("A", "B", "C"), 3),
        ("A, B, C and D", ("A", "B", "C", "D"), None),
        ("A, B, C and 2 more", ("A", "B", "C", "D", "E"), 3),
        ("A and 663 more", ("A",), 664),
    ],
)
def test_authors_in_words(expected: str, names: tuple[str, ...], number: int | None) -> None:
    """Three names stand with the number of the others; a single other one is named."""
    assert expected == wording.authors(full_item(authors=names, n_authors=number))


def test_days_in_words() -> None:
    """Days are written in English in any locale; a text that is no day stays as it is."""
    assert "Thursday 1 January 2026" == wording.day("2026-01-01")
    assert "31 Dec 2025" == wording.short_day("2025-12-31", year="2026")
    assert "soon" == wording.day("soon") == wording.short_day("soon", year="2026")


def test_every_issue_of_a_date_has_its_own_title() -> None:
    """The first is called by its date; a link to an issue is called as the issue itself."""
    titles = []
    for ordinal in range(1, 12):
        issue = full_issue(ordinal=ordinal)
        link = msgspec.structs.replace(BEFORE, date=issue.date, key=issue.key)
        assert ordinal == link.ordinal
        assert wording.title(issue) == wording.link_title(link)
        titles.append(wording.title(issue))
    assert ["Sunday 22 November 2026", "Sunday 22 November 2026, second issue"] == titles[:2]
    assert "Sunday 22 November 2026, issue 10" == titles[9]
    assert 11 == len(set(titles))
    web = decode(SHIPPED.issue(full_issue(full_item(), ordinal=3)))[0]
    assert "<title>Sunday 22 November 2026, third issue ·" in web
    root = parse(web.encode())
    assert ["Sunday 22 November 2026, third issue"] == element_texts(root, ".//h1")
    second = msgspec.structs.replace(BEFORE, key=f"{BEFORE.date}-2")
    web = decode(SHIPPED.issue(full_issue(full_item()), before=second))[0]
    assert "← Fri 20 Nov, second issue" in web


def test_the_second_issue_of_a_week_has_its_own_title() -> None:
    """It is called by its week, not by its date."""
    span = Period(first="2026-11-16", last="2026-11-22")
    issue = full_issue(span=span, ordinal=2)
    link = msgspec.structs.replace(BEFORE, key=f"{BEFORE.date}-2", span="2026-11-16/2026-11-22")
    assert "Week of 16 November 2026, second issue" == wording.title(issue)
    assert wording.title(issue) == wording.link_title(link)


def test_a_paper_linked_to_a_search_says_so() -> None:
    """A title that leads to a search is explained; any other address is not."""
    lost = full_item(arxiv_id=None, code_url=None, url="https://huggingface.co/papers?q=Lanterns")
    entry = entries.build_entry(FULL, lost, "x")
    assert entry.why.endswith(" Its own address is not known: the title leads to a search.")
    assert () == entry.links
    other = full_item(arxiv_id=None, code_url=None, doi="10.1/x", url="https://example.org/?q=x")
    entry = entries.build_entry(FULL, other, "x")
    assert entry.why.endswith("first on 20 Nov.")
    assert ["doi:10.1/x"] == [link.words for link in entry.links]


def test_relative_and_absolute_paths() -> None:
    """Relative paths hold at any depth, absolute ones under any base."""
    assert "../feed.xml" == paths.relative("daily/2026-11-22.html", paths.RSS)
    assert "2026-11-21.html" == paths.relative("daily/2026-11-22.html", "daily/2026-11-21.html")
    assert "../../daily/x.html" == paths.relative("topics/agents/index.html", "daily/x.html")
    assert "daily/latest.md" == paths.relative(paths.INDEX, paths.latest("daily", "md"))
    assert "https://example.org/base/feed.xml" == paths.absolute(
        "https://example.org/base", paths.RSS
    )
    assert paths.absolute("https://e.org/", "x") == paths.absolute("https://e.org", "x")


def test_anchors_come_from_the_guid_alone() -> None:
    """They are the digits of the guid's hash, or of a hash of a guid that has none."""
    assert "p-0123456789ab" == paths.anchor("urn:uuid:01234567-89ab-5cde-8f01-23456789abcd")
    assert re.fullmatch("p-[0-9a-f]{12}", paths.anchor("tag:example.org,2026:x"))
    assert escape.html(paths.anchor("<")) == paths.anchor("<")
