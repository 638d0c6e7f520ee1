"""Every kind of page, at every width and in both schemes: nothing is wrong with it."""

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
AXE = """tags => axe.run(document, {runOnly: tags, preload: false}).then(found =>
    [...found.violations, ...found.incomplete].flatMap(rule =>
        rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""


def test_the_pages_looked_at_show_what_a_page_can_hold(letters: Folder) -> None:
    """Among those of each kind are an editor's note, picks, charts, movement, and an empty day."""
    pages = [(letters.output / path).read_text("utf-8") for path in tools.kinds(letters.output)]
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
def test_nothing_is_wrong_with_any_kind_of_page(
    served: static.Server, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """axe-core finds nothing, nothing is too wide, nothing foreign is asked for."""
    with window(chromium, width, color_scheme=scheme) as seen:
        for path in tools.kinds(served.folder / "output"):
            found = _wrong(seen, f"{served.url}output/{path}", served.url)
            assert [] == found, path
            figures.count("views of pages without a fault")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_wrong_before_the_first_issue(
    unwritten: Folder, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The states in which there is nothing to show are pages too."""
    with (
        static.serving(unwritten.output) as server,
        window(chromium, width, color_scheme=scheme) as seen,
    ):
        for path in tools.kinds(unwritten.output):
            assert [] == _wrong(seen, server.url + path, server.url), path
            figures.count("views of pages without a fault")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_wrong_with_what_was_found(
    served: static.Server, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """The search page with results on it, and without any."""
    with window(chromium, width, color_scheme=scheme) as seen:
        for words in ("retrieval", "nothingofthekind"):
            found = _wrong(seen, f"{served.url}output/search.html#q={words}", served.url)
            assert [] == found, words
            figures.count("views of pages without a fault")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_a_large_issue(
    large: Folder, chromium: Browser, figures: Figures, scheme: str
) -> None:
    """328 papers under many headings, all abstracts unfolded."""
    with static.serving(large.output) as server, window(chromium, color_scheme=scheme) as seen:
        page = seen.open(f"{server.url}daily/latest.html")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        assert [] == _complaints(seen, server.url)
        figures.count("views of pages without a fault")


def test_nothing_is_too_wide_for_the_narrowest(served: static.Server, chromium: Browser) -> None:
    """At 320 pixels, as a page at 1280 enlarged four times: no scrolling to the side."""
    with window(chromium, NARROWEST) as seen:
        for path in tools.kinds(served.folder / "output"):
            page = seen.open(f"{served.url}output/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")
            assert 0 == seen.overflow(), path


def test_these_proofs_can_fail(site: static.Server, chromium: Browser) -> None:
    """A page with four faults is found to have each of them."""
    with static.serving(site.folder, _spoil) as server, window(chromium) as seen:
        found = "\n".join(_wrong(seen, f"{server.url}output/search.html", server.url))
    for fault in ("image-alt", "Content Security Policy", "too wide", "asked for https://far"):
        assert fault in found


def _spoil(page: bytes) -> bytes:
    wide = b'<pre class="wide">' + b"w" * 4000 + b"</pre>"
    return page.replace(b"</main>", b'<img src="https://far.example/x.png">' + wide + b"</main>")


def _wrong(seen: Window, url: str, home: str) -> list[str]:
    """Everything that can be held against the page at this address."""
    seen.asked.clear()
    seen.complaints.clear()
    seen.open(url)
    return _complaints(seen, home)


def _complaints(seen: Window, home: str) -> list[str]:
    wrong = [f"asked for {url}" for url in seen.strangers(home)]
    if seen.overflow():
        wrong.append(f"{seen.overflow()} pixels too wide")
    wrong += seen.complaints
    seen.page.evaluate(tools.AXE.read_text("utf-8"))
    faults: list[Any] = seen.page.evaluate(AXE, STANDARD)
    return [*wrong, *faults]
