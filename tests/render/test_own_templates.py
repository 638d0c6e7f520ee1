"""Templates and assets of a working folder take the place of shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import errors
from digest.model.settings import Site
from digest.render import paths
from digest.render.site import pages
from tests.support.pages import (
    FULL,
    SHIPPED,
    TEMPLATES,
    decode,
    full_issue,
    full_item,
)


def test_assets_are_overridden_one_by_one(tmp_path: Path) -> None:
    """A stylesheet of one's own replaces the shipped one; the icon stays."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "digest.css").write_text("body{}")
    style, icon, _ = pages.Pages([tmp_path, TEMPLATES], Site()).assets()
    assert (paths.STYLESHEET, b"body{}") == (style.path, style.body)
    assert SHIPPED.assets()[1] == icon


def test_a_template_of_ones_own_escapes_too(tmp_path: Path) -> None:
    """Its values are escaped for their kind of page without being asked."""
    (tmp_path / "issue.html").write_text("{{ groups[0].entries[0].title }}")
    (tmp_path / "issue.md").write_text("{{ groups[0].entries[0].title }}")
    own = pages.Pages([tmp_path, TEMPLATES], Site())
    web, markdown, _ = decode(own.issue(full_issue(full_item(title="<b>*x*"))))
    assert ("&lt;b&gt;*x*", "&lt;b>\\*x\\*") == (web, markdown)


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("line 2", "\n{% if %}"),
        ("issue.html: 'isue' is undefined", "{{ isue.date }}"),
        ("there is no template none.html", '{% include "none.html" %}'),
    ],
)
def test_a_broken_template_is_named(tmp_path: Path, expected: str, source: str) -> None:
    """The error has the template's name and line, and no page is returned."""
    (tmp_path / "issue.html").write_text(source)
    with pytest.raises(errors.SettingsError, match=expected) as raised:
        pages.Pages([tmp_path, TEMPLATES], Site()).issue(FULL)
    assert "issue.html" in raised.value.file


def test_templates_are_checked_without_an_issue(tmp_path: Path) -> None:
    """A mistake in the layout is found before a run needs it."""
    SHIPPED.check()
    (tmp_path / "layout.html").write_text("{% block %}")
    with pytest.raises(errors.SettingsError, match=r"layout\.html: line 1"):
        pages.Pages([tmp_path, TEMPLATES], Site()).check()
    with pytest.raises(errors.SettingsError, match=r"digest\.css"):
        pages.Pages([tmp_path], Site()).assets()
