"""Several pieces of work in one transaction: where one block writes at a time, whoever waits joins.

A commit is a wait for the disk, and on a slow one most of a batch's time.  Whoever's turn it is takes along what waits
behind it, and all of it is on the disk before any of it is answered.  Where one piece breaks, nothing of the
transaction is kept and each is written again alone, so that nobody suffers for another's batch.

Small pieces (an urgent entry, a gate that keeps up) go before large ones, but never instead of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection

from sync.hub.errors import HubBusy

Result = TypeVar("Result")

#: Small pieces of one transaction: each is a few rows.
_SMALL = 8
#: Large ones: 500 rows each, and the first of them waits for the last.
_LARGE = 4


class _Piece:
    """What one thread wants written, and what came of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: Exception | None = None
        #: On the disk, or failed with ``error``.
        self.over = threading.Event()


class Together:
    """Writes what several threads bring at once.

    *turn* makes its thread the one that writes; in it, *writing* is a transaction.  Both raise HubBusy.
    """

    def __init__(
        self,
        turn: Callable[[], AbstractContextManager[None]],
        writing: Callable[[], AbstractContextManager[Connection]],
        wait_s: float,
    ) -> None:
        self._turn = turn
        self._writing = writing
        self._wait_s = wait_s
        self._lock = threading.Lock()
        # Bounded by the threads of the server: each waits here with one.
        self._small: deque[_Piece] = deque()
        self._large: deque[_Piece] = deque()

    def write(self, work: Callable[[Connection], Result], small: bool) -> Result:
        """Do *work* in a transaction, perhaps with others'; on the disk when this returns.

        *work* may be done twice, the second time after everything of the first was undone.

        :raises HubBusy: if others were writing for too long, or the disk is full or failing.
        """
        piece, queue = _Piece(work), self._small if small else self._large
        with self._lock:
            queue.append(piece)
        while not piece.over.is_set():
            try:
                with self._turn():
                    if not piece.over.is_set():
                        self._write(self._next())
            except HubBusy:
                with self._lock:
                    if piece in queue:
                        queue.remove(piece)
                        raise
                # Somebody has taken it along and is writing it.
                if not piece.over.wait(self._wait_s):
                    raise
        if piece.error is not None:
            raise piece.error
        result: Result = piece.result
        return result

    def _next(self) -> list[_Piece]:
        with self._lock:
            small = [self._small.popleft() for _ in range(min(_SMALL, len(self._small)))]
            return small + [self._large.popleft() for _ in range(min(_LARGE, len(self._large)))]

    def _write(self, pieces: list[_Piece]) -> None:
        error: Exception | None = None
        try:
            with self._writing() as connection:
                for piece in pieces:
                    piece.result = piece.work(connection)
        except Exception as raised:
            error = raised
        if error is not None and len(pieces) > 1:
            for piece in pieces:
                self._write([piece])
            return
        for piece in pieces:
            piece.error = error
            piece.over.set()
