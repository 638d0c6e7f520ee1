"""Write the layouts that programs produce: JSON, feeds, OAI-PMH, references.

`WRITERS` and `MISSING_FIELDS` are as in `tests.support.layouts`, which includes them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.layouts import Paper

DAY = "2026-11-20"
RFC_DAY = "Fri, 20 Nov 2026 06:00:00 +0000"


def entry(paper: Paper) -> dict[str, Any]:
    """Return an entry of the daily_papers API."""
    return {
        "paper": {
            "id": paper.arxiv_id,
            "title": paper.title,
            "summary": paper.abstract,
            "authors": [{"name": name} for name in paper.authors],
            "publishedAt": f"{paper.published}T00:00:00.000Z",
            "submittedOnDailyAt": f"{DAY}T02:00:00.000Z",
            "upvotes": paper.upvotes,
        },
        "numComments": paper.comments,
    }


def python_strings(listing: Sequence[Paper]) -> str:
    """Write an answer of the API whose entries a tool stored as the text of Python objects."""
    return json.dumps([str(entry(paper)) for paper in listing], indent=4)


def scraped(listing: Sequence[Paper]) -> str:
    """Write a list of papers as a scraper stores it, with counts as text and nested details."""
    records = [
        {
            "title": paper.title,
            "paper_url": f"https://huggingface.co/papers/{paper.arxiv_id}",
            "authors": list(paper.authors),
            "upvotes": None if paper.upvotes is None else str(paper.upvotes),
            "details": {"abstract": paper.abstract, "comment_count": paper.comments},
            "published_date": paper.published,
        }
        for paper in listing
    ]
    return json.dumps({"date": DAY, "papers": records}, indent=2)


def json_lines(listing: Sequence[Paper]) -> str:
    """Write one record a line."""
    return "".join(
        json.dumps(
            {
                "day": DAY,
                "id": f"{paper.arxiv_id}v1",
                "title": paper.title,
                "abstract": paper.abstract,
                "authors": "; ".join(paper.authors),
                "votes": paper.upvotes,
                "num_comments": paper.comments,
                "published": paper.published,
            }
        )
        + "\n"
        for paper in listing
    )


def atom(listing: Sequence[Paper]) -> str:
    """Write an answer of arXiv's API."""
    entries = "".join(
        f"<entry>\n<id>http://arxiv.org/abs/{paper.arxiv_id}v1</id><title>{escape(paper.title)}"
        f"</title>\n<published>{paper.published}T09:00:00Z</published>\n"
        f"<summary>  {escape(paper.abstract)}\n</summary>\n"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
        + '<category term="cs.LG"/></entry>\n'
        for paper in listing
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>http://arxiv.org/api/x</id><updated>{DAY}T00:00:00Z</updated>\n{entries}</feed>\n"
    )


def _rss(title: str, link: str, items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{title}</title><link>{link}</link><lastBuildDate>{RFC_DAY}</lastBuildDate>\n"
        f"{items}</channel></rss>\n"
    )


def cards_feed(listing: Sequence[Paper]) -> str:
    """Write a feed made from the daily papers, with labelled paragraphs."""
    items = ""
    for paper in listing:
        votes = "" if paper.upvotes is None else f"<p><b>Upvotes:</b> {paper.upvotes}</p>"
        card = (
            f"<p><b>Authors:</b> {', '.join(paper.authors)}</p>{votes}"
            f"<p><b>Summary:</b> {escape(paper.abstract)}</p>"
        )
        items += (
            f"<item><title>{escape(paper.title)}</title>"
            f"<link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
            f"<description>{escape(card)}</description>"
            f"<pubDate>{paper.published}T00:00:00Z</pubDate></item>\n"
        )
    return _rss("Daily Papers", "https://huggingface.co/papers", items)


def announcements(listing: Sequence[Paper]) -> str:
    """Write a feed of arXiv's announcements."""
    items = "".join(
        f"<item><title>{escape(paper.title)}</title>"
        f"<link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
        f"<description>arXiv:{paper.arxiv_id}v1 Announce Type: new \nAbstract: "
        f"{escape(paper.abstract)}</description><category>cs.LG</category>"
        f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></item>\n"
        for paper in listing
    )
    return _rss("cs.LG updates on arXiv.org", "http://rss.arxiv.org/rss/cs.LG", items)


def json_feed(listing: Sequence[Paper]) -> str:
    """Write a JSON Feed 1.1."""
    items = [
        {
            "id": f"https://arxiv.org/abs/{paper.arxiv_id}",
            "title": paper.title,
            "content_html": f"<p>{escape(paper.abstract)}</p>",
            "date_published": f"{paper.published}T00:00:00Z",
            "authors": [{"name": name} for name in paper.authors],
        }
        for paper in listing
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Papers", "items": items}
    return json.dumps(feed, indent=1)


def harvest(listing: Sequence[Paper]) -> str:
    """Write an OAI-PMH answer, with its three metadata formats in turn."""
    writers = (_arxiv, _arxiv_raw, _dublin_core)
    records = "".join(
        f"<record><header><identifier>oai:arXiv.org:{paper.arxiv_id}</identifier></header>"
        f"<metadata>{writers[number % 3](paper)}</metadata></record>\n"
        for number, paper in enumerate(listing)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{DAY}T06:00:00Z</responseDate>"
        '<request verb="ListRecords">http://export.arxiv.org/oai2</request>\n'
        f"<ListRecords>\n{records}</ListRecords></OAI-PMH>\n"
    )


def _arxiv(paper: Paper) -> str:
    authors = "".join(
        f"<author><keyname>{family}</keyname><forenames>{given}</forenames></author>"
        for given, _, family in (name.partition(" ") for name in paper.authors)
    )
    return (
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.arxiv_id}</id>'
        f"<created>{paper.published}</created><authors>{authors}</authors>"
        f"<title>{escape(paper.title)}</title><categories>cs.LG cs.AI</categories>"
        f"<abstract>  {escape(paper.abstract)}\n</abstract></arXiv>"
    )


def _arxiv_raw(paper: Paper) -> str:
    return (
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{paper.arxiv_id}</id>'
        f'<version version="v1"><date>{paper.published}</date></version>'
        f"<title>{escape(paper.title)}</title><authors>{' and '.join(paper.authors)}</authors>"
        f"<abstract>{escape(paper.abstract)}</abstract></arXivRaw>"
    )


def _dublin_core(paper: Paper) -> str:
    creators = "".join(
        f"<dc:creator>{family}, {given}</dc:creator>"
        for given, _, family in (name.partition(" ") for name in paper.authors)
    )
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(paper.title)}</dc:title>'
        f"{creators}<dc:description>{escape(paper.abstract)}</dc:description>"
        f"<dc:date>{paper.published}</dc:date></oai_dc:dc>"
    )


def bibtex(listing: Sequence[Paper]) -> str:
    """Write references as BibTeX, all under one key."""
    return "\n".join(
        f"@misc{{same,\n  title = {{{{{paper.title}}}}},\n"
        f"  author = {{{' and '.join(paper.authors)}}},\n"
        f"  abstract = {{{paper.abstract}}},\n  eprint = {{{paper.arxiv_id}}},\n"
        f"  archiveprefix = {{arXiv}},\n  date = {{{paper.published}}}\n}}\n"
        for paper in listing
    )


def ris(listing: Sequence[Paper]) -> str:
    """Write references as RIS."""
    return "\n".join(
        f"TY  - JOUR\nTI  - {paper.title}\n"
        + "".join(f"AU  - {name}\n" for name in paper.authors)
        + f"AB  - {paper.abstract}\nUR  - https://arxiv.org/abs/{paper.arxiv_id}\n"
        f"DA  - {paper.published.replace('-', '/')}\nER  - \n"
        for paper in listing
    )


def table(listing: Sequence[Paper]) -> str:
    """Write a table as CSV."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("id", "title", "authors", "abstract", "date", "upvotes", "num_comments"))
    for paper in listing:
        counts = ("" if count is None else count for count in (paper.upvotes, paper.comments))
        authors = "; ".join(paper.authors)
        writer.writerow(
            (paper.arxiv_id, paper.title, authors, paper.abstract, paper.published, *counts)
        )
    return file.getvalue()


def encode(write: Callable[[Sequence[Paper]], str]) -> Callable[[Sequence[Paper]], bytes]:
    """Return a writer of bytes for a writer of text."""
    return lambda listing: write(listing).encode()


WRITERS: dict[str, Callable[[Sequence[Paper]], bytes]] = {
    "Python strings": encode(python_strings),
    "scraped JSON": encode(scraped),
    "JSON Lines": encode(json_lines),
    "arXiv's API": encode(atom),
    "cards feed": encode(cards_feed),
    "announcements": encode(announcements),
    "JSON Feed": encode(json_feed),
    "OAI-PMH": encode(harvest),
    "BibTeX": encode(bibtex),
    "RIS": encode(ris),
    "table": encode(table),
}

_COUNTS = frozenset({"upvotes", "comments"})
MISSING_FIELDS: dict[str, frozenset[str]] = {
    "arXiv's API": _COUNTS,
    "cards feed": frozenset({"comments"}),
    "announcements": _COUNTS | {"published"},
    "JSON Feed": _COUNTS,
    "OAI-PMH": _COUNTS,
    "BibTeX": _COUNTS,
    "RIS": _COUNTS,
}
