"""Records of a linked page to a dump: dates its days, and tells AI summaries from abstracts."""

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
from digest.parsers.listing_page.cards import Card, Cards

# Measured: 765 AI summaries of the API are at most 355 characters long; of 4,243 abstracts
# three are shorter than this.
_LONGEST_SUMMARY = 400
_BASES = ("https://arxiv.org/abs/", "https://huggingface.co/papers/")


def dump(
    origin: InputFile,
    dialect: str,
    witness: str,
    cards: Cards,
    records: Collection[Card],
    stated: date | None,
    source: str,
) -> Dump:
    """The dump of a whole page; ``stated`` is the capture's day where the page tells it."""
    dated = Counter((card.day, (card.arxiv_id or "")[:5]) for card in records if card.day)
    written = {text: dates.written_day(text) for text, _ in dated}
    header = dates.latest(map(dates.written_day, cards.headers))
    of_newest = _latest_written(written) if cards.trending else None
    year, year_witness = dates.capture_year(
        header,
        {
            dates.Dated(day, month): n
            for (text, month), n in dated.items()
            if (day := written[text])
        },
        stated=stated or of_newest,
        name=origin.name,
        modified=origin.modified,
    )
    days = {text: day.iso(year) for text, day in written.items() if day}
    base = _BASES[source == furniture.SOURCE]
    page_day = header.iso(year) if header else None
    known = stated or dates.day_in_name(origin.name)
    return Dump(
        name=origin.name,
        format_name=dialect,
        source=furniture.TRENDING if cards.trending else source,
        page_date=page_day or (known.isoformat() if known else None),
        sightings=spill.each(
            records, functools.partial(_sighting, days, base, trending=cards.trending)
        ),
        rejects=tuple(sorted(cards.rejects, key=lambda reject: reject.line)),
        evidence={"dialect": witness, "year": f"{year}: {year_witness}" if year else year_witness},
    )


def _latest_written(written: dict[str, dates.WrittenDay | None]) -> date | None:
    """The trending page writes every year: its newest paper is of the capture's."""
    days = [
        found
        for day in written.values()
        if day and day.year and (found := dates.real_day(day.year, day.month, day.day))
    ]
    return max(days, default=None)


def _sighting(days: dict[str, str | None], base: str, card: Card, *, trending: bool) -> Sighting:
    is_summary = trending and card.abstract is not None and len(card.abstract) <= _LONGEST_SUMMARY
    return Sighting(
        title=card.title,
        abstract=None if is_summary else card.abstract,
        summary=card.abstract if is_summary else None,
        arxiv_id=card.arxiv_id,
        url=f"{base}{card.arxiv_id}" if card.arxiv_id else None,
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
