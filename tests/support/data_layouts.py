"""The layouts of `tests.support.layouts` that programs write: JSON, feeds, OAI-PMH, references."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.layouts import Paper

DAY = "2026-11-20"
RFC_DAY = "Fri, 20 Nov 2026 06:00:00 +0000"


def entry(paper: Paper) -> dict[str, Any]:
    """An entry of the listing's API."""
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


def python_strings(listed: Sequence[Paper]) -> str:
    """An answer of the API whose entries a tool stored as the text of Python objects."""
    return json.dumps([str(entry(paper)) for paper in listed], indent=4)


def scraped(listed: Sequence[Paper]) -> str:
    """A scraper's own list."""
    records = [
        {
            "title": paper.title,
            "paper_url": f"https://huggingface.co/papers/{paper.arxiv_id}",
            "authors": list(paper.authors),
            "upvotes": None if paper.upvotes is None else str(paper.upvotes),
            "details": {"abstract": paper.abstract, "comment_count": paper.comments},
            "published_date": paper.published,
        }
        for paper in listed
    ]
    return json.dumps({"date": DAY, "papers": records}, indent=2)


def json_lines(listed: Sequence[Paper]) -> str:
    """One record a line."""
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
        for paper in listed
    )


def atom(listed: Sequence[Paper]) -> str:
    """An answer of arXiv's API."""
    entries = "".join(
        f"<entry>\n<id>http://arxiv.org/abs/{paper.arxiv_id}v1</id><title>{escape(paper.title)}"
        f"</title>\n<published>{paper.published}T09:00:00Z</published>\n"
        f"<summary>  {escape(paper.abstract)}\n</summary>\n"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
        + '<category term="cs.LG"/></entry>\n'
        for paper in listed
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


def cards_feed(listed: Sequence[Paper]) -> str:
    """A feed made from the daily papers, with labelled paragraphs."""
    items = ""
    for paper in listed:
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


def announcements(listed: Sequence[Paper]) -> str:
    """A feed of arXiv's announcements."""
    items = "".join(
        f"<item><title>{escape(paper.title)}</title>"
        f"<link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
        f"<description>arXiv:{paper.arxiv_id}v1 Announce Type: new \nAbstract: "
        f"{escape(paper.abstract)}</description><category>cs.LG</category>"
        f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></item>\n"
        for paper in listed
    )
    return _rss("cs.LG updates on arXiv.org", "http://rss.arxiv.org/rss/cs.LG", items)


def json_feed(listed: Sequence[Paper]) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": f"https://arxiv.org/abs/{paper.arxiv_id}",
            "title": paper.title,
            "content_html": f"<p>{escape(paper.abstract)}</p>",
            "date_published": f"{paper.published}T00:00:00Z",
            "authors": [{"name": name} for name in paper.authors],
        }
        for paper in listed
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Papers", "items": items}
    return json.dumps(feed, indent=1)


def harvest(listed: Sequence[Paper]) -> str:
    """OAI-PMH, the three formats in turn."""
    forms = (_arxiv, _arxiv_raw, _dublin_core)
    records = "".join(
        f"<record><header><identifier>oai:arXiv.org:{paper.arxiv_id}</identifier></header>"
        f"<metadata>{forms[number % 3](paper)}</metadata></record>\n"
        for number, paper in enumerate(listed)
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


def bibtex(listed: Sequence[Paper]) -> str:
    """References as BibTeX, all under one key."""
    return "\n".join(
        f"@misc{{same,\n  title = {{{{{paper.title}}}}},\n"
        f"  author = {{{' and '.join(paper.authors)}}},\n"
        f"  abstract = {{{paper.abstract}}},\n  eprint = {{{paper.arxiv_id}}},\n"
        f"  archiveprefix = {{arXiv}},\n  date = {{{paper.published}}}\n}}\n"
        for paper in listed
    )


def ris(listed: Sequence[Paper]) -> str:
    """References as RIS."""
    return "\n".join(
        f"TY  - JOUR\nTI  - {paper.title}\n"
        + "".join(f"AU  - {name}\n" for name in paper.authors)
        + f"AB  - {paper.abstract}\nUR  - https://arxiv.org/abs/{paper.arxiv_id}\n"
        f"DA  - {paper.published.replace('-', '/')}\nER  - \n"
        for paper in listed
    )


def _bytes(write: Callable[[Sequence[Paper]], str]) -> Callable[[Sequence[Paper]], bytes]:
    return lambda listed: write(listed).encode()


WRITERS: dict[str, Callable[[Sequence[Paper]], bytes]] = {
    "Python strings": _bytes(python_strings),
    "scraped JSON": _bytes(scraped),
    "JSON Lines": _bytes(json_lines),
    "arXiv's API": _bytes(atom),
    "cards feed": _bytes(cards_feed),
    "announcements": _bytes(announcements),
    "JSON Feed": _bytes(json_feed),
    "OAI-PMH": _bytes(harvest),
    "BibTeX": _bytes(bibtex),
    "RIS": _bytes(ris),
}

_COUNTS = frozenset({"upvotes", "comments"})
LACKS: dict[str, frozenset[str]] = {
    "arXiv's API": _COUNTS,
    "cards feed": frozenset({"comments"}),
    "announcements": _COUNTS | {"published"},
    "JSON Feed": _COUNTS,
    "OAI-PMH": _COUNTS,
    "BibTeX": _COUNTS,
    "RIS": _COUNTS,
}
