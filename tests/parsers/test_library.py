"""A reader's library, as reference managers export it."""

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
def test_what_a_library_holds(written: str, expected: tuple[LibraryPaper, ...]) -> None:
    """What was added last first, else the last of the file; words mended; no title, no paper."""
    assert expected == library.read("my.bib", written.encode())


@pytest.mark.parametrize(
    "written", ["", "just words", "{}", "[", "[]", '{"items": 3}', "title,year\n,2026\n", "\0\1"]
)
def test_what_is_no_library(written: str) -> None:
    """It is refused with a reason."""
    with pytest.raises(Unreadable):
        library.read("my.bib", written.encode())
