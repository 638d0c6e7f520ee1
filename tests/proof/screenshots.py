"""Take the pictures of the README and the guides: the first issue of the sample papers.

    python -m tests.proof.screenshots

Writes them to `docs/`. No test compares them, because fonts differ from machine to machine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof.browser import NARROW, WIDE, chromium, window
from tests.support.folders import Folder
from tests.support.people import add_people
from tests.support.web import MAIL, WEB, web_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = Path(__file__).parents[2] / "docs"
GUIDES = PICTURES / "guides"
PROFILE = '[profile]\nwords = ["tool use"]\n'  # as in the README


def main() -> None:
    """Take all pictures: of the issue, wide and on a phone in dark mode, and of the web side."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as away, chromium() as browser:
        issue = _issue(Path(away)).as_uri()
        with window(browser, WIDE, color_scheme="light") as view:
            view.open(issue).screenshot(path=PICTURES / "issue-wide-light.png")
        with window(
            browser, NARROW, height=812, color_scheme="dark", device_scale_factor=1.5
        ) as view:
            page = view.open(issue)
            page.evaluate("document.querySelector('.topic').scrollIntoView()")
            page.screenshot(path=PICTURES / "issue-phone-dark.png")
        _take_web(Folder(Path(away) / "web"), browser)


def _take_web(folder: Folder, browser: Browser) -> None:
    """Take the form to subscribe, and the preferences of a person on a phone in dark mode."""
    with web_folder(folder, WEB + MAIL) as web:
        with web.context.people() as people:
            [person] = add_people(people, [1])
        home = f"http://127.0.0.1:{web.public[1]}"
        with window(browser, WIDE, height=600, color_scheme="light") as view:
            page = view.open(f"{home}/subscribe?topics=agents&topics=vision")
            page.screenshot(path=GUIDES / "web-subscribe.png")
        with window(
            browser, NARROW, height=812, color_scheme="dark", device_scale_factor=1.5
        ) as view:
            page = view.open(f"{home}/preferences/{person.token}")
            page.screenshot(path=GUIDES / "web-preferences-phone-dark.png")


def _issue(root: Path) -> Path:
    """Make an issue of all sample pages, and return the path of its page."""
    folder = Folder(root)
    assert 0 == folder.digest("init", "--sample").status
    folder.configure(PROFILE)
    folder.run("2026-11-20T07:00")
    return folder.output / "daily" / "latest.html"


if __name__ == "__main__":
    main()
