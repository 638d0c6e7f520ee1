"""Files of the inbox as they were when they were last read."""

from __future__ import annotations

from collections.abc import Iterable

from digest.model.files import SeenFile
from digest.storage.ledger.queries import Queries, upsert


class SeenFiles(Queries):
    """Files that were read, by name."""

    def files(self, version: str) -> dict[str, SeenFile]:
        """The inbox files that were read before, by name.

        Without those that another version of the product could not read: they are tried again.
        """
        sql = (
            "SELECT name, size, modified_ns, content FROM file WHERE content NOT IN"
            " (SELECT content FROM quarantine WHERE version <> ?)"
        )
        return {name: SeenFile(*rest) for name, *rest in self._execute(sql, (version,))}

    def read_files(self) -> dict[str, SeenFile]:
        """The inbox files whose content was taken in, by name."""
        sql = "SELECT file.name, size, modified_ns, content FROM file JOIN dump USING (content)"
        return {name: SeenFile(*rest) for name, *rest in self._execute(sql)}

    def remember(self, seen: Iterable[tuple[str, SeenFile]]) -> None:
        """Files read now, so that an unchanged one costs a look at its time next run."""
        rows = [(name, *file) for name, file in seen]
        self._executemany(upsert("file", "name", "size, modified_ns, content"), rows)
