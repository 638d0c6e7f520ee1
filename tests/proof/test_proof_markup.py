"""Check HTML, CSS and SVG with the Nu checker, Markdown with markdownlint, and internal links."""

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

# The checker reads files, so it has no address to compare with 'self'. The proofs in the browser
# show that the policy lets our own files load.
UNKNOWABLE = r"Resource violates Content Security Policy \(meta tag\): external .* blocked by .*"
CHECKED = {".html", ".css", ".svg"}


def nu(files: Iterable[Path]) -> list[str]:
    """Return the messages of the Nu checker on these files: errors, warnings and advice."""
    status, printed = tools.run(
        *tools.NU,
        *("--format", "json", "--stdout", "--also-check-css", "--also-check-svg"),
        *("--filterpattern", UNKNOWABLE),
        *map(str, files),
    )
    # Its exit status depends on the messages; only the JSON shows that it ran at all.
    assert printed.startswith("{"), (status, printed)
    messages = json.loads(printed)["messages"]
    return [f"{message['url']}: {message['message']}" for message in messages]


def test_every_file_passes_the_nu_checker(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """No page, style sheet or drawing of three publications gets a message, not even advice."""
    files = [
        file
        for folder in (serial.folder, unwritten, large)
        for file in folder.output.rglob("*.*")
        if file.suffix in CHECKED
    ]
    assert {file.suffix for file in files} == CHECKED
    assert [] == nu(files)
    figures.count("HTML, CSS and SVG files that the Nu checker passes", len(files))


def test_the_nu_checker_reports_spoilt_files(letters: Folder, tmp_path: Path) -> None:
    """A spoilt HTML, CSS or SVG file gets a message, so the test above can fail."""
    spoilt = []
    for name, old, new in (
        ("search.html", "<main", "<center"),
        ("assets/digest.css", "margin: 0", "margin: none"),
        ("assets/icon.svg", "<svg", "<svg fill-color='x'"),
    ):
        spoilt.append(tmp_path / Path(name).name)
        text = (letters.output / name).read_text("utf-8")
        spoilt[-1].write_text(text.replace(old, new), "utf-8")
    messages = "\n".join(nu(spoilt))
    assert [] == [file for file in spoilt if file.name not in messages]


def test_every_issue_passes_markdownlint(
    serial: trees.Serial, large: Folder, figures: Figures
) -> None:
    """No Markdown page breaks a rule; `.markdownlint-cli2.jsonc` says which are off, and why."""
    config = tools.HERE / ".markdownlint-cli2.jsonc"
    for folder in (serial.folder, large):
        pages = list(folder.output.rglob("*.md"))
        status, printed = tools.run(
            *tools.MARKDOWNLINT, "--config", str(config), "**/*.md", cwd=folder.output
        )
        assert 0 == status, printed
        assert f"Linting: {len(pages)} file" in printed
        figures.count("Markdown pages that markdownlint passes", len(pages))


def test_markdownlint_reports_a_spoilt_page(letters: Folder, tmp_path: Path) -> None:
    """A page that skips a level of headings is reported, so the test above can fail."""
    text = (letters.output / "daily" / "latest.md").read_text("utf-8")
    (tmp_path / "spoilt.md").write_text(text.replace("\n## ", "\n#### "), "utf-8")
    config = tools.HERE / ".markdownlint-cli2.jsonc"
    status, printed = tools.run(*tools.MARKDOWNLINT, "--config", str(config), "*.md", cwd=tmp_path)
    assert 1 == status
    assert "heading-increment" in printed


def test_every_internal_link_has_a_target(serial: trees.Serial, figures: Figures) -> None:
    """Every internal link leads to a file of the output, and its anchor is in that file.

    The fragment of a link to the search page is a search, not an anchor.
    """
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
            figures.count("internal links with a target")
