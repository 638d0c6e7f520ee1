"""Pages without faults: each kind of page at two widths and in both colour schemes.

A fault is a finding of axe-core, a message in the console, a request to another host, or a page
that is wider than its window.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.proof import static, tools, trees
from tests.proof.browser import NARROW, NARROWEST, WIDE, Window, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = list(itertools.product((NARROW, WIDE), ("light", "dark")))
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The terms of a phone are one row to scroll sideways. axe-core cannot tell the colours of what is
# scrolled out of it, so they are checked in several rows.
SPREAD = """() => document.querySelectorAll(".terms div").forEach(row => {
    row.style.overflowX = "visible"; row.style.whiteSpace = "normal";
})"""
# `incomplete` are the checks that axe-core could not decide: they count as faults too.
AXE = """tags => axe.run(document, {runOnly: tags, preload: false}).then(results =>
    [...results.violations, ...results.incomplete].flatMap(rule =>
        rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""


def test_the_checked_pages_show_everything_a_page_can_hold(letters: Folder) -> None:
    """The checked pages have an editor's note, picks, charts, follow-ups and hostile titles.

    One of them is the page of an issue without papers.
    """
    pages = [
        (letters.output / path).read_text("utf-8") for path in tools.sample_pages(letters.output)
    ]
    for mark in (
        "From the editor",
        "Read these first",
        'id="updated"',
        'id="rising"',
        "There is nothing to read in this issue",
        '<p class="abstract">',
        'class="shares"',
        "<svg",
        trees.HOSTILE[0],
        trees.HOSTILE[3],
    ):
        assert any(mark in page for page in pages), mark


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_kind_of_page_is_without_faults(
    served: static.Server, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The largest and the smallest page of each kind have no fault."""
    with window(chromium, width, color_scheme=scheme) as view:
        for path in tools.sample_pages(served.folder / "output"):
            faults = _open_and_check(view, f"{served.url}output/{path}", served.url)
            assert [] == faults, path
            figures.count("views of pages without a fault")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_before_the_first_issue_are_without_faults(
    unwritten: Folder, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The pages of a publication without issues have no fault either."""
    with (
        static.serving(unwritten.output) as server,
        window(chromium, width, color_scheme=scheme) as view,
    ):
        for path in tools.sample_pages(unwritten.output):
            assert [] == _open_and_check(view, server.url + path, server.url), path
            figures.count("views of pages without a fault")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_search_results_are_without_faults(
    served: static.Server, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The search page has no fault when it shows results, nor when no paper matches."""
    with window(chromium, width, color_scheme=scheme) as view:
        for words in ("retrieval", "nothingofthekind"):
            faults = _open_and_check(view, f"{served.url}output/search.html#q={words}", served.url)
            assert [] == faults, words
            figures.count("views of pages without a fault")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_large_issue_is_without_faults(
    large: Folder, chromium: Browser, figures: Figures, scheme: str
) -> None:
    """An issue of 300 papers has no fault when all abstracts are open."""
    with static.serving(large.output) as server, window(chromium, color_scheme=scheme) as view:
        page = view.open(f"{server.url}daily/latest.html")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        assert [] == _faults(view, server.url)
        figures.count("views of pages without a fault")


def test_pages_fit_a_width_of_320_pixels(served: static.Server, chromium: Browser) -> None:
    """At 320 pixels no page scrolls sideways, even with everything unfolded.

    WCAG 2.2 asks for this width (1.4.10): it is that of a page at 1280 pixels, enlarged four times.
    """
    with window(chromium, NARROWEST) as view:
        for path in tools.sample_pages(served.folder / "output"):
            page = view.open(f"{served.url}output/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")
            assert 0 == view.overflow(), path


def test_each_kind_of_fault_is_reported(site: static.Server, chromium: Browser) -> None:
    """Four faults put into a page are all reported, so the tests above can fail."""
    with static.serving(site.folder, _spoil) as server, window(chromium) as view:
        url = f"{server.url}output/search.html"
        report = "\n".join(_open_and_check(view, url, server.url))
    for fault in ("image-alt", "Content Security Policy", "too wide", "requests https://far"):
        assert fault in report


def _spoil(page: bytes) -> bytes:
    wide = b'<pre class="wide">' + b"w" * 4000 + b"</pre>"
    return page.replace(b"</main>", b'<img src="https://far.example/x.png">' + wide + b"</main>")


def _open_and_check(view: Window, url: str, home: str) -> list[str]:
    """Return the faults of the page at this address; ``home`` is the address of its server."""
    view.requests.clear()
    view.complaints.clear()
    view.open(url)
    return _faults(view, home)


def _faults(view: Window, home: str) -> list[str]:
    """Return the faults of the open page."""
    faults = [f"requests {url}" for url in view.foreign_requests(home)]
    if view.overflow():
        faults.append(f"{view.overflow()} pixels too wide")
    faults += view.complaints
    view.page.evaluate(tools.AXE.read_text("utf-8"))
    view.page.evaluate(SPREAD)
    violations: list[Any] = view.page.evaluate(AXE, STANDARD)
    return [*faults, *violations]
