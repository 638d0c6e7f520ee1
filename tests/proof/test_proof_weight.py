"""An issue of 328 papers is light, and there at once."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING

from tests.proof import static
from tests.proof.browser import NARROW, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAPERS = 328
PAGE_LIMIT = 250  # kilobytes, gzipped
INTERACTIVE = 1000  # milliseconds
ROUNDS = 5
NEXT_FRAME = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def test_a_large_issue_weighs_little(large: Folder, figures: Figures) -> None:
    """The page, as a web server sends it."""
    page = (large.output / "daily" / "latest.html").read_bytes()
    assert PAPERS == page.count(b"<article")
    weight = len(gzip.compress(page)) / 1000
    figures.keep(f"page of {PAPERS} papers, gzipped", weight, PAGE_LIMIT, "kB")


def test_a_large_issue_is_there_at_once(large: Folder, chromium: Browser, figures: Figures) -> None:
    """From asking for it to an abstract unfolded by a click and drawn, at best."""
    with static.serving(large.output) as server:
        best = min(_unfolded(chromium, f"{server.url}daily/latest.html") for _ in range(ROUNDS))
    figures.keep(f"page of {PAPERS} papers, asked for to unfolded", best, INTERACTIVE, "ms")


def _unfolded(chromium: Browser, url: str) -> float:
    with window(chromium, NARROW) as seen:
        seen.open("about:blank")
        started = time.perf_counter()
        page = seen.open(url)
        page.locator("summary").first.click()
        page.evaluate(NEXT_FRAME)
        took = 1000 * (time.perf_counter() - started)
        assert page.locator(".abstract").first.is_visible()
    return took
