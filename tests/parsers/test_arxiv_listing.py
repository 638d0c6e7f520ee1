"""arXiv's pages of new papers: each term of the list is a record, saved or copied as text."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump

Rows = list[str]


def load(text: str) -> Dump:
    """Read a text as a dump."""
    return parsers.read_dump("page", io.BytesIO(text.encode()))


def row(number: int, note: str = "", *, abstract: bool = True, comments: str = "") -> Rows:
    """Return the markup of one paper, an element a line."""
    paragraph = f"<p class='mathjax'>We measure kelp in {number} seas. See "
    paragraph += '<a href="https://arxiv.org/abs/2401.00001">arXiv:2401.00001</a>.</p>'
    return [
        f"<dt><a name='item{number}'>[{number}]</a>",
        f'<a href ="/abs/2611.{number:05}" title="Abstract">arXiv:2611.{number:05}</a> {note}',
        f'[<a href="/pdf/2611.{number:05}" title="Download PDF">pdf</a>]</dt>',
        "<dd><div class='meta'>",
        "<div class='list-title mathjax'><span class='descriptor'>Title:</span>",
        f" Kelp: a Study, Part {number}</div>",
        "<div class='list-authors'><a href='/a'>Ada Quill</a>, <a href='/b'>Bo Lund</a></div>",
        f"<div class='list-comments'><span class='descriptor'>Comments:</span>{comments}</div>",
        "<div class='list-subjects'><span class='descriptor'>Subjects:</span>",
        " <span>Learning (cs.LG)</span>; Seas (physics.ao-ph)</div>",
        paragraph if abstract else "",
        "</div></dd>",
    ]


def page(*sections: tuple[str, list[Rows]]) -> str:
    """Return a page with its sections."""
    begin = (
        "<!DOCTYPE html>\n<html><body><h1>Tidal Computation</h1>"
        '<a href="/list/cs.TC/recent">recent</a><div id="dlpage">'
        "<h3>Showing new listings for Thursday, 26 November 2026</h3><dl id='articles'>\n"
    )
    body = "".join(
        f"<h3>{title}</h3>\n" + "".join("\n".join(rows) + "\n" for rows in papers)
        for title, papers in sections
    )
    return f"{begin}{body}</dl></div></body></html>"


def test_all_sections_are_read_and_replacements_marked() -> None:
    """A replacement is known by its section; a withdrawn paper by its comments."""
    gone = "This paper has been withdrawn by the authors"
    dump = load(
        page(
            ("New submissions (showing 1 of 1 entries)", [row(1)]),
            ("Cross submissions (showing 1 of 1 entries)", [row(2, "(cross-list from cs.CV)")]),
            (
                "Replacement submissions (showing 2 of 2 entries)",
                [row(3, "(replaced)"), row(4, "(replaced)", comments=gone)],
            ),
        )
    )
    assert ("arxiv-listing", "arxiv.org/list/cs.TC", "2026-11-26", ()) == (
        dump.format_name, dump.source, dump.page_date, dump.rejects,
    )  # fmt: skip
    assert [
        ("2611.00001", False, False),
        ("2611.00002", False, False),
        ("2611.00003", True, False),
        ("2611.00004", True, True),
    ] == [(paper.arxiv_id, paper.revision, paper.retracted) for paper in dump.sightings]
    first = next(iter(dump.sightings))
    assert ("Kelp: a Study, Part 1", ("Ada Quill", "Bo Lund"), ("cs.LG", "physics.ao-ph")) == (
        first.title, first.authors, first.categories,
    )  # fmt: skip
    assert "We measure kelp in 1 seas. See arXiv:2401.00001." == first.abstract
    assert [5, 18, 31, 43] == [paper.line for paper in dump.sightings]


@pytest.mark.parametrize(
    ("label", "charset", "title"),
    [("windows-31j", "cp932", "水の流れ 表示"), ("windows-1251", "cp1251", "Река у моря")],
)
def test_the_declared_encoding_of_a_page_counts(label: str, charset: str, title: str) -> None:
    """A page that is not UTF-8 is decoded as its ``<meta>`` says."""
    text = page(("New submissions", [row(1)])).replace("Kelp: a Study, Part 1", title)
    text = text.replace("<body>", f'<head><meta charset="{label}"></head><body>', 1)
    dump = parsers.read_dump("page", io.BytesIO(text.encode(charset)))
    assert [title] == [paper.title for paper in dump.sightings]


def test_a_page_of_recent_papers_has_no_abstracts() -> None:
    """Its sections are days; the latest is the day of the page."""
    dump = load(
        page(
            ("Fri, 27 Nov 2026 (showing 1 of 1 entries)", [row(1, abstract=False)]),
            ("Thu, 26 Nov 2026 (showing 1 of 1 entries)", [row(2, abstract=False)]),
        )
    )
    assert "2026-11-27" == dump.page_date
    assert [("2611.00001", None), ("2611.00002", None)] == [
        (paper.arxiv_id, paper.abstract) for paper in dump.sightings
    ]


COPY = """Tidal Computation
New submissions
Replacement submissions

Showing new listings for Thursday, 26 November 2026
Total of 3 entries
New submissions (showing 2 of 2 entries)
[1] arXiv:2611.00001 [pdf, html, other]
Title: Kelp: a Study
Ada Quill, Bo Lund
Comments: 9 pages
Subjects: Learning (cs.LG); Seas (physics.ao-ph)

We measure kelp.
Results: it is long.

[2] arXiv:2611.00002 (cross-list from cs.CV) [pdf, html, other]
Title: Reeds
Cem Oz
Subjects: Learning (cs.LG)

Reeds are short.
Replacement submissions (showing 1 of 1 entries)
[3] arXiv:2605.00003 (replaced) [pdf, other]
Title: Older Moss
Dee Vale
Journal-ref: Moss 3
Subjects: Learning (cs.LG)

Moss is old.
Total of 3 entries
About Help
"""


def test_a_page_copied_as_text_is_read() -> None:
    """Authors stand on a line of their own, the abstract below a blank line."""
    dump = load(COPY)
    assert ("arxiv-listing", "2026-11-26", ()) == (
        dump.format_name, dump.page_date, dump.rejects,
    )  # fmt: skip
    assert [
        ("2611.00001", "Kelp: a Study", ("Ada Quill", "Bo Lund"), False),
        ("2611.00002", "Reeds", ("Cem Oz",), False),
        ("2605.00003", "Older Moss", ("Dee Vale",), True),
    ] == [(paper.arxiv_id, paper.title, paper.authors, paper.revision) for paper in dump.sightings]
    assert ["We measure kelp. Results: it is long.", "Reeds are short.", "Moss is old."] == [
        paper.abstract for paper in dump.sightings
    ]


@settings(deadline=None)
@given(st.integers(0, 2), st.data())
def test_a_damaged_record_leaves_the_others_as_they_are(damaged: int, data: st.DataObject) -> None:
    """Lines of markup lost or cut in one of them: it is read or rejected, and nothing moves."""
    rows = [row(number) for number in range(3)]
    whole = list(load(page(("New submissions", rows))).sightings)
    at = data.draw(st.integers(0, len(rows[damaged]) - 1))
    harm = data.draw(st.sampled_from(["lost", "cut", "to the end", "bare"]))
    if harm == "lost":
        del rows[damaged][at]
    elif harm == "cut":
        rows[damaged][at] = rows[damaged][at].partition(">")[0] + ">"
    elif harm == "to the end":
        del rows[damaged][at:]
    else:
        rows[damaged][at] += " a < b & c "
    text = page(("New submissions", rows))
    dump = load(text)
    read = {paper.title: paper for paper in dump.sightings}
    for paper in whole[:damaged] + whole[damaged + 1 :]:
        other = read[paper.title]
        assert (paper.arxiv_id, paper.abstract, paper.authors) == (
            other.arxiv_id, other.abstract, other.authors,
        )  # fmt: skip
    assert text.count("<dt") <= len(dump.sightings) + len(dump.rejects) <= 3
    allowed = (whole[damaged].arxiv_id, None)
    assert [] == [
        paper for title, paper in read.items()
        if title not in [p.title for p in whole] and paper.arxiv_id not in allowed
    ]  # fmt: skip


def test_a_page_without_papers_is_unreadable() -> None:
    """A weekend's page has the headings and nothing below them."""
    with pytest.raises(Unreadable):
        load(page(("New submissions (showing 0 of 0 entries)", [])))
