"""PubMed's articles and the volumes of the ACL Anthology are read from their XML."""

from __future__ import annotations

import io

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Reject

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://x/p.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">49900011</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2026</Year><Month>Nov</Month></PubDate></JournalIssue></Journal>
<ArticleTitle>Kelp in <i>vivo</i> &amp; H<sub>2</sub>O.</ArticleTitle>
<ELocationID EIdType="pii">S1</ELocationID>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/KELP</ELocationID>
<Abstract><AbstractText Label="AIM">We look at kelp.</AbstractText>
<AbstractText Label="RESULTS">It <b>grows</b>.</AbstractText></Abstract>
<AuthorList><Author><LastName>Quill</LastName><ForeName>Ada</ForeName><Suffix>Jr</Suffix>
<AffiliationInfo><Affiliation>Sea Lab</Affiliation></AffiliationInfo></Author>
<Author><CollectiveName>The Kelp Team</CollectiveName></Author></AuthorList>
<PublicationTypeList><PublicationType UI="D016441">Retracted Publication</PublicationType>
</PublicationTypeList><ArticleDate><Year>2026</Year><Month>11</Month><Day>04</Day></ArticleDate>
</Article><KeywordList><Keyword>kelp</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">49900011</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/cited</ArticleId>
</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>49900012</PMID><Article>
<ArticleTitle>[Tang im Wasser].</ArticleTitle></Article></MedlineCitation><PubmedData>
<ReferenceList><Reference>
<ArticleIdList><ArticleId IdType="doi">10.1000/cited</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>49900013</PMID><Article/></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""
ACL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2026.kelp"><volume id="long" ingest-date="2026-11-20">
<meta><booktitle>Proceedings of Kelp</booktitle><year>2026</year></meta>
<frontmatter><url>2026.kelp-long.0</url></frontmatter>
<paper id="1"><title><fixed-case>K</fixed-case>elp: a <fixed-case>NLP</fixed-case> View</title>
<author><first>Ada</first><last>Quill</last><affiliation>Sea Lab</affiliation></author>
<author><last>Kelpers</last></author><editor><first>Ed</first><last>It</last></editor>
<abstract>We read <tex-math>n &lt; 3</tex-math> kelps.</abstract>
<url hash="00">2026.kelp-long.1</url><doi>10.18653/v1/2026.kelp-long.1</doi></paper>
<paper id="2"><title>Gone Kelp</title><url>2026.kelp-long.2</url>
<retracted date="2026-11-25">An error.</retracted></paper>
<paper id="3"><title>No Place</title></paper></volume></collection>
"""


def load(text: str) -> Dump:
    """Read this text as an XML file."""
    return parsers.read_dump("dump.xml", io.BytesIO(text.encode()))


def test_every_field_of_a_pubmed_article_is_read() -> None:
    """Labels of the abstract stay; a group is an author; a cited article gives no id."""
    dump = load(PUBMED)
    kelp, tang = dump.sightings
    assert ("pubmed-xml", "pubmed.ncbi.nlm.nih.gov") == (dump.format_name, dump.source)
    assert ("Kelp in vivo & H2O.", "10.1000/kelp") == (kelp.title, kelp.doi)
    assert "AIM: We look at kelp.\nRESULTS: It grows." == kelp.abstract
    assert (("Ada Quill Jr", "The Kelp Team"), 2) == (kelp.authors, kelp.n_authors)
    assert ("2026-11-04", ("kelp",), True) == (kelp.published, kelp.categories, kelp.retracted)
    assert ("Tang im Wasser", None, False) == (tang.title, tang.doi, tang.retracted)
    assert "https://pubmed.ncbi.nlm.nih.gov/49900012/" == tang.url
    assert (Reject(25, "an article that lacks an id or a title"),) == dump.rejects


def test_every_field_of_a_paper_of_the_anthology_is_read() -> None:
    """Front matter and editors are left out; a retracted paper is withdrawn."""
    dump = load(ACL)
    kelp, gone = dump.sightings
    assert ("acl-anthology", "aclanthology.org") == (dump.format_name, dump.source)
    assert ("Kelp: a NLP View", "We read n < 3 kelps.") == (kelp.title, kelp.abstract)
    assert ("10.18653/v1/2026.kelp-long.1", 5) == (kelp.doi, kelp.line)
    assert "https://aclanthology.org/2026.kelp-long.1" == kelp.url
    assert ("Ada Quill", "Kelpers") == kelp.authors
    assert (False, True) == (kelp.retracted, gone.retracted)
    assert ["a paper that lacks an id or a title"] == [reject.reason for reject in dump.rejects]


@pytest.mark.parametrize("text", [PUBMED, ACL])
def test_a_bare_sign_in_one_title_changes_no_other_paper(text: str) -> None:
    """The title keeps the sign, and all other fields and records are the same."""
    word = "Gone Kelp" if text is ACL else "Tang im"
    whole, damaged = load(text), load(text.replace(word, f"{word} n < 3 & <think>"))
    first, mended = damaged.sightings
    assert next(iter(whole.sightings)) == first
    assert f"{word} n < 3 & <think>" in mended.title
    assert whole.rejects == damaged.rejects


@pytest.mark.parametrize("text", [
    "<collection><item>A shop</item></collection>",
    "<PubmedArticleSet><PubmedArticle><PMID>1</PMID></PubmedArticle></PubmedArticleSet>",
])  # fmt: skip
def test_other_collections_are_unreadable(text: str) -> None:
    """A root of the same name is not enough."""
    with pytest.raises(Unreadable):
        load(text)
