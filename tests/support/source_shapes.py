"""An answer of every source of the tests, and the papers in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.support import source_days, source_feeds, source_json, source_xml

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
TODAY, YESTERDAY = date(2026, 11, 20), date(2026, 11, 19)
OAI = {"verb": "ListRecords", "metadataPrefix": "arXiv", "from": "2026-11-20"}
SHAPES = {
    "daily-papers-api": (
        source_json.daily_papers({"date": "2026-11-19"}, NOW),
        source_days.hugging_face(YESTERDAY, NOW),
    ),
    "saved-html": (source_json.listing_page(NOW), source_days.page(NOW)),
    "json": (
        source_json.details("/details/biorxiv/2026-11-20/2026-11-20/0/json", NOW, 100),
        source_days.biorxiv(TODAY),
    ),
    "oai-pmh": (source_xml.list_records(OAI, NOW, 100), source_days.arxiv(TODAY)),
    "json-feed": (source_feeds.FEEDS["/feed.json"](NOW), source_days.feed(NOW)),
    "feed": (source_feeds.announcements("cs.CL", NOW), source_days.arxiv(TODAY)),
    "feed, Atom": (source_feeds.FEEDS["/atom"](NOW), source_days.feed(NOW)),
    "feed, RSS": (source_feeds.FEEDS["/rss"](NOW), source_days.feed(NOW)),
    "feed, search": (
        source_xml.search({"search_query": "submittedDate:[202611200000 TO 202611202359]"},
                          NOW, 100, is_empty=False),
        source_days.arxiv(TODAY),
    ),
}  # fmt: skip
