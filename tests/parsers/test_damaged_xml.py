"""Damage in one record of an XML file changes no other record, and every record is counted."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting

COUNT = 4
_AROUND = {
    "RSS": '<rss version="2.0"><channel><title>Kelp</title>\n{}</channel></rss>',
    "Atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Kelp</title>\n{}</feed>',
    "OAI": "<OAI-PMH><ListRecords>\n{}</ListRecords></OAI-PMH>",
}
_RECORD = {
    "RSS": """<item><title>{title}</title><link>https://arxiv.org/abs/2611.0010{n}</link>\
<description>{text}</description><guid>oai:arXiv.org:2611.0010{n}</guid></item>\n""",
    "Atom": """<entry><id>http://arxiv.org/abs/2611.0010{n}v1</id><title>{title}</title>\
<summary>{text}</summary><author><name>Ada Quill</name></author></entry>\n""",
    "OAI": """<record><header><identifier>oai:arXiv.org:2611.0010{n}</identifier></header>\
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2611.0010{n}</id><title>{title}</title>\
<abstract>{text}</abstract></arXiv></metadata></record>\n""",
}
# What is put into the title, and the title then read.
DAMAGE = {
    "n < 3": "n < 3",
    "p <0.05": "p <0.05",
    "x <= y and y >= z": "x <= y and y >= z",
    "A & B, AT&T": "A & B, AT&T",
    "a <think> b": "a <think> b",
    "a <b and c> d": "a <b and c> d",
    "a <p> b": "a b",
    "the <item> tag": "the <item> tag",
    "the <entry> tag": "the <entry> tag",
    "the <record> tag": "the <record> tag",
    "a <i>b</i> c <": "a b c <",
    "caf&eacute; & &nope;": "café & &nope;",
    "&#xD83D;&#xDE00;": "\U0001f600",
    "&#55357;&#56832;": "\U0001f600",
    "&#xD83D;&#56832;": "\U0001f600",
    "half &#xD83D; end": "half \ufffd end",
    "a\x0bb & c": "ab & c",
    "<![CDATA[a & b <c> &amp; d]]> &": "a & b <c> & d &",
    "<![CDATA[a & b": "a & b",
    "a <!-- b": "a b",
    "a ]]> b": "a ]]> b",
    "a <? b": "a <? b",
    "a <!DOCTYPE b": "a <!DOCTYPE b",
}


def write(kind: str, damaged: int = -1, title: str = "", text: str = "") -> str:
    """Write a listing of four papers, one of them with this title and text."""
    around, record = _AROUND[kind], _RECORD[kind]
    return around.format(
        "".join(
            record.format(n=n, title=title or f"Kelp {n}", text=text or f"Words {n}.")
            if n == damaged
            else record.format(n=n, title=f"Kelp {n}", text=f"Words {n}.")
            for n in range(COUNT)
        )
    )


def load(data: bytes | str) -> Dump:
    """Read this as an XML file."""
    return parsers.read_dump(
        "x.xml", io.BytesIO(data if isinstance(data, bytes) else data.encode())
    )


def by_id(dump: Dump) -> dict[str | None, Sighting]:
    """Return the papers by their arXiv ids; each id is there once."""
    papers = {paper.arxiv_id: paper for paper in dump.sightings}
    assert len(papers) == len(dump.sightings)
    return papers


@pytest.mark.parametrize("kind", _AROUND)
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("n", [0, COUNT - 1])
def test_a_damaged_title_is_mended(kind: str, damage: str, n: int) -> None:
    """Signs and unknown tags stay text; the item keeps its id, and the others everything."""
    whole, dump = by_id(load(write(kind))), load(write(kind, n, f"Kelp: {damage}"))
    papers = by_id(dump)
    damaged, right = papers.pop(f"2611.0010{n}"), whole.pop(f"2611.0010{n}")
    assert whole == papers
    assert () == dump.rejects
    assert f"Kelp: {DAMAGE[damage]}" == damaged.title
    assert (right.abstract, right.line) == (damaged.abstract, damaged.line)


_NOISE = st.one_of(
    st.sampled_from([b"<p>", b"<", b"&", b"</p>", b"<a b='", b"<x:y>", b"&#xD800;", b"\xff", b"]]>",
                     b"<![CDATA[", b"<!--", b"<?x", b"</title", b"\x00", b"<title>"]),
    st.binary(max_size=6).map(lambda noise: re.sub(rb"[\r\n]", b"", noise)),  # keep the lines
)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(sorted(_AROUND)), st.integers(0, COUNT - 1), st.data())
def test_damage_in_one_record_changes_no_other(kind: str, n: int, data: st.DataObject) -> None:
    """Bytes are cut out of one record, or put into it. The others are as before, in their order.

    The damaged record is read with its own id, or is the only reject. Bytes that then look like
    the beginning of another record are a reject as well.
    """
    text = write(kind)
    whole = list(load(text).sightings)
    begin = text.index(text.split("\n")[1 + n])
    end = text.index("\n", begin)
    at = data.draw(st.integers(begin + 9, end - 1))  # behind the tag that opens it
    raw = text.encode()
    if data.draw(st.booleans()):
        damage = raw[:at] + data.draw(_NOISE) + raw[at:]
    else:
        stop = data.draw(st.integers(at, min(end, at + 12)))
        damage = raw[:at] + raw[stop:]
    dump = load(damage)
    wrong = whole.pop(n)
    read = [paper for paper in dump.sightings if paper.line != wrong.line]
    own = [paper for paper in dump.sightings if paper.line == wrong.line]
    assert whole == read
    tag = text[begin : text.index(">", begin)].split()[0].encode()
    openings = re.findall(tag + rb"[\s/>]", damage[begin : end + len(damage) - len(raw)])
    assert [wrong.line] * (len(openings) - len(own)) == [reject.line for reject in dump.rejects]


@pytest.mark.parametrize("kind", _AROUND)
def test_a_record_that_is_not_closed_ends_where_the_next_begins(kind: str) -> None:
    """It is read, as the last one is if the root is closed after it."""
    for end in ("</item>", "</entry>", "</record>"):
        for n in (0, COUNT - 1):
            lines = write(kind).split("\n")
            lines[1 + n] = lines[1 + n].replace(end, "")
            dump = load("\n".join(lines))
            assert (COUNT, ()) == (len(by_id(dump)), dump.rejects)


@pytest.mark.parametrize("kind", _AROUND)
def test_an_open_cdata_section_hides_no_record(kind: str) -> None:
    """A section that lacks its end would reach to the end of the next one."""
    text = write(kind).replace("Kelp 1", "<![CDATA[Kelp 1").replace("Kelp 2", "<![CDATA[Kelp 2]]>")
    dump = load(text)
    assert list(load(write(kind)).sightings) == list(dump.sightings)


@pytest.mark.parametrize("kind", _AROUND)
def test_a_quoted_record_is_text(kind: str) -> None:
    """In a CDATA section and in a comment, also if the file is damaged elsewhere."""
    quoted = "<![CDATA[x <item> </item> <entry> <record> y]]>"
    comment = "<!-- <item><title>a</title></item> <entry> <record> -->"
    text = write(kind, 2, title="Kelp & co", text=quoted).replace("Kelp 1", f"Kelp 1{comment}")
    dump = load(text)
    assert (COUNT, ()) == (len(by_id(dump)), dump.rejects)
    assert "Kelp 1" == list(dump.sightings)[1].title


@pytest.mark.parametrize("kind", _AROUND)
def test_files_one_after_the_other_are_all_read(kind: str) -> None:
    """As ``cat`` joins them, each with a root and a declaration of its own."""
    other = write(kind).replace("2611.001", "2611.002")
    assert 2 * COUNT == len(by_id(load(write(kind) + "\n" + other)))


@pytest.mark.parametrize(
    "after", ["<!-- end -->", "\n<br />\n<b>Notice</b>: x in <b>y.php</b>", "&"]
)
@pytest.mark.parametrize("kind", _AROUND)
def test_words_after_the_end_change_nothing(kind: str, after: str) -> None:
    """A comment, a notice of the server, a stray sign."""
    assert list(load(write(kind)).sightings) == list(load(write(kind) + after).sightings)


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("gb2312", "gbk", "河流的梯度壓"),
        ("Shift_JIS", "cp932", "川の勾配①"),
        ("euc-kr", "cp949", "강 똠"),
        ("TIS-620", "cp874", "ทะเลสาบ"),
        ("windows-1250", "cp1250", "Žluté jezero"),
        ("iso-8859-1", "cp1252", "“Lake” – l’eau"),
        ("koi8-r", "koi8-r", "Реки"),
        ("cp437", "cp437", "Grüße"),
        ("utf-16", "utf-16", "河流"),
        ("utf-16", "utf-16-le", "Grüße"),
        ("utf-16", "utf-16-be", "Grüße"),
        ("utf-16", "utf-8", "河流"),
        ("big5", "utf-8", "河流"),
        ("no-such-code", "utf-8", "河流"),
    ],
)
@pytest.mark.parametrize("kind", _AROUND)
def test_a_declared_encoding_is_decoded(kind: str, label: str, codec: str, words: str) -> None:
    """By the WHATWG's table of labels; valid UTF-8 wins over a wrong label."""
    text = write(kind, 1, words)
    data = f'<?xml version="1.0" encoding="{label}"?>\n{text}'.encode(codec)
    assert words == list(load(data).sightings)[1].title


def test_an_unknown_encoding_is_a_reason_to_refuse() -> None:
    """The reason has the label."""
    data = f'<?xml version="1.0" encoding="no-such-code"?>{write("Atom", 1, "Tängle")}'
    with pytest.raises(Unreadable, match="'no-such-code'"):
        load(data.encode("cp1252"))


def test_one_wrong_byte_does_not_change_the_encoding() -> None:
    """The other letters stay; a line without any valid UTF-8 is windows-1252."""
    data = write("Atom", 1, "Grüße aus Köln").encode().replace(b"Kelp 2", b"K\xfflp 2")
    assert ["Kelp 0", "Grüße aus Köln", "Kÿlp 2", "Kelp 3"] == [
        paper.title for paper in load(data).sightings
    ]
    latin = load(write("Atom", 1, "Grüße aus Köln").encode("cp1252"))
    assert "Grüße aus Köln" == list(latin.sightings)[1].title


@pytest.mark.parametrize("kind", _AROUND)
def test_a_record_without_its_opening_tag_has_a_line(kind: str) -> None:
    """It is rejected, because it may be two; an end tag inside a title opens nothing."""
    tag = _RECORD[kind][: _RECORD[kind].index(">") + 1]
    records = write(kind).split(tag)
    lost = tag.join(records[:2]) + records[2] + tag + tag.join(records[3:])
    dump = load(lost)
    assert ["Kelp 0", "Kelp 2", "Kelp 3"] == [paper.title for paper in dump.sightings]
    assert [3] == [reject.line for reject in dump.rejects]
    dump = load(write(kind, 1, f"the {tag.replace('<', '</')} tag"))
    assert COUNT == len(dump.sightings) + len(dump.rejects)
    assert len(dump.sightings) >= COUNT - 1


@pytest.mark.parametrize(
    "notice",
    [
        "<br />\n<b>Notice</b>:  Undefined index: q in <b>/w/f.php</b> on line <b>12</b><br />\n",
        "PHP Warning:  count(): x < y in /w/f.php on line 3\n\n",
        "<font size='1'><table class='xdebug'><tr><th>Warning: tängle</th></tr></table></font>\n",
    ],
)
@pytest.mark.parametrize("kind", _AROUND)
def test_a_notice_before_the_declaration_goes(kind: str, notice: str) -> None:
    """As servers print one; the records keep their lines."""
    plain = load(f'<?xml version="1.0" encoding="UTF-8"?>\n{write(kind)}')
    dump = load(f'{notice}<?xml version="1.0" encoding="UTF-8"?>\n{write(kind)}')
    assert [paper.title for paper in plain.sightings] == [paper.title for paper in dump.sightings]
    shift = notice.count("\n")
    assert [paper.line + shift for paper in plain.sightings] == [
        paper.line for paper in dump.sightings
    ]


def test_a_page_that_shows_a_feed_is_none() -> None:
    """Only words and their markup may stand before the declaration."""
    page = f'<html><body><?xml version="1.0"?>\n{write("RSS")}</body></html>'
    with pytest.raises(Unreadable, match="not a listing"):
        load(page)


@pytest.mark.parametrize("damage", [b"\x92", b"\x80\x99", b"\xe2\x80", b"\xc3"])
def test_damaged_bytes_stay_in_their_line(damage: bytes) -> None:
    """Of a feed without a declaration; the words beside them in the line stay, too."""
    data = write("RSS", 1, "Grüße#").encode().replace(b"#", damage)
    data = data.replace(b"Kelp 2", "Tängle".encode())
    titles = [paper.title for paper in load(data).sightings]
    assert ["Kelp 0", "Tängle", "Kelp 3"] == [titles[0], *titles[2:]]
    assert titles[1].startswith("Grüße\ufffd")
