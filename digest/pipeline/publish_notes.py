"""The editor's notes: ``notes/<date>.md`` of the working folder, for the main edition's issues.

A note counts as a template of its own issue: changed, it has that issue's pages made anew
and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from digest.pipeline.context import RunContext

_MARKS = "notes"


class Notes:
    """The notes there are, by the key of their issue, and which differ from the last time."""

    def __init__(self, state: RunContext) -> None:
        folder = state.root / "notes"
        self.texts: Mapping[str, str] = {
            file.stem: file.read_text(encoding="utf-8-sig", errors="replace")
            for file in sorted(folder.glob("*.md"))
        }
        self._marks = {
            key: hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            for key, text in self.texts.items()
        }
        held = state.ledger.published_files.fact(_MARKS)
        self._held: dict[str, str] = msgspec.json.decode(held) if held else {}

    @property
    def changed(self) -> frozenset[str]:
        """Keys of issues whose note came, went or has other words than when last published."""
        keys = self._held.keys() | self._marks.keys()
        return frozenset(key for key in keys if self._held.get(key) != self._marks.get(key))

    def keep(self, state: RunContext) -> None:
        """Remembers the notes as published, within the caller's transaction."""
        if self.changed:
            state.ledger.published_files.set_fact(_MARKS, msgspec.json.encode(self._marks).decode())
