"""A reader's library is read from each export of a reference manager."""

from __future__ import annotations

import pytest

from digest.errors import Unreadable
from digest.model.papers import LibraryPaper
from digest.parsers import library

BIBTEX = r"""
@article{one,
  title = {{Kelp} for {K}rak{\'o}w},
  abstract = {We grow kelp 4$\times$ faster.},
  date-added = {2026-03-01 10:00:00 +0100},
}
@misc{one, title = "Gulls", timestamp = {2026-04-01}}
@misc{three, title = {Piers}}
@misc{four, note = {no title}}
"""
RIS = """TY  - JOUR
TI  - Kelp
AB  - We grow kelp.
ER  -

TY  - JOUR
TI  - Gulls
ER  -
"""
ZOTERO = """\ufeff"Key","Item Type","Title","Abstract Note","Date Added"
"A","journalArticle","Kelp, again","We grow
kelp.","2026-03-01 10:00:00"
"B","preprint","Gulls","","2026-04-01 10:00:00"
"""
CSL = '[{"type": "article", "title": "Kelp", "abstract": "<p>We grow kelp.</p>"}, {"title": 3}, 4]'
BETTER = '{"items": [{"title": "Kelp", "abstractNote": "We grow.", "dateAdded": "2026-03-01"}]}'

CASES = [
    (BIBTEX, (LibraryPaper("Gulls", None, "2026-04-01"),
              LibraryPaper("Kelp for Kraków", "We grow kelp 4× faster.", "2026-03-01"),
              LibraryPaper("Piers"))),
    (RIS, (LibraryPaper("Gulls"), LibraryPaper("Kelp", "We grow kelp."))),
    (ZOTERO, (LibraryPaper("Gulls", None, "2026-04-01"),
              LibraryPaper("Kelp, again", "We grow kelp.", "2026-03-01"))),
    (CSL, (LibraryPaper("Kelp", "We grow kelp."),)),
    (BETTER, (LibraryPaper("Kelp", "We grow.", "2026-03-01"),)),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), CASES)
def test_a_library_gives_its_papers_latest_first(
    written: str, expected: tuple[LibraryPaper, ...]
) -> None:
    """The paper added last comes first, without such a day the last in the file.

    Titles and abstracts are mended, and entries without a title are left out.
    """
    assert expected == library.read_library("my.bib", written.encode())


@pytest.mark.parametrize(
    "written", ["", "just words", "{}", "[", "[]", '{"items": 3}', "title,year\n,2026\n", "\0\1"]
)
def test_a_file_that_is_no_library_is_unreadable(written: str) -> None:
    """Other text, other JSON and a library without titles raise `Unreadable`."""
    with pytest.raises(Unreadable):
        library.read_library("my.bib", written.encode())
