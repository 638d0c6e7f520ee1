"""JSON in every shape that lists papers is read, and other JSON gets a reason."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Organization, Reject

ENTRY: dict[str, Any] = {
    "paper": {
        "id": "2611.00017",
        "authors": [
            {"_id": "a1", "name": "Ada Quill", "hidden": False},
            {"_id": "a2", "user": {"fullname": "B", "isPro": None}, "name": "Bo Lund"},
        ],
        "publishedAt": "2026-11-17T09:00:00.000Z",
        "submittedOnDailyAt": "2026-11-19T00:00:00.000Z",
        "title": "Tidal Clocks for\n  Sparse Networks",
        "summary": "We time sparse networks by the tide.",
        "upvotes": 41,
        "githubRepo": "https://github.com/quill/tidal",
        "githubStars": 7,
        "ai_summary": "Tides as clocks.",
        "organization": {"name": "lundlab", "fullname": "Lund Lab"},
    },
    "title": "Tidal Clocks for Sparse Networks",
    "numComments": 2,
    "publishedAt": "2026-11-18T20:00:00.000Z",
}


NAMES = ["title", "id", "authors", "paper", "papers", "url", "x"]
NO_EVIDENCE = (
    "JSON, but no object in it is a paper: "
    "a record without an id, an abstract, or authors and an address"
)


def load(content: object, name: str = "dump.json") -> Dump:
    """Read this content; anything but bytes is encoded as JSON first."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return parsers.read_dump(name, io.BytesIO(data))


def unreadable(content: object) -> Unreadable:
    """Return the error that reading this content raises."""
    with pytest.raises(Unreadable) as caught:
        load(content)
    return caught.value


def check_outcome(data: bytes) -> None:
    """Fail unless reading these bytes gives a dump or raises `Unreadable`."""
    with contextlib.suppress(Unreadable):
        dump = parsers.read_dump("noise", io.BytesIO(data))
        assert all(paper.title.strip() and paper.line >= 1 for paper in dump.sightings)


def test_every_field_of_an_api_answer_is_read() -> None:
    """The sighting has every field of the entry."""
    dump = load([ENTRY])
    (paper,) = dump.sightings
    assert "daily-papers-api" == dump.format_name
    assert ("huggingface.co/papers", "2026-11-19") == (dump.source, dump.page_date)
    assert ("2611.00017", "https://huggingface.co/papers/2611.00017") == (paper.arxiv_id, paper.url)
    assert ("Ada Quill", "Bo Lund") == paper.authors
    assert (2, 41, 2, 7) == (paper.n_authors, paper.upvotes, paper.comments, paper.stars)
    assert "We time sparse networks by the tide." == paper.abstract
    assert "Tides as clocks." == paper.summary
    assert Organization("lundlab", "Lund Lab") == paper.organization
    assert ("2026-11-17", "https://github.com/quill/tidal") == (paper.published, paper.code_url)


def test_missing_null_and_mistyped_fields_are_left_out() -> None:
    """A field of an API answer that does not fit is left out, and the paper stays."""
    odd = {"id": "2611.00018", "title": "T", "authors": ["Ada", None], "upvotes": "12",
           "summary": None, "organization": "x", "githubRepo": "javascript:x"}  # fmt: skip
    (paper,) = load([{"paper": odd, "numComments": None}]).sightings
    assert (12, None, None, None) == (paper.upvotes, paper.comments, paper.abstract, paper.code_url)
    assert (("Ada",), None) == (paper.authors, paper.organization)


def test_a_notice_in_an_answer_marks_the_paper() -> None:
    """The abstract of a withdrawn paper says so."""
    summary = "This paper has been withdrawn by the authors."
    notice = {"id": "2611.00018", "title": "T", "summary": summary}
    assert [False, True] == [
        paper.retracted for paper in load([ENTRY, {"paper": notice}]).sightings
    ]


def test_entries_stored_as_python_objects_are_read() -> None:
    """The text of ``str(record)`` is read without being evaluated."""
    damaged = load([repr(ENTRY), "{'paper': __import__('os')}", repr(ENTRY)])
    assert next(iter(load([ENTRY, ENTRY]).sightings)).title == tuple(damaged.sightings)[1].title
    assert (2, 1) == (len(damaged.sightings), len(damaged.rejects))


def test_each_entry_has_its_own_line() -> None:
    """Lines count from one in an answer written over several lines."""
    dump = load(json.dumps([ENTRY, {"paper": {"title": "no id"}}, ENTRY], indent=1).encode())
    length = len(json.dumps(ENTRY, indent=1).split("\n"))
    assert [2, 2 + length + 5] == [paper.line for paper in dump.sightings]
    assert (Reject(2 + length, "an entry that lacks a paper's id or title"),) == dump.rejects


def test_a_cut_answer_gives_its_complete_entries() -> None:
    """The entry in which the answer ends is a reject."""
    dump = load(json.dumps([ENTRY, ENTRY, ENTRY], indent=1).encode()[:-40])
    assert (2, 1) == (len(dump.sightings), len(dump.rejects))
    assert dump.rejects[0].line > tuple(dump.sightings)[1].line


@pytest.mark.parametrize(
    "content",
    [[], {"papers": []}, {"status": "no_data", "date": "2026-11-19"}, {"data": {"items": []}}],
)
def test_an_empty_answer_is_a_dump_without_entries(content: object) -> None:
    """An answer that says it has no papers is not damaged."""
    assert 0 == load(content).entries


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (1, "a bare JSON value, not a list of papers"),
        (None, "a bare JSON value, not a list of papers"),
        ({"error": "Too many requests"}, "an error answer: Too many requests"),
        ({"error": {"message": "Not found"}}, "an error answer: Not found"),
        ({"name": "package", "version": "1"}, "JSON, but not a list of papers"),
        ([{"id": 1, "title": "Shoes", "price": 3}], NO_EVIDENCE),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
    ],
)  # fmt: skip
def test_other_json_is_unreadable_with_the_reason_that_fits(content: object, reason: str) -> None:
    """The reason has the words of an error answer if there are any."""
    assert reason == unreadable(content).reason


def test_a_scraped_list_has_evidence_for_its_fields() -> None:
    """The dump says which fields were used; the id is from the listing address, not a detail."""
    record = {
        "title": "Glass Memory",
        "paper_url": "https://huggingface.co/papers/2611.00020",
        "authors": [],
        "stars": "1,204",
        "details": {
            "abstract": "Glass  memory",
            "arxiv_page_url": "https://arxiv.org/abs/2611.99999",
            "github_links": ["https://github.com/huggingface", "https://github.com/vera/glass"],
            "scraped_at": "2026-11-19T21:17:47.069463",
        },
    }
    dump = load([record])
    (paper,) = dump.sightings
    assert ("2611.00020", None, 1204) == (paper.arxiv_id, paper.abstract, paper.stars)
    assert "https://github.com/vera/glass" == paper.code_url
    assert ("huggingface.co/papers", "2026-11-19") == (dump.source, dump.page_date)
    assert dump.evidence["fields"].startswith(
        "title from title; id from paper_url; abstract from details.abstract"
    )


def test_a_list_of_an_unknown_shape_is_read_by_its_field_names() -> None:
    """Names of fields are understood however they are written, and lists wherever they stand."""
    dump = load(
        {
            "generated_at": "2026-11-19",
            "result": {
                "hits": [
                    {
                        "Paper-Title": "On Slow Rivers",
                        "Paper Abstract": "Rivers are slow.",
                        "authorList": "Ada Quill, Bo Lund and Cem Oz",
                        "externalIds": {"DOI": "10.1000/RIVER"},
                        "publication_date": "Nov 17, 2026",
                        "vote_count": 9,
                        "categories": "cs.AI cs.CL",
                    },
                    {"Paper-Title": ""},
                ]
            },
        },
        "rivers-2026-11-20.json",
    )
    (paper,) = dump.sightings
    assert ("On Slow Rivers", "Rivers are slow.") == (paper.title, paper.abstract)
    assert ("Ada Quill", "Bo Lund", "Cem Oz") == paper.authors
    assert ("10.1000/river", "2026-11-17") == (paper.doi, paper.published)
    assert ("cs.AI", "cs.CL") == paper.categories
    assert ("rivers", "2026-11-19") == (dump.source, dump.page_date)
    assert ["a record without a title"] == [reject.reason for reject in dump.rejects]


def test_records_under_their_ids_are_read() -> None:
    """An object that maps ids to records is read like a list."""
    dump = load({"2611.00001": {"title": "A"}, "2611.00002v2": {"title": "B"}})
    assert [] == list(dump.rejects)
    assert ["2611.00001", "2611.00002"] == [paper.arxiv_id for paper in dump.sightings]


def test_json_lines_are_read_line_by_line() -> None:
    """A broken line is a reject with its number, and blank lines are skipped."""
    good = json.dumps({"id": "2611.00001", "title": "A", "score": float("nan")})
    dump = load(f'{good}\n\n{{"id": "26\n{good.replace("A", "B")}\n'.encode())
    assert [1, 4] == [paper.line for paper in dump.sightings]
    assert (Reject(3, "a line that is not a JSON object"),) == dump.rejects
    twice = load(f"{good}\n{good}{good}\n".encode())
    assert [1, 2, 2] == [paper.line for paper in twice.sightings]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_gives_the_same_paper(encoding: str) -> None:
    """UTF-8 with a byte order mark, UTF-16 and a Windows encoding give the same title."""
    text = json.dumps([{"id": "2611.00001", "title": "Café Models"}], ensure_ascii=False)
    assert "Café Models" == next(iter(load(text.encode(encoding)).sightings)).title


def test_lone_surrogates_are_replaced() -> None:
    """They would raise an error in every writer of the output; complete pairs stay."""
    (paper,) = load(b'[{"id":"2611.00001","title":"A \\ud83d B \\ud83d\\ude00"}]').sightings
    assert "A \ufffd B \U0001f600" == paper.title


def test_every_field_of_a_json_feed_is_read() -> None:
    """Items with a link to a paper are sightings, others are rejects."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Papers of the day",
        "home_page_url": "https://papers.example.org/daily/",
        "items": [
            {
                "id": "https://arxiv.org/abs/2611.00003v1",
                "title": "Quiet Gradients",
                "content_html": "<p>Gradients that say little: a &lt; b.</p>",
                "date_published": "2026-11-19T07:00:00Z",
                "authors": [{"name": "Ada Quill"}],
                "tags": ["cs.LG"],
            },
            {"id": "https://example.org/news", "title": "News"},
        ],
    }
    dump = load(feed)
    (paper,) = dump.sightings
    assert ("json-feed", "papers.example.org/daily") == (dump.format_name, dump.source)
    assert ("2611.00003", "Gradients that say little: a < b.") == (paper.arxiv_id, paper.abstract)
    assert (("Ada Quill",), ("cs.LG",)) == (paper.authors, paper.categories)
    assert 1 == len(dump.rejects)


@given(st.binary(max_size=400), st.sampled_from([b"[", b"{", b'[{"', b'{"', b"[\"{'", b""]))
@settings(deadline=None)  # the first text that is nothing imports all formats
def test_any_bytes_give_a_dump_or_a_reason(noise: bytes, start: bytes) -> None:
    """No bytes raise anything but `Unreadable`."""
    check_outcome(start + noise)


@given(st.data())
def test_a_damaged_answer_gives_a_dump_or_a_reason(data: st.DataObject) -> None:
    """Answers cut anywhere, with any bytes put in between, raise nothing but `Unreadable`."""
    whole = json.dumps([ENTRY, repr(ENTRY), ENTRY]).encode()
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 40)))
    noise = data.draw(st.sampled_from([b"", b'"', b"}", b"]", b"\\", b"\xff", b"NaN", b"[" * 999]))
    check_outcome(whole[:at] + noise + whole[to:])


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(NAMES), inner),
))  # fmt: skip
def test_any_json_value_gives_a_dump_or_a_reason(value: object) -> None:
    """Any values under the names of known fields raise nothing but `Unreadable`."""
    check_outcome(json.dumps(value).encode())
