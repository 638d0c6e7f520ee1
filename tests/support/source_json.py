"""What the sources answer in JSON, and the saved listing page that carries JSON in it."""

from __future__ import annotations

import html
import json
import re
from datetime import date, datetime, timedelta
from typing import Any

from tests.support import source_days
from tests.support.source_answers import SiteAnswer, as_json
from tests.support.source_days import SourcePaper

_DETAILS = re.compile(r"/details/(biorxiv|medrxiv)/([0-9-]{10})/([0-9-]{10})/(\d+)(/json)?(\?|$)")


def _entry(paper: SourcePaper, day: date) -> dict[str, Any]:
    """Return an entry of the daily_papers API."""
    names = [{"_id": f"{paper.number:024x}", "name": name, "hidden": False}
             for name in paper.authors]  # fmt: skip
    stamp = f"{paper.day}T00:00:00.000Z"
    return {
        "paper": {
            "id": paper.arxiv_id,
            "authors": names,
            "publishedAt": stamp,
            "submittedOnDailyAt": f"{day}T01:20:33.000Z",
            "title": paper.title,
            "summary": paper.abstract,
            "upvotes": paper.number % 50,
            "discussionId": f"{paper.number:024x}",
        },
        "publishedAt": stamp,
        "title": paper.title,
        "summary": paper.abstract,
        "thumbnail": f"https://cdn-thumbnails.example.org/{paper.arxiv_id}.png",
        "numComments": paper.number % 7,
        "submittedBy": {"name": "submitter", "type": "user", "isHf": False},
        "isAuthorParticipating": False,
    }


def daily_papers(query: dict[str, str], now: datetime) -> SiteAnswer:
    """Answer /api/daily_papers: a day, or the newest one; a day to come is an error."""
    try:
        day = date.fromisoformat(query.get("date", f"{now.date()}"))
    except ValueError:
        return as_json({"error": "✖ Invalid ISO date\n  → at date"}, 400)
    if day > now.date():
        return as_json({"error": f"✖ Date must not be after {now.date()}\n  → at date"}, 400)
    papers = source_days.hugging_face(day, now)
    size = int(query.get("limit", "50"))
    start = size * int(query.get("p", "0"))
    return as_json([_entry(paper, day) for paper in papers[start : start + size]], 200, "etag")


def listing_page(now: datetime) -> SiteAnswer:
    """Answer with the listing page of today, as a browser gets it."""
    entries = [_entry(paper, now.date()) for paper in source_days.page(now)]
    carried = html.escape(json.dumps({"dailyPapers": entries, "date": f"{now.date()}T00:00:00Z"}))
    cards = "\n".join(
        f'<article><a href="/papers/{entry["paper"]["id"]}"></a>'
        f'<h3><a href="/papers/{entry["paper"]["id"]}">{html.escape(entry["title"])}</a></h3>'
        "</article>"
        for entry in entries
    )
    text = (
        '<!doctype html>\n<html><head><meta charset="utf-8"><title>Daily Papers</title></head>\n'
        f'<body><div data-target="DailyPapers" data-props="{carried}"><h1>Daily Papers</h1>'
        f"{cards}</div></body></html>"
    )
    return SiteAnswer(text.encode(), "text/html; charset=utf-8", validator="etag")


def details(path: str, now: datetime, page_size: int) -> SiteAnswer:
    """Answer /details/SERVER/FROM/UNTIL/CURSOR/json of bioRxiv: a page of a range of days."""
    found = _DETAILS.match(path)
    if not found:
        return as_json({"messages": [{"status": "error: no such request"}], "collection": []})
    server, first, last = found[1], *(date.fromisoformat(found[n]) for n in (2, 3))
    cursor, last = int(found[4]), min(last, now.date())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    papers = [paper for day in days for paper in source_days.biorxiv(day)]
    page = papers[cursor : cursor + page_size]
    if not page:
        return as_json({"messages": [{"status": "no posts found"}], "collection": []})
    message = {
        "status": "ok",
        "category": "all",
        "interval": f"{found[2]}:{found[3]}",
        "cursor": cursor,
        "count": len(page),
        "count_new_papers": f"{len(papers)}",
        "total": f"{len(papers)}",
    }
    return as_json({"messages": [message], "collection": [_post(one, server) for one in page]})


def _post(paper: SourcePaper, server: str) -> dict[str, Any]:
    return {
        "title": paper.title,
        "authors": "; ".join(f"Quillson, {name[:4]}." for name in paper.authors),
        "author_corresponding": paper.authors[0],
        "author_corresponding_institution": "Invented Institute",
        "doi": paper.doi,
        "date": f"{paper.day}",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "ecology",
        "jatsxml": f"https://www.biorxiv.org/content/early/{paper.day:%Y/%m/%d}/x.source.xml",
        "abstract": paper.abstract,
        "funder": "NA",
        "published": "NA",
        "server": {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}[server],
    }
