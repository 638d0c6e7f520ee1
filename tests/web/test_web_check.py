"""`digest check` says how the web side stands, and what it lacks."""

from __future__ import annotations

import pytest

from digest.operations import web_check
from tests.support.folders import Folder
from tests.support.web import MAIL, WEB

TLS = WEB.replace("[web]", '[web]\nurl = "https://papers.example.org/"')


def lines(folder: Folder, configuration: str) -> list[str]:
    """Return what `digest check` says of the web side."""
    folder.configure(configuration)
    shown = folder.digest("check").out.splitlines()
    return [line for line in shown if line[4:].startswith("web")]


def test_one_that_is_complete_is_well(folder: Folder) -> None:
    """With the address that people see."""
    expected = "ok  web: answers at 127.0.0.1:0; people see https://papers.example.org/"
    assert [expected] == lines(folder, TLS + MAIL)


def test_without_it_nothing_is_said(folder: Folder) -> None:
    """Most folders have none."""
    assert [] == lines(folder, "")


@pytest.mark.parametrize(
    ("configuration", "warning"),
    [
        (WEB + MAIL, "!   web: its address has no TLS"),
        (TLS, "!   web: no edition is mailed"),
    ],
)
def test_what_it_lacks_is_a_warning(folder: Folder, configuration: str, warning: str) -> None:
    """It answers all the same."""
    assert [True] == [line.startswith(warning) for line in lines(folder, configuration)[1:]]


def test_missing_packages_are_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs them; `serve` and `web` end with the same words."""
    monkeypatch.setattr(web_check, "PACKAGES", ("waitress", "no_such_package"))
    assert lines(folder, TLS + MAIL)[0].endswith("pip install 'papers-digest[web]'")
    for command in ("web", "serve"):
        ended = folder.digest(command)
        assert (2, True) == (ended.status, "pip install 'papers-digest[web]'" in ended.err)


def test_a_template_that_cannot_be_used_is_an_error(folder: Folder) -> None:
    """Before anybody asks for the page."""
    own = folder.root / "templates" / "web" / "confirm.html"
    own.parent.mkdir(parents=True)
    own.write_text("{% if %}")
    folder.configure(WEB + MAIL)
    ended = folder.digest("check")
    assert (2, True) == (ended.status, "confirm.html" in ended.err)
