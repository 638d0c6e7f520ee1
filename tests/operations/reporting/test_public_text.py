"""No path of the machine is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.operations.reporting.public_text import publish_text
from tests.support.folders import Folder, page

NOW = "2026-11-18T08:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/mnt/big disk/w/config/digest.toml: x", "config/digest.toml: x"),
        ("[Errno 2] No such file: '/srv/elsewhere/drop'", "[Errno 2] No such file: 'drop'"),
        ("cannot read /inbox", "cannot read inbox"),
        ("file:/home/jo/secret is not set", "file:secret is not set"),
        ("https://example.org/a/b answered 404", "https://example.org/a/b answered 404"),
        ("HTTPS://me:pw@example.org/a?key=x: gone", "HTTPS://example.org/a: gone"),
        ("(http://example.org:81/a?k=/etc/b&u=http://c.org/#d)", "(http://example.org:81/a)"),
        (
            "'https://example.org/#part' and https://b.org?",
            "'https://example.org/' and https://b.org",
        ),
        ("10 of 20 and/or 3 / 4", "10 of 20 and/or 3 / 4"),
        ("config/digest.toml", "config/digest.toml"),
        ("a\nb\x1b", "a b "),
    ],
)
def test_paths_and_addresses_are_cut(text: str, expected: str) -> None:
    """The working folder's own keep what is below it; addresses stay, without their queries."""
    assert expected == publish_text(Settings(root="/mnt/big disk/w"), text)


def test_the_path_of_an_error_may_hold_blanks() -> None:
    """It is known exactly, so nothing of it is left but the name."""
    error = SettingsError("/home/jo quill/my papers/kept.bib", "cannot be read")
    assert "kept.bib: cannot be read" == publish_text(Settings(root="/w"), str(error), error)
    named = FileNotFoundError(2, "No such file", "/home/jo quill/it's/drop")
    assert '[Errno 2] No such file: "drop"' == publish_text(Settings(root="/w"), str(named), named)


@pytest.mark.parametrize(
    "toml",
    [
        '[profile]\nlibrary = "{away}/kept.bib"\n',
        '[inbox]\npath = "{away}/drop"\n',
        '[[source]]\nname = "lists"\nkind = "folder"\npath = "{away}/lists"\n',
        '[notify]\nwebhook = "file:{away}/address"\n',
    ],
)
def test_no_file_of_the_output_holds_a_path_of_the_machine(
    folder: Folder, tmp_path: Path, toml: str
) -> None:
    """Also if what lies outside the working folder cannot be read."""
    folder.drop("papers.txt", page("2026-11-18", [1, 2]))
    folder.run(NOW)
    away = tmp_path / "far away" / "buried"
    folder.configure(toml.format(away=away))
    folder.drop("more.txt", page("2026-11-18", [3]))
    folder.digest("run", now=NOW)
    for file in folder.output.rglob("*"):
        if file.is_file():
            assert b"buried" not in file.read_bytes(), file
            assert str(folder.root).encode() not in file.read_bytes(), file
    assert json.loads((folder.output / "status.json").read_bytes())["runs"]
