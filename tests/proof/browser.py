"""The installed Chromium, alone with a page; what it asks for and complains of is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # only `make proof` installs it
    from playwright.sync_api import Browser, BrowserContext, Page

# Without these it talks to its maker, or asks for what a container does not have.
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
WIDE, NARROW, NARROWEST = 1280, 375, 320
PATIENCE = 20_000  # milliseconds for anything the page should do


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed browser, without a window and with an empty profile; downloads nothing."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "chromium is missing: tests/proof/programs installs it"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=_FLAGS)
        yield started
        started.close()


class Window:
    """A window of its own, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda failed: self.complaints.append(f"no {failed.url}"))

    def open(self, url: str) -> Page:
        """The page at this address once all of it has loaded."""
        self.page.goto(url, wait_until="load")
        return self.page

    def strangers(self, home: str) -> list[str]:
        """What was asked for outside ``home``."""
        return [url for url in self.asked if not url.startswith(home)]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        too_wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return too_wide


@contextmanager
def window(
    browser: Browser, width: int = WIDE, *, height: int = 900, **settings: Any
) -> Iterator[Window]:
    """A new window with nothing remembered; ``settings`` are those of Playwright's contexts."""
    context = browser.new_context(viewport={"width": width, "height": height}, **settings)
    try:
        yield Window(context)
    finally:
        context.close()
