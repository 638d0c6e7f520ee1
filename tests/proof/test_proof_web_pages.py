"""Every page and form of the web side: two widths, two colour schemes, keyboard, checkers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.proof.browser import NARROW, NARROWEST, WIDE, Window, window
from tests.proof.figures import Figures
from tests.proof.test_proof_accessibility import _faults
from tests.proof.test_proof_markup import nu
from tests.support.folders import Folder
from tests.support.people import add_people
from tests.support.web import MAIL, WebFolder, web_folder
from tests.support.web_kill_driver import LETTER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = list(itertools.product((NARROW, WIDE), ("light", "dark")))
WEB = """
[site]
title = "Harbour Papers"
[web]
listen = "localhost:0"
private = "127.0.0.1:0"
"""
TWO = MAIL + '[[edition]]\nname = "weekly"\nperiod = "week"\nmail = true\n'


@pytest.fixture
def web(letters: Folder, tmp_path: Path) -> Iterator[WebFolder]:
    """Serve a publication with subscribers: 1 and 2 are active, 3 waits for a new address."""
    with web_folder(letters.copy(tmp_path / "web"), WEB + TWO) as served:
        with served.context.people() as people, people.transaction():
            _, _, third = add_people(people, [1, 2, 3])
            people.address_changes.ask(third.id, "n@example.org", "n@example.org", MOMENT)
            waits = people.subscribers.add(
                "w@example.org", "w@example.org", "pending", "added", MOMENT
            )
            people.letters.add(waits.id, LETTER, MOMENT)
        yield served


MOMENT = "2026-11-20T07:00:00+00:00"


def addresses(web: WebFolder) -> dict[str, str]:
    """Return the address of each page that a GET shows, by name."""
    with web.context.people() as people:
        active, waits = people.subscribers.get(1).token, people.subscribers.get(4).token
        change = people.address_changes.find(3)
    assert change
    return {
        "subscribe": "/subscribe?topics=vision&words=kelp",
        "confirm": f"/confirm/{waits}",
        "already confirmed": f"/confirm/{active}",
        "preferences": f"/preferences/{active}",
        "delete": f"/preferences/{active}/delete",
        "address": f"/address/{change.token}",
        "unsubscribe": f"/unsubscribe/{active}",
        "search": "/search?q=retrieval",
        "search nothing": "/search?q=nothingofthekind",
        "own feed": "/feed/new?topics=vision&words=kelp",
        "unknown link": f"/confirm/{'0' * 32}",
        "no such page": "/nowhere.html",
        "front page": "/",
        "topic": "/topics/vision/",
    }


def home(web: WebFolder) -> str:
    """Return the address of the public listener, by its name."""
    return f"http://localhost:{web.public[1]}"


def open_page(view: Window, url: str) -> Page:
    """Open a page, and forget what was said of the one before."""
    view.requests.clear()
    view.complaints.clear()
    page = view.open(url)
    # A status of 4xx is what some of these pages are for.
    view.complaints[:] = [line for line in view.complaints if "Failed to load resource" not in line]
    return page


def faults(view: Window, web: WebFolder) -> list[str]:
    """Return the faults of the open page."""
    return _faults(view, home(web))


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_is_without_faults(
    web: WebFolder, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """No finding of axe-core, no message of the browser, no foreign request, nothing too wide."""
    with window(chromium, width, color_scheme=scheme) as view:
        for name, path in addresses(web).items():
            open_page(view, home(web) + path)
            view.page.evaluate("document.querySelectorAll('details').forEach(f => f.open = true)")
            assert [] == faults(view, web), name
            figures.count("views of pages of the web side without a fault")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_answer_to_a_form_is_without_faults(
    web: WebFolder, chromium: Browser, figures: Figures, width: int, scheme: str
) -> None:
    """Those that thank, and those that say what is wrong."""
    paths = addresses(web)
    steps = {
        "subscribe": ("Your address", "ada@example.org", "Subscribe"),
        "confirm": (None, "", "Yes, send it to me"),
        "preferences": ("Authors", "Imrie", "Save"),
        "address": (None, "", "Yes, send it here"),
        "unsubscribe": (None, "", "Unsubscribe"),
    }
    with window(chromium, width, color_scheme=scheme) as view:
        for name, (label, words, button) in steps.items():
            page = open_page(view, home(web) + paths[name])
            if label:
                page.get_by_label(label, exact=True).first.fill(words)
            page.get_by_role("button", name=button, exact=True).click()
            page.wait_for_load_state()
            assert [] == faults(view, web), name
            figures.count("answers to forms without a fault")
        page = open_page(view, home(web) + paths["subscribe"])
        page.get_by_label("Your address").fill("ada@example.org")
        page.get_by_label("Words in titles and abstracts").fill("!!!")
        page.get_by_role("button", name="Subscribe", exact=True).click()
        page.wait_for_load_state()
        assert page.get_by_role("alert").is_visible()
        view.complaints.clear()
        assert [] == faults(view, web)


def test_pages_fit_a_width_of_320_pixels(web: WebFolder, chromium: Browser) -> None:
    """Also with everything unfolded (WCAG 2.2, 1.4.10)."""
    with window(chromium, NARROWEST) as view:
        for name, path in addresses(web).items():
            page = open_page(view, home(web) + path)
            page.evaluate("document.querySelectorAll('details').forEach(f => f.open = true)")
            assert 0 == view.overflow(), name


def test_everything_works_by_keyboard_alone(web: WebFolder, chromium: Browser) -> None:
    """A visible focus reaches every field in its order; Enter and the space bar do the rest."""
    with window(chromium, NARROW) as view:
        page = open_page(view, home(web) + addresses(web)["preferences"])
        seen = []
        for _ in range(200):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.name || document.activeElement.href"))
            if seen[-1] == "pause":
                break
            if page.evaluate("document.activeElement.value") == "vision":
                page.keyboard.press("Space")
            if seen[-1] == "authors":
                page.keyboard.type("Imrie")
        assert {"editions", "topics", "words", "authors", "mute_words", "most", "weekday"} <= {
            *seen
        }
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        assert page.get_by_role("status").inner_text().startswith("Saved.")
    with web.context.people() as people:
        wish = people.subscribers.get(1).wish
    assert (("vision",), ("Imrie",)) == (wish.topics, wish.authors)


def test_every_page_passes_the_nu_checker(web: WebFolder, tmp_path: Path, figures: Figures) -> None:
    """No message, not even advice."""
    files = []
    for name, path in addresses(web).items():
        files.append(tmp_path / f"{name.replace(' ', '-')}.html")
        files[-1].write_bytes(web.ask(path).body)
    style = tmp_path / "web.css"
    style.write_bytes(web.ask("/assets/web.css").body)
    assert [] == nu([*files, style])
    figures.count("pages of the web side that the Nu checker passes", len(files))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_of_links_changes_nothing(web: WebFolder, method: str) -> None:
    """It follows every address, and every address on the pages behind them."""
    with web.context.people() as people:
        before = list(people.connection.iterdump())
    waiting, asked = list(addresses(web).values()), set[str]()
    while waiting:
        path = waiting.pop()
        asked.add(path)
        web.ask(path, method)
        found = re.findall(r'(?:href|action)="(/[^"#]*)"', web.ask(path).text)
        waiting += sorted({each.replace("&amp;", "&") for each in found} - asked - {*waiting})
    assert len(asked) > 25
    with web.context.people() as people:
        assert before == list(people.connection.iterdump())
