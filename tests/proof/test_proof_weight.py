"""The size of an issue that just fits one page, and the time until a reader can use it."""

from __future__ import annotations

import gzip
import re
import time
from typing import TYPE_CHECKING

from tests.proof import static
from tests.proof.browser import NARROW, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAPERS = 300  # at least: as many as just fit one page
PAGE_LIMIT = 250  # kilobytes, gzipped
USABLE = 220  # per cent
ROUNDS = 5
NEXT_FRAME = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def test_a_large_issue_is_below_250_kb(large: Folder, figures: Figures) -> None:
    """A page of 300 papers has less than 250 kB, gzipped as a web server sends it."""
    page = (large.output / "daily" / "latest.html").read_bytes()
    papers = page.count(b"<article")
    assert PAPERS <= papers <= page.count(b"<summary")  # with their abstracts
    weight = len(gzip.compress(page)) / 1000
    figures.check(f"page of {papers} papers, gzipped", weight, PAGE_LIMIT, "kB")


def test_a_large_issue_is_usable_soon(large: Folder, chromium: Browser, figures: Figures) -> None:
    """Style and script add little to the time from the request to an abstract open and drawn.

    The same page without them is asked for in turn. The best of each counts, because the
    machine may be busy.
    """
    times: dict[str, list[float]] = {"bare": [], "styled": []}
    with static.serving(large.output) as server:
        for _ in range(ROUNDS):
            for kind, seconds in times.items():
                server.alter = _without_style if kind == "bare" else None
                seconds.append(_unfolded(chromium, f"{server.url}daily/latest.html"))
    bare, styled = (min(seconds) for seconds in times.values())
    figures.record("page of a large issue, request to open abstract", styled, "ms")
    ratio = 100 * styled / bare
    figures.check("the same over a page without style and script", ratio, USABLE, "%")


def _without_style(page: bytes) -> bytes:
    bare = re.sub(
        rb"<link[^>]+stylesheet[^>]*>|<script.*?</script>|<style.*?</style>",
        b"",
        page,
        flags=re.DOTALL,
    )
    assert bare != page
    return bare


def _unfolded(chromium: Browser, url: str) -> float:
    """Return the milliseconds from the request until the first abstract is open and drawn."""
    with window(chromium, NARROW) as view:
        view.open("about:blank")
        started = time.perf_counter()
        page = view.open(url)
        page.locator("article summary").first.click()
        page.evaluate(NEXT_FRAME)
        milliseconds = 1000 * (time.perf_counter() - started)
        assert page.locator(".abstract").first.is_visible()
    return milliseconds
