"""BibTeX and RIS files are read as dumps of the papers they refer to."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Reject
from digest.parsers.input import text_blocks

BIB = r"""% exported

@article{quill2026,
  title = {{Deep {L}ow} Tides of {\"O}land with $\alpha$ and 93\%},
  author = {M{\"u}ller, Hans and Lund, Jr, Bo and {Echo Team} and others},
  abstract = {First line,
  second line with 5% salt and \textbf{bold} text.},
  year = 2026, month = nov, day = 7,
  eprint = {2611.00051}, archiveprefix = {arXiv}, primaryclass = {cs.LG},
  url = {https://arxiv.org/abs/2611.00051}
}
@misc{same, title={Cited}, author={Ada Quill}, year={2026},
  journal={arXiv preprint arXiv:2611.00052}}
@inproceedings{same, title={Printed}, doi={10.1000/PRINT}, date={2026-11-03},
  keywords={tides; salt}, howpublished={\url{https://print.example.org/a\_b}}}
@misc{none, author={Nobody}}
"""
RIS = """TY  - JOUR
TI  - Deep Low Tides
AU  - Müller, Hans
AU  - Lund, Bo, Jr
AB  - First line,
  second line.
DO  - 10.1000/LOW
UR  - https://arxiv.org/abs/2611.00051
PY  - 2026/11/07/
KW  - cs.LG
KW  - tides
ER  -

TY  - GEN
T1  - Cited
A1  - Quill, Ada
N2  - Cited
JO  - arXiv preprint arXiv:2611.00052
Y1  - 2026
ER  -
TY  - JOUR
AU  - Nobody
ER  -
"""


def load(text: str, name: str = "shelf-2026-11-19.bib") -> Dump:
    """Read this text as a file with this name."""
    return parsers.read_dump(name, io.BytesIO(text.encode()))


def test_every_field_of_a_bibtex_entry_is_read() -> None:
    """Protecting braces go, TeX stays until it is mended, given names come before family names."""
    dump = load(BIB)
    deep, cited, printed = dump.sightings
    assert ("bibtex", "shelf", "2026-11-19") == (dump.format_name, dump.source, dump.page_date)
    assert r"Deep Low Tides of \"Oland with $\alpha$ and 93\%" == deep.title
    assert "First line,\n  second line with 5% salt and \\textbf{bold} text." == deep.abstract
    assert ("Hans Müller", "Bo Lund Jr", "Echo Team") == deep.authors
    assert ("2611.00051", ("cs.LG",), "2026-11-07", 3) == (
        deep.arxiv_id, deep.categories, deep.published, deep.line,
    )  # fmt: skip
    assert ("2611.00052", None, "2026") == (cited.arxiv_id, cited.published, cited.published_text)
    assert ("10.1000/print", "2026-11-03") == (printed.doi, printed.published)
    assert (("tides", "salt"), "https://print.example.org/a_b") == (printed.categories, printed.url)
    assert (Reject(16, "a reference without a title"),) == dump.rejects


def test_braces_around_a_letter_of_tex_stay() -> None:
    """Without them the letter would run into the next one."""
    (paper,) = load("@misc{a,\n title={{Tides} of K{\\o}ge}\n}\n").sightings
    assert r"Tides of K{\o}ge" == paper.title


def test_a_cut_bibtex_file_gives_its_complete_entries() -> None:
    """The entry in which the file ends is a reject with its line."""
    dump = load(BIB[: BIB.index("doi=")])
    assert 2 == len(dump.sightings)
    assert (Reject(14, "a broken BibTeX entry"),) == dump.rejects


@pytest.mark.parametrize("size", [1, 2, 99])
def test_the_size_of_a_block_changes_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A BibTeX file read in blocks gives the same papers and lines.

    Abbreviations of the first block hold in all later ones.
    """
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", size)
    entries = "".join(
        f"@misc{{key,\n title={{Slow Tides {number}}},\n author=quill\n}}\n" for number in range(5)
    )
    dump = load('@string{quill = "Quill, Ida"}\n' + entries + "@misc{cut,\n title={No")
    assert [(f"Slow Tides {number}", 2 + 4 * number) for number in range(5)] == [
        (paper.title, paper.line) for paper in dump.sightings
    ]
    assert {("Ida Quill",)} == {paper.authors for paper in dump.sightings}
    assert (Reject(22, "a broken BibTeX entry"),) == dump.rejects


def test_every_field_of_a_ris_reference_is_read() -> None:
    """Both sets of tags and continued lines are read; an abstract equal to the title is dropped."""
    dump = load(RIS, "shelf.ris")
    deep, cited = dump.sightings
    assert ("ris", "shelf", None) == (dump.format_name, dump.source, dump.page_date)
    assert ("2611.00051", "10.1000/low") == (deep.arxiv_id, deep.doi)
    assert ("First line, second line.", "2026-11-07") == (deep.abstract, deep.published)
    assert (("Hans Müller", "Bo Lund Jr"), ("cs.LG", "tides")) == (deep.authors, deep.categories)
    assert ("2611.00052", None, ("Ada Quill",), 14) == (
        cited.arxiv_id, cited.abstract, cited.authors, cited.line,
    )  # fmt: skip
    assert (Reject(21, "a reference without a title"),) == dump.rejects


def test_the_next_reference_ends_one_without_an_end() -> None:
    """The last one of a file with ends is a reject: the file is cut, perhaps within an id."""
    dump = load(RIS.replace("KW  - tides\nER  -\n", "") + "TY  - JOUR\nTI  - Last", "shelf.ris")
    assert ["2611.00051", "2611.00052"] == [paper.arxiv_id for paper in dump.sightings]
    assert [19, 22] == [reject.line for reject in dump.rejects]


@pytest.mark.parametrize("text", ["@article{a,\n", "TY  - JOUR\n", "@article{a, year=2026}\n"])
def test_a_file_without_a_complete_reference_is_unreadable(text: str) -> None:
    """A file in the format in which no reference can be read raises `Unreadable`."""
    with pytest.raises(Unreadable):
        load(text)


def test_rejects_come_in_the_order_of_their_lines() -> None:
    """The parser lists broken entries apart from the others."""
    dump = load("@misc{a,\n year=2026\n}\n" + BIB[: BIB.index("doi=")])
    assert [1, 17] == [reject.line for reject in dump.rejects]


@given(st.data())
def test_a_damaged_file_gives_a_dump_or_a_reason(data: st.DataObject) -> None:
    """Files cut anywhere, with any bytes put in between, raise nothing but `Unreadable`."""
    whole = data.draw(st.sampled_from([BIB, RIS])).encode()
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 40)))
    kinds = st.sampled_from([b"{" * 999, b"}", b"$", b"TY  - ", b"\\"])
    noise = data.draw(st.binary(max_size=9) | kinds)
    with contextlib.suppress(Unreadable):
        dump = parsers.read_dump("noise", io.BytesIO(whole[:at] + noise + whole[to:]))
        assert all(paper.title.strip() for paper in dump.sightings)
