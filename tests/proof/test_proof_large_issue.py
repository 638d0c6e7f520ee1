"""An issue of a thousand papers opens as fast as one of 300, and leads to its abstracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import corpus
from tests.proof import static, trees
from tests.proof import test_proof_accessibility as accessibility
from tests.proof.browser import NARROW, WIDE, Window, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DAY = "2026-11-20"
PAGE = f"daily/{DAY}.html"
LAY_OUT = """document.querySelectorAll("section").forEach(section => {
    section.style.contentVisibility = "visible";
})"""
ROUNDS, QUICKEST = 9, 3
NOISE = 1.5  # first paints of one page differ by as much from round to round
PAINT = """new Promise(done => new PerformanceObserver(list => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Folder]:
    """Return publications with an issue of 300 papers, and with one of 1,000."""
    root: Path = tmp_path_factory.mktemp("crowds")
    folders = {}
    for count in (300, 1_000):
        folders[count] = folder = Folder(root / str(count))
        papers = map(corpus.paper, trees.numbers(DAY, count))
        folder.drop(f"{DAY}.json", trees.page(DAY, papers))
        trees.publish(folder, DAY)
    return folders


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "dark"), (WIDE, "light")])
def test_an_abstract_is_one_click_away(
    crowds: dict[int, Folder], chromium: Browser, width: int, scheme: str
) -> None:
    """Both pages are without faults, and the paper is at the top of the window."""
    folder = crowds[1_000]
    assert (folder.output / PAGE).stat().st_size <= 1 << 20
    with (
        static.serving(folder.output) as server,
        window(chromium, width, color_scheme=scheme) as view,
    ):
        # What is not laid out yet has no size, which axe-core takes for links that are too small.
        view.open(server.url + PAGE).evaluate(LAY_OUT)
        assert [] == accessibility._faults(view, server.url)
        view.open(server.url + PAGE).locator("article a", has_text="Abstract and links").nth(
            700
        ).click()
        paper = view.page.locator("article:target")
        assert paper.locator(".abstract").is_visible()
        top = paper.evaluate("paper => paper.getBoundingClientRect().top")
        assert 0 <= top < 100
        assert [] == accessibility._faults(view, server.url)


def test_the_first_paint_is_not_later_than_for_300_papers(
    crowds: dict[int, Folder], chromium: Browser, figures: Figures
) -> None:
    """The quickest three of pages opened in turn: other load only makes them slower."""
    paints: dict[int, list[float]] = {count: [] for count in crowds}
    for _ in range(ROUNDS):
        for count, folder in crowds.items():
            with static.serving(folder.output) as server, window(chromium, NARROW) as view:
                paints[count].append(_first_paint(view, server.url + PAGE))
    quickest = {count: sum(sorted(times)[:QUICKEST]) for count, times in paints.items()}
    ratio = quickest[1_000] / quickest[300]
    figures.check("first paint of 1,000 papers", 100 * ratio, 100 * NOISE, "% of that of 300")


def _first_paint(view: Window, url: str) -> float:
    """Return the milliseconds from the request to the first contents."""
    return float(view.open(url).evaluate(PAINT))
