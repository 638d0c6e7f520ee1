"""Make the stored ledgers that migrations are tested with: one of each released schema.

    python -m tests.support.released_ledgers

Writes tests/storage/ledgers/form-N.sqlite3.gz, a ledger of invented papers of the present schema
(N is the number of migrations), and the hashes of the migrations to steps.json beside it. Run it
once when a migration is released, and after every change of one that is not released yet.
It does not touch ledgers of earlier schemas.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from digest.storage.ledger import schema
from tests.support.folders import SHORE, Folder, page

STORED = Path(__file__).parents[1] / "storage" / "ledgers"
HASHES = STORED / "steps.json"


def hashes() -> list[str]:
    """Return the hash of each migration, in order."""
    return [
        hashlib.blake2b(migration.encode(), digest_size=16).hexdigest()
        for migration in schema.MIGRATIONS
    ]


def fill(folder: Folder) -> None:
    """Run two days with an overlap, an unreadable file, a withdrawn paper and two editions."""
    folder.sort_by(SHORE)
    folder.configure('[[edition]]\nname = "daily"\n[[edition]]\nname = "weekly"\nperiod = "week"\n')
    folder.drop("papers-2026-11-16.txt", page("2026-11-16", range(6)))
    folder.drop("letter.txt", b"Dear editor, thank you.")
    folder.run("2026-11-16T08:00", status=3)
    folder.drop("papers-2026-11-17.txt", page("2026-11-17", range(4, 9)))
    folder.run("2026-11-17T08:00")
    folder.digest("withdraw", _title(folder), now="2026-11-17T09:00")


def _title(folder: Folder) -> str:
    return folder.titles()[0][0]


def main() -> None:
    """Store a ledger of the present schema, and the hashes of all migrations."""
    STORED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(Path(root))
        fill(folder)
        body = (folder.root / "state" / "ledger.sqlite3").read_bytes()
    target = STORED / f"form-{len(schema.MIGRATIONS)}.sqlite3.gz"
    target.write_bytes(gzip.compress(body, mtime=0))
    HASHES.write_text(json.dumps(hashes(), indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{target}: {len(body)} bytes, {target.stat().st_size} packed\n")


if __name__ == "__main__":
    main()
