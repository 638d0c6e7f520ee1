"""The answers of services about papers are read in the layouts that the services document."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting

NOTICE = "This article has been withdrawn by the authors. We count kelp."


def load(content: object) -> Dump:
    """Read this content as JSON."""
    return parsers.read_dump("answer.json", io.BytesIO(json.dumps(content).encode()))


def only(content: object) -> Sighting:
    """Return the only paper of this content, which has no rejects."""
    dump = load(content)
    assert () == dump.rejects
    (paper,) = dump.sightings
    return paper


def crossref(**fields: Any) -> dict[str, Any]:
    """Return an answer of Crossref with one work."""
    work = {
        "DOI": "10.5555/Kelp.1",
        "title": ["Kelp Counts"],
        "URL": "https://doi.org/10.5555/kelp.1",
    }
    return {"status": "ok", "message": {"total-results": 1, "items": [work | fields]}}


def openreview(**content: Any) -> dict[str, Any]:
    """Return an answer of OpenReview with one submission."""
    fields = {"title": "Kelp Counts", "authors": ["Ann Bee"], "abstract": "We count kelp."}
    wrapped = {key: {"value": value} for key, value in (fields | content).items()}
    note = {"id": "aB3", "forum": "aB3", "pdate": 1795478400000, "content": wrapped}
    return {"notes": [note | {"invitations": ["KELP.cc/2026/-/Submission"]}]}


def openalex(**fields: Any) -> dict[str, Any]:
    """Return an answer of OpenAlex with one work."""
    work = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.48550/arxiv.2611.00031",
        "title": "Kelp Counts",
        "publication_date": "2026-11-18",
        "authorships": [{"author": {"id": "A1", "display_name": "Ann Bee"}}],
        "primary_location": {"landing_page_url": "https://arxiv.org/abs/2611.00031"},
        "abstract_inverted_index": {"kelp.": [2], "We": [0], "count": [1]},
    }
    return {"meta": {"count": 1}, "results": [work | fields]}


def pubmed(**fields: Any) -> dict[str, Any]:
    """Return PubMed's summary of one paper, and of a number that it does not know."""
    paper = {
        "uid": "49900031",
        "title": "Kelp Counts.",
        "pubdate": "2026 Nov 18",
        "authors": [{"name": "Bee A", "authtype": "Author"}],
        "articleids": [{"idtype": "doi", "value": "10.5555/kelp.1"}],
    }
    return {"result": {"uids": ["49900031"], "49900031": paper | fields}}


def zotero(**data: Any) -> dict[str, Any]:
    """Return an item of Zotero's API."""
    return {"key": "K", "library": {"name": "mine"}, "data": {"itemType": "preprint", **data}}


BIORXIV = {
    "doi": "10.64898/2026.11.18.1", "title": "Kelp Counts", "authors": "Bee, A.; Dee, C.",
    "date": "2026-11-18", "abstract": "We count kelp.", "published": "NA", "type": "new results",
}  # fmt: skip
DBLP = {
    "authors": {"author": {"@pid": "1/1", "text": "Ann Bee 0001"}}, "title": "Kelp Counts.",
    "venue": "CoRR", "volume": "abs/2611.00031", "url": "https://dblp.org/rec/journals/corr/abs-1",
}  # fmt: skip
EUROPE_PMC = {
    "id": "PPR1", "doi": "10.5555/kelp.1", "title": "Kelp Counts.", "authorString": "Bee A, Dee C.",
    "pubYear": "2026", "firstPublicationDate": "2026-11-18",
    "abstractText": "<h4>Abstract</h4>We count kelp.",
}  # fmt: skip
ALPHAXIV = {
    "id": "0191", "canonical_id": "2611.00031v2", "universal_paper_id": "2611.00031",
    "title": "Kelp Counts", "publication_date": "2026-11-18T00:00:00Z", "authors": ["Ann Bee"],
    "metrics": {"public_total_votes": 12}, "paper_summary": {"summary": "Kelp, counted."},
}  # fmt: skip
SEMANTIC_SCHOLAR = {
    "paperId": "0a", "externalIds": {"ArXiv": "2611.00031"}, "title": "Kelp Counts",
    "abstract": None, "tldr": {"model": "v2", "text": "Kelp, counted."},
    "publicationDate": "2026-11-18", "authors": [{"authorId": "1", "name": "Ann Bee"}],
}  # fmt: skip
INSPIRE = {
    "titles": [{"title": "Kelp Counts"}], "arxiv_eprints": [{"value": "2611.00031"}],
    "abstracts": [{"value": "We count kelp."}], "authors": [{"full_name": "Bee, Ann"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"messages": [{"status": "ok"}], "collection": [BIORXIV]},
         {"doi": "10.64898/2026.11.18.1", "published": "2026-11-18", "n_authors": 2}),
        ({"collection": [BIORXIV | {"authors": "Bee, A."}]}, {"authors": ("Bee, A.",)}),
        ({"collection": [{f"preprint_{key}": value for key, value in BIORXIV.items()}
                         | {"published_doi": "10.5555/journal", "published_date": "2026-12-01"}]},
         {"doi": "10.64898/2026.11.18.1", "published": "2026-11-18", "n_authors": 2}),
        (openreview(TLDR="Kelp, counted."),
         {"authors": ("Ann Bee",), "abstract": "We count kelp.", "published": "2026-11-24",
          "summary": "Kelp, counted.", "url": "https://openreview.net/forum?id=aB3"}),
        (openalex(), {"arxiv_id": "2611.00031", "authors": ("Ann Bee",), "retracted": False,
                      "abstract": "We count kelp.", "url": "https://arxiv.org/abs/2611.00031"}),
        (crossref(issued={"date-parts": [[2026, 11, 18]]},
                  author=[{"given": "Ann", "family": "Bee"}, {"name": "The Kelp Group"}],
                  abstract="<jats:title>Abstract</jats:title><jats:p>We count kelp.</jats:p>"),
         {"doi": "10.5555/kelp.1", "published": "2026-11-18", "abstract": "We count kelp.",
          "authors": ("Ann Bee", "The Kelp Group")}),
        (crossref(issued={"date-parts": [[2026, 11]]}, created={"date-time": "2026-11-18T01:02Z"}),
         {"published": "2026-11-18"}),
        (crossref(issued={"date-parts": [[None]]}), {"published": None, "published_text": None}),
        ({"message": {"DOI": "10.5555/kelp.1", "title": ["Kelp Counts"],
                      "reference": [{"article-title": "Older Kelp", "DOI": "10.5555/old"}]}},
         {"doi": "10.5555/kelp.1", "title": "Kelp Counts"}),
        ([{"title": "Kelp Counts", "author": [{"literal": "The Kelp Group"},
           {"given": "Ann", "non-dropping-particle": "van", "family": "Bee", "suffix": "Jr."}],
           "issued": {"date-parts": [["2026", 11, "18"]]}, "number": "arXiv:2611.00031"}],
         {"authors": ("The Kelp Group", "Ann van Bee Jr."), "published": "2026-11-18",
          "arxiv_id": "2611.00031"}),
        ({"resultList": {"result": [EUROPE_PMC]}},
         {"authors": ("Bee A", "Dee C."), "published": "2026-11-18", "abstract": "We count kelp."}),
        ({"resultList": {"result": [EUROPE_PMC | {"authorList": {"author": [
            {"fullName": "Bee A", "firstName": "Ann", "lastName": "Bee"},
            {"collectiveName": "Kelp Group"}]}}]}}, {"authors": ("Ann Bee", "Kelp Group")}),
        (pubmed(), {"doi": "10.5555/kelp.1", "published": "2026-11-18", "authors": ("Bee A",),
                    "url": "https://pubmed.ncbi.nlm.nih.gov/49900031/"}),
        ({"result": {"hits": {"@total": "1", "hit": [{"@score": "1", "info": DBLP}]}}},
         {"arxiv_id": "2611.00031", "authors": ("Ann Bee",)}),
        ([zotero(title="Kelp Counts", extra="Citation Key: a\narXiv: 2611.00031 [cs]",
                 abstractNote="We count kelp.", tags=[{"tag": "kelp"}], creators=[
                     {"creatorType": "author", "firstName": "Ann", "lastName": "Bee"},
                     {"creatorType": "editor", "name": "Ed"}])],
         {"arxiv_id": "2611.00031", "authors": ("Ann Bee",), "categories": ("kelp",)}),
        ({"papers": [ALPHAXIV]}, {"arxiv_id": "2611.00031", "upvotes": 12,
                                  "published": "2026-11-18", "summary": "Kelp, counted."}),
        ({"recommendedPapers": [SEMANTIC_SCHOLAR]},
         {"arxiv_id": "2611.00031", "summary": "Kelp, counted.", "published": "2026-11-18"}),
        ({"hits": {"hits": [{"id": "1", "metadata": INSPIRE}]}},
         {"arxiv_id": "2611.00031", "abstract": "We count kelp."}),
        ([{"title": "Kelp Counts", "id": 2611.0003, "abstract": "We count kelp."}],
         {"arxiv_id": None, "abstract": "We count kelp."}),
        ([{"title": "Kelp Counts", "id": "2611.0003", "abstract": "We count kelp."}],
         {"arxiv_id": None}),
    ],
)  # fmt: skip
def test_the_fields_of_a_service_are_read(content: object, expected: dict[str, Any]) -> None:
    """Each stands where its service puts it."""
    paper = only(content)
    assert expected == {field: getattr(paper, field) for field in expected}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (openreview(), False),
        (openreview(venueid="KELP.cc/2026/Withdrawn_Submission"), True),
        (openreview(venue="KELP 2026 Desk Rejected Submission"), True),
        (openreview(venueid="KELP.cc/2026/Rejected_Submission"), False),
        (openalex(is_retracted=True), True),
        (openalex(is_retracted=False, title="Withdrawn Kelp"), False),
        (crossref(**{"updated-by": [{"type": "retraction", "DOI": "10.5555/r"}]}), True),
        (crossref(**{"updated-by": [{"type": "correction", "DOI": "10.5555/r"}]}), False),
        (pubmed(pubtype=["Journal Article", "Retracted Publication"]), True),
        ({"collection": [BIORXIV | {"abstract": NOTICE}]}, True),
        ({"collection": [BIORXIV | {"type": "WITHDRAWN"}]}, True),
        ([{"id": "2611.00031", "title": "Kelp", "comment": "Withdrawn by the authors."}], True),
        ([{"id": "2611.00031", "title": "Kelp", "abstract": "We study withdrawn papers."}], False),
    ],
)
def test_a_withdrawn_paper_is_marked(content: object, expected: bool) -> None:
    """By its state, by a notice in its abstract or comment, or by the publisher."""
    assert expected == only(content).retracted


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (crossref(**{"update-to": [{"type": "retraction", "DOI": "10.5555/old"}]}),
         ["a notice that another paper was retracted"]),
        (pubmed(pubtype=["Retraction of Publication"]),
         ["a notice that another paper was retracted"]),
        (crossref(title=[]), ["a record without a title"]),
        (pubmed(title=""), ["a record without a title"]),
    ],
)  # fmt: skip
def test_a_record_that_is_no_paper_has_its_reason(content: Any, reasons: list[str]) -> None:
    """A notice of a retraction has a title and a DOI of its own."""
    good = {"id": "2611.00032", "title": "Moss"}
    dump = load({"papers": [good], "answer": content})
    assert reasons == [reject.reason for reject in dump.rejects]
    assert ["Moss"] == [paper.title for paper in dump.sightings]


def test_a_number_that_pubmed_does_not_know_is_a_reject() -> None:
    """Its object has an error in place of the fields."""
    answer = pubmed()
    answer["result"]["1"] = {"uid": "1", "error": "cannot get document summary"}
    dump = load(answer)
    assert (1, ["a record without a title"]) == (
        len(dump.sightings), [reject.reason for reject in dump.rejects],
    )  # fmt: skip


def test_attachments_and_notes_of_a_library_are_no_records() -> None:
    """Zotero lists the files and notes of a paper beside it."""
    paper = zotero(title="Kelp Counts", DOI="10.5555/kelp.1")
    others = [zotero(title="Full Text PDF", itemType="attachment"), zotero(itemType="note")]
    others[0]["data"]["itemType"], others[1]["data"]["itemType"] = "attachment", "note"
    assert "Kelp Counts" == only([paper, *others]).title


@pytest.mark.parametrize(
    "content",
    [
        {"messages": [{"status": "no posts found"}], "collection": []},
        {"result": {"status": {"@code": "200"}, "hits": {"@total": "0", "@sent": "0"}}},
        {"hitCount": 0, "resultList": {"result": []}},
        {"status": "ok", "message": {"total-results": 0, "items": []}},
        {"notes": [], "count": 0},
    ],
)
def test_an_answer_without_papers_is_read(content: object) -> None:
    """A day without papers is no error."""
    assert 0 == load(content).entries


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"messages": [{"status": "error : invalid interval"}], "collection": []},
         "error : invalid interval"),
        ({"error": "rate limit", "items": []}, "rate limit"),
        ({"errCode": 404, "errMsg": "no such resource"}, "no such resource"),
        ({"status": "failed", "message": [{"type": "parameter", "message": "bad filter"}]},
         "bad filter"),
        ({"detail": [{"loc": ["query"], "msg": "field required"}]}, "field required"),
        ({"fault": {"faultstring": "quota exceeded"}}, "quota exceeded"),
        ({"errors": [{"status": "404", "title": "Not Found", "detail": "no such work"}]},
         "no such work"),
        ({"result": {"status": {"@code": "400", "text": "Bad Request"}}}, "Bad Request"),
        ({"name": "ForbiddenError", "message": "You may not", "status": 403}, "You may not"),
    ],
)  # fmt: skip
def test_an_error_of_a_service_is_refused_with_its_words(content: object, words: str) -> None:
    """The operator reads what the service said."""
    with pytest.raises(Unreadable) as caught:
        load(content)
    assert f"an error answer: {words}" == caught.value.reason
