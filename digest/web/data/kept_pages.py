"""Keep the pages of the last searches, as long as the ledger does not change.

The same words are searched for again and again, and by many at once. A page takes 10 ms to make,
so that fifty readers would wait for each other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from digest.model.files import Page

_LARGEST = 4 << 20  # bytes of all that are kept


class _KeptPage(NamedTuple):
    """A page, and the mark of the ledger that it was made from."""

    mark: str | None
    page: Page


class KeptPages:
    """Pages in memory, for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, _KeptPage] = OrderedDict()
        self._size = 0

    def find(self, name: Hashable, mark: str | None) -> Page | None:
        """Return a page that was made from the ledger with this mark."""
        with self._lock:
            kept = self._pages.get(name)
            if kept is None or kept.mark != mark:
                return None
            self._pages.move_to_end(name)
            return kept.page

    def keep(self, name: Hashable, mark: str | None, page: Page) -> None:
        """Keep a page that was made of what the ledger held at this mark, or later."""
        with self._lock:
            if former := self._pages.pop(name, None):
                self._size -= len(former.page.body)
            self._pages[name] = _KeptPage(mark, page)
            self._size += len(page.body)
            while self._size > _LARGEST:
                _, oldest = self._pages.popitem(last=False)
                self._size -= len(oldest.page.body)
