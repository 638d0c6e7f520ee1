"""Pages people like to read: what they must hold whatever a dump says."""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import markdown as python_markdown
import msgspec
import pytest
from lxml import html
from markdown_it import MarkdownIt

from digest import errors
from digest.model.issues import (
    VERDICTS,
    Accounting,
    Issue,
    IssueLink,
    Item,
    Page,
    RisingPaper,
    Section,
    Teaser,
    UpdatedPaper,
)
from digest.model.papers import Organization
from digest.model.settings import Site
from digest.model.topics import TopicCount
from digest.render import escape, paths, wording
from digest.render.site import pages
from digest.render.site.views import archive, charts, entries, topics

TEMPLATES = Path(__file__).parents[2] / "templates"

EVIL = (
    "<script>alert(1)</script><think>x</think> ]]> {{7*7}} {% raw %} *a* _b_ [c](d) ![e](f) `g` "
    "|h| ~~i~~ \\j & < > \" ' # \u202eright\u202c 𝔘 😀 https://example.org/x_y www.example.org"
)
LONG = "Incomprehensibilities" * 15
BEFORE = IssueLink("daily", "2026-11-20", "2026-11-20", 213, 9, "new")
COUNTS = [
    TopicCount("day", day, topic, topic, number, 0)
    for day in ("2026-11-03", "2026-11-22")
    for number, topic in enumerate(("agents", "vision"), 1)
]
AFTER = IssueLink("daily", "2026-11-23", "2026-11-23", 215, 0, "quiet")


def item(guid: str = "0" * 32, **fields: object) -> Item:
    """A paper about nothing, with everything a paper may have."""
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


def issue(*papers: Item, **fields: object) -> Issue:
    """An issue of these papers, under two headings if there are several."""
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


FULL = issue(
    item(), BARE,
    picks=(item().guid, "urn:digest:" + "f" * 32), late=(item().guid,), muted=2, repaired=3,
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


def _update(paper: Item) -> UpdatedPaper:
    return UpdatedPaper(
        guid="urn:digest:1", title=paper.title, url=paper.url, issue="2026-11-14", changes=("x",)
    )


@pytest.fixture(scope="module")
def shipped() -> pages.Pages:
    """Pages by the shipped templates."""
    return pages.Pages([TEMPLATES], Site())


def texts(rendered: tuple[Page, ...]) -> tuple[str, str, str]:
    """The HTML, Markdown and JSON of an issue."""
    web, markdown, data = (page.body.decode() for page in rendered)
    return web, markdown, data


def parse(body: bytes) -> html.HtmlElement:
    """A page read as a browser would."""
    return html.document_fromstring(body.decode())


def said(root: html.HtmlElement, path: str) -> list[str]:
    """The text of each element at a path, runs of blanks as one."""
    return [" ".join(str(element.text_content()).split()) for element in root.findall(path)]


def every_page(shipped: pages.Pages) -> Iterator[Page]:
    """One of each kind of HTML page."""
    yield shipped.issue(FULL, BEFORE, AFTER)[0]
    yield shipped.issue(issue(verdict="weekend"))[0]
    yield shipped.index(FULL, [BEFORE, AFTER], COUNTS)
    yield shipped.index(None, [])
    yield shipped.archive([BEFORE, AFTER])
    yield shipped.year("2026", [BEFORE, AFTER])
    yield shipped.topic(topics.first(COUNTS[:1], topics.by_topic([FULL])["agents"]))
    yield shipped.topics([topics.total(COUNTS[:1])])


def test_the_files_of_an_issue(shipped: pages.Pages) -> None:
    """An issue is three files of its edition's folder; a second one of a date has its own."""
    assert ["daily/2026-11-22.html", "daily/2026-11-22.md", "daily/2026-11-22.json"] == [
        page.path for page in shipped.issue(FULL)
    ]
    assert "daily/2026-11-22-2.html" == shipped.issue(issue(ordinal=2))[0].path


def test_the_same_issue_gives_the_same_bytes(shipped: pages.Pages) -> None:
    """Promise 4: nothing but the issue, its neighbours and the settings shows."""
    again = pages.Pages([TEMPLATES], Site())
    assert shipped.issue(FULL, BEFORE, AFTER) == again.issue(FULL, BEFORE, AFTER)
    assert shipped.index(FULL, [BEFORE]) == again.index(FULL, [BEFORE])


def test_what_an_issue_page_says(shipped: pages.Pages) -> None:
    """Date in words, the lead, every paper with its facts, and where else to go."""
    root = parse(shipped.issue(FULL, BEFORE, AFTER)[0].body)
    assert ["Sunday 22 November 2026"] == said(root, ".//h1")
    assert wording.lead(FULL) == said(root, ".//p[@class='lead']")[0]
    assert (
        "2 new papers under 2 headings, 1 of them late from an earlier day’s page. "
        "1 earlier paper changed. 1 earlier paper gained votes or comments."
    ) == wording.lead(FULL)
    assert [
        "In this issue", "Read these first", "Agents & tool use 1 paper", "Vision & 3D 1 paper",
        "Updated", "Rising", "Late",
    ] == said(root, ".//h2")  # fmt: skip
    assert [
        "Northfield Lab", "Ada Vance and Bo Imrie", "19 Nov", "73 votes", "1 comment",
        "also in Vision & 3D", "late, from Wed 18 Nov",
    ] == said(root, ".//article/p[@class='meta']/span")  # fmt: skip
    assert ["We hang lanterns: 3.4× more of the wall is seen."] == said(root, ".//q")
    assert ["from the abstract"] == said(root, ".//article//small")
    seen = "Seen in 2 dumps, first on 20 Nov."
    assert [
        f"Under Agents & tool use: “tunnels” in the title. {seen} Link to this paper",
        "Under Vision & 3D. Link to this paper",
    ] == said(root, ".//p[@class='why']")
    assert ["arXiv:2611.00001", "PDF", "Hugging Face", "code ★ 1.2k"] == said(
        root, ".//p[@class='links']/a"
    )
    assert [
        "abstract added, first issued on 14 Nov", "from 4 to 37 votes, first issued on 15 Nov",
        "late, from Wed 18 Nov",
    ] == said(root, ".//ul[@class='mentions']/li/p")  # fmt: skip
    assert ["← Fri 20 Nov", "Mon 23 Nov →"] == said(root, ".//nav[@class='turn']/a")
    assert (
        "3 dumps hold 63 entries: 16 new, 1 changed, 38 known, 8 repeated and 0 rejected. "
        "2 papers muted. 3 characters that no document may carry taken out of the words."
    ) == said(root, ".//footer/p")[0]


def test_the_foot_tells_what_is_not_on_the_page(shipped: pages.Pages) -> None:
    """Muted, filtered and withdrawn papers are counted; one dump and one entry are singular."""
    one = issue(accounting=Accounting(dumps=1, entries=1, new=1), muted=1, filtered=2)
    root = parse(shipped.issue(one, withdrawn=1)[0].body)
    assert (
        "1 dump holds 1 entry: 1 new, 0 changed, 0 known, 0 repeated and 0 rejected. "
        "1 paper muted. 2 papers left out by this edition’s filters. 1 paper withdrawn since."
    ) == said(root, ".//footer/p")[0]
    assert "No dump was read for this issue." == wording.foot(issue(accounting=Accounting()), 0)


def test_a_paper_that_says_nothing_about_itself(shipped: pages.Pages) -> None:
    """A bare title stands alone: no empty line of facts, quotation, abstract or link."""
    (article,) = parse(shipped.issue(issue(BARE))[0].body).iter("article")
    assert ["h3", "div", "details", "summary", "p", "a"] == [
        element.tag for element in article.iterdescendants()
    ]
    assert "Bare" == article.findtext("h3")
    assert ["Why it is here"] == said(article, ".//summary")
    assert "### Bare\n" in texts(shipped.issue(issue(BARE)))[1]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_issue_without_papers_says_what_day_it_was(shipped: pages.Pages, verdict: str) -> None:
    """Promise 7: each verdict has its own sentence, and no empty block stands around it."""
    sentences = {}
    for each in VERDICTS:
        nothing = issue(verdict=each, accounting=Accounting(), filtered=int(each == "new"))
        sentences[wording.lead(nothing)] = nothing
    assert len(VERDICTS) == len(sentences)
    empty = next(found for found in sentences.values() if found.verdict == verdict)
    root = parse(shipped.issue(empty, BEFORE)[0].body)
    assert [wording.lead(empty)] == said(root, ".//p[@class='lead']")
    assert [] == said(root, ".//h2") + said(root, ".//article") + said(root, ".//figure")


@pytest.mark.parametrize("number", range(8))
def test_html_is_accessible_and_alone(shipped: pages.Pages, number: int) -> None:
    """WCAG's structure, no script, no style beside the stylesheet, no other host is asked."""
    page = list(every_page(shipped))[number]
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
    asked = [str(link.get("href")) for link in root.iter("link") if link.get("rel") != "canonical"]
    own = 1 if page.path.startswith("topics/agents/") else 0  # the topic's feed
    assert own + len(pages.FEEDS) + len(("icon", "stylesheet")) == len(asked)
    assert not [href for href in asked if ":" in href or href.startswith("/")]
    assert root.xpath("//svg[not(@role='img' and @aria-label)]") == []


@pytest.mark.parametrize("number", range(8))
def test_every_link_leads_somewhere(shipped: pages.Pages, number: int) -> None:
    """Ids are unique, fragments exist, relative links stay in the tree, feeds are announced."""
    page = list(every_page(shipped))[number]
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


def test_hostile_words_stay_words_in_html(shipped: pages.Pages) -> None:
    """A title, abstract, name or address of any kind adds no element and loses no character."""
    evil = item(
        title=EVIL, abstract=EVIL, one_line=Teaser(EVIL, EVIL), summary=EVIL, authors=(EVIL, LONG),
        organization=Organization(EVIL, EVIL), published=None, published_text=EVIL, also=(EVIL,),
        reasons=(EVIL,), url="javascript:alert(1)", code_url="data:text/html,x", doi=EVIL,
    )  # fmt: skip
    plain = item(
        summary="x", published_text="x", doi="10.1/x", url="https://example.org/",
        code_url=None, authors=("a", "b"),
    )  # fmt: skip
    got, expected = (
        parse(shipped.issue(issue(paper, updated=(_update(paper),)))[0].body)
        for paper in (evil, plain)
    )
    assert [EVIL] == [h3.text_content() for h3 in got.iter("h3")]
    assert [EVIL] * 2 == [
        str(p.text_content())[-len(EVIL) :] for p in got.findall(".//p[@class='abstract']")
    ]
    links = {"a": 1}  # the title's own, which is refused
    for tag in {str(element.tag) for element in expected.iter("*")}:
        assert len(list(expected.iter(tag))) - links.get(tag, 0) == len(list(got.iter(tag))), tag
    assert not [h for h in got.xpath("//@href") if str(h).startswith(("javascript", "data"))]


@pytest.mark.parametrize("render", [MarkdownIt("commonmark").render, python_markdown.markdown])
def test_hostile_words_stay_words_in_markdown(shipped: pages.Pages, render: object) -> None:
    """Rendered by other programs, the page has our headings and links and the dump's words."""
    assert callable(render)
    evil = item(title=EVIL, abstract=EVIL, one_line=Teaser(EVIL, "abstract"), authors=(EVIL,))
    source = texts(shipped.issue(issue(evil, BARE, picks=(evil.guid,))))[1]
    root = html.document_fromstring(f"<main>{render(source)}</main>")
    assert [EVIL, "Bare"] == said(root, ".//h3")
    assert EVIL in said(root, ".//p")
    assert {
        "html", "body", "main", "h1", "h2", "h3", "p", "a", "ol", "ul", "li", "blockquote", "em",
        "hr",
    } == {element.tag for element in root.iter("*")}  # fmt: skip


def test_markdown_is_tidy(shipped: pages.Pages) -> None:
    """One h1, blank lines around headings, none doubled, no trailing blanks, one last line end."""
    for source in (texts(shipped.issue(i, BEFORE, AFTER))[1] for i in (FULL, issue())):
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


def test_characters_no_document_may_carry(shipped: pages.Pages) -> None:
    """Control characters and lone surrogates reach no file, and stop none."""
    odd = "a\x00b\x1b[0m\x0bc\ud800d\ude00"
    rendered = shipped.issue(issue(item(title=odd, abstract=odd), topics={"vision": odd}))
    web, markdown, data = texts(rendered)
    assert "ab[0mcd</a></h3>" in web
    assert "### [ab\\[0mcd](" in markdown
    assert "a\x00b\x1b[0m\x0bcd" == json.loads(data)["sections"][0]["papers"][0]["title"]
    assert not re.search("[\x00-\x08\x0b-\x1f]", web + markdown + data)


def test_the_json_file_is_the_issue(shipped: pages.Pages) -> None:
    """The data read back is the issue, under the names others rely on."""
    data = shipped.issue(FULL)[2].body
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


def test_latest_is_a_copy_that_names_the_dated_page(shipped: pages.Pages) -> None:
    """The name that stays holds the same pages, whose links hold there too."""
    rendered = shipped.issue(FULL, BEFORE)
    copies = pages.latest(rendered)
    assert ["daily/latest.html", "daily/latest.md"] == [page.path for page in copies]
    assert [page.body for page in rendered[:2]] == [page.body for page in copies]
    (canonical,) = parse(copies[0].body).findall(".//link[@rel='canonical']")
    assert "2026-11-22.html" == canonical.get("href")


def test_a_new_neighbour_changes_only_links(shipped: pages.Pages) -> None:
    """When the next issue comes, an issue's page gains the way to it and nothing else."""
    alone, followed = (texts(shipped.issue(FULL, BEFORE, after)) for after in (None, AFTER))
    gained = set(followed[0].split("\n")) ^ set(alone[0].split("\n"))
    assert all("2026-11-23" in line for line in gained)
    assert alone[2] == followed[2]


def test_the_front_page(shipped: pages.Pages) -> None:
    """The newest issue's papers by heading, then all issues, the newest month first."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31", 1, 1, "new")
    page = shipped.index(FULL, [old, BEFORE, AFTER])
    root = parse(page.body)
    assert "index.html" == page.path
    assert ["Agents & tool use 1 paper", "Vision & 3D 1 paper"] == said(root, ".//div/section/h3")
    anchor = paths.anchor(BARE.guid)
    assert f"daily/2026-11-22.html#{anchor}" in [str(href) for href in root.xpath("//li/a/@href")]
    assert ["November 2026", "December 2025"] == said(root, ".//section[@class='issues']/h3")
    assert [
        "Mon 23 November 2026, quiet",
        "Fri 20 November 2026, 9 papers",
        "Wed 31 December 2025, 1 paper",
    ] == said(root, ".//ol[@class='days']/li")
    buttons = ["RSS", "Atom", "JSON Feed", "Issues", "OPML, all topics"]
    assert buttons == said(root, ".//a[@class='button']")


def test_the_front_page_names_editions_when_there_are_several(shipped: pages.Pages) -> None:
    """Two issues of one day are told apart by their edition."""
    weekly = IssueLink("weekly", "2026-11-20", "2026-11-20", 1, 40, "new")
    root = parse(shipped.index(FULL, [BEFORE, weekly]).body)
    assert [
        "Fri 20 November 2026, weekly 40 papers",
        "Fri 20 November 2026, daily 9 papers",
    ] == said(root, ".//ol[@class='days']/li")


def test_the_front_page_before_the_first_issue(shipped: pages.Pages) -> None:
    """A friendly page says what to do next."""
    root = parse(shipped.index(None, []).body)
    assert ["No issue yet"] == said(root, ".//h2")
    assert ["inbox/", "digest run"] == said(root, ".//code")


def test_assets_are_shipped_and_overridden_one_by_one(shipped: pages.Pages, tmp_path: Path) -> None:
    """A stylesheet of one's own replaces the shipped one; the icon stays."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "digest.css").write_text("body{}")
    style, icon, _ = pages.Pages([tmp_path, TEMPLATES], Site()).assets()
    assert (paths.STYLESHEET, b"body{}") == (style.path, style.body)
    assert shipped.assets()[1] == icon


def test_a_template_of_ones_own_escapes_too(tmp_path: Path) -> None:
    """An overriding template needs no care: its values are escaped for their sink."""
    (tmp_path / "issue.html").write_text("{{ groups[0].entries[0].title }}")
    (tmp_path / "issue.md").write_text("{{ groups[0].entries[0].title }}")
    own = pages.Pages([tmp_path, TEMPLATES], Site())
    web, markdown, _ = texts(own.issue(issue(item(title="<b>*x*"))))
    assert ("&lt;b&gt;*x*", "&lt;b>\\*x\\*") == (web, markdown)


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("line 2", "\n{% if %}"),
        ("issue.html: 'isue' is undefined", "{{ isue.date }}"),
        ("there is no template none.html", '{% include "none.html" %}'),
    ],
)
def test_a_broken_template_is_named(tmp_path: Path, expected: str, source: str) -> None:
    """What is wrong with a template is said with its file, never half a page written."""
    (tmp_path / "issue.html").write_text(source)
    with pytest.raises(errors.SettingsError, match=expected) as raised:
        pages.Pages([tmp_path, TEMPLATES], Site()).issue(FULL)
    assert "issue.html" in raised.value.file


def test_templates_are_checked_without_an_issue(shipped: pages.Pages, tmp_path: Path) -> None:
    """A mistake in the common frame is found before a run needs it."""
    shipped.check()
    (tmp_path / "layout.html").write_text("{% block %}")
    with pytest.raises(errors.SettingsError, match=r"layout\.html: line 1"):
        pages.Pages([tmp_path, TEMPLATES], Site()).check()
    with pytest.raises(errors.SettingsError, match=r"digest\.css"):
        pages.Pages([tmp_path], Site()).assets()


def test_compiled_templates_change_nothing(
    shipped: pages.Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept, read again, damaged or impossible to keep: the pages are the same."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    expected = shipped.issue(FULL)
    cache = tmp_path / "compiled"
    for _ in range(2):
        assert expected == pages.Pages([TEMPLATES], Site(), cache=cache).issue(FULL)
    kept = sorted(cache.iterdir())
    assert 3 == len(kept)
    for path, length in zip(kept, (0, 30, 200), strict=True):
        path.write_bytes(path.read_bytes()[:length])
    assert expected == pages.Pages([TEMPLATES], Site(), cache=cache).issue(FULL)
    (tmp_path / "file").write_text("")
    assert expected == pages.Pages([TEMPLATES], Site(), cache=tmp_path / "file").issue(FULL)


def test_only_shipped_templates_are_kept_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own ones would pile up; and nobody's are kept where Python keeps none of its own."""
    (tmp_path / "issue.html").write_text("{{ day }}")
    folders = [tmp_path, TEMPLATES]
    for asked_not_to, kept in ((True, 0), (False, 1)):
        monkeypatch.setattr(sys, "dont_write_bytecode", asked_not_to)
        pages.Pages(folders, Site(), cache=tmp_path / "compiled").issue(FULL)
        assert kept == len(list(tmp_path.glob("compiled/*")))


def test_colours_can_be_read() -> None:
    """Every ink of the stylesheet has a contrast of 4.5 to 1 on both grounds, light and dark."""
    css = (TEMPLATES / "assets" / "digest.css").read_text("utf-8")
    palettes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in css.split("@media")[:2]]
    assert 2 == len(palettes)
    for palette in palettes:
        grounds, inks = ("paper", "tint"), ("ink", "soft", "accent", "quote")
        worst = min(_contrast(palette[ink], palette[on]) for ink in inks for on in grounds)
        assert worst >= 4.5


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_chart_needs_two_issues_before() -> None:
    """One earlier issue is no strip; no papers is a line, the most is full height."""
    assert charts.strip(issue(chart=(("2026-11-20", 3),))) is None
    chart = charts.strip(issue(item(), chart=(("2026-11-19", 2), ("2026-11-20", 0))))
    assert chart is not None
    assert "M0 40v-40h8v40zM11 40v-1h8v1z" == chart.before
    assert "M22 40v-20h8v20z" == chart.now
    assert "0 to 2 papers in each of the 2 issues before, 1 in this one" == chart.words


def test_the_calendar_of_a_year(shipped: pages.Pages) -> None:
    """Every issue of the year and of no other, by month; the list of years leads into it."""
    old = IssueLink("daily", "2025-12-31", "2025-12-31-2", 1, 1, "new")
    links = [old, IssueLink("daily", "2026-01-02", "2026-01-02", 2, 3, "new"), BEFORE, AFTER]
    year = shipped.year("2026", links)
    root = parse(year.body)
    assert "archive/2026.html" == year.path
    assert ["November 2026", "January 2026"] == said(root, ".//h2")
    hrefs = [str(href) for href in root.xpath("//main//a/@href")]
    assert [f"../daily/2026-{day}.html" for day in ("11-23", "11-20", "01-02")] == hrefs
    root = parse(shipped.archive(links).body)
    assert ["2026", "2025"] == said(root, ".//h2")
    assert [
        "November 2026 2 issues", "January 2026 1 issue", "December 2025 1 issue",
    ] == said(root, ".//li")  # fmt: skip
    assert "2026.html#m-2026-11" in [str(href) for href in root.xpath("//li/a/@href")]
    assert ["The first issue will be listed here."] == said(
        parse(shipped.archive([]).body), ".//main/p"
    )


def test_the_front_page_does_not_grow_with_the_archive() -> None:
    """Years of issues add nothing: it lists the newest months that have any."""
    days = [f"{year}-{month:02}-09" for year in range(2016, 2027) for month in range(1, 13)]
    links = [IssueLink("daily", day, day, n, 1, "new") for n, day in enumerate(days)]
    months = archive.present(links)
    assert ["December 2026", "November 2026"] == [month.name for month in months]


def test_charts_of_the_front_page_have_words(shipped: pages.Pages) -> None:
    """What the drawings show is said: spans, sums, and shares of the last week."""
    root = parse(shipped.index(FULL, [BEFORE], COUNTS).body)
    words = [str(label) for label in root.xpath("//main//svg/@aria-label")]
    assert [
        "3 to 3 papers on each of 2 days with papers, 6 in all",
        "67% to 67% of the papers of a week over 2 weeks, 67% in the last",
        "33% to 33% of the papers of a week over 2 weeks, 33% in the last",
    ] == words
    assert ["vision 67%, 4 papers", "agents 33%, 2 papers"] == said(
        root, ".//ul[@class='shares']/li"
    )
    assert "topics/vision/index.html" in [str(h) for h in root.xpath("//ul/li/a/@href")]


def test_charts_need_something_to_compare() -> None:
    """One day is no chart of days, one week no chart of shares; without papers there is none."""
    counts = [TopicCount("day", "2026-11-22", "agents", "Agents", 3, 0)]
    assert charts.days(counts, "2026-11-22") is None
    (share,) = charts.shares(counts, "2026-11-22")
    assert ("100%, 3 papers", None) == (share.amount, share.chart)
    also = [TopicCount("day", "2026-11-22", "agents", "Agents", 0, 3)]
    assert () == charts.shares(also, "2026-11-22") == charts.shares([], "2026-11-22")
    assert "2026-08-24" == charts.first_day("2026-11-22")


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
    """Three names and the number of the others; a lone other is named."""
    assert expected == wording.authors(item(authors=names, n_authors=number))


def test_days_in_words() -> None:
    """Days are written in English whatever the locale, and what is no day stays."""
    assert "Thursday 1 January 2026" == wording.day("2026-01-01")
    assert "31 Dec 2025" == wording.short_day("2025-12-31", year="2026")
    assert "16–22 Nov" == wording.short_span("2026-11-16/2026-11-22", year="2026")
    assert "26 Oct–1 Nov" == wording.short_span("2026-10-26/2026-11-01", year="2026")
    assert "28 Dec 2026–3 Jan" == wording.short_span("2026-12-28/2027-01-03", year="2027")
    assert "2 Nov" == wording.short_span("2026-11-02/2026-11-02", year="2026")
    assert "soon" == wording.day("soon") == wording.short_day("soon", year="2026")


def test_a_paper_without_an_address_says_so() -> None:
    """A title that leads to a search is owned up to; any other address needs no word."""
    lost = item(arxiv_id=None, code_url=None, url="https://huggingface.co/papers?q=Lanterns")
    entry = entries.entry(FULL, lost, "x")
    assert entry.why.endswith(" Its own address is not known: the title leads to a search.")
    assert () == entry.links
    other = item(arxiv_id=None, code_url=None, doi="10.1/x", url="https://example.org/?q=x")
    entry = entries.entry(FULL, other, "x")
    assert entry.why.endswith("first on 20 Nov.")
    assert ["doi:10.1/x"] == [link.words for link in entry.links]


def test_paths() -> None:
    """Relative names work from any depth, and absolute ones under any base."""
    assert "../feed.xml" == paths.relative("daily/2026-11-22.html", paths.RSS)
    assert "2026-11-21.html" == paths.relative("daily/2026-11-22.html", "daily/2026-11-21.html")
    assert "../../daily/x.html" == paths.relative("topics/agents/index.html", "daily/x.html")
    assert "daily/latest.md" == paths.relative(paths.INDEX, paths.latest("daily", "md"))
    assert "https://example.org/base/feed.xml" == paths.absolute(
        "https://example.org/base", paths.RSS
    )
    assert paths.absolute("https://e.org/", "x") == paths.absolute("https://e.org", "x")


def test_anchors_come_from_the_guid_alone() -> None:
    """The digits of the guid's hash, or of a hash of the guid when it ends with none."""
    assert "p-0123456789ab" == paths.anchor("urn:uuid:01234567-89ab-5cde-8f01-23456789abcd")
    assert re.fullmatch("p-[0-9a-f]{12}", paths.anchor("tag:example.org,2026:x"))
    assert escape.html(paths.anchor("<")) == paths.anchor("<")
