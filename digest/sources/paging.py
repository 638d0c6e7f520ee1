"""Follow the pages of an answer that counts its records, and is a list that may move meanwhile.

The next page begins behind the records that came, not at a multiple of the page's size: servers
give short and empty pages, and their totals change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from digest.errors import FetchError
from digest.model.fetching import Answer

MOST_PAGES = 1000
TRIES = 3  # times that a page is asked again which brought nothing, though more was stated


class PageContent(NamedTuple):
    """What is read of a page to find the next one: its records' ids, and the stated total."""

    ids: tuple[str, ...]
    total: int | None = None


def next_start(pages: Sequence[PageContent]) -> int | None:
    """Return how many records stand before the next page, or None after the last page.

    The first page begins at 0. A page without records is asked again while more was stated. A
    total that fell says that records moved up over the border of a page, so that many are asked
    once more. Raises `FetchError` if nothing new comes any more, or without end.
    """
    start, total, barren = 0, 0, 0
    known: set[str] = set()
    for page in pages:
        barren = 0 if set(page.ids) - known else barren + 1
        known.update(page.ids)
        if not page.ids:
            # What an empty page states may be as wrong as its emptiness.
            total = max(total, page.total or 0)
            continue
        fell = total - page.total if page.total is not None and page.total < total else 0
        start = max(0, start - fell) if fell else start + len(page.ids)
        total = total if page.total is None else page.total
    if start >= total:
        return None
    if barren > TRIES:
        reason = f"stated a total of {total:,} and gave nothing new after {len(known):,}"
        raise FetchError(reason, again=True)
    limit_pages(pages)
    return start


def limit_pages(pages: Sequence[object]) -> None:
    """Raise `FetchError` if there are as many pages as one look may have."""
    if len(pages) >= MOST_PAGES:
        raise FetchError(f"its answer has more than {MOST_PAGES:,} pages")


def bodies_with_records(
    has_records: Callable[[bytes], bool],
) -> Callable[[Sequence[Answer]], list[bytes]]:
    """Return the function for ``Look.bodies`` that leaves out pages without records.

    If no page has any, it keeps the first.
    """

    def bodies(answers: Sequence[Answer]) -> list[bytes]:
        filled = [answer.body for answer in answers if has_records(answer.body)]
        return filled or [answer.body for answer in answers[:1]]

    return bodies
