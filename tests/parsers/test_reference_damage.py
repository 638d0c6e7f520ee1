"""Damage and odd shapes in references and tables change nothing in the records around them."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump

HEADERS = {"bib": "", "ris": "", "csv": "title,id,abstract\n"}
NEIGHBOURS = ["Kelp at Low Tide", "Gulls by Ear"]


def record(kind: str, title: str, arxiv_id: str) -> str:
    """Return a whole record in this form."""
    if kind == "bib":
        return f"@misc{{key,\n title={{{title}}},\n eprint={{{arxiv_id}}}, note={{x}}\n}}\n"
    if kind == "ris":
        return f"TY  - JOUR\nTI  - {title}\nUR  - https://arxiv.org/abs/{arxiv_id}\nER  - \n"
    return f'"{title}",{arxiv_id},"Words, and\nmore."\n'


def between(kind: str, text: str) -> str:
    """Put a text between two whole records."""
    first, last = (
        record(kind, title, f"2611.0000{number}") for number, title in enumerate(NEIGHBOURS, 1)
    )
    return HEADERS[kind] + first + text + "\n" + last


def load(text: str | bytes) -> Dump:
    """Read a text as a file."""
    data = text.encode(errors="replace") if isinstance(text, str) else text
    return parsers.read_dump("shelf", io.BytesIO(data))


def pairs(dump: Dump) -> list[tuple[str, str | None]]:
    """Return title and id of each paper."""
    return [(paper.title, paper.arxiv_id) for paper in dump.sightings]


X = ("X", "2611.00009")
ID = "eprint={2611.00009}"
BIBTEX = {
    "round brackets": ("@article(k, title={X)}, " + ID + ")", ("X)", "2611.00009")),
    "no key": ("@article{\n title={X}, " + ID + "}", X),
    "a key of many words": ("@article{Smith, John 2026, title={X}, " + ID + "}", X),
    "commas too many": ("@misc{a,,, title={X},,\n, " + ID + ",,}", X),
    "no commas": ("@misc{a title={X}\n year=2026 month=may " + ID + "}", X),
    "a field twice": ("@misc{a, Title={X}, title={Y}, note={a}, note={b}, " + ID + "}", X),
    "a list as type": ("@['JournalArticle', 'Review']{a, title={X}, volume={abs/2611.00009}}", X),
    "an entry in a value": (
        "@misc{a, abstract={see\n@misc{b, title={Y}} x}, title={X}, " + ID + "}", X),
    "an id in words": (
        "@misc{a, title={X}, howpublished={At \\url{https://arxiv.org/abs/2611.00009}}}", X),
    "a note about another": (
        "@misc{a, title={X}, note={Comment on arXiv:2611.00009}}", ("X", None)),
    "abbreviations": (
        '@string(x = "X")@misc{a, title = x # "y", ' + ID + "}", ("Xy", "2611.00009")),
    "another archive": ("@misc{a, title={X}, eprinttype={hal}, " + ID + "}", ("X", None)),
    "a letter before it": ("J@misc{a, title={X}, " + ID + "}", X),
    "a comment": ("@comment{@misc{b, title={Y}}}\n@misc{a, title={X}, " + ID + "}", X),
}  # fmt: skip
RIS = {
    "one blank": f"TY - JOUR\nTI - X\nUR - https://arxiv.org/abs/{X[1]}\nER -\n",
    "tabs": f"TY\t-\tJOUR\nTI\t-\tX\nUR\t-\thttps://arxiv.org/abs/{X[1]}\nER\t-\n",
    "bare end": f"TY  - JOUR\nTI  - X\nUR  - https://arxiv.org/abs/{X[1]}\nER\n",
    "no end": f"TY  - JOUR\nUR  - https://arxiv.org/abs/{X[1]}\nTI  - X\n",
    "noise": "Database: 1 -\nC1  - y\n"
    f"TY  - JOUR\nZZ  - y\nz\nT1  - X\nDO  - 10.48550/arXiv.{X[1]}\nER  -\n",
    "volume": f"TY  - JOUR\nTI  - X\nJO  - CoRR\nVL  - abs/{X[1]}\nER  - \n",
}  # fmt: skip
BROKEN = {
    "bib": ["@misc{a, title={X", "@misc{a, title={X}", '@misc{a, title="X', "@misc{a,", "@misc{a}"],
    "ris": ["TY  - JOUR\n", "TI  - X\nUR  - https://arxiv.org/abs/2611.00009\nER  - \n"],
    "csv": ['X,"2611.00009,y', "X,2611.00009", "X,2611.00009,y,z", ",2611.00009,y"],
}


@pytest.mark.parametrize("name", BIBTEX)
def test_every_shape_of_a_bibtex_entry_is_read(name: str) -> None:
    """The entries before and after it are as they were, and nothing is rejected."""
    written, paper = BIBTEX[name]
    dump = load(between("bib", written))
    assert [paper] == pairs(dump)[1:-1]
    assert (NEIGHBOURS, ()) == ([dump.sightings[0].title, dump.sightings[-1].title], dump.rejects)  # type: ignore[index]


@pytest.mark.parametrize("name", RIS)
def test_every_shape_of_a_ris_reference_is_read(name: str) -> None:
    """The references around it are as they were, and nothing is rejected."""
    dump = load(between("ris", RIS[name]))
    assert [(NEIGHBOURS[0], "2611.00001"), X, (NEIGHBOURS[1], "2611.00002")] == pairs(dump)
    assert () == dump.rejects


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind in BROKEN for text in BROKEN[kind]]
)
def test_a_broken_record_is_one_reject(kind: str, text: str) -> None:
    """It has the line where it begins, and its neighbours are read."""
    dump = load(between(kind, text))
    assert [(NEIGHBOURS[0], "2611.00001"), (NEIGHBOURS[1], "2611.00002")] == pairs(dump)
    assert [between(kind, "").count("\n") // 2 + 1 + (kind == "csv")] == [
        reject.line for reject in dump.rejects
    ] or kind == "csv"
    assert 1 == len(dump.rejects)


@pytest.mark.parametrize(
    ("text", "retracted"),
    [
        ("@misc{a, title={RETRACTED: X}}", True),
        ("@misc{a, title={X}, note={This paper has been withdrawn by the author}}", True),
        ("@misc{a, title={X}, note={Withdrawn money, in 5 pages}}", False),
        ("TY  - JOUR\nTI  - X\nAB  - This paper has been withdrawn.\nER  - \n", True),
        ("TY  - JOUR\nTI  - X\nN1  - This paper was retracted by the authors.\nER  - \n", True),
    ],
)
def test_a_notice_of_withdrawal_marks_a_reference(text: str, retracted: bool) -> None:
    """It stands in the title, in the abstract or in a note."""
    assert [retracted] == [paper.retracted for paper in load(text).sightings]


OPEN_ENTRIES = [
    "@c{=", '@e{title="i', "@e{title={i", "@misc{k,title=", "@misc{k,title=i #", "@misc{k, year=5",
    "@misc(k, year=5", '@misc{k, title={a}, x=" { ', "@misc{k, {", '@string{a = "b', "@string{a =",
]  # fmt: skip


@pytest.mark.parametrize("quotes", ["{}", '""'])
@pytest.mark.parametrize("opening", OPEN_ENTRIES)
def test_a_whole_entry_is_no_part_of_a_broken_one_above(opening: str, quotes: str) -> None:
    """Whether one entry follows or two, and whatever marks their values stand in."""
    whole = record("bib", "Piers", "2611.00009").replace("={", "=" + quotes[0])
    whole = whole.replace("},", quotes[1] + ",").replace("}\n}", quotes[1] + "\n}")
    for count in (1, 2):
        dump = load(opening + "\n" + whole * count)
        assert [("Piers", "2611.00009")] * count == pairs(dump)
        assert len(dump.rejects) == ("@string" not in opening)


PAGES = {
    "labelled-text": "Title: {title}\nPDF: https://arxiv.org/pdf/{id}\nAuthors: Ann Bee\n"
    "Abstract: We measure it.\n---\n{stray}\n",
    "linked-text": "- [{title}](https://arxiv.org/abs/{id})\n{stray}\n",
    "plain-text": "{title}\n\nWe measure it.\n\n{stray}\n\n  • 3 authors\n·\nNov 17\n\n",
}
PAPERS = [("Salt at Low Tide", "2611.00004"), ("Foam at Low Tide", "2611.00005")]
STRAY = [
    "TY  - JOUR", "TY -UR", "TY  - See the notes", "@rle{,", "@misc{a,", "@comment{x, y = {z}}",
    "@home{x = y}", *BIBTEX["no key"][:1], "TY  - JOUR\nTI  - X\nER  - ",
]  # fmt: skip


@pytest.mark.parametrize("stray", STRAY)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_quotes_a_reference_is_no_list_of_references(page: str, stray: str) -> None:
    """A line that opens a record of another form changes nothing but its own record."""
    entries = [
        PAGES[page].format(title=title, id=arxiv_id, stray=stray) for title, arxiv_id in PAPERS
    ]
    dump = load("Daily Papers\n\nNov 18\n\n" + "".join(entries))
    assert page == dump.format_name
    titles = dict(PAPERS)
    assert list(titles) == [paper.title for paper in dump.sightings if paper.title in titles]


@pytest.mark.parametrize(
    "stray", ["@ale{,", "@misc{a,", "@misc{a}", "Our list, 1 - 2:\n\n% Title: x"]
)
@pytest.mark.parametrize("kind", ["bib", "ris"])
def test_words_before_the_first_reference_change_no_format(kind: str, stray: str) -> None:
    """Whole references decide."""
    dump = load(stray + "\n" + record(kind, *X))
    assert {"bib": "bibtex", "ris": "ris"}[kind] == dump.format_name
    assert [X] == pairs(dump)


@given(
    st.sampled_from(sorted(HEADERS)), st.integers(0, 90), st.integers(0, 60),
    st.sampled_from(["", "{", "}", '"', ",", "=", "#", "\\", "@", "\n", "é", "TI", " - "]),
)  # fmt: skip
@settings(deadline=None)
def test_damage_of_one_record_stays_inside_it(kind: str, at: int, cut: int, noise: str) -> None:
    """Whatever is cut out of or put into one record, the next but one are read as they were.

    A record next to it may join it where the damage takes the border between them.
    """
    whole = record(kind, "Piers", "2611.00009")
    damaged = whole[:at] + noise + whole[at + cut :]
    around = between(kind, record(kind, "Salt", "2611.00004") + damaged + "\n"
                     + record(kind, "Foam", "2611.00005"))  # fmt: skip
    found = pairs(load(around))
    assert (NEIGHBOURS[0], "2611.00001") == found[0]
    assert ("Salt", "2611.00004") == found[1]
    assert (NEIGHBOURS[1], "2611.00002") == found[-1]
    ids = {"Piers": "2611.00009", "Foam": "2611.00005"}
    assert all(arxiv_id == ids[title] for title, arxiv_id in found if title in ids and arxiv_id)


FIELDS = {
    "bib": {"title": "title={X}", "id": "eprint={2611.00009}", "author": "author={Ann Bee}",
            "date": "date={2026-11-05}", "junk": "x-y = z"},
    "ris": {"title": "TI  - X", "id": "UR  - https://arxiv.org/abs/2611.00009",
            "author": "AU  - Bee, Ann", "date": "DA  - 2026/11/05", "junk": "ZZ  - z"},
}  # fmt: skip


@given(st.sampled_from(sorted(FIELDS)), st.permutations(["title", "id", "author", "date", "junk"]),
       st.integers(0, 5))  # fmt: skip
@settings(deadline=None)
def test_fields_may_stand_in_any_order_or_be_missing(
    kind: str, names: list[str], count: int
) -> None:
    """What stands in a record is its own, and what is missing is not taken from another."""
    present = names[:count]
    fields = [FIELDS[kind][name] for name in present]
    text = f"@misc{{k, {', '.join(fields)}}}" if kind == "bib" else "\n".join(
        ["TY  - JOUR", *fields, "ER  - "])  # fmt: skip
    dump = load(between(kind, text))
    assert 3 == dump.entries
    assert ("title" in present) == (3 == len(dump.sightings))
    for paper in dump.sightings:
        if paper.title == "X":
            assert ("2611.00009" if "id" in present else None) == paper.arxiv_id
            assert (("Ann Bee",) if "author" in present else ()) == paper.authors
            assert ("2026-11-05" if "date" in present else None) == paper.published
        else:
            assert ((), None) == (paper.authors, paper.published)


TABLES = {
    "Zotero": '"Key","Author","Title","DOI","Url","Abstract Note","Date"\n'
    '"K","Bee, Ann; Dee, Cy","X","","http://arxiv.org/abs/2611.00009","Words.","2026-11-05"\n',
    "Scopus": "Authors,Title,Year,DOI,Abstract\n"
    '"Bee A.; Dee C.",X,2026,10.48550/arXiv.2611.00009,W\n',
    "Web of Science": "PT\tAU\tTI\tAB\tDI\nJ\tBee, A\tX\tWords, too.\t10.48550/arXiv.2611.00009\n",
    "Excel": "sep=;\r\nTitle;Summary;arXiv ID\r\nX;Words;2611.00009\r\n",
    "pandas": ",title,authors,id\n0,X,\"['Ann Bee']\",2611.00009\n",
    "quotes and lines": 'id,title,abstract\n2611.00009,"X","a ""b"", c\n\nd"\n',
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", TABLES)
def test_the_tables_of_other_programs_are_read(name: str, encoding: str) -> None:
    """Each has its own delimiter and names of columns."""
    dump = load(TABLES[name].encode(encoding))
    assert ("table", [X], ()) == (dump.format_name, pairs(dump), dump.rejects)


@pytest.mark.parametrize(
    "text", ["Title, abstract, and link:\nWe send, as ever, all, of it.\n", "title,year\nX,2026\n"]
)
def test_text_with_commas_is_no_table(text: str) -> None:
    """Nor is a table without anything that makes a title a paper."""
    with pytest.raises(Unreadable, match="not a listing of papers in a known format"):
        load(text)


@pytest.mark.parametrize("words", [100_000, 1_000_000])
def test_a_huge_cell_changes_no_other_row(words: int) -> None:
    """It is read or rejected, as are zero bytes."""
    dump = load(between("csv", f'Y,2611.00003,"{"w " * words}"\nX\0,2611.00009,z'))
    assert X in pairs(dump)
    assert NEIGHBOURS == [dump.sightings[0].title, dump.sightings[-1].title]  # type: ignore[index]


LABELLED = {"windows-1251": "cp1251", "ISO8859_1": "cp1252", "gb2312": "gbk", "UTF8": "utf-8"}
TITLES = {"cp1251": "Реки", "cp1252": "Größe “x”", "gbk": "河流镕", "utf-8": "Größe 河"}


@pytest.mark.parametrize("label", LABELLED)
def test_the_encoding_that_a_bibtex_file_states_is_believed(label: str) -> None:
    """By the table that mail and pages are read with; JabRef writes Java's names."""
    codec = LABELLED[label]
    text = f"% Encoding: {label}\n@misc{{a, title={{{TITLES[codec]}}}}}\n"
    assert [TITLES[codec]] == [paper.title for paper in load(text.encode(codec)).sightings]


@pytest.mark.parametrize("label", ["EUC-JP", "EUC_JP"])
def test_a_stated_encoding_has_the_characters_of_the_standard(label: str) -> None:
    """Such as the circled digits, which Python's codec of this name lacks."""
    text = f"% Encoding: {label}\n@misc{{a, title={{川?}}}}\n".encode("euc_jp")
    assert ["川①"] == [paper.title for paper in load(text.replace(b"?", b"\xad\xa1")).sightings]


def test_a_wrong_byte_changes_no_other_entry() -> None:
    """The rest of the file stays UTF-8."""
    wrong = "@misc{a, title={Größe}}\n".encode("cp1252")
    right = "@misc{a, title={Höhe 河}}\n".encode()
    assert ["Größe", "Höhe 河"] == [paper.title for paper in load(wrong + right).sightings]


_LIMITED = """
import resource, sys
from digest import errors, parsers
from digest.storage import inbox
for name in sys.argv[1:]:
    limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + (96 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    try:
        with open(name, "rb") as stream:
            dump = parsers.read_dump("shelf", stream, spill_factory=inbox.unnamed_file)
        print(len(dump.sightings))
    except errors.Unreadable as error:
        print(error)
"""
REPEATED = ("@a{b,", "@a{b,c={\n", '@misc{a,title="{",', "TY  - JOUR\n")


def test_a_unit_repeated_without_end_is_read_in_bounds(tmp_path: Path) -> None:
    """The system limits memory and time of the process; each gives a paper or a reason."""
    files = [tmp_path / str(number) for number in range(len(REPEATED))]
    for file, unit in zip(files, REPEATED, strict=True):
        kind = "ris" if unit.startswith("TY") else "bib"
        file.write_text(between(kind, unit * (200_000 // len(unit))), encoding="utf-8")
    command = [sys.executable, "-c", _LIMITED, *map(str, files)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (process.returncode, process.stderr)
    outcomes = process.stdout.splitlines()
    assert len(REPEATED) == len(outcomes)
    assert [] == [
        outcome for outcome in outcomes
        if outcome not in {"1", "2"} and "damaged records" not in outcome
    ]  # fmt: skip
