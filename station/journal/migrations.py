"""The journal file's schema, step by step.

Steps are numbered by their place, appended and never edited; a step and its number are written in one
transaction, so a power cut leaves the old file or the new one.  A file from a newer program is refused.
"""

from __future__ import annotations

import sqlite3

from station.errors import StationError

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE epoch (
        epoch INTEGER PRIMARY KEY,
        station TEXT NOT NULL,
        public_key BLOB NOT NULL,
        start BLOB NOT NULL,
        machine TEXT NOT NULL
    ) STRICT;
    CREATE TABLE entry (
        epoch INTEGER NOT NULL REFERENCES epoch,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        header BLOB NOT NULL,
        hash BLOB NOT NULL,
        sig BLOB NOT NULL,
        personal BLOB,
        salt BLOB,
        sealed BLOB,
        PRIMARY KEY (epoch, seq)
    ) STRICT;
    CREATE INDEX entry_urgent ON entry (epoch, seq) WHERE kind IN ('case.opened', 'case.escalated');
    CREATE TABLE receipt (
        epoch INTEGER PRIMARY KEY,
        contiguous_seq INTEGER NOT NULL,
        highest_seq INTEGER NOT NULL,
        quarantined INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        received_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE waiting (
        visit TEXT PRIMARY KEY,
        tag INTEGER NOT NULL,
        since_ms INTEGER NOT NULL,
        facts TEXT NOT NULL,
        personal TEXT
    ) STRICT;
    CREATE TABLE fever_case (
        visit TEXT PRIMARY KEY,
        opened_ms INTEGER NOT NULL,
        cause TEXT NOT NULL,
        steps TEXT NOT NULL,
        ended INTEGER NOT NULL,
        personal TEXT
    ) STRICT;
    CREATE TABLE applied (
        kind TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT;
    CREATE TABLE recent (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        what TEXT NOT NULL,
        direction TEXT NOT NULL,
        masked TEXT NOT NULL,
        void INTEGER NOT NULL,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE passage (
        key TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        direction TEXT NOT NULL,
        class TEXT NOT NULL,
        masked TEXT NOT NULL,
        last4 TEXT NOT NULL,
        place TEXT NOT NULL,
        pass TEXT NOT NULL,
        due_ms INTEGER,
        trip TEXT NOT NULL,
        people INTEGER NOT NULL,
        PRIMARY KEY (key, epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX passage_by_entry ON passage (epoch, seq);
    CREATE INDEX passage_by_time ON passage (at_ms);
    """,
    """
    CREATE TABLE unfinished (
        visit TEXT PRIMARY KEY,
        facts TEXT NOT NULL,
        personal TEXT
    ) STRICT;
    CREATE TABLE unfilled (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE handed (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        visit TEXT NOT NULL,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE INDEX entry_kept ON entry (epoch, seq) WHERE personal IS NOT NULL OR sealed IS NOT NULL;
    """,
    """
    CREATE TABLE learned (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        device TEXT NOT NULL,
        site TEXT NOT NULL,
        mode TEXT NOT NULL,
        direction TEXT NOT NULL,
        rested INTEGER NOT NULL,
        centi_celsius INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        ambient_centi INTEGER,
        stood_out INTEGER NOT NULL,
        PRIMARY KEY (epoch, seq, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX learned_kind ON learned (device, site, mode, direction, rested, epoch, seq);
    CREATE TABLE calibrated (
        device TEXT PRIMARY KEY,
        facts TEXT NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE visitor (
        registration TEXT PRIMARY KEY,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        klass TEXT NOT NULL,
        masked TEXT NOT NULL,
        last4 TEXT NOT NULL,
        phone4 TEXT NOT NULL,
        place TEXT NOT NULL,
        host TEXT NOT NULL,
        plate TEXT NOT NULL,
        purpose TEXT NOT NULL,
        due TEXT NOT NULL,
        same_epoch INTEGER,
        same_seq INTEGER
    ) STRICT;
    CREATE INDEX visitor_entry ON visitor (epoch, seq);
    CREATE INDEX visitor_same ON visitor (same_epoch, same_seq);
    CREATE TRIGGER visitor_forgotten AFTER UPDATE OF personal ON entry WHEN NEW.personal IS NULL
    BEGIN DELETE FROM visitor WHERE epoch = NEW.epoch AND seq = NEW.seq; END;
    """,
    """
    CREATE TABLE note (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        facts TEXT NOT NULL,
        personal TEXT,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE duty (
        post INTEGER PRIMARY KEY CHECK (post = 1),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        operator TEXT NOT NULL,
        name TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        opened_ms INTEGER
    ) STRICT;
    """,
    # Every append paid for it, and only a void, a few times a day, and the nightly forgetting asked it; both walk the
    # table now, which holds some twenty thousand moves at most.
    """
    DROP INDEX passage_by_entry;
    """,
    """
    CREATE TABLE contradicted (
        epoch INTEGER PRIMARY KEY REFERENCES epoch,
        held_seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
    """,
)


class NewerJournal(StationError, RuntimeError):
    """The file was written by a newer program; an older one must not touch it."""

    code = "journal_newer"


def migrate(db: sqlite3.Connection, path: str) -> None:
    """Bring the open journal at *path* to the newest step.

    :raises NewerJournal: if its number is beyond ours.
    """
    (number,) = db.execute("PRAGMA user_version").fetchone()
    if number > len(STEPS):
        raise NewerJournal(
            f"{path}: written by a newer program (schema {number}, this one knows {len(STEPS)}); "
            "install the newer version again"
        )
    for step in range(number, len(STEPS)):
        db.executescript(f"BEGIN IMMEDIATE; {STEPS[step]} PRAGMA user_version = {step + 1}; COMMIT;")
