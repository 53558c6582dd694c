"""The register file's schema, step by step.

Steps are numbered by their place, appended and never edited; a step and its number are written in one
transaction.  A file from a newer program is refused.
"""

from __future__ import annotations

import sqlite3

from station.register.errors import NewerRegister

#: ``document`` on a row says which order brought it; ``applied`` which one is in force for its kind.
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE document (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        number INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE applied (
        kind TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE resident (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        place TEXT NOT NULL,
        compound TEXT NOT NULL,
        household TEXT NOT NULL,
        last4 TEXT NOT NULL,
        phone4 TEXT NOT NULL,
        klass TEXT NOT NULL,
        plates TEXT NOT NULL,
        tags TEXT NOT NULL,
        code BLOB,
        readings TEXT NOT NULL,
        terms TEXT NOT NULL,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX resident_by_household ON resident (household);
    CREATE INDEX resident_by_code ON resident (code) WHERE code IS NOT NULL;
    CREATE TABLE vehicle (
        plate TEXT NOT NULL,
        resident INTEGER NOT NULL,
        document INTEGER NOT NULL,
        PRIMARY KEY (plate, resident)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE term (
        kind INTEGER NOT NULL,
        term TEXT NOT NULL,
        resident INTEGER NOT NULL,
        PRIMARY KEY (kind, term, resident)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE status (
        person TEXT NOT NULL,
        household TEXT NOT NULL,
        status TEXT NOT NULL,
        category TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER,
        responsible TEXT NOT NULL,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX status_by_person ON status (person);
    CREATE INDEX status_by_household ON status (household);
    CREATE TABLE closed (
        closed TEXT NOT NULL,
        compound TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER,
        reason TEXT NOT NULL,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX closed_by_area ON closed (closed);
    CREATE TABLE risk_area (
        risk TEXT NOT NULL,
        level TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE known_pass (
        id BLOB PRIMARY KEY,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        resident TEXT NOT NULL,
        holder TEXT NOT NULL,
        leave INTEGER NOT NULL,
        enter INTEGER NOT NULL,
        minutes_out INTEGER,
        outings_a_day INTEGER,
        document INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX known_pass_by_resident ON known_pass (resident);
    CREATE TABLE notice (
        id TEXT PRIMARY KEY,
        place INTEGER NOT NULL,
        text TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER,
        spoken INTEGER NOT NULL,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE paper (
        kind TEXT PRIMARY KEY,
        content BLOB NOT NULL,
        document INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE search_index (
        version INTEGER NOT NULL
    ) STRICT;
    INSERT INTO search_index VALUES (0);
    """,
)


def migrate(db: sqlite3.Connection, path: str) -> None:
    """Bring the open register at *path* to the newest step.

    :raises NewerRegister: if its number is beyond ours.
    """
    (number,) = db.execute("PRAGMA user_version").fetchone()
    if number > len(STEPS):
        raise NewerRegister(
            f"{path}: written by a newer program (schema {number}, this one knows {len(STEPS)}); "
            "install the newer version again"
        )
    for step in range(number, len(STEPS)):
        db.executescript(f"BEGIN IMMEDIATE; {STEPS[step]} PRAGMA user_version = {step + 1}; COMMIT;")
