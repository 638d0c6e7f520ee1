"""The tables of the ledger, as an append-only list of migrations.

The schema version of a ledger is the number of migrations it has had. A released migration is
never edited, so some names are older than the words of today: `dialect` is the format of a dump,
`witness` the evidence for it, `standing` the fate of a sighting, `retired` are the removed topics
and `heirs` their successors.

Hashes of keys are random, so each new key changes another page of its table. Therefore keys stand
in a narrow table of their own, apart from the texts of papers.
"""

from __future__ import annotations

from digest.storage.ledger.schema import first_migration

APPLICATION_ID = 0x50444947  # "PDIG"; other programs' databases have another id

MIGRATIONS: tuple[str, ...] = (
    first_migration.FIRST_MIGRATION,
    """
    CREATE TABLE before_issue (
        issue INTEGER PRIMARY KEY REFERENCES issue,
        cursor INTEGER NOT NULL,
        summed INTEGER NOT NULL,
        filtered INTEGER NOT NULL,
        muted INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE waiting (
        edition TEXT NOT NULL,
        paper INTEGER NOT NULL,
        PRIMARY KEY (edition, paper)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE moved (
        paper INTEGER PRIMARY KEY REFERENCES paper,
        topic TEXT NOT NULL,
        name TEXT NOT NULL,
        moment TEXT NOT NULL
    ) STRICT;

    CREATE TABLE summary (
        hash BLOB PRIMARY KEY,
        moment TEXT NOT NULL,
        model TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
)
