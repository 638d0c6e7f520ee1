"""How the files of each format write their records. To add a format, add a `Layout`."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import NamedTuple


class Layout(NamedTuple):
    """How one kind of file writes its records.

    Its texts say where the values of a paper stand: `$title`, `$id`, `$day`, `$shown` (the day as
    the page writes it), `$dayyear`, `$daymonth`, `$daydate` (its parts), `$doi`, `$author`,
    `$second` (author), `$abstract`, `$votes`, `$n` (the number), `$word` (a word of this paper
    alone) and, in the head, `$charset`.

    ``format_name`` is the module of the format. With ``any_order`` the fields of a record may
    stand in any order. ``blurs`` says when damage in a record may change those beside it,
    because no mark closes a record: never (""), when a line end between two is lost (``ends``),
    also with anything else between them (``between``), when it changes the lines of a page of
    text (``lines``), or ``always``. A damaged record with the mark ``opaque`` may swallow all
    others. With ``merges`` a record that stands twice, one directly after the other, is one. A
    file with fewer than ``least`` records is not known as one of this format.
    """

    name: str
    format_name: str
    opening: str
    fields: tuple[str, ...]
    closing: str
    head: str = ""
    tail: str = ""
    between: str = "\n"
    joint: str = ""  # between the fields of a record
    escape: Callable[[str], str] = str
    any_order: bool = True
    blurs: str = ""
    opaque: bytes = b""
    merges: bool = False
    least: int = 1

    def has(self, value: str) -> bool:
        """Return whether the records show a value."""
        return f"${value}" in "".join((self.opening, *self.fields, self.closing))


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_attribute(text: str) -> str:
    return html.escape(_in_json(text))


_XML = '<?xml version="1.0" encoding="$charset"?>\n'
_PERSON = "<author><keyname>$word{1}</keyname><forenames>{0}</forenames></author>"
_CREATOR = "<dc:creator>$word{1}, {0}</dc:creator>"
_NAMED = "<Author><LastName>$word{1}</LastName><ForeName>{0}</ForeName></Author>"
_FIRST_LAST = "<author><first>{0}</first><last>$word{1}</last></author>"
_PAGE = "Daily Papers\n\nby AK and the research community\n\n"
_HTML = '<!DOCTYPE html>\n<html><head><meta charset="$charset"><title>Daily Papers</title></head>\n'
_SCHOLAR = "https://scholar.google.com/scholar_url"
_ARXIV = "https://arxiv.org/abs"
_SITE = "https://huggingface.co"

LAYOUTS = (
    Layout(
        "API answer", "daily_papers_api", '{"paper": {',
        ('"id": "$id"', '"title": "$title"', '"summary": "$abstract"', '"upvotes": $votes',
         '"authors": [{"name": "$author"}, {"name": "$second"}]',
         '"publishedAt": "$dayT00:00:00.000Z"'),
        '}, "numComments": 3}', "[", "]\n", ",\n", ", ", _in_json,
    ),
    Layout(
        "JSON Feed", "json_feed", "{",
        ('"id": "https://arxiv.org/abs/$id"', '"title": "$title"',
         '"content_html": "<p>$abstract</p>"', '"date_published": "$dayT00:00:00Z"',
         '"authors": [{"name": "$author"}, {"name": "$second"}]'),
        "}", '{"version": "https://jsonfeed.org/version/1.1", "title": "Papers", "items": [\n',
        "]}\n", ",\n", ",\n ", _in_json,
    ),
    Layout(
        "scraped JSON", "scraped_json", "{",
        ('"paper_url": "https://huggingface.co/papers/$id"', '"title": "$title"',
         '"details": {"abstract": "$abstract", "comment_count": 2}', '"upvotes": "$votes"',
         '"authors": ["$author", "$second"]', '"published_date": "$day"'),
        "}", '{"date": "2026-11-20", "papers": [', "]}\n", ", ", ", ", _in_json,
    ),
    Layout(
        "JSON Lines", "scraped_json", "{",
        ('"id": "$id"', '"title": "$title"', '"abstract": "$abstract"', '"votes": $votes',
         '"authors": "$author; $second"', '"published": "$day"'),
        "}\n", between="", joint=", ", escape=_in_json, blurs="between",
    ),
    Layout(
        "OAI arXiv", "oai_pmh",
        "<record><header><identifier>oai:arXiv.org:$id</identifier></header><metadata>"
        '<arXiv xmlns="http://arxiv.org/OAI/arXiv/">',
        ("<id>$id</id>", "<created>$day</created>", "<title>$title</title>",
         f"<authors>{_PERSON.format('Ann', 'son')}{_PERSON.format('Bo', 'man')}</authors>",
         "<categories>cs.LG</categories>", "<abstract>$abstract</abstract>"),
        "</arXiv></metadata></record>",
        f'{_XML}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2026-11-20T06:00:00Z</responseDate><ListRecords>\n",
        "</ListRecords></OAI-PMH>\n", escape=html.escape,
    ),
    Layout(
        "OAI Dublin Core", "oai_pmh",
        "<record><header><identifier>oai:arXiv.org:$id</identifier></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">',
        ("<dc:title>$title</dc:title>",
         f"{_CREATOR.format('Ann', 'son')}{_CREATOR.format('Bo', 'man')}",
         "<dc:date>$day</dc:date>",
         "<dc:identifier>http://arxiv.org/abs/$id</dc:identifier>",
         "<dc:description>$abstract</dc:description>"),
        "</oai_dc:dc></metadata></record>",
        f'{_XML}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>\n',
        "</ListRecords></OAI-PMH>\n", escape=html.escape,
    ),
    Layout(
        "RSS", "xml_feed", "<item>",
        ("<title>$title</title>", "<link>https://arxiv.org/abs/$id</link>",
         "<description>$abstract</description>", "<category>cs.LG</category>",
         "<dc:creator>$author, $second</dc:creator>", "<pubDate>$dayT00:00:00Z</pubDate>"),
        "</item>",
        f'{_XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        "<title>Papers</title><link>https://example.org/</link>\n",
        "</channel></rss>\n", joint="\n", escape=html.escape,
    ),
    Layout(
        "RSS with CDATA", "xml_feed", "<item>",
        ("<title><![CDATA[$title]]></title>", "<link>https://arxiv.org/abs/$id</link>",
         "<description><![CDATA[<p>$abstract</p>]]></description>",
         "<pubDate>$dayT00:00:00Z</pubDate>"),
        "</item>", '<rss version="2.0"><channel><title>Papers</title>\n',
        "</channel></rss>\n",
    ),
    Layout(
        "RDF", "xml_feed", '<item rdf:about="https://arxiv.org/abs/$id">',
        ("<title>$title</title>", "<link>https://arxiv.org/abs/$id</link>",
         "<description>$abstract</description>", "<dc:creator>$author, $second</dc:creator>"),
        "</item>",
        f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://example.org/"><title>Papers</title></channel>\n',
        "</rdf:RDF>\n", escape=html.escape,
    ),
    Layout(
        "Atom", "xml_feed", "<entry>",
        ("<id>http://arxiv.org/abs/$idv1</id>", "<title>$title</title>",
         "<published>$dayT09:00:00Z</published>", "<summary>$abstract</summary>",
         "<author><name>$author</name></author><author><name>$second</name></author>",
         '<category term="cs.LG"/>'),
        "</entry>",
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>'
        "<updated>2026-11-20T00:00:00Z</updated>\n",
        "</feed>\n", joint="\n", escape=html.escape,
    ),
    Layout(
        "BibTeX", "bibtex", "@misc{key$n,\n",
        ("  title = {{$title}},\n", "  author = {$author and $second},\n",
         "  abstract = {$abstract},\n", "  eprint = {$id},\n  archiveprefix = {arXiv},\n",
         "  date = {$day},\n"),
        "}\n",
    ),
    Layout(
        "BibTeX with quotes", "bibtex", "@article{key$n,\n",
        ('  title = "$title",\n', '  author = "$author and $second",\n',
         '  abstract = "$abstract",\n', '  url = "https://arxiv.org/abs/$id",\n',
         '  date = "$day",\n'),
        "}\n",
    ),
    Layout(
        "RIS", "ris", "TY  - JOUR\n",
        ("TI  - $title\n", "AU  - $author\nAU  - $second\n", "AB  - $abstract\n",
         "UR  - https://arxiv.org/abs/$id\n", "DA  - $day\n"),
        "ER  - \n", blurs="ends",
    ),
    Layout(
        "HTML cards", "saved_html", "<article>",
        ('<a href="/login?next=%2Fpapers%2F$id"><div>$votes</div></a>',
         '<h3><a href="/papers/$id">$title</a></h3>',
         '<a href="/papers/$id"><p>$abstract</p></a>',
         '<a href="/papers/$id"><ul><li><img></li><li>2 authors</li></ul></a>',
         "<div>&middot;</div><div>$shown</div>"),
        "</article>",
        f"{_HTML}<body><h1>Daily Papers</h1><h2>by AK and the research community</h2>\n",
        "<footer><div>Company</div></footer></body></html>\n",
        joint="\n", escape=html.escape, any_order=False, blurs="always", opaque=b"<!--",
        merges=True,
    ),
    Layout(
        "HTML with JSON", "saved_html", "{&quot;paper&quot;: {",
        ("&quot;id&quot;: &quot;$id&quot;", "&quot;title&quot;: &quot;$title&quot;",
         "&quot;summary&quot;: &quot;$abstract&quot;", "&quot;upvotes&quot;: $votes",
         "&quot;publishedAt&quot;: &quot;$dayT00:00:00.000Z&quot;"),
        "}}",
        f'{_HTML}<body><div data-props="{{&quot;dailyPapers&quot;: [',
        ']}"><h1>Daily Papers</h1></div></body></html>\n', ", ", ", ", _in_attribute,
        opaque=b'"',
    ),
    Layout(
        "links in the page", "linked_text", "",
        (f"[$votes]({_SITE}/login?next=%2Fpapers%2F$id)\n\n",
         f"### [$title]({_SITE}/papers/$id)\n\n", f"[$abstract]({_SITE}/papers/$id)\n\n",
         f"[- ![]({_SITE}/avatars/a.svg)\\\\\n- 2 authors]({_SITE}/papers/$id)\n\n"),
        "·\n\n$shown\n", f"# Daily Papers\n\n## by [AK]({_SITE}/akhaliq) and the research"
        " community\n\n", "\nCompany\n", any_order=False, blurs="lines", merges=True,
    ),
    Layout(
        "list of links", "linked_text", "",
        ("- [$title](https://arxiv.org/abs/$id)\n",), "", "# Reading list\n\n", "",
        any_order=False, blurs="lines", merges=True, least=2,
    ),
    Layout(
        "labelled text", "labelled_text", "Title: $title\n",
        ("PDF: https://arxiv.org/pdf/$id\n", "Authors: $author, $second\n", "Date: $day\n",
         "Abstract: $abstract\n"),
        "", between="---\n", any_order=False, blurs="between",
    ),
    Layout(
        "labelled text, any order", "labelled_text", "",
        ("Title: $title\n", "PDF: https://arxiv.org/pdf/$id\n", "Authors: $author, $second\n",
         "Date: $day\n", "Abstract: $abstract\n"),
        "", between="\n---\n\n", blurs="between",
    ),
    Layout(
        "plain text", "plain_text", "",
        ("$title\n\n", "$abstract\n\n", "  • 2 authors\n"), "·\n$shown\n", _PAGE,
        "\nPrevious\n\nNext\n\nCompany\n", any_order=False, blurs="lines",
    ),
    Layout(
        "CSV", "delimited_table", "",
        ('"$title",https://arxiv.org/abs/$id,"$author; $second",$day,"$abstract"',), "\n",
        "Title,URL,Authors,Date,Abstract\n", between="", any_order=False, blurs="between",
        opaque=b'"',
    ),
    Layout(
        "arXiv's list", "arxiv_listing", "<dt>",
        ('<a href="/abs/$id" title="Abstract" id="$id">arXiv:$id</a></dt>',
         '<dd><div class="meta"><div class="list-title"><span>Title:</span>\n $title\n</div>',
         '<div class="list-authors"><a href="#">$author</a>, <a href="#">$second</a></div>',
         '<p class="mathjax">$abstract</p></div>'),
        "</dd>",
        f'{_HTML}<body><div id="dlpage"><h1>Computation and Language</h1>'
        "<h3>Showing new listings for Thursday, 19 November 2026</h3><dl id='articles'>\n",
        "</dl></div></body></html>\n",
        joint="\n", escape=html.escape, any_order=False, blurs="always", opaque=b"<!--",
    ),
    Layout(
        "arXiv's mail", "arxiv_mail", "\\\\\n",
        ("arXiv:$id\nDate: Thu, 15 Jan 2026 20:01:02 GMT   (1234kb,D)\n\n", "Title: $title\n",
         "Authors: $author, $second\n", "Categories: cs.LG cs.AI\n\\\\\n", "  $abstract\n"),
        "\\\\ ( https://arxiv.org/abs/$id ,  1234kb)\n",
        f"{'-' * 78}\n Submissions to:\nMachine Learning\n received from  Thu 15 Jan 26 19:00:00"
        f" GMT  to  Fri 16 Jan 26 19:00:00 GMT\n{'-' * 78}\n{'-' * 78}\n",
        f"{'-' * 78}\n", between=f"{'-' * 78}\n", any_order=False, blurs="lines",
    ),
    Layout(
        "Scholar's alert", "scholar_alert", '<h3 style="font-weight:normal">',
        (f'<a href="{_SCHOLAR}?url={_ARXIV}/$id" class="gse_alrt_title">$title</a></h3>',
         '<div style="color:#006621">$author, $second - arXiv preprint, 2026</div>',
         '<div class="gse_alrt_sni">$abstract</div>'),
        "<br>\n", f"{_HTML}<body>\n", "</body></html>\n",
        escape=html.escape, any_order=False, blurs="always", opaque=b"<!--",
    ),
    Layout(
        "PubMed", "pubmed_xml", "<PubmedArticle><MedlineCitation>",
        ('<PMID Version="1">4990000$n</PMID>', "<ArticleTitle>$title</ArticleTitle>",
         '<ELocationID EIdType="doi" ValidYN="Y">$doi</ELocationID>',
         "<Abstract><AbstractText>$abstract</AbstractText></Abstract>",
         f"<AuthorList>{_NAMED.format('Ann', 'son')}{_NAMED.format('Bo', 'man')}</AuthorList>",
         "<ArticleDate><Year>$dayyear</Year><Month>$daymonth</Month><Day>$daydate</Day></ArticleDate>"),
        "</MedlineCitation></PubmedArticle>",
        f"{_XML}<PubmedArticleSet>\n", "</PubmedArticleSet>\n", escape=html.escape,
    ),
    Layout(
        "ACL Anthology", "acl_anthology", '<paper id="$n">',
        ("<title>$title</title>", "<url>2026.acl-long.$n</url>",
         "<doi>$doi</doi>", "<abstract>$abstract</abstract>",
         f"{_FIRST_LAST.format('Ann', 'son')}{_FIRST_LAST.format('Bo', 'man')}"),
        "</paper>",
        f'{_XML}<collection id="2026.acl"><volume id="long"><meta>'
        "<booktitle>Proceedings</booktitle><year>2026</year></meta>\n",
        "</volume></collection>\n", escape=html.escape,
    ),
)  # fmt: skip
BY_NAME = {layout.name: layout for layout in LAYOUTS}
