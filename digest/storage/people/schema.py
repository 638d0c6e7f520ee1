"""The tables of the people database, as an append-only list of migrations.

They hold personal data, which stand nowhere else: neither in the ledger nor in its backups, in
logs or in anything that is published. A released migration is never edited.
"""

from __future__ import annotations

APPLICATION_ID = 0x50444550  # "PDEP"; other programs' databases have another id

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE subscriber (
        id INTEGER PRIMARY KEY,
        address TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        token TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        origin TEXT NOT NULL,
        since TEXT NOT NULL,
        asked TEXT,
        wish TEXT NOT NULL
    ) STRICT;

    CREATE TABLE consent (
        subscriber INTEGER NOT NULL REFERENCES subscriber ON DELETE CASCADE,
        moment TEXT NOT NULL,
        how TEXT NOT NULL,
        words TEXT NOT NULL
    ) STRICT;
    CREATE INDEX consent_of ON consent (subscriber);

    CREATE TABLE outage (
        channel TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE suppression (
        hash TEXT PRIMARY KEY,
        reason TEXT NOT NULL,
        moment TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE mailing (
        id INTEGER PRIMARY KEY,
        issue TEXT NOT NULL UNIQUE,
        edition TEXT NOT NULL,
        key TEXT NOT NULL,
        number INTEGER NOT NULL,
        moment TEXT NOT NULL,
        frozen TEXT NOT NULL,
        is_mailed INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE content (
        id INTEGER PRIMARY KEY,
        mailing INTEGER NOT NULL REFERENCES mailing ON DELETE CASCADE,
        hash TEXT NOT NULL,
        subject TEXT NOT NULL,
        papers TEXT NOT NULL,
        body BLOB,
        UNIQUE (mailing, hash)
    ) STRICT;

    CREATE TABLE mailed_paper (
        edition TEXT NOT NULL,
        paper TEXT NOT NULL,
        content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
        PRIMARY KEY (edition, paper, content)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mailed_paper_in ON mailed_paper (content);

    CREATE TABLE delivery (
        id INTEGER PRIMARY KEY,
        mailing INTEGER NOT NULL REFERENCES mailing ON DELETE CASCADE,
        subscriber INTEGER REFERENCES subscriber ON DELETE CASCADE,
        channel TEXT,
        content INTEGER REFERENCES content,
        state TEXT NOT NULL,
        since TEXT NOT NULL,
        due TEXT NOT NULL,
        planned TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        reason TEXT,
        UNIQUE (mailing, subscriber),
        UNIQUE (mailing, channel)
    ) STRICT;
    CREATE INDEX delivery_by_state ON delivery (state, due);
    CREATE INDEX delivery_of ON delivery (subscriber, mailing);
    CREATE INDEX delivery_with ON delivery (content) WHERE content IS NOT NULL;

    CREATE TABLE attempt (
        delivery INTEGER NOT NULL REFERENCES delivery ON DELETE CASCADE,
        moment TEXT NOT NULL,
        outcome TEXT NOT NULL,
        code INTEGER,
        reply TEXT NOT NULL
    ) STRICT;
    CREATE INDEX attempt_of ON attempt (delivery);

    CREATE TABLE report (
        id INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        subscriber INTEGER REFERENCES subscriber ON DELETE CASCADE,
        delivery INTEGER REFERENCES delivery ON DELETE SET NULL,
        moment TEXT NOT NULL,
        kind TEXT NOT NULL,
        status TEXT NOT NULL
    ) STRICT;
    CREATE INDEX report_of ON report (subscriber);
    CREATE INDEX report_about ON report (delivery);
    """,
    """
    CREATE TABLE letter (
        id INTEGER PRIMARY KEY,
        subscriber INTEGER NOT NULL REFERENCES subscriber ON DELETE CASCADE,
        kind TEXT NOT NULL,
        created TEXT NOT NULL,
        address TEXT,
        folded TEXT,
        token TEXT,
        wish TEXT,
        state TEXT NOT NULL,
        since TEXT NOT NULL,
        due TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        reason TEXT
    ) STRICT;
    CREATE INDEX letter_by_state ON letter (state, due);
    CREATE INDEX letter_of ON letter (subscriber, kind, created);
    CREATE INDEX letter_to ON letter (folded) WHERE folded IS NOT NULL;
    CREATE INDEX letter_with ON letter (token) WHERE token IS NOT NULL;

    CREATE TABLE address_change (
        id INTEGER PRIMARY KEY,
        subscriber INTEGER NOT NULL UNIQUE REFERENCES subscriber ON DELETE CASCADE,
        address TEXT NOT NULL,
        folded TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        asked TEXT NOT NULL
    ) STRICT;
    CREATE INDEX address_change_to ON address_change (folded);

    CREATE TABLE leave_reason (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        reason TEXT NOT NULL,
        words TEXT NOT NULL
    ) STRICT;

    -- AUTOINCREMENT: a delivery names a subscription by number, also after its end.
    CREATE TABLE hub_subscription (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed TEXT NOT NULL,
        callback TEXT NOT NULL,
        host TEXT NOT NULL,
        secret TEXT,
        until TEXT NOT NULL,
        version TEXT NOT NULL,
        UNIQUE (feed, callback)
    ) STRICT;
    CREATE INDEX hub_subscription_by_host ON hub_subscription (host);
    CREATE INDEX hub_subscription_by_version ON hub_subscription (feed, version);
    CREATE INDEX hub_subscription_until ON hub_subscription (until);

    -- AUTOINCREMENT: what is being verified may be replaced meanwhile.
    CREATE TABLE hub_request (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mode TEXT NOT NULL,
        feed TEXT NOT NULL,
        callback TEXT NOT NULL,
        host TEXT NOT NULL,
        secret TEXT,
        lease INTEGER NOT NULL,
        due TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        UNIQUE (feed, callback)
    ) STRICT;
    CREATE INDEX hub_request_due ON hub_request (due);
    CREATE INDEX hub_request_by_host ON hub_request (host);
    """,
)
