"""HTML, CSS and SVG by the Nu checker, Markdown by markdownlint, links by following them."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from tests.proof import tools, trees
from tests.proof.figures import Figures
from tests.support.folders import Folder

# It has no address to compare with 'self'; the browser proofs show that the policy lets them load.
UNKNOWABLE = r"Resource violates Content Security Policy \(meta tag\): external .* blocked by .*"
CHECKED = {".html", ".css", ".svg"}


def _nu(files: Iterable[Path]) -> list[str]:
    """What the Nu checker holds against these files: errors, warnings and advice."""
    status, said = tools.run(
        *tools.NU,
        *("--format", "json", "--stdout", "--also-check-css", "--also-check-svg"),
        *("--filterpattern", UNKNOWABLE),
        *map(str, files),
    )
    assert said.startswith("{"), (status, said)
    return [f"{one['url']}: {one['message']}" for one in json.loads(said)["messages"]]


def test_the_nu_checker_finds_nothing(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """In no page, style sheet or drawing of three publications, not even advice."""
    files = [
        file
        for folder in (serial.folder, unwritten, large)
        for file in folder.output.rglob("*.*")
        if file.suffix in CHECKED
    ]
    assert {file.suffix for file in files} == CHECKED
    assert [] == _nu(files)
    figures.count("HTML, CSS and SVG files that the Nu checker passes", len(files))


def test_the_nu_checker_looks(letters: Folder, tmp_path: Path) -> None:
    """At HTML, CSS and SVG: each, spoilt, is complained of."""
    spoilt = []
    for name, old, new in (
        ("search.html", "<main", "<center"),
        ("assets/digest.css", "margin: 0", "margin: none"),
        ("assets/icon.svg", "<svg", "<svg fill-color='x'"),
    ):
        spoilt.append(tmp_path / Path(name).name)
        text = (letters.output / name).read_text("utf-8")
        spoilt[-1].write_text(text.replace(old, new), "utf-8")
    found = "\n".join(_nu(spoilt))
    assert [] == [file for file in spoilt if file.name not in found]


def test_markdownlint_finds_nothing(serial: trees.Serial, large: Folder, figures: Figures) -> None:
    """In no issue; which of its rules are off, and why, stands in its configuration."""
    config = tools.HERE / ".markdownlint-cli2.jsonc"
    for folder in (serial.folder, large):
        pages = list(folder.output.rglob("*.md"))
        status, said = tools.run(
            *tools.MARKDOWNLINT, "--config", str(config), "**/*.md", cwd=folder.output
        )
        assert 0 == status, said
        assert f"Linting: {len(pages)} file" in said
        figures.count("Markdown pages that markdownlint passes", len(pages))


def test_markdownlint_looks(letters: Folder, tmp_path: Path) -> None:
    """An issue with a heading out of order is complained of."""
    text = (letters.output / "daily" / "latest.md").read_text("utf-8")
    (tmp_path / "spoilt.md").write_text(text.replace("\n## ", "\n#### "), "utf-8")
    config = tools.HERE / ".markdownlint-cli2.jsonc"
    status, said = tools.run(*tools.MARKDOWNLINT, "--config", str(config), "*.md", cwd=tmp_path)
    assert 1 == status
    assert "heading-increment" in said


def test_every_link_inside_leads_somewhere(serial: trees.Serial, figures: Figures) -> None:
    """To a file of the publication, and to an anchor that is in it, or to a search."""
    pages = {
        file.relative_to(serial.folder.output).as_posix(): html.document_fromstring(
            file.read_bytes()
        )
        for file in serial.folder.output.rglob("*.html")
    }
    anchors = {path: {node.get("id") for node in page.iter()} for path, page in pages.items()}
    for path, page in pages.items():
        for address in filter(None, (node.get("href") or node.get("src") for node in page.iter())):
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = posixpath.join(posixpath.dirname(path), unquote(parts.path))
            target = posixpath.normpath(target) if parts.path else path
            assert (serial.folder.output / target).is_file(), (path, address)
            is_search = target == "search.html" and parts.fragment.startswith("q=")
            if parts.fragment and not is_search:
                assert parts.fragment in anchors[target], (path, address)
            figures.count("links inside that lead somewhere")
