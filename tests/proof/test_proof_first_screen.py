"""The first screen of an issue's page, and lines that use their width, in the browser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from benchmarks import corpus
from tests.proof import static, trees
from tests.proof.browser import NARROW, NARROWEST, WIDE, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Pixels from the top of the page to the first paper of a daily issue without an editor's note.
LIMITS = {NARROW: 900, WIDE: 700}
SIZES = list(itertools.product((NARROW, WIDE), ("light", "dark")))
BEFORE = tuple(f"2026-11-{day:02}" for day in range(2, 7))  # terms need earlier papers
SMALL, HEAVY, EMPTY, BUSY, LATE = (f"2026-11-{day}" for day in (16, 17, 18, 19, 20))
NOTED, MONTHLY = "2026-11-21", "2026-12-01"
# Real titles have about 90 characters, and those of the corpus half of that.
SUBTITLES = (
    "a Benchmark of Tool Use and Retrieval",
    "Measuring What Large Language Models Retrieve before They Answer in Several Languages",
    "",
    "Towards Tool Use without Demonstrations",
)

TOP = "document.querySelector('main article').getBoundingClientRect().top + scrollY"
# The lines of each title that end although the next word would have fitted.
SHORT_LINES = """() => [...document.querySelectorAll('article :is(h3, h4)')].flatMap(title => {
    const right = title.getBoundingClientRect().right, found = [], words = [];
    const walker = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(walker.currentNode, word.index);
            range.setEnd(walker.currentNode, word.index + word[0].length);
            words.push([...range.getClientRects()]);
        }
    }
    const space = parseFloat(getComputedStyle(title).fontSize) / 2;
    for (let at = 1; at < words.length; at++) {
        const [last, next] = [words[at - 1].at(-1), words[at][0]];
        const fits = last.right + space + next.width < right;
        if (words[at].length === 1 && next.top > last.bottom - 2 && fits)
            found.push(`${Math.round(right - last.right)} pixels: ${title.textContent}`);
    }
    return found;
})"""
# Sources of teasers that are not on the line of the teaser's last word.
LONE_SOURCES = """() => [...document.querySelectorAll('.line')].filter(line => {
    const end = [...line.querySelector('q').getClientRects()].at(-1);
    const source = line.querySelector('small').getBoundingClientRect();
    return source.top >= end.bottom || source.left < end.right - 1;
}).map(line => line.textContent)"""
# Dates that are broken over two lines.
BROKEN_DATES = """() => [...document.querySelectorAll('time, .date, .day')]
    .filter(date => date.checkVisibility() && date.getClientRects().length > 1)
    .map(date => date.parentElement.textContent)"""
# Open abstracts whose right edge is not that of their paper, or whose lines do not reach it.
NARROW_ABSTRACTS = """() => [...document.querySelectorAll('article .abstract')].filter(abstract => {
    const edge = abstract.closest('article').getBoundingClientRect().right;
    const range = document.createRange();
    range.selectNodeContents(abstract);
    const longest = Math.max(...[...range.getClientRects()].map(line => line.right));
    return Math.abs(abstract.getBoundingClientRect().right - edge) > 1 || longest < edge - 90;
}).map(abstract => abstract.textContent)"""
FINDINGS = (SHORT_LINES, LONE_SOURCES, BROKEN_DATES)


class Site(NamedTuple):
    """A publication with its server."""

    folder: Folder
    url: str

    def pages(self, edition: str) -> list[str]:
        """Return the dated pages of an edition, below ``output``, oldest first."""
        files = sorted((self.folder.output / edition).glob("2*.html"))
        return [file.relative_to(self.folder.output).as_posix() for file in files]

    def read(self, path: str) -> str:
        """Return the source of a page."""
        return (self.folder.output / path).read_text("utf-8")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a publication with every kind of issue."""
    folder = _publish(tmp_path_factory.mktemp("kinds"))
    with static.serving(folder.output) as server:
        yield Site(folder, server.url)


def _publish(root: Path) -> Folder:
    """Publish days with few and with many papers, without any, with late ones, with follow-ups."""
    folder = Folder(root)
    folder.configure(
        '[site]\ntitle = "Shore Letters"\nurl = "https://letters.example/"\n'
        '[profile]\nwords = ["tool use", "retrieval", "benchmark", "language model"]\n'
        '[[edition]]\nname = "daily"\nwhen_empty = "note"\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\ndays = ["fri"]\n'
        '[[edition]]\nname = "monthly"\nperiod = "month"\n'
    )
    (root / "notes").mkdir()
    (root / "notes" / f"{NOTED}.md").write_text(trees.NOTE, "utf-8")
    amounts = dict.fromkeys(BEFORE, 30) | {SMALL: 8, HEAVY: 73, BUSY: 40, NOTED: 9, MONTHLY: 9}
    for day in (*BEFORE, SMALL, HEAVY, EMPTY, BUSY, LATE, NOTED, MONTHLY):
        if day in amounts:
            folder.drop(f"daily-papers-{day}.json", _page(day, amounts[day]))
        if day == BUSY:  # papers of earlier issues, revised and with more votes
            folder.drop(f"papers-{day}.json", _page(SMALL, 8, votes=200, words=" Revised."))
        if day == LATE:
            folder.drop(f"daily-papers-{day}.json", _page(day, 20))
            folder.drop(f"daily-papers-{EMPTY}.json", _page(EMPTY, 30))
        trees.publish(folder, day)
    return folder


def _page(day: str, count: int, *, votes: int = 0, words: str = "") -> bytes:
    papers = map(trees.varied, trees.numbers(day, count))
    return trees.page(day, [_lengthen(paper, votes, words) for paper in papers])


def _lengthen(paper: corpus.Invented, votes: int, words: str) -> corpus.Invented:
    subtitle = SUBTITLES[paper.number % len(SUBTITLES)]
    return paper._replace(
        title=f"{paper.title}: {subtitle}" if subtitle else paper.title,
        upvotes=paper.upvotes + votes,
        abstract=paper.abstract + words,
    )


def test_the_measured_pages_show_all_that_stands_before_the_papers(kinds: Site) -> None:
    """Each mark is on the page of its day, so the limits are those of full pages."""
    for day, marks in {
        HEAVY: ("73 new papers", 'id="picks"', 'id="terms"', "Follows your words"),
        BUSY: ('id="updated"', 'id="rising"', "earlier papers changed", 'id="picks"'),
        LATE: ("Most papers of this issue are late", 'id="picks"'),
        EMPTY: ("There is nothing to read in this issue",),
        NOTED: ("From the editor",),
    }.items():
        page = kinds.read(f"daily/{day}.html")
        assert [] == [mark for mark in marks if mark not in page], day
    assert "more</summary>" in kinds.read(kinds.pages("weekly")[-1])
    assert 1 == len(kinds.pages("monthly"))


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_first_paper_begins_on_the_first_screen(
    kinds: Site, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The first paper of a daily issue without an editor's note is at most so far from the top."""
    tops: dict[str, float] = {}
    with window(chromium, width, color_scheme=scheme) as view:
        for path in kinds.pages("daily"):
            source = kinds.read(path)
            if "<article" in source and "From the editor" not in source:
                tops[path] = view.open(kinds.url + path).evaluate(TOP)
    assert len(BEFORE) + 5 == len(tops)
    name = f"top of the first paper, {width} pixels wide, {scheme}"
    figures.check(name, max(tops.values()), LIMITS[width], "px")


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_at_most_five_picks_are_visible(kinds: Site, chromium: Browser, width: int) -> None:
    """The others of a week's issue are in a fold, which opens without script."""
    picks, folded = 0, 0
    with window(chromium, width, java_script_enabled=False) as view:
        for path in (*kinds.pages("daily"), *kinds.pages("weekly"), *kinds.pages("monthly")):
            listed = view.open(kinds.url + path).locator(".picks li")
            shown = listed.locator("visible=true").count()
            assert min(5, listed.count()) == shown, path
            picks += shown
            if listed.count() > shown:
                view.page.locator(".picks summary").click()
                assert listed.count() == listed.locator("visible=true").count(), path
                folded += 1
    assert picks > 20
    assert folded


def test_headings_are_folded_on_phones_and_open_on_desks(kinds: Site, chromium: Browser) -> None:
    """Without script: on a phone they open with a tap, on a desk there is nothing to open."""
    path = f"daily/{HEAVY}.html"
    with window(chromium, NARROW, java_script_enabled=False) as view:
        links = view.open(kinds.url + path).locator(".toc a")
        assert 0 == links.locator("visible=true").count() < links.count()
        view.page.locator(".toc summary").click()
        assert links.count() == links.locator("visible=true").count()
    with window(chromium, WIDE, java_script_enabled=False) as view:
        links = view.open(kinds.url + path).locator(".toc a")
        assert 0 < links.count() == links.locator("visible=true").count()
        assert not view.page.locator(".toc summary").is_visible()
        links.last.focus()
        assert view.page.evaluate("document.activeElement.matches('.toc a')")


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_term_leads_to_its_papers_in_the_fold(kinds: Site, chromium: Browser, width: int) -> None:
    """On a phone the terms are one line. Without script the link of a term opens the fold."""
    with window(chromium, width, java_script_enabled=False) as view:
        page = view.open(f"{kinds.url}daily/{HEAVY}.html")
        terms = page.locator(".terms li a")
        tops = {box["y"] for term in terms.all() if (box := term.bounding_box())}
        assert len(tops) == 1 if width == NARROW else len(tops) <= 3
        papers = page.locator(".terms dd").last
        assert not papers.is_visible()
        terms.last.click()
        assert papers.is_visible()


@pytest.mark.parametrize("width", [NARROWEST, NARROW, WIDE])
def test_lines_use_their_width_and_keep_together(
    kinds: Site, chromium: Browser, figures: Figures, width: int
) -> None:
    """Titles use their lines, a source stays with its teaser, and no date is broken.

    Open abstracts end at the right edge of their paper.
    """
    with window(chromium, width) as view:
        for path in (*kinds.pages("daily"), *kinds.pages("weekly")):
            page = view.open(kinds.url + path)
            assert [] == [line for found in FINDINGS for line in page.evaluate(found)], path
            page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")
            found = (*FINDINGS, *([NARROW_ABSTRACTS] if width > NARROWEST else []))
            assert [] == [line for each in found for line in page.evaluate(each)], path
            figures.count("titles that use their lines", page.locator("article").count())


def test_each_finding_is_reported(kinds: Site, chromium: Browser) -> None:
    """A style that breaks lines early makes each of the findings, so the test above can fail."""
    style = (
        b"article :is(h3, h4) { padding-right: 0 !important; text-wrap: balance !important }"
        b".line small { display: block } .date, time, .day { white-space: normal !important;"
        b" display: inline !important; font-size: 5rem } .abstract { max-width: 30ch }"
    )
    with (
        static.serving(kinds.folder.output, lambda page: _restyle(page, style)) as server,
        window(chromium, NARROW) as view,
    ):
        page = view.open(f"{server.url}daily/{HEAVY}.html")
        page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")
        for found in (*FINDINGS, NARROW_ABSTRACTS):
            assert page.evaluate(found), found


def _restyle(page: bytes, style: bytes) -> bytes:
    """Allow a style element in the page, and add one."""
    return page.replace(b"style-src 'self'", b"style-src 'self' 'unsafe-inline'").replace(
        b"</head>", b"<style>" + style + b"</style></head>"
    )


def test_long_lists_of_updates_are_folded(kinds: Site, chromium: Browser) -> None:
    """Five are visible, the others in a fold that opens without script."""
    with window(chromium, NARROW, java_script_enabled=False) as view:
        page = view.open(f"{kinds.url}daily/{BUSY}.html")
        updated = page.locator("[aria-labelledby=updated] li")
        assert updated.count() > 5 == updated.locator("visible=true").count()
        page.locator("[aria-labelledby=updated] summary").click()
        assert updated.count() == updated.locator("visible=true").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_print_has_whole_lists_and_black_links(
    kinds: Site, chromium: Browser, scheme: str
) -> None:
    """Folded picks and updates are printed, with whole reasons; abstracts and menus are not."""
    clipped = "all => all.filter(line => line.scrollWidth > line.clientWidth).length"
    colours = "all => [...new Set(all.map(link => getComputedStyle(link).color))]"
    with window(chromium, WIDE, color_scheme=scheme) as view:
        view.page.emulate_media(media="print")
        for path in (kinds.pages("weekly")[-2], f"daily/{BUSY}.html"):
            page = view.open(kinds.url + path)
            papers = page.locator(":is(.picks, .mentions) li")
            assert papers.count() > 5
            assert papers.count() == papers.locator("visible=true").count(), path
            assert 0 == page.locator(".picks p").evaluate_all(clipped), path
            assert ["rgb(0, 0, 0)"] == page.locator("main li > a").evaluate_all(colours), path
            for place in ("summary", ".site", ".toc", ".abstract", ".links"):
                assert 0 == page.locator(f"{place} >> visible=true").count(), (path, place)
