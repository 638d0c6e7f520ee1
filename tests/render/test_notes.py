"""The editor's note: where it stands, what it may contain, which pages it changes."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from digest.errors import Unreadable
from digest.render.site import notes
from digest.storage import notes as notes_folder
from tests.support import folders, traps
from tests.support.folders import Folder

NOTE = """# Today

A *quiet* day; see [the ferries](https://example.org/ferries "There").

| a | b |
|---|---|
| 1 | 2 |

- one
- two
"""
CPU_SECONDS = 5
HOSTILE = """<script>alert(1)</script><style>*{}</style>
<img src="https://example.org/x.png"> ![x](https://example.org/y.png)
<a href="javascript:alert(1)" onclick="x">bad</a> [bad](javascript:alert(1))
[data](data:text/html,x)
<form action="https://example.org"><input></form><iframe src="https://example.org"></iframe>
<svg onload="x"></svg> <h1>one</h1> <https://example.org/auto>
"""


def publish(folder: Folder, day: str, *numbers: int) -> None:
    """Publish an issue of these papers on this day."""
    folder.drop(f"{day}.txt", folders.page(day, numbers))
    folder.run(f"{day}T08:00")


def write(folder: Folder, key: str, text: str) -> None:
    """Write the editor's note for the issue with this key."""
    (folder.root / "notes").mkdir(exist_ok=True)
    (folder.root / "notes" / f"{key}.md").write_text(text, "utf-8")


def test_a_note_stands_on_top_of_its_issue(folder: Folder) -> None:
    """It stands in the HTML and Markdown of the main edition's issue of that date alone."""
    write(folder, "2026-11-18", NOTE)
    publish(folder, "2026-11-18", 1, 2)
    publish(folder, "2026-11-19", 3)
    written = folder.tree()
    page: Any = html.document_fromstring(written["daily/2026-11-18.html"].decode())
    (note,) = page.xpath("//main/section[1][@class='note']")
    assert ["h2", "h3", "p", "em", "a"] == [part.tag for part in note.iterdescendants()][:5]
    assert ["https://example.org/ferries"] == note.xpath(".//a/@href")
    markdown = written["daily/2026-11-18.md"].decode()
    assert "\n## From the editor\n\n### Today\n\nA *quiet* day;" in markdown
    assert ["Today"] == [
        str(h.text) for h in html.fromstring(f"<i>{MarkdownIt().render(markdown)}</i>").iter("h3")
    ][:1]
    assert not [name for name in written if "2026-11-19" in name and b"quiet" in written[name]]


def test_a_changed_note_changes_the_pages_of_its_issue_alone(folder: Folder) -> None:
    """It may be written, changed or removed after the issue was published."""
    publish(folder, "2026-11-17", 1)
    publish(folder, "2026-11-18", 2)
    untouched = folder.tree()
    for text in ("First words.", "Second words."):
        before = folder.marks()
        write(folder, "2026-11-17", text)
        folder.run("2026-11-18T09:00")
        after = folder.marks()
        assert {"daily/2026-11-17.html", "daily/2026-11-17.md"} == {
            name for name in after if before[name] != after[name]
        }
        assert text.encode() in folder.tree()["daily/2026-11-17.html"]
    (folder.root / "notes" / "2026-11-17.md").unlink()
    folder.run("2026-11-18T10:00")
    assert untouched == folder.tree()


def test_a_note_survives_a_rebuild(folder: Folder) -> None:
    """A rebuild writes the same bytes, as notes are an input like templates."""
    write(folder, "2026-11-18", NOTE)
    publish(folder, "2026-11-18", 1)
    by_runs = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-11-18T09:00").status
    assert by_runs == folder.tree()


@given(st.one_of(st.just(HOSTILE), st.text()))
def test_no_note_adds_active_content(text: str) -> None:
    """No script, style, image, form, handler or address of another scheme reaches a page."""
    try:
        note = notes.render_note(text)
    except Unreadable:
        return
    if note is None:
        return
    root: Any = html.fromstring(f"<main>{note.html}</main>")
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} <= notes._TAGS | {"main"}
    assert {name for element in elements for name in element.attrib} <= {"href", "title", "rel"}
    for href in root.xpath("//@href"):
        assert re.match(r"https?:|mailto:|[^:]*$", str(href))


def test_raw_html_of_a_note_is_text_in_markdown() -> None:
    """An address in angle brackets is Markdown and stays a link."""
    note = notes.render_note(HOSTILE)
    assert note is not None
    assert "<script" not in note.markdown
    assert "&lt;script>alert(1)&lt;/script>" in note.markdown
    assert "<https://example.org/auto>" in note.markdown


MARKS = ("[a](", "<a ", "- \n")
MORE_MARKS = (
    "[", "*a **b", "<em>", "[](", "![", "](", '<a href="', "<a <b", "<!--", "<![CDATA[", "<?", "<",
    "&", "&#", "*", "_",
    "_a *b", "*_", "`", "``a ", "~~~\n", "```\n", ">", "> ", "- ", "+ ", "1. ", "# a\n", "#",
    "a\n=\n", "---\n", "|", "|a|b|\n|-|-|\n", "[a]: b\n", '[x]:\n"', "\\[", "<http://a", "<b>",
    "<ul><li>", "<table><tr><td>", "<script>", "<x a='", "\t", "(", "\x00",
)  # fmt: skip
LEVELS = (
    "\n".join("  " * level + "- a" for level in range(150)),
    "- " * 400 + "a",
    "> " * 400 + "a",
    "1. " * 400 + "a",
    "<blockquote>" * 200,
    "[" * 400 + "a" + "](b)" * 400,
    "<em>" * 200 + "a",
)


@pytest.mark.parametrize(
    "mark", [*MARKS, *(pytest.param(mark, marks=pytest.mark.soak) for mark in MORE_MARKS)]
)
def test_every_note_is_rendered_in_a_moment_or_refused(mark: str) -> None:
    """So is a note with as many of one mark as it may hold, and words before or after them."""
    length = notes_folder.MAX_BYTES
    most = (count // mark.count(each) for each, count in notes.MOST.items() if each in mark)
    marks = mark * min([length // len(mark), *most])
    words = "word " * ((length - len(marks)) // 5)
    for text in ((mark * length)[:length], marks + words, words + marks):
        with at_most(CPU_SECONDS), contextlib.suppress(Unreadable):
            notes.render_note(text)


@pytest.mark.soak
@pytest.mark.parametrize("first", traps.CHARACTERS)
def test_every_pair_of_characters_is_rendered_in_a_moment_or_refused(first: str) -> None:
    """Each pair that begins with this character, and the character alone."""
    for second in ("", *traps.CHARACTERS):
        unit = first + second
        text = unit * (notes_folder.MAX_BYTES // len(unit.encode()))
        with at_most(CPU_SECONDS), contextlib.suppress(Unreadable):
            notes.render_note(text)


@pytest.mark.parametrize("mark", notes.MOST)
def test_a_note_of_too_many_marks_is_refused(mark: str) -> None:
    """The reason gives the number, and how many a note may hold."""
    most = notes.MOST[mark]
    note = notes.render_note(f"a{mark}] " * most)
    assert note is not None
    with pytest.raises(Unreadable, match=rf"it has {most + 1:,} .*; a note has at most {most:,}"):
        notes.render_note(f"a{mark}] " * (most + 1))


def test_a_note_that_the_library_fails_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library raises, the issue comes out."""

    def fail(*_: object, **__: object) -> str:
        raise RecursionError

    monkeypatch.setattr(markdown, "markdown", fail)
    with pytest.raises(Unreadable, match="Markdown cannot be made of it: RecursionError"):
        notes.render_note("a")


@pytest.mark.parametrize("text", LEVELS)
def test_a_note_that_is_nested_deep_is_refused(text: str) -> None:
    """No part of it is left out without a word."""
    with pytest.raises(Unreadable, match=r"nested too deep|brackets"):
        notes.render_note(text)


def test_a_note_may_be_nested_as_people_do() -> None:
    """Lists in lists in quotes, footnotes in brackets, and many of them."""
    note = notes.render_note("> - a\n>   - b\n>     - [[c]](d) *e **f***\n\n" * 200)
    assert note is not None
    assert 200 == note.html.count("<strong>f</strong>")


def test_a_note_that_cannot_be_rendered_is_passed_over(folder: Folder) -> None:
    """The issue comes out without it, and the run says so."""
    write(folder, "2026-11-18", "- " * 400 + "a")
    folder.drop("a.txt", folders.page("2026-11-18", [1]))
    result = folder.digest("run", now="2026-11-18T08:00")
    assert 0 == result.status
    reason = "its lists, quotes or marks are nested too deep to make a page of it"
    assert f"notes/2026-11-18.md: {reason}\n" == result.err
    assert b"From the editor" not in folder.tree()["daily/2026-11-18.html"]


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise an error when the block takes more than so many seconds of CPU."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("text", ["", " \n\t", "\x00"])
def test_an_empty_note_is_none(text: str) -> None:
    """A blank file adds no heading."""
    assert notes.render_note(text) is None


def test_a_run_without_notes_imports_no_library_for_them(folder: Folder) -> None:
    """The libraries that render notes are imported with the first note."""
    code = (
        "import sys, digest.pipeline.publish, digest.render.site.pages\n"
        "from digest.render.site import notes\n"
        "notes.render_note('')\n"
        "sys.exit(bool({'markdown', 'nh3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder.root, check=False)
    assert 0 == done.returncode
