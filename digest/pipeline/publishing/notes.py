"""Read the editor's notes: ``notes/<date>.md`` in the working folder.

The name of the file is the key of an issue of the main edition. The note is shown on the page of
that issue. When a note changes, of all issues only this one is rendered again.
"""

from __future__ import annotations

import hashlib

import msgspec

from digest.errors import Unreadable
from digest.model.results import InputProblem
from digest.pipeline.context import RunContext
from digest.render.site.notes import NoteView, render_note
from digest.storage import notes as storage_notes
from digest.storage.ledger.encoding import decode

_HASHES = "notes"  # the fact under which the ledger keeps the hashes of published notes


class Notes:
    """The notes as they are now. ``problems`` are those that were passed over, with the reason.

    Reads all notes when it is created. Raises nothing for what lies in the folder.
    """

    def __init__(self, context: RunContext) -> None:
        self._texts, problems = storage_notes.read_notes(context.root / context.settings.notes)
        self.problems = list(problems)
        self._hashes = {
            key: hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            for key, text in self._texts.items()
        }
        published = context.ledger.published_files.fact(_HASHES)
        self._published: dict[str, str] = decode(published, dict[str, str]) if published else {}

    def render(self, key: str) -> NoteView | None:
        """Render the note on the issue with this key; None if there is none that can be used."""
        try:
            return render_note(self._texts.get(key, ""))
        except Unreadable as error:
            problem = InputProblem(kind="skipped", dump=f"notes/{key}.md", reason=error.reason)
            self.problems.append(problem)
            return None

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
