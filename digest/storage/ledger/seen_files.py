"""Files of the inbox as they were when they were last read."""

from __future__ import annotations

from collections.abc import Iterable

from digest.model.files import SeenFile
from digest.storage.ledger.queries import Queries, upsert


class SeenFiles(Queries):
    """Files that were read, by name."""

    def list_seen_files(self, version: str) -> dict[str, SeenFile]:
        """Return the files that need not be read again, by name.

        ``version`` stands for the present parsers and their limits. Files that another version
        could not read are left out, so that this one tries them.
        """
        sql = (
            "SELECT name, size, modified_ns, content FROM file WHERE content NOT IN"
            " (SELECT content FROM quarantine WHERE version <> ?)"
        )
        return {name: SeenFile(*rest) for name, *rest in self._execute(sql, (version,))}

    def list_read_files(self) -> dict[str, SeenFile]:
        """Return the files whose content was taken in as a dump, by name.

        Quarantined files are not among them.
        """
        sql = "SELECT file.name, size, modified_ns, content FROM file JOIN dump USING (content)"
        return {name: SeenFile(*rest) for name, *rest in self._execute(sql)}

    def remember_files(self, files: Iterable[tuple[str, SeenFile]]) -> None:
        """Record files that were read; while size and time stay, later runs skip them."""
        rows = [(name, *file) for name, file in files]
        self._executemany(upsert("file", "name", "size, modified_ns, content"), rows)
