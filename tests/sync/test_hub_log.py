"""SQLite's log does not stay as long as it was on the worst morning."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from sync.hub.database.bulk import add_rows
from sync.hub.database.store import MAX_LOG, create_store
from sync.hub.database.tables import part

#: Eight of them are longer than the log may stay.
SEALED = bytes(MAX_LOG // 8)


def test_a_log_that_a_long_look_made_long_is_cut_when_the_look_is_over(tmp_path: Path) -> None:
    store, log = create_store(tmp_path / "hub.db"), tmp_path / "hub.db-wal"

    def take(connection: Connection, seq: int) -> None:
        add_rows(connection, part, [("east", 1, seq, 5, None, None, SEALED)])

    with store.reading() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM part").one()
        for seq in range(1, 12):
            with store.writing() as connection:
                take(connection, seq)
        assert log.stat().st_size > MAX_LOG
    # The first one after it takes the log up to its end into the file, the next begins it anew.
    for seq in range(12, 14):
        with store.writing() as connection:
            take(connection, seq)
    assert log.stat().st_size <= MAX_LOG
    store.close()
