"""register.db: what a document of the office can bring again.

Promises:

1. An order is in force whole or not at all, also after a power cut; a reader sees the old or the new, never both.
2. ``applied`` says which order that is, in the same transaction.
3. Every row names the document that brought it.
4. No whole ID or phone number is in the file.

The desk's process is the only writer; any thread may read.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from station.office.orders import OrderRefused
from station.register import documents, list_orders
from station.register.answers import Answers
from station.register.errors import RegisterFailed
from station.register.index import refresh
from station.register.pool import BUSY_TIMEOUT_S, Readers
from station.register.roster_order import apply_roster
from station.register.schema import migrate
from station.register.search import search
from station.wire.order import Order, OrderKind

#: The writer's page cache in KiB: the sorter of the index works within it, whatever the size of the roster.
CACHE_KIB = 16_384

_APPLY: dict[OrderKind, Callable[[sqlite3.Connection, Order, int], None]] = {
    OrderKind.ROSTER: apply_roster,
    OrderKind.ISOLATION: list_orders.apply_isolation,
    OrderKind.PASSES: list_orders.apply_passes,
    OrderKind.NOTICES: list_orders.apply_notices,
    **dict.fromkeys(list_orders.PAPERS, list_orders.apply_paper),
}


class Register(Answers):
    """The register at *path*, made if it is not there.

    With *read_only* nothing is made or changed, for a program beside the desk.

    :raises RegisterFailed: if the file cannot be opened or is no register.
    :raises NewerRegister: if a newer program wrote it.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        try:
            if not read_only:
                self._writer = _open_writer(self.path)
            self._readers = Readers(self.path)
            with self._readers.lend() as db:
                db.execute("SELECT count(*) FROM applied").fetchone()
                # Loads the table of characters now, and not under the first key that is pressed.
                search(db, "查", 1)
        except sqlite3.Error as error:
            raise RegisterFailed(
                f"{self.path}: cannot be opened ({error}); move it away and let the office send its lists again"
            ) from error

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._readers.close()
        if self._writer is not None:
            self._writer.close()

    def apply(self, order: Order, at_ms: int) -> None:
        """Put *order* in force at *at_ms*, whole or not at all; the one in force is taken as done.

        A roster takes some milliseconds for each hundred people; readers are never held up.

        :raises OrderRefused: ``order_old``, ``order_base``, or ``order_unknown`` for a kind that is not kept here.
        :raises ContentError: if its content is not in its form.
        :raises RegisterFailed: if the file cannot be written.
        """
        apply = _APPLY.get(order.kind)
        if apply is None:
            raise OrderRefused("order_unknown", f"{order.kind} {order.number}: the register keeps no such orders")
        if self._writer is None:
            raise RegisterFailed(f"{self.path}: opened for reading only")
        with self._lock:
            try:
                if documents.is_new(self._writer, order):
                    apply(self._writer, order, at_ms)
                    self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error as error:
                raise RegisterFailed(
                    f"{self.path}: {order.kind} {order.number} not written ({error}); is the card full?"
                ) from error


def _open_writer(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        # Without taking the row, an error of the disk is not raised.
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON").fetchone()
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        migrate(db, str(path))
        refresh(db)
    except BaseException:
        db.close()
        raise
    return db
