"""The first migration of the ledger: the tables it began with.

It is released, and never edited; the package says why some of its names are older than the words of
today.
"""

FIRST_MIGRATION = """
    CREATE TABLE intake (
        number INTEGER PRIMARY KEY,
        moment TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('live', 'history')),
        version TEXT NOT NULL,
        dumps INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        new INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        known INTEGER NOT NULL,
        repeated INTEGER NOT NULL,
        rejected INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE dump (
        id INTEGER PRIMARY KEY,
        intake INTEGER NOT NULL REFERENCES intake,
        name TEXT NOT NULL,
        content BLOB NOT NULL UNIQUE,
        modified TEXT,
        dialect TEXT NOT NULL,
        source TEXT NOT NULL,
        page_date TEXT,
        witness TEXT NOT NULL,
        stated INTEGER,
        entries INTEGER NOT NULL,
        short INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX dump_source ON dump (source, page_date);
    CREATE INDEX dump_of_source ON dump (source) WHERE entries > 0;

    CREATE TABLE reject (
        dump INTEGER NOT NULL REFERENCES dump,
        line INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;

    CREATE TABLE file (
        name TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        content BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE quarantine (
        content BLOB PRIMARY KEY,
        name TEXT NOT NULL,
        reason TEXT NOT NULL,
        version TEXT NOT NULL,
        moment TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE paper (
        id INTEGER PRIMARY KEY,
        guid TEXT NOT NULL,
        intake INTEGER NOT NULL REFERENCES intake,
        first_seen TEXT NOT NULL,
        page_date TEXT,
        late_from TEXT,
        arxiv_id TEXT,
        doi TEXT,
        title TEXT NOT NULL,
        abstract TEXT,
        facts TEXT NOT NULL,
        revised INTEGER,
        alias_of INTEGER REFERENCES paper,
        withdrawn TEXT
    ) STRICT;
    CREATE INDEX paper_intake ON paper (intake);
    CREATE INDEX paper_revised ON paper (revised) WHERE revised IS NOT NULL;
    CREATE INDEX paper_alias ON paper (alias_of) WHERE alias_of IS NOT NULL;
    CREATE INDEX paper_withdrawn ON paper (withdrawn) WHERE withdrawn IS NOT NULL;

    CREATE TABLE paper_key (
        hash BLOB NOT NULL,
        paper INTEGER NOT NULL,
        PRIMARY KEY (hash, paper)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX paper_without_id ON paper (id) WHERE arxiv_id IS NULL AND doi IS NULL;

    CREATE TABLE block (
        paper INTEGER NOT NULL,
        hash INTEGER NOT NULL,
        PRIMARY KEY (paper, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX block_hash ON block (hash);

    CREATE TABLE variant (
        paper INTEGER NOT NULL,
        fingerprint BLOB NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (paper, fingerprint)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sighting (
        paper INTEGER NOT NULL,
        dump INTEGER NOT NULL,
        line INTEGER NOT NULL,
        standing TEXT NOT NULL,
        because TEXT NOT NULL,
        upvotes INTEGER,
        comments INTEGER,
        stars INTEGER,
        words TEXT,
        PRIMARY KEY (paper, dump, line)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE change (
        id INTEGER PRIMARY KEY,
        intake INTEGER NOT NULL REFERENCES intake,
        paper INTEGER NOT NULL,
        kind TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL
    ) STRICT;
    CREATE INDEX change_intake ON change (intake);

    CREATE TABLE edition (
        name TEXT PRIMARY KEY,
        since INTEGER NOT NULL,
        cursor INTEGER NOT NULL,
        summed INTEGER NOT NULL,
        number INTEGER NOT NULL,
        filtered INTEGER NOT NULL,
        muted INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE issue (
        id INTEGER PRIMARY KEY,
        edition TEXT NOT NULL REFERENCES edition,
        date TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        number INTEGER NOT NULL,
        moment TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('live', 'history')),
        verdict TEXT NOT NULL,
        papers INTEGER NOT NULL,
        body BLOB NOT NULL,
        published INTEGER NOT NULL DEFAULT 0,
        span TEXT,
        UNIQUE (edition, date, ordinal),
        UNIQUE (edition, number)
    ) STRICT;
    CREATE INDEX issue_unpublished ON issue (id) WHERE published = 0;

    CREATE TABLE issued (
        edition TEXT NOT NULL,
        paper INTEGER NOT NULL,
        issue INTEGER NOT NULL REFERENCES issue,
        upvotes INTEGER,
        comments INTEGER,
        stars INTEGER,
        PRIMARY KEY (edition, paper)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX issued_issue ON issued (issue);

    CREATE TABLE topic_count (
        edition TEXT NOT NULL,
        unit TEXT NOT NULL CHECK (unit IN ('day', 'month')),
        span TEXT NOT NULL,
        topic TEXT NOT NULL,
        name TEXT NOT NULL,
        papers INTEGER NOT NULL,
        also INTEGER NOT NULL,
        PRIMARY KEY (edition, unit, span, topic)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE title_phrase (
        edition TEXT NOT NULL,
        number INTEGER NOT NULL,
        date TEXT NOT NULL,
        papers INTEGER NOT NULL,
        phrases TEXT NOT NULL,
        PRIMARY KEY (edition, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX title_phrase_date ON title_phrase (edition, date);

    CREATE TABLE retired (
        topic TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        moment TEXT NOT NULL,
        papers INTEGER NOT NULL,
        heirs TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE risen (
        edition TEXT NOT NULL,
        paper INTEGER NOT NULL,
        attention INTEGER NOT NULL,
        PRIMARY KEY (edition, paper)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE due (
        edition TEXT NOT NULL,
        date TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('issued', 'open', 'empty', 'caught up', 'missed')),
        by_date TEXT,
        issue INTEGER REFERENCES issue,
        PRIMARY KEY (edition, date)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE page (
        path TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        hash BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
