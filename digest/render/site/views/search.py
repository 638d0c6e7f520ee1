"""What the search page needs: its index, and the search of the web side for readers without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from digest.render import search_index


def build_values(months: Iterable[str], web_url: str) -> dict[str, Any]:
    """Return the values of the search page, which loads the index of each of these months.

    ``web_url`` is the address of the web side, which searches without a script; "" for none.
    """
    parts = urlsplit(web_url)
    return {
        "months": sorted(months, reverse=True),
        "ignored": sorted(word.decode() for word in search_index.STOP),
        "server": f"{web_url}search" if web_url else "",
        "server_origin": f"{parts.scheme}://{parts.netloc}" if web_url else "",
    }
