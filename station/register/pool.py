"""A few read-only connections that threads lend and give back."""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.register.errors import RegisterFailed

#: A search takes about a millisecond: four serve 32 threads, each with a cache of its own.
READERS = 4
#: Nothing holds one longer than milliseconds; a disk that hangs is an error, not a wait without end.
LEND_TIMEOUT_S = 5.0
#: A writer's checkpoint can lock for a moment.
BUSY_TIMEOUT_S = 5.0


class Readers:
    """The connections to the register at *path*."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue(READERS)
        for _ in range(READERS):
            self._free.put(self._open())

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection for as long as the block takes; never two threads at once.

        :raises RegisterFailed: if none comes free, or the file cannot be read.
        """
        try:
            db = self._free.get(timeout=LEND_TIMEOUT_S)
        except queue.Empty:
            raise RegisterFailed(
                f"{self._path}: busy for {LEND_TIMEOUT_S:.0f} s; does the disk still answer?"
            ) from None
        try:
            yield db
        except sqlite3.Error as error:
            raise RegisterFailed(f"{self._path}: cannot be read ({error}); is the card damaged?") from error
        finally:
            self._free.put(db)

    def close(self) -> None:
        """Close all of them; those that are lent when they come back."""
        for _ in range(READERS):
            self._free.get(timeout=LEND_TIMEOUT_S).close()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            f"file:{_quoted(self._path)}?mode=ro",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        db.execute("PRAGMA query_only = ON")
        return db


def _quoted(path: Path) -> str:
    return path.resolve().as_uri().removeprefix("file://")
