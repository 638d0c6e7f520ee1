"""Open pages in the installed Chromium, and record its requests and error messages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # only `make proof` installs it
    from playwright.sync_api import Browser, BrowserContext, Page

# Without these Chromium sends requests of its own, or needs what a container does not have.
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
WIDE, NARROW, NARROWEST = 1280, 375, 320
TIMEOUT = 20_000  # milliseconds for anything the page should do


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed browser, without a screen and with an empty profile.

    Downloads nothing. Fails if Chromium is not installed.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "chromium is missing: tests/proof/programs installs it"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


class Window:
    """A browser window with one page.

    ``requests`` are the addresses it has requested. ``complaints`` are messages of the console,
    errors of scripts and failed requests.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.context.set_default_timeout(TIMEOUT)
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda line: self.complaints.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"no {request.url}"))

    def open(self, url: str) -> Page:
        """Open this address and return the page once all of it has loaded."""
        self.page.goto(url, wait_until="load")
        return self.page

    def foreign_requests(self, home: str) -> list[str]:
        """Return the requested addresses that do not begin with ``home``."""
        return [url for url in self.requests if not url.startswith(home)]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        pixels: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return pixels


@contextmanager
def window(
    browser: Browser, width: int = WIDE, *, height: int = 900, **settings: Any
) -> Iterator[Window]:
    """Open a new window without cookies or cache, and close it after the block.

    ``settings`` are options of Playwright's `Browser.new_context`.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **settings)
    try:
        yield Window(context)
    finally:
        context.close()
