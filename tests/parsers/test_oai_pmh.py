"""OAI-PMH answers are read in each of their metadata formats."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Reject

ARXIV = """
<record><header><identifier>oai:arXiv.org:2611.00041</identifier><datestamp>2026-11-19</datestamp>
</header><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2611.00041</id>
<created>2026-11-16</created><updated>2026-11-18</updated><authors>
<author><keyname>Quill</keyname><forenames>Ada</forenames></author>
<author><keyname>Lund</keyname><forenames>Bo</forenames><suffix>Jr</suffix></author></authors>
<title>Lattices of
  Light</title><categories>hep-lat cs.LG</categories><doi>10.1000/LIGHT</doi>
<abstract>  Light on lattices, $a &lt; b$.
</abstract></arXiv></metadata></record>"""
RAW = """
<record><header><identifier>oai:arXiv.org:math/0309999</identifier></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>math/0309999</id>
<version version="v1"><date>Mon, 15 Sep 2003 10:00:00 GMT</date><size>9kb</size></version>
<title>Knots</title><authors>Ada Quill (Lund), Bo Lund and Cem Oz</authors>
<categories>math.GT</categories><abstract>Knots hold.</abstract></arXivRaw></metadata></record>"""
DC = """
<record><header><identifier>oai:arXiv.org:2611.00042</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Echoes</dc:title>
<dc:creator>Quill, Ada</dc:creator><dc:creator>The Echo Team</dc:creator>
<dc:subject>Computer Science - Sound</dc:subject><dc:description>Echoes return.</dc:description>
<dc:description>Comment: 9 pages</dc:description><dc:date>2026-11-17</dc:date>
<dc:identifier>http://arxiv.org/abs/2611.00042</dc:identifier></oai_dc:dc></metadata></record>"""
DELETED = """
<record><header status="deleted"><identifier>oai:arXiv.org:2611.00043</identifier></header>
</record>"""


def answer(*records: str, error: str = "") -> bytes:
    """Write an answer that lists these records."""
    listed = f"<ListRecords>{''.join(records)}\n</ListRecords>" if records else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2026-11-19T12:56:31Z</responseDate>"
        '<request verb="ListRecords" set="cs">http://export.arxiv.org/oai2</request>'
        f"{error}{listed}</OAI-PMH>"
    ).encode()


def load(data: bytes) -> Dump:
    """Read these bytes as an XML file."""
    return parsers.read_dump("dump.xml", io.BytesIO(data))


def test_every_field_of_the_three_metadata_formats_is_read() -> None:
    """Each format has its own way to write names, days and categories."""
    dump = load(answer(ARXIV, RAW, DC))
    light, knots, echoes = dump.sightings
    assert ("oai-pmh", "export.arxiv.org/oai2/cs") == (dump.format_name, dump.source)
    assert "2026-11-19" == dump.page_date
    assert ("2611.00041", "10.1000/light") == (light.arxiv_id, light.doi)
    assert ("Lattices of Light", "2026-11-16", 3) == (light.title, light.published, light.line)
    assert "Light on lattices, $a < b$." == light.abstract
    assert (("Ada Quill", "Bo Lund Jr"), ("hep-lat", "cs.LG")) == (light.authors, light.categories)
    assert ("math/0309999", "2003-09-15") == (knots.arxiv_id, knots.published)
    assert ("Ada Quill", "Bo Lund", "Cem Oz") == knots.authors
    assert ("2611.00042", "Echoes return.") == (echoes.arxiv_id, echoes.abstract)
    assert ("Ada Quill", "The Echo Team") == echoes.authors


def test_a_deleted_record_is_a_reject() -> None:
    """It has an id and nothing else, so it is a reject with its line."""
    dump = load(answer(ARXIV, DELETED))
    assert (1, (Reject(12, "a deleted record"),)) == (len(dump.sightings), dump.rejects)


def test_only_deleted_records_are_a_dump_of_rejects() -> None:
    """The answer is complete, and there is nothing wrong with it."""
    dump = load(answer(DELETED))
    assert (0, 1) == (len(dump.sightings), len(dump.rejects))


def test_a_withdrawn_paper_is_marked() -> None:
    """By the authors' comment, or by what stands in place of the abstract."""
    comment = ARXIV.replace("<doi>", "<comments>This paper has been withdrawn</comments><doi>")
    abstract = DC.replace("Comment: 9 pages", "Comment: withdrawn by the author")
    assert [False, True, True] == [
        paper.retracted for paper in load(answer(RAW, comment, abstract)).sightings
    ]


def test_markup_in_a_description_becomes_text() -> None:
    """Other archives than arXiv write HTML."""
    record = DC.replace("Echoes return.", "&lt;p&gt;Echoes &lt;em&gt;return&lt;/em&gt;.&lt;/p&gt;")
    assert "Echoes return." == next(iter(load(answer(record)).sightings)).abstract


def test_a_cut_answer_gives_its_complete_records() -> None:
    """The record in which the answer ends is a reject."""
    dump = load(answer(RAW, ARXIV)[:-150])
    assert ["math/0309999"] == [paper.arxiv_id for paper in dump.sightings]
    assert ["the answer breaks off in this record"] == [reject.reason for reject in dump.rejects]


def test_an_error_answer_is_unreadable() -> None:
    """The code and the words of the error are the reason."""
    with pytest.raises(Unreadable, match="an error answer: badArgument: no such set"):
        load(answer(error='<error code="badArgument">no such set</error>'))


def test_no_matching_records_is_an_empty_dump() -> None:
    """The protocol calls it an error, but it only means that nothing is new."""
    assert 0 == load(answer(error='<error code="noRecordsMatch">none</error>')).entries


@settings(deadline=None)  # the first example imports lxml
@given(st.data())
def test_a_damaged_answer_gives_a_dump_or_a_reason(data: st.DataObject) -> None:
    """Answers cut anywhere, with any bytes put in between, raise nothing but `Unreadable`."""
    whole = answer(ARXIV, RAW, DC)
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 40)))
    kinds = st.sampled_from([b"<record>" * 500, b"&x;", b"<!--"])
    noise = data.draw(st.binary(max_size=9) | kinds)
    with contextlib.suppress(Unreadable):
        dump = load(whole[:at] + noise + whole[to:])
        assert all(paper.arxiv_id or paper.doi for paper in dump.sightings)
