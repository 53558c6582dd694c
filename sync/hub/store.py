"""The hub's database: SQLite by default, one writer at a time.

Promises: what :meth:`Store.writing` ended with is on the disk (WAL, synchronous=FULL); a block that raises leaves
nothing behind; a reader sees one moment and never waits for the writer.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import OperationalError

from sync.hub.errors import HubBusy, HubFault
from sync.hub.tables import SCHEMA, metadata, schema

log = logging.getLogger("hub")

#: Longer than any batch takes; whoever waited this long is told to come back, and a thread is free again.
WAIT_S = 10.0
#: As many as the server has threads: each may hold one connection, none waits for another's.
CONNECTIONS = 32


class Store:
    """The open database of a hub."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's own way of waiting is unfair and sleeps; between processes it still does.
        self._writer = threading.Lock()
        self._writes = True

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment.

        :raises HubBusy: if the database does not answer.
        """
        with _busy(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction that may write; on the disk when the block has ended.

        :raises HubBusy: if others were writing for too long, or the disk is full or failing.
        """
        if not self._writer.acquire(timeout=WAIT_S):
            raise HubBusy("store: others are writing")
        try:
            with _busy(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                yield connection
            self._note(None)
        except HubBusy as error:
            self._note(error)
            raise
        finally:
            self._writer.release()

    def _note(self, error: HubBusy | None) -> None:
        if error is not None and self._writes:
            log.warning("%s; gates are told to come back", error)
        if error is None and not self._writes:
            log.info("store: writes again")
        self._writes = error is None

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def create_store(path: Path) -> Store:
    """A new database at *path*."""
    store = Store(_sqlite(path))
    with store.writing() as connection:
        metadata.create_all(connection)
        connection.execute(insert(schema), {"version": SCHEMA})
    return store


def open_store(path: Path) -> Store:
    """The database at *path*.

    :raises HubFault: if there is none, or another version of this program made it.
    """
    if not path.is_file():
        raise HubFault(f"{path}: there is no hub here; run: python -m sync.hub init --state {path.parent}")
    store = Store(_sqlite(path))
    with store.reading() as connection:
        version = connection.execute(select(schema.c.version)).scalar_one()
    if version != SCHEMA:
        raise HubFault(f"{path}: made by another version of this program ({version}, this one has {SCHEMA})")
    return store


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise HubBusy(f"store: {error.orig}") from error


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # Transactions are begun by _begin, not guessed from the statements.
        connect_args={"timeout": WAIT_S, "check_same_thread": False, "isolation_level": None},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_S,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Fetching the row is what makes SQLite report an I/O error of this statement.
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON").fetchone()


def _begin(connection: Connection) -> None:
    # A writer that begins as a reader may find that it cannot become one.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
