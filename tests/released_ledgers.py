"""Makes the stored ledgers that migrations are tested with: one of each released form.

    python -m tests.released_ledgers

writes tests/ledgers/form-N.sqlite3.gz of the present form, N being how many steps there are, from
invented papers, and notes the steps' hashes in tests/ledgers/steps.json. Run it once when
a step is released; while nothing of it was released yet, after every change of that step.
Ledgers of earlier forms are never touched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from digest.storage.ledger import schema
from tests.folders import SHORE, Folder, page

STORED = Path(__file__).parent / "ledgers"
STEPS = STORED / "steps.json"


def hashes() -> list[str]:
    """Of each step, in order."""
    return [
        hashlib.blake2b(step.encode(), digest_size=16).hexdigest() for step in schema.MIGRATIONS
    ]


def fill(folder: Folder) -> None:
    """Two days with an overlap, something unreadable, a paper withdrawn, two editions."""
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
    """Stores the present form and the hashes of all steps."""
    STORED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as away:
        folder = Folder(Path(away))
        fill(folder)
        made = (folder.root / "state" / "ledger.sqlite3").read_bytes()
    target = STORED / f"form-{len(schema.MIGRATIONS)}.sqlite3.gz"
    target.write_bytes(gzip.compress(made, mtime=0))
    STEPS.write_text(json.dumps(hashes(), indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{target}: {len(made)} bytes, {target.stat().st_size} packed\n")


if __name__ == "__main__":
    main()
