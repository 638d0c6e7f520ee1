"""Take the pictures of the README: the first issue of the sample papers.

    python -m tests.proof.screenshots

Writes them to `docs/`. No test compares them, because fonts differ from machine to machine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.proof.browser import NARROW, WIDE, chromium, window
from tests.support.folders import Folder

PICTURES = Path(__file__).parents[2] / "docs"
PROFILE = '[profile]\nwords = ["tool use"]\n'  # as in the README


def main() -> None:
    """Take both pictures: the top of the page, and its first papers on a phone in dark mode."""
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


def _issue(root: Path) -> Path:
    """Make an issue of all sample pages, and return the path of its page."""
    folder = Folder(root)
    assert 0 == folder.digest("init", "--sample").status
    folder.configure(PROFILE)
    folder.run("2026-11-20T07:00")
    return folder.output / "daily" / "latest.html"


if __name__ == "__main__":
    main()
