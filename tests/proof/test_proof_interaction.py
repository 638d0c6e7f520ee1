"""Pages in use: by keyboard, without script, printed, and with injected content."""

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
# The focused element: its tag, its text, the width of its outline, and whether it is in view.
FOCUSED = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const look = getComputedStyle(document.activeElement);
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        tag: document.activeElement.tagName, text: document.activeElement.textContent.trim(),
        outline: look.outlineStyle === 'none' ? 0 : parseFloat(look.outlineWidth),
        inView: box.width > 1 && box.left >= 0 && box.top >= 0 && box.bottom <= innerHeight,
        uncovered: middle !== null && document.activeElement.contains(middle),
        inMain: document.querySelector('main').contains(document.activeElement),
    };
}"""
# Visible links to other sites that are printed without their address.
WITHOUT_ADDRESS = """() => [...document.querySelectorAll('main a[href^="http"]')]
    .filter(link => link.checkVisibility())
    .filter(link => !getComputedStyle(link, '::after').content.includes(link.getAttribute('href')))
    .map(link => link.outerHTML)"""
# Bars with a fixed place in the window: a browser prints them on every sheet.
FIXED = """() => [...document.querySelectorAll('body *')]
    .filter(element => element.checkVisibility())
    .filter(element => ['fixed', 'sticky'].includes(getComputedStyle(element).position))
    .map(element => element.outerHTML.slice(0, 200))"""


def _press_tab(page: Page) -> dict[str, Any]:
    """Press the Tab key and return the facts about the element that is focused then."""
    page.keyboard.press("Tab")
    focus: dict[str, Any] = page.evaluate(FOCUSED)
    return focus


def test_each_page_has_one_h1_and_skips_no_level(served: static.Server, chromium: Browser) -> None:
    """Each page has one first-level heading, and no heading is two levels below the one before."""
    with window(chromium) as view:
        for path in tools.sample_pages(served.folder / "output"):
            headings = view.open(f"{served.url}output/{path}").locator("h1, h2, h3, h4, h5, h6")
            levels = [
                int(tag[1]) for tag in headings.evaluate_all("all => all.map(h => h.tagName)")
            ]
            in_main = levels[levels.index(1) :]  # a table of contents may stand before the text
            assert 1 == levels.count(1), path
            assert all(level - before <= 1 for before, level in itertools.pairwise(in_main)), path


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_first_tab_stop_is_the_skip_link(
    served: static.Server, chromium: Browser, width: int
) -> None:
    """On each kind of page the first Tab reaches the skip link, which is in view and works.

    Scripts are off, because the script of the search page puts the focus into its box.
    """
    with window(chromium, width, java_script_enabled=False) as view:
        for path in tools.sample_pages(served.folder / "output"):
            page = view.open(f"{served.url}output/{path}")
            first = _press_tab(page)
            assert "Skip to the papers" == first["text"], path
            assert first["inView"], path
            assert first["uncovered"], path
            page.keyboard.press("Enter")
            page.wait_for_url("**#papers")
            following = _press_tab(page)
            # A page without links in its text has no other stop: the focus leaves the page.
            assert following["inMain"] or following["tag"] == "BODY", path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focused_elements_are_outlined_and_in_view(
    site: static.Server, chromium: Browser, figures: Figures, scheme: str
) -> None:
    """Each Tab stop of an issue has an outline of 2 pixels, is in view and is not covered."""
    with window(chromium, color_scheme=scheme) as view:
        page = view.open(site.url + ISSUE)
        stops = page.locator("a[href]:visible, summary:visible").count()
        assert stops > 100
        for _ in range(stops):
            focus = _press_tab(page)
            assert 2 <= focus["outline"], focus
            assert focus["inView"], focus
            assert focus["uncovered"], focus
            figures.count("stops of the keyboard, each outlined and in view")


def test_the_keyboard_opens_and_closes_an_abstract(site: static.Server, chromium: Browser) -> None:
    """Enter opens an abstract and closes it again, and so does the space bar."""
    with window(chromium) as view:
        page = view.open(site.url + ISSUE)
        while "Abstract" not in _press_tab(page)["text"][:8]:
            # On the body the focus has left the page without reaching a fold.
            assert page.evaluate("document.activeElement !== document.body")
        abstract = page.locator("article details").first.locator(".abstract").first
        for key, is_open in (("Enter", True), ("Enter", False), ("Space", True), ("Space", False)):
            page.keyboard.press(key)
            assert is_open == abstract.is_visible(), key


def test_pages_have_the_same_text_without_script(site: static.Server, chromium: Browser) -> None:
    """Without script each kind of page has the same text, and its folds can be opened.

    The search page is the exception: it has a line that searching needs a script.
    """
    with window(chromium) as scripted, window(chromium, java_script_enabled=False) as plain:
        for path in set(tools.sample_pages(site.folder / "output")) - {"search.html"}:
            text = scripted.open(f"{site.url}output/{path}").inner_text("body")
            assert text == plain.open(f"{site.url}output/{path}").inner_text("body"), path
            assert len(text) > 100, path
    with window(chromium, java_script_enabled=False) as view:
        page = view.open(site.url + ISSUE)
        page.locator("article summary").first.click()
        assert page.locator(".abstract").first.is_visible()
        text = view.open(f"{site.url}output/search.html").inner_text("body")
        assert "Searching needs a script" in text


def test_printed_pages_show_addresses_and_no_navigation(
    site: static.Server, chromium: Browser
) -> None:
    """Printed links to other sites are followed by their addresses; navigation is not printed.

    No paper of an issue is broken over two sheets if it fits on one.
    """
    with window(chromium) as view:
        for path in tools.sample_pages(site.folder / "output"):
            page = view.open(f"{site.url}output/{path}")
            page.emulate_media(media="print")
            assert [] == page.evaluate(WITHOUT_ADDRESS), path
            assert [] == page.evaluate(FIXED), path
            assert not page.locator("nav.site").is_visible()
        page = view.open(site.url + ISSUE)
        page.emulate_media(media="print")
        assert 5 < page.locator('main a[href^="http"]:visible').count()
        style = "paper => getComputedStyle(paper).breakInside"
        assert {"avoid"} == set(page.locator("article").evaluate_all(f"all => all.map({style})"))
        assert re.match(rb"%PDF-1\.\d", page.pdf())


def test_the_content_security_policy_blocks_injected_content(
    large: Folder, site: static.Server, chromium: Browser
) -> None:
    """A script, a handler, a style, a picture and a frame injected into a page have no effect.

    The browser reports each of them as blocked by the policy.
    """
    for folder, path in (
        (large.root, "output/daily/latest.html"),
        (site.folder, "output/search.html"),
    ):
        with static.serving(folder, _inject) as server, window(chromium) as view:
            page = view.open(server.url + path)
            assert "touched" != page.title()
            page.locator("#bait").click()
            assert "touched" != page.title()
            assert "rgb(1, 2, 3)" != page.locator("#bait").evaluate(
                "b => getComputedStyle(b).color"
            )
            blocked = [line for line in view.complaints if "Content Security Policy" in line]
            kinds = ("script", "event handler", "style", "far.example", "Refused to frame|Framing")
            for kind in kinds:
                assert any(re.search(kind, line) for line in blocked), (kind, blocked)


def _inject(page: bytes) -> bytes:
    touch = 'document.title = "touched"'
    foreign = f"""<script>{touch}</script>
        <button id="bait" style="color: rgb(1, 2, 3)" onclick='{touch}'>x</button>
        <img src="https://far.example/x.png" onerror='{touch}'>
        <iframe src="https://far.example/"></iframe>"""
    return page.replace(b"</body>", foreign.encode() + b"</body>")
