"""Pages in use: by keyboard, without script, on paper, and with somebody else's script in them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.proof import static, tools, trees
from tests.proof.browser import NARROW, WIDE, window
from tests.proof.figures import Figures
from tests.support.folders import Folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ISSUE = f"output/daily/{trees.NOTED}.html"
# What has the focus: its tag, its words, the width of its outline, and whether it can be seen.
FOCUSED = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const look = getComputedStyle(document.activeElement);
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        tag: document.activeElement.tagName, words: document.activeElement.textContent.trim(),
        outline: look.outlineStyle === 'none' ? 0 : parseFloat(look.outlineWidth),
        seen: box.width > 1 && box.left >= 0 && box.top >= 0 && box.bottom <= innerHeight,
        uncovered: middle !== null && document.activeElement.contains(middle),
        inside: document.querySelector('main').contains(document.activeElement),
    };
}"""
# Links that lead away and show no address on paper; bars that would stand on every sheet.
UNSHOWN = """() => [...document.querySelectorAll('main a[href^="http"]')]
    .filter(link => link.checkVisibility())
    .filter(link => !getComputedStyle(link, '::after').content.includes(link.getAttribute('href')))
    .map(link => link.outerHTML)"""
FIXED = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility())
    .filter(one => ['fixed', 'sticky'].includes(getComputedStyle(one).position))
    .map(one => one.outerHTML.slice(0, 200))"""


def _focused(page: Page) -> dict[str, Any]:
    """What has the focus after one more press of the tabulator."""
    page.keyboard.press("Tab")
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


def test_each_page_has_one_heading_of_the_first_order(
    served: static.Server, chromium: Browser
) -> None:
    """And the others descend by one."""
    with window(chromium) as seen:
        for path in tools.kinds(served.folder / "output"):
            headings = seen.open(f"{served.url}output/{path}").locator("h1, h2, h3, h4, h5, h6")
            levels = [
                int(tag[1]) for tag in headings.evaluate_all("all => all.map(h => h.tagName)")
            ]
            in_main = levels[levels.index(1) :]  # a table of contents may stand before the text
            assert 1 == levels.count(1), path
            assert all(one - other <= 1 for other, one in itertools.pairwise(in_main))


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_first_tab_skips_to_the_papers(
    served: static.Server, chromium: Browser, width: int
) -> None:
    """On each kind of page the first thing to reach is the skip link, and it can be seen.

    Without script, because the search page would begin in its box.
    """
    with window(chromium, width, java_script_enabled=False) as seen:
        for path in tools.kinds(served.folder / "output"):
            page = seen.open(f"{served.url}output/{path}")
            first = _focused(page)
            assert "Skip to the papers" == first["words"], path
            assert first["seen"], path
            assert first["uncovered"], path
            page.keyboard.press("Enter")
            page.wait_for_url("**#papers")
            following = _focused(page)
            assert following["inside"] or following["tag"] == "BODY", path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_has_the_focus_shows_it(
    site: static.Server, chromium: Browser, figures: Figures, scheme: str
) -> None:
    """Every link and fold of an issue, one tab after the other: outlined, in view, uncovered."""
    with window(chromium, color_scheme=scheme) as seen:
        page = seen.open(site.url + ISSUE)
        stops = page.locator("a[href]:visible, summary").count()
        assert stops > 100
        for _ in range(stops):
            found = _focused(page)
            assert 2 <= found["outline"], found
            assert found["seen"], found
            assert found["uncovered"], found
            figures.count("stops of the keyboard, each outlined and in view")


def test_the_keyboard_opens_and_closes_an_abstract(site: static.Server, chromium: Browser) -> None:
    """Enter does, and the space bar; opened, it is shown."""
    with window(chromium) as seen:
        page = seen.open(site.url + ISSUE)
        while _focused(page)["tag"] != "SUMMARY":
            assert page.evaluate("document.activeElement !== document.body")
        abstract = page.locator("details").first.locator(".abstract").first
        for key, shown in (("Enter", True), ("Enter", False), ("Space", True), ("Space", False)):
            page.keyboard.press(key)
            assert shown == abstract.is_visible(), key


def test_everything_can_be_read_without_script(site: static.Server, chromium: Browser) -> None:
    """Each kind of page says the same, folds open; the search page says what it needs."""
    with window(chromium) as one, window(chromium, java_script_enabled=False) as other:
        for path in set(tools.kinds(site.folder / "output")) - {"search.html"}:
            with_script = one.open(f"{site.url}output/{path}").inner_text("body")
            assert with_script == other.open(f"{site.url}output/{path}").inner_text("body"), path
            assert len(with_script) > 100, path
    with window(chromium, java_script_enabled=False) as seen:
        page = seen.open(site.url + ISSUE)
        page.locator("summary").first.click()
        assert page.locator(".abstract").first.is_visible()
        words = seen.open(f"{site.url}output/search.html").inner_text("body")
        assert "Searching needs a script" in words


def test_print_has_addresses_and_no_bars(site: static.Server, chromium: Browser) -> None:
    """What leads nowhere on paper is gone; links that lead away are followed by their addresses."""
    with window(chromium) as seen:
        for path in tools.kinds(site.folder / "output"):
            page = seen.open(f"{site.url}output/{path}")
            page.emulate_media(media="print")
            assert [] == page.evaluate(UNSHOWN), path
            assert [] == page.evaluate(FIXED), path
            assert not page.locator("nav.site").is_visible()
        page = seen.open(site.url + ISSUE)
        page.emulate_media(media="print")
        assert 5 < page.locator('main a[href^="http"]:visible').count()
        style = "one => getComputedStyle(one).breakInside"
        assert {"avoid"} == set(page.locator("article").evaluate_all(f"all => all.map({style})"))
        assert re.match(rb"%PDF-1\.\d", page.pdf())


def test_the_policy_stops_what_is_not_ours(
    large: Folder, site: static.Server, chromium: Browser
) -> None:
    """A script, a handler, a style, a picture and a frame that got into a page do nothing."""
    for folder, path in (
        (large.root, "output/daily/latest.html"),
        (site.folder, "output/search.html"),
    ):
        with static.serving(folder, _inject) as server, window(chromium) as seen:
            page = seen.open(server.url + path)
            assert "touched" != page.title()
            page.locator("#bait").click()
            assert "touched" != page.title()
            assert "rgb(1, 2, 3)" != page.locator("#bait").evaluate(
                "b => getComputedStyle(b).color"
            )
            told = [said for said in seen.complaints if "Content Security Policy" in said]
            kinds = ("script", "event handler", "style", "far.example", "Refused to frame|Framing")
            for kind in kinds:
                assert any(re.search(kind, said) for said in told), (kind, told)


def _inject(page: bytes) -> bytes:
    touch = 'document.title = "touched"'
    foreign = f"""<script>{touch}</script>
        <button id="bait" style="color: rgb(1, 2, 3)" onclick='{touch}'>x</button>
        <img src="https://far.example/x.png" onerror='{touch}'>
        <iframe src="https://far.example/"></iframe>"""
    return page.replace(b"</body>", foreign.encode() + b"</body>")
