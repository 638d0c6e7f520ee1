"""Read the editor's notes: ``notes/<date>.md`` in the working folder.

The name of the file is the key of an issue of the main edition. The note is shown on the page of
that issue. When a note changes, of all issues only this one is rendered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from digest.pipeline.context import RunContext
from digest.storage.ledger.encoding import decode

_HASHES = "notes"  # the fact under which the ledger keeps the hashes of published notes


class Notes:
    """The notes as they are now: ``texts`` has the Markdown of each by the key of its issue.

    Reads all notes when it is created. Raises `OSError` if one cannot be read.
    """

    def __init__(self, context: RunContext) -> None:
        folder = context.root / "notes"
        self.texts: Mapping[str, str] = {
            # Written by hand in any editor: a byte order mark or a wrong byte must not stop a run.
            file.stem: file.read_text(encoding="utf-8-sig", errors="replace")
            for file in sorted(folder.glob("*.md"))
        }
        self._hashes = {
            key: hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            for key, text in self.texts.items()
        }
        published = context.ledger.published_files.fact(_HASHES)
        self._published: dict[str, str] = decode(published, dict[str, str]) if published else {}

    @property
    def changed(self) -> frozenset[str]:
        """The keys of issues whose note is new, changed or gone since the last publication."""
        keys = self._published.keys() | self._hashes.keys()
        return frozenset(key for key in keys if self._published.get(key) != self._hashes.get(key))

    def record_published(self, context: RunContext) -> None:
        """Record that these notes are published. Must be called in a transaction."""
        if self.changed:
            hashes = msgspec.json.encode(self._hashes).decode()
            context.ledger.published_files.set_fact(_HASHES, hashes)
