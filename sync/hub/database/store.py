"""The hub's database: SQLite in the hub's folder by default, PostgreSQL where a county has one.

Promises: what :meth:`Store.writing` ended with is on the disk (SQLite: WAL, synchronous=FULL); a block that raises
leaves nothing behind; a reader sees one moment and never waits for the writer.  On SQLite one block writes at a time;
on PostgreSQL as many as there are stations, in as many hubs as there are, each holding its station's row locked.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.hub.database import partitions
from sync.hub.database.tables import REVISION, alembic_version
from sync.hub.database.together import Together
from sync.hub.errors import HubBusy, HubFault

log = logging.getLogger("hub")

Result = TypeVar("Result")

#: Longer than any batch takes; whoever waited this long is told to come back, and a thread is free again.
WAIT_S = 10.0
#: As many as the server has threads: each may hold one connection, none waits for another's.
CONNECTIONS = 32
#: An entry of 2.1 kB would leave half of SQLite's usual page of 4 kB empty, on the disk and in every commit.
_PAGE = 8192
#: SQLite writes its log anew from the beginning but leaves the file as long as it once was: after a morning on which
#: some page was read for long while a county's backlog came in, for ever.  Twice what it comes to by itself, so that
#: no ordinary day cuts and lengthens it.
MAX_LOG = 16 * 1024 * 1024
#: A server of PostgreSQL admits 100 by default, and several hubs share one.
_POSTGRESQL_CONNECTIONS = 12
#: What PostgreSQL says when it became a standby.
_READ_ONLY = "25006"


class Store:
    """The open database of a hub."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's own way of waiting is unfair and sleeps; between processes it still does.
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else contextlib.nullcontext()
        self._together = Together(self._turn, self._writing, WAIT_S) if engine.dialect.name == "sqlite" else None
        self._days: set[int] = set()
        self._writes = True

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment.

        :raises HubBusy: if the database does not answer.
        """
        with _busy(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; on the disk when the block has ended.

        :raises HubBusy: if others were writing for too long, or the disk is full or failing.
        """
        with self._turn(), self._writing() as connection:
            yield connection

    def write_together(self, work: Callable[[Connection], Result], small: bool) -> Result:
        """What *work* gives, done in a transaction that on SQLite may be others' as well; *small* ones go first.

        *work* may be done twice, the second time after everything of the first was undone.

        :raises HubBusy: as :meth:`writing` does.
        """
        if self._together is not None:
            return self._together.write(work, small)
        with self.writing() as connection:
            return work(connection)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with _busy(), self._engine.connect() as connection:
                connection.execution_options(writes=True)
                with connection.begin():
                    yield connection
            self._note(None)
        except HubBusy as error:
            self._note(error)
            raise

    def make_room(self, day: int) -> None:
        """Make sure that what came on *day* (days since 1970) has somewhere to go.

        :raises HubBusy: if it could not be made.
        """
        if day not in self._days and self._engine.dialect.name == "postgresql":
            with self.writing() as connection:
                partitions.make(connection, day)
        self._days.add(day)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if isinstance(self._writer, contextlib.nullcontext):
            yield
            return
        if not self._writer.acquire(timeout=WAIT_S):
            error = HubBusy("store: others are writing")
            self._note(error)
            raise error
        try:
            yield
        finally:
            self._writer.release()

    def _note(self, error: HubBusy | None) -> None:
        if error is not None and self._writes:
            log.warning("%s; gates are told to come back", error)
        if error is None and not self._writes:
            log.info("store: writes again")
        self._writes = error is None

    def empty_log(self) -> None:
        """Leave nothing of what was deleted in SQLite's log; PostgreSQL's is its server's to rotate."""
        if self._engine.dialect.name == "sqlite":
            with self._turn(), _busy(), self._engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def create_store(place: Path | str) -> Store:
    """A new database at *place*, a path for SQLite or a URL for PostgreSQL; one that is there is brought up to date.

    :raises HubFault: if there can be none, or one that a newer program made.
    """
    from sync.hub.database.upgrade import upgrade

    url = _parsed(place)
    with _kept_if_well(Store(_engine(url))) as store:
        found = _revision(store)
        if found is not None and found > REVISION:
            raise _newer(url, found)
        with store.writing() as connection:
            upgrade(connection)
    return store


def open_store(place: Path | str) -> Store:
    """The database at *place*, a path for SQLite or a URL for PostgreSQL.

    :raises HubFault: if there is none, or another version of this program made it.
    """
    if isinstance(place, Path) and not place.is_file():
        raise HubFault(f"{place}: there is no hub here; run: python -m sync.hub init --state {place.parent}")
    url = _parsed(place)
    with _kept_if_well(Store(_engine(url))) as store:
        found = _revision(store)
        if found is None:
            raise HubFault(f"{_shown(url)}: there is no hub here; run: python -m sync.hub init")
        if found > REVISION:
            raise _newer(url, found)
        if found < REVISION:
            raise HubFault(
                f"{_shown(url)}: made by an older version of this program ({found}, this one has {REVISION});"
                " make a backup, then run: python -m sync.hub upgrade"
            )
    return store


def _newer(url: URL, found: str) -> HubFault:
    return HubFault(f"{_shown(url)}: made by a newer version of this program ({found}, this one has {REVISION})")


@contextlib.contextmanager
def _kept_if_well(store: Store) -> Iterator[Store]:
    try:
        yield store
    except BaseException:
        store.close()
        raise


def is_empty(place: Path | str) -> bool:
    """Whether there is no hub's database at *place*.

    :raises HubFault: if nobody can tell.
    """
    store = Store(_engine(_parsed(place)))
    try:
        return _revision(store) is None
    except HubBusy as error:
        raise HubFault(f"database: {error}") from None
    finally:
        store.close()


def _revision(store: Store) -> str | None:
    """Which step the store stands at, None if it is empty; "0001" also where there were no steps yet."""
    with store.reading() as connection:
        tables = inspect(connection)
        if tables.has_table(alembic_version.name):
            return str(connection.execute(select(alembic_version.c.version_num)).scalar_one())
        return "0001" if tables.has_table("entry") else None


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise HubBusy(f"store: {getattr(error, 'orig', error)}") from error
    except IntegrityError as error:
        # Another hub wrote the same row between our look and our write; the next try sees it.
        raise HubBusy("store: another hub wrote the same") from error
    except DBAPIError as error:
        if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
            raise HubBusy(f"store: {error.orig}") from error
        raise


def _parsed(place: Path | str) -> URL:
    if isinstance(place, Path):
        return URL.create("sqlite", database=str(place))
    try:
        parsed = make_url(place)
    except ArgumentError:
        raise HubFault("database: expected postgresql://USER@HOST/NAME") from None
    if parsed.get_backend_name() != "postgresql":
        raise HubFault(f"database: {parsed.get_backend_name()!r} is not served by URL; postgresql is")
    return parsed


def _shown(url: URL) -> str:
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _engine(url: URL) -> Engine:
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _postgresql(url: URL) -> Engine:
    limit_ms = int(WAIT_S * 1000)
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={
                "connect_timeout": int(WAIT_S),
                # A hub that lost its power while it held a row: the server finds out by itself.
                "options": f"-c lock_timeout={limit_ms} -c tcp_keepalives_idle=10 -c timezone=UTC",
            },
            isolation_level="READ COMMITTED",
            pool_size=_POSTGRESQL_CONNECTIONS,
            max_overflow=0,
            pool_timeout=WAIT_S,
            # The server may have been restarted since.
            pool_pre_ping=True,
        )
    except ModuleNotFoundError:
        raise HubFault("database: PostgreSQL needs psycopg; install checkpoint-station[postgresql]") from None


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        # Transactions are begun by _begin, not guessed from the statements.
        connect_args={"timeout": WAIT_S, "check_same_thread": False, "isolation_level": None},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_S,
        # Each connection has pages in memory: the one used last has the right ones, and the others stay few.
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Heard only by a file that is still empty.
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    # Fetching the row is what makes SQLite report an I/O error of this statement.
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON").fetchone()
    connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG}").fetchone()


def _begin(connection: Connection) -> None:
    # A writer that begins as a reader may find that it cannot become one.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
