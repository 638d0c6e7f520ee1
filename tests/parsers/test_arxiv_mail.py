"""The daily mail of arXiv: each record alone, replacements marked as revisions."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.model.papers import Dump

RULE = "-" * 78
BEGIN = f"""{RULE}
{RULE}
Send any comments regarding submissions directly to submitter.
{RULE}
Archives at http://arxiv.org/
To unsubscribe, e-mail To: cs@arXiv.org, Subject: cancel
{RULE}
 Submissions to:
Tidal Computation
 received from  Tue 17 Nov 26 19:00:00 GMT  to  Wed 18 Nov 26 19:00:00 GMT
{RULE}
{RULE}
"""
REPLACED = f"%%--%%--%%--%%--%%--%%--%%--%%--%%--%%\n{RULE}\n"
END = "%%%---%%%---%%%---%%%---%%%---%%%---\n\nFor subscribe options to combined archives.\n"


def load(text: str) -> Dump:
    """Read a text as a dump."""
    return parsers.read_dump("mail.txt", io.BytesIO(text.encode()))


def new(number: int, cross: str = "") -> str:
    """Return a new paper of the mail."""
    return rf"""\\
arXiv:2611.{number:05}{cross}
Date: Tue, 17 Nov 2026 17:59:59 GMT   (812kb,D)

Title: Kelp and Tides of a Long Coast, Seen From the Air and From Boats,
  Part {number}
Authors: Ada Quill (Tide Institute, Sea Lab), Cem Oz and Bo Lund
Categories: cs.LG physics.ao-ph
Comments: 9 pages, {number} figures
License: http://creativecommons.org/licenses/by/4.0/
\\
  We measure kelp in {number} seas. arXiv:2401.00001 says otherwise. The tide
is high.
\\ ( https://arxiv.org/abs/2611.{number:05} ,  812kb)
{RULE}
"""


def revised(number: int, comments: str = "", cross: str = "") -> str:
    """Return a replacement of the mail."""
    return rf"""\\
arXiv:2605.{number:05}{cross}
replaced with revised version Tue, 17 Nov 2026 10:00:00 GMT   (90kb)

Title: Older Reeds, Part {number}
Authors: Dee Vale
Categories: cs.CL
{comments}\\ ( https://arxiv.org/abs/2605.{number:05} ,  90kb)
{RULE}
"""


def test_every_section_of_the_mail_is_read() -> None:
    """New papers and cross-lists with their abstracts, replacements as revisions."""
    withdrawn = "Comments: This paper has been withdrawn by the authors due to an error\n"
    cross = " (*cross-listing*)"
    dump = load(
        BEGIN + new(1) + new(2, cross) + REPLACED + revised(3) + revised(4, withdrawn, cross) + END
    )
    assert ("arxiv-mail", "arxiv.org/mail/cs", "2026-11-18", ()) == (
        dump.format_name, dump.source, dump.page_date, dump.rejects,
    )  # fmt: skip
    assert [
        ("2611.00001", False, False, "2026-11-17", 3),
        ("2611.00002", False, False, "2026-11-17", 3),
        ("2605.00003", True, False, None, 1),
        ("2605.00004", True, True, None, 1),
    ] == [
        (paper.arxiv_id, paper.revision, paper.retracted, paper.published, paper.n_authors)
        for paper in dump.sightings
    ]
    first = next(iter(dump.sightings))
    title = "Kelp and Tides of a Long Coast, Seen From the Air and From Boats, Part 1"
    abstract = "We measure kelp in 1 seas. arXiv:2401.00001 says otherwise. The tide is high."
    assert (title, abstract, 14) == (first.title, first.abstract, first.line)
    assert ("Ada Quill", "Cem Oz", "Bo Lund") == first.authors
    assert ("cs.LG", "physics.ao-ph") == first.categories


def test_a_quoted_mail_and_an_old_id_are_read() -> None:
    """A forwarded mail has a mark before each line; before 2007 the label was ``Paper:``."""
    text = BEGIN + new(1) + new(2)
    quoted = "".join(f"> {row}\n" for row in text.splitlines())
    assert [paper.title for paper in load(text).sightings] == [
        paper.title for paper in load(quoted).sightings
    ]
    old = "\\\\\nPaper: hep-th/9901001\nFrom: Ada Quill\n\nTitle: Kelp\n\\\\\n  Long.\n"
    assert ["hep-th/9901001"] == [paper.arxiv_id for paper in load(old).sightings]


def test_another_id_in_the_last_line_makes_a_reject() -> None:
    """Which of the two is the paper's cannot be known."""
    mixed = new(1).replace("abs/2611.00001", "abs/2611.00007")
    dump = load(BEGIN + mixed + new(2))
    assert ["2611.00002"] == [paper.arxiv_id for paper in dump.sightings]
    assert [(14, "a record with two arXiv ids")] == [(r.line, r.reason) for r in dump.rejects]


@settings(deadline=None)
@given(st.integers(0, 3), st.data())
def test_a_damaged_record_leaves_the_others_as_they_are(damaged: int, data: st.DataObject) -> None:
    """Any line of it lost, doubled, cut off or emptied: it is read or rejected."""
    records = [new(1), new(2), revised(3), new(4)]
    whole = {paper.title: paper for paper in load(BEGIN + "".join(records) + END).sightings}
    rows = records[damaged].splitlines()
    at = data.draw(st.integers(0, len(rows) - 1))
    harm = data.draw(st.sampled_from(["lost", "doubled", "cut", "noise", "to the end"]))
    if harm == "to the end":
        del rows[max(at, 1) :]  # also the rule below
    elif harm == "lost":
        del rows[at]
    elif harm == "doubled":
        rows.insert(at, rows[at])
    else:
        rows[at] = rows[at][: len(rows[at]) // 2] if harm == "cut" else "\ufffd~~#"
    records[damaged] = "".join(f"{row}\n" for row in rows)
    dump = load(BEGIN + "".join(records) + END)
    read = {paper.title: paper for paper in dump.sightings}
    assert 3 <= len(dump.sightings) + len(dump.rejects) <= 4
    for number, (title, paper) in enumerate(whole.items()):
        if number != damaged:
            assert title in read
            other = read[title]
            assert (paper.arxiv_id, paper.abstract, paper.authors, paper.published) == (
                other.arxiv_id, other.abstract, other.authors, other.published,
            )  # fmt: skip
    own = whole[list(whole)[damaged]]
    for title in set(read) - set(whole):
        assert read[title].arxiv_id in (own.arxiv_id, None)
