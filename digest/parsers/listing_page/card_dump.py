"""Build the dump of a linked page from its cards.

Adds the year of the capture to days, and distinguishes AI summaries from abstracts.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection
from datetime import date

from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates
from digest.parsers.input import spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.cards import Card, CardParser

# Of 765 AI summaries of the API the longest has 355 characters; of 4,243 abstracts three are
# shorter than this.
_MAX_SUMMARY_CHARS = 400
_ARXIV = "https://arxiv.org/abs/"
_LISTING = "https://huggingface.co/papers/"


def build_dump(
    input_file: InputFile,
    format_name: str,
    evidence: str,
    cards: CardParser,
    records: Collection[Card],
    stated: date | None,
    source: str,
) -> Dump:
    """Return the dump of a page; ``stated`` is the day of the capture if the page gives one."""
    # With the first characters of the ids, which show the year (`dates.DatedRecord`).
    counts = Counter((card.day, (card.arxiv_id or "")[:5]) for card in records if card.day)
    written = {text: dates.written_day(text) for text, _ in counts}
    header = dates.latest_day(map(dates.written_day, cards.headers))
    newest = _latest_full_day(written) if cards.trending else None
    capture = dates.capture_year(
        header,
        {
            dates.DatedRecord(day, id_prefix): count
            for (text, id_prefix), count in counts.items()
            if (day := written[text])
        },
        stated=stated or newest,
        name=input_file.name,
        modified=input_file.modified,
    )
    days = {text: day.iso(capture.year) for text, day in written.items() if day}
    address_base = _LISTING if source == furniture.SOURCE else _ARXIV
    stated_day = stated.isoformat() if stated else dates.iso_day_in_name(input_file.name)
    return Dump(
        name=input_file.name,
        format_name=format_name,
        source=furniture.TRENDING if cards.trending else source,
        page_date=(header.iso(capture.year) if header else None) or stated_day,
        sightings=spill.map_records(
            records, functools.partial(_sighting, days, address_base, trending=cards.trending)
        ),
        rejects=cards.rejects.by_line(),
        is_cut=cards.rejects.is_cut,
        evidence={"dialect": evidence, "year": capture.describe()},
    )


def _latest_full_day(written: dict[str, dates.WrittenDay | None]) -> date | None:
    """Return the latest day of the records of a page that writes every year (trending)."""
    days = [
        dates.valid_date(day.year, day.month, day.day)
        for day in written.values()
        if day and day.year
    ]
    return max(filter(None, days), default=None)


def _sighting(
    days: dict[str, str | None], address_base: str, card: Card, *, trending: bool
) -> Sighting:
    abstract = card.abstract
    is_summary = trending and abstract is not None and len(abstract) <= _MAX_SUMMARY_CHARS
    return Sighting(
        title=card.title,
        abstract=None if is_summary else abstract,
        summary=abstract if is_summary else None,
        arxiv_id=card.arxiv_id,
        url=f"{address_base}{card.arxiv_id}" if card.arxiv_id else None,
        n_authors=card.n_authors,
        organization=card.organization,
        published=days.get(card.day) if card.day else None,
        published_text=card.day,
        upvotes=card.upvotes,
        comments=card.comments,
        code_url=card.code_url,
        stars=card.stars,
        line=card.line,
    )
