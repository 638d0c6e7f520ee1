"""Records of a linked page to a dump: dates its days, and tells AI summaries from abstracts."""

from __future__ import annotations

from datetime import date

from digest.model.papers import Dump, Sighting
from digest.reading import dates, listing
from digest.reading.cards import Card, Cards
from digest.reading.origin import Origin

# Measured: 765 AI summaries of the API are at most 355 characters long; of 4,243 abstracts
# three are shorter than this.
_LONGEST_SUMMARY = 400


def dump(
    origin: Origin, dialect: str, witness: str, cards: Cards, stated: date | None, source: str
) -> Dump:
    """The dump of a whole page; ``stated`` is the capture's day where the page tells it."""
    written = {card.day: dates.written_day(card.day) for card in cards.found if card.day}
    header = dates.latest(map(dates.written_day, cards.headers))
    of_newest = _latest_written(written) if cards.trending else None
    year, year_witness = dates.capture_year(
        header,
        [
            dates.Dated(day, card.arxiv_id)
            for card in cards.found
            if card.day and (day := written[card.day])
        ],
        stated=stated or of_newest,
        name=origin.name,
        modified=origin.modified,
    )
    days = {text: day.iso(year) for text, day in written.items() if day}
    base = (
        "https://huggingface.co/papers/" if source == listing.SOURCE else "https://arxiv.org/abs/"
    )
    in_name = dates.day_in_name(origin.name)
    page_day = header.iso(year) if header else None
    known = stated or in_name
    return Dump(
        name=origin.name,
        dialect=dialect,
        source=listing.TRENDING if cards.trending else source,
        page_date=page_day or (known.isoformat() if known else None),
        sightings=tuple(
            _sighting(card, days, base, trending=cards.trending) for card in cards.found
        ),
        rejects=tuple(sorted(cards.rejects, key=lambda reject: reject.line)),
        witness={"dialect": witness, "year": f"{year}: {year_witness}" if year else year_witness},
    )


def _latest_written(written: dict[str, dates.WrittenDay | None]) -> date | None:
    """The trending page writes every year: its newest paper is of the capture's."""
    days = [
        found
        for day in written.values()
        if day and day.year and (found := dates.real_day(day.year, day.month, day.day))
    ]
    return max(days, default=None)


def _sighting(card: Card, days: dict[str, str | None], base: str, *, trending: bool) -> Sighting:
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
