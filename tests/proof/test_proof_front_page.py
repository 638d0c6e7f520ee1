"""The front page and the archive in the browser: what is in view, and what looks like a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof import static, tools
from tests.proof.browser import NARROW, WIDE, window
from tests.proof.figures import Figures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCREEN = 900  # pixels
# Elements with the attribute `hidden` that are shown nevertheless.
SHOWN = """() => [...document.querySelectorAll('[hidden]')]
    .filter(element => getComputedStyle(element).display !== 'none')
    .map(element => element.outerHTML.slice(0, 200))"""
# Hides every element that may be, and returns those that are shown nevertheless.
HIDE_ALL = f"""() => {{
    for (const element of document.querySelectorAll('body *')) element.hidden = true;
    return ({SHOWN})();
}}"""
# Links in the text that have neither an underline nor a colour of their own.
PLAIN = """() => [...document.querySelectorAll('main a[href]')]
    .filter(link => link.checkVisibility())
    .filter(link => {
        const look = getComputedStyle(link);
        const around = getComputedStyle(link.parentElement);
        const ground = look.backgroundColor !== around.backgroundColor;
        return !look.textDecorationLine.includes('underline') && !ground
            && look.color === around.color;
    })
    .map(link => link.outerHTML.slice(0, 200))"""
# The distances of the feet of all charts of a list from the lowest foot in the same row.
FEET = """() => [...document.querySelectorAll('.shares li')].map(row => {
    const chart = row.querySelector('svg').getBoundingClientRect();
    return row.getBoundingClientRect().bottom - chart.bottom;
})"""


def test_nothing_hidden_is_displayed(served: static.Server, chromium: Browser) -> None:
    """On each kind of page ``hidden`` hides an element, whatever its class displays it as."""
    with window(chromium) as view:
        for path in tools.sample_pages(served.folder / "output"):
            page = view.open(f"{served.url}output/{path}")
            assert [] == page.evaluate(SHOWN), path
            assert [] == page.evaluate(HIDE_ALL), path


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_first_screen_shows_the_newest_issue_and_its_first_pick(
    served: static.Server, chromium: Browser, figures: Figures, width: int
) -> None:
    """The title, the way into the issue and the first pick with its facts are in view at once."""
    with window(chromium, width, height=SCREEN) as view:
        page = view.open(f"{served.url}output/index.html")
        feet = []
        for place in ("h2 a", "a.read", ".firsts li > a", ".firsts .facts"):
            box = page.locator(place).first.bounding_box()
            assert box is not None, place
            feet.append(box["y"] + box["height"])
        assert max(feet) <= SCREEN, feet
        figures.record(f"foot of the first pick at {width} pixels", max(feet), "px")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "archive/index.html", "topics/index.html"])
def test_links_look_like_links(
    served: static.Server, chromium: Browser, scheme: str, name: str
) -> None:
    """Each link in the text is underlined, or has a colour or a ground of its own."""
    with window(chromium, color_scheme=scheme) as view:
        page = view.open(f"{served.url}output/{name}")
        page.evaluate("document.querySelectorAll('details').forEach(f => { f.open = true; })")
        assert [] == page.evaluate(PLAIN)
        assert 5 < page.locator("main a").count()


def test_feeds_are_one_click_away(served: static.Server, chromium: Browser) -> None:
    """Without script, one press of Enter shows all feeds, and no feed is shown before."""
    with window(chromium, NARROW, java_script_enabled=False) as view:
        page = view.open(f"{served.url}output/index.html")
        feeds = page.locator(".subscribe dt a")
        assert not feeds.first.is_visible()
        page.locator(".subscribe summary").press("Enter")
        assert 5 == feeds.count()
        assert all(feeds.nth(place).is_visible() for place in range(5))


def test_months_stand_side_by_side_on_a_desk_only(served: static.Server, chromium: Browser) -> None:
    """The front page leads to them by one click; on a phone they stand below each other."""
    for width, columns in ((WIDE, 3), (NARROW, 1)):
        with window(chromium, width) as view:
            page = view.open(f"{served.url}output/index.html")
            page.locator("main").get_by_role("link", name="All issues", exact=True).click()
            page.wait_for_url("**/archive/index.html")
            months = page.locator(".month")
            lefts = months.evaluate_all("all => all.map(m => m.getBoundingClientRect().left)")
            assert 3 <= len(lefts)
            assert columns == len(set(lefts)), width
            small = page.locator(".month td a").evaluate_all(
                "all => all.filter(a => Math.min(a.clientWidth, a.clientHeight) < 24).length"
            )
            assert 0 == small, width


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_charts_have_a_common_baseline(
    served: static.Server, chromium: Browser, width: int
) -> None:
    """The feet of all charts of topics are equally far above the feet of their rows."""
    with window(chromium, width) as view:
        feet = view.open(f"{served.url}output/index.html").evaluate(FEET)
    assert 3 < len(feet)
    assert max(feet) - min(feet) < 1
