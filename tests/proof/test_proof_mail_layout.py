"""The HTML part of mails: in Chromium at two widths, before the Nu checker, in caniemail's data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.proof import caniemail
from tests.proof.browser import NARROW, window
from tests.proof.figures import Figures
from tests.proof.test_proof_markup import nu
from tests.support import mails

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDE = 600
COUNTS = (17, 36, 114, 328)
LONG = "Incomprehensibly " + "long" * 70 + " title"
_LIGHT = "the light colours, or dark ones of its own"
_WIDE = "a wider mail, where a word is longer than a line"
_HIDDEN = "the same: the preheader is hidden in another way too"
# What a program that lacks the feature shows.
DISPENSABLE = {
    "css-at-media": _LIGHT,
    "css-at-media-prefers-color-scheme": _LIGHT,
    "css-selector-class": _LIGHT,
    "css-selector-grouping": _LIGHT,
    "css-selector-type": _LIGHT,
    "html-meta-color-scheme": _LIGHT,
    "html-style": f"{_LIGHT}: all other styles stand in the elements",
    "html-body": "the same: the outer table has the ground too",
    "html-doctype": "the same: nothing depends on the mode of the browser",
    "css-max-height": _HIDDEN,
    "css-overflow": _HIDDEN,
    "css-display-none": "the preheader as its first line",
    "css-table-layout": _WIDE,
    "css-word-wrap": _WIDE,
}
# Everything with text of its own: its colour, the ground behind it, and the size of its letters.
TEXTS = """() => [...document.querySelectorAll('body *')]
    .filter(element => [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(element => element.checkVisibility())
    .map(element => {
        let ground = element;
        while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') {
            ground = ground.parentElement;
        }
        const look = getComputedStyle(element);
        return [look.color, getComputedStyle(ground).backgroundColor, parseFloat(look.fontSize)];
    })"""
INVERT = "() => { document.documentElement.style.filter = 'invert(1) hue-rotate(180deg)'; }"


def write(folder: Path, count: int, **fields: object) -> Path:
    """Write the HTML part of the mail of an issue with so many papers, and return the file."""
    file = folder / f"{count}.html"
    file.write_text(
        mails.part(mails.send(mails.issue(count, **fields), note=True), "html"), "utf-8"
    )
    return file


def contrast(one: str, two: str, *, inverted: bool) -> float:
    """Return the contrast of two colours, "rgb(1, 2, 3)", by WCAG 2, section 1.4.3."""
    high, low = sorted((_luminance(one, inverted), _luminance(two, inverted)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str, inverted: bool) -> float:
    parts = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = []
    for part in parts:
        share = (255 - part if inverted else part) / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("count", COUNTS)
def test_a_mail_reads_in_light_dark_and_inverted(
    chromium: Browser, tmp_path: Path, figures: Figures, count: int, width: int
) -> None:
    """Nothing is cut off or too pale, letters have 13 pixels or more, and nothing is loaded.

    The pictures stay in pytest's folder of the test if it fails.
    """
    file = write(tmp_path, count)
    for look in ("light", "dark", "inverted"):
        scheme = "dark" if look == "dark" else "light"
        with window(chromium, width, color_scheme=scheme) as view:
            page = view.open(file.as_uri())
            assert 0 == view.overflow()
            for colour, ground, size in page.evaluate(TEXTS):
                assert 4.5 <= contrast(colour, ground, inverted=look == "inverted"), (look, colour)
                assert 13 <= size
            if look == "inverted":
                page.evaluate(INVERT)
            page.screenshot(path=tmp_path / f"{count}-{width}-{look}.png")
            assert [file.as_uri()] == view.requests
            assert [] == view.complaints
            figures.count("looks of mails in the browser")
    figures.record(f"HTML of a mail of {count} papers", file.stat().st_size / 1000, "kB")


def test_a_mail_reads_without_its_style_element(chromium: Browser, tmp_path: Path) -> None:
    """As Gmail shows it for accounts of others: the light look is in the elements."""
    file = write(tmp_path, 36)
    with window(chromium, WIDE) as view:
        page = view.open(file.as_uri())
        before = page.evaluate(TEXTS)
        page.evaluate("() => document.querySelectorAll('style').forEach(style => style.remove())")
        assert before == page.evaluate(TEXTS)


def test_a_long_word_does_not_widen_a_mail(chromium: Browser, tmp_path: Path) -> None:
    """It is broken, in the list to read first and under its heading."""
    whole = mails.issue(1)
    sections = (mails.section(whole, mails.paper(0, title=LONG)),)
    file = write(tmp_path, 1, sections=sections)
    for width in (WIDE, NARROW):
        with window(chromium, width) as view:
            view.open(file.as_uri())
            assert 0 == view.overflow()


def test_the_nu_checker_knows_everything_but_attributes_of_tables(
    tmp_path: Path, figures: Figures
) -> None:
    """They are obsolete on pages, and the only ones that Outlook goes by."""
    files = [write(tmp_path, count) for count in (0, *COUNTS)]
    messages = {message.partition(": ")[2] for message in nu(files)}
    others = [
        message
        for message in messages
        if " attribute on the “table” element is obsolete" not in message
        and "The “align” attribute on the “td” element is obsolete" not in message
    ]
    assert [] == others
    figures.count("mails that the Nu checker passes", len(files))


def test_what_mail_programs_lack_is_dispensable(tmp_path: Path, figures: Figures) -> None:
    """By the data of caniemail.com; for each feature it is known what is shown without it."""
    used = caniemail.features(write(tmp_path, 36).read_text("utf-8"))
    lacking = caniemail.lacking(used)
    assert {} == {slug: names for slug, names in lacking.items() if slug not in DISPENSABLE}
    # A rule for a program that has the feature by now is no longer needed.
    assert set(lacking) == set(DISPENSABLE)
    figures.count("features of a mail looked up in caniemail's data", len(used))
