"""The search page finds: on the web, from a disk, below any path, in 10,000 papers."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from benchmarks import corpus
from tests.proof import static, trees
from tests.proof.browser import NARROW, window
from tests.proof.figures import Figures
from tests.support.folders import Folder, items

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

INDEX_LIMIT = 2 * 1024 * 1024  # bytes, all months together
FIRST_RESULT = 100  # milliseconds
ROUNDS = 5
WORDS = ("retrieval", "r", "language model", "diffusion images", "zz")
DONE = "/papers?$/.test(document.getElementById('said').textContent)"  # all months have answered
# From the key that changes the words to the results in the page, laid out: milliseconds.
ANSWER = """words => {
    const box = document.getElementById('q');
    const started = performance.now();
    box.value = words;
    box.dispatchEvent(new Event('input'));
    document.getElementById('found').getBoundingClientRect();
    return performance.now() - started;
}"""


def _ask(page: Page, words: str) -> None:
    """Types the words, and waits until all months have answered."""
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially(words)
    page.wait_for_function(DONE)


def _as_file(folder: Folder, _: static.Server) -> str:
    return (folder.output / "search.html").as_uri()


def _at_the_top(folder: Folder, server: static.Server) -> str:
    server.folder = folder.output
    return f"{server.url}search.html"


def _below_a_path(folder: Folder, server: static.Server) -> str:
    server.folder = folder.root.parent
    return f"{server.url}{folder.root.name}/output/search.html"


@pytest.mark.parametrize("place", [_as_file, _at_the_top, _below_a_path])
def test_a_paper_is_found_and_opened(
    letters: Folder,
    chromium: Browser,
    place: Callable[[Folder, static.Server], str],
) -> None:
    """By a word of its title, by an author's name; the link leads to its place in its issue."""
    made = trees.varied(trees.numbers("2026-11-18")[7])
    name = made.title.partition(":")[0]
    with static.serving(letters.root) as server, window(chromium, NARROW) as seen:
        page = seen.open(place(letters, server))
        for words in (name, name.lower()[:6], f"{made.authors[0]} {name}"):
            _ask(page, words)
            assert made.title in page.locator("#found a").all_inner_texts(), words
        page.locator("#found a", has_text=made.title).click()
        page.wait_for_url("**/daily/2026-11-18.html#p-*")
        assert made.title == page.locator(":target h3, :target h4").inner_text()
        assert [] == seen.complaints


def test_a_paper_of_each_issue_is_found(
    serial: trees.Serial, chromium: Browser, figures: Figures
) -> None:
    """By the whole of its title, whatever stands in it."""
    with static.serving(serial.folder.output) as server, window(chromium) as seen:
        page = seen.open(f"{server.url}search.html")
        for issue in filter(items, serial.folder.data()):
            title = items(issue)[0]["title"]
            page.locator("#q").fill(title)
            page.locator("#found").get_by_text(title, exact=True).first.wait_for()
            figures.count("papers found by their titles")
        assert [] == seen.complaints


def test_an_address_holds_a_search(site: static.Server, chromium: Browser) -> None:
    """So that a search can be kept and sent; it holds text, never markup, however damaged."""
    search = f"{site.url}output/search.html"
    with window(chromium) as seen:
        page = seen.open(search)
        _ask(page, "retrieval & 100% + rag")
        kept = page.url
    with window(chromium) as seen:
        for address, words in (
            (kept, "retrieval & 100% + rag"),
            (f"{search}#q=%3Cimg%20src%3Dx%3E", "<img src=x>"),
            (f"{search}#q=100%", "100%"),
            (f"{search}#q=retrieval", "retrieval"),
        ):
            page = seen.open(address)
            page.wait_for_function(
                "words => document.getElementById('q').value === words", arg=words
            )
        page.locator("#found a").first.wait_for()
        assert [] == seen.complaints


def test_the_keyboard_is_enough(site: static.Server, chromium: Browser) -> None:
    """The box has the focus at once; the results follow it, and the number of them is said."""
    with window(chromium) as seen:
        page = seen.open(f"{site.url}output/search.html")
        page.keyboard.type("retrieval")
        page.locator("#found a").first.wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#found a') === document.activeElement")
        assert "status" == page.locator("#said").get_attribute("role")
        page.keyboard.press("Enter")
        page.wait_for_url("**/daily/*.html#p-*")


def test_10_000_papers_are_searched_at_once(
    archive: Folder, chromium: Browser, figures: Figures
) -> None:
    """The index is small, and the slowest of some searches is quick, at its best of some rounds."""
    index = [file.read_bytes() for file in (archive.output / "search").glob("*.js")]
    packed = sum(len(gzip.compress(month)) for month in index)
    figures.keep("search index of 10,000 papers, gzipped", packed / 1024, INDEX_LIMIT / 1024, "KiB")
    with window(chromium) as seen:
        started = time.perf_counter()
        page = seen.open(f"{(archive.output / 'search.html').as_uri()}#q=retrieval")
        page.wait_for_function(DONE)
        figures.tell("all of that index loaded", 1000 * (time.perf_counter() - started), "ms")
        last = corpus.paper(trees.numbers("2026-10-24", 200)[-1])
        _ask(page, last.title.partition(":")[0])
        assert last.title in page.locator("#found a").all_inner_texts()
        times = [min(page.evaluate(ANSWER, words) for _ in range(ROUNDS)) for words in WORDS]
        figures.keep("first result among 10,000 papers", max(times), FIRST_RESULT, "ms")
        page.evaluate(ANSWER, "the of and a retrieval")
        assert 50 == page.locator("#found a").count()
        assert [] == seen.complaints
