"""Who was registered here before, read from the journal's own table, masked as it is there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from station.errors import StationError
from station.facts import PersonClass
from station.registration.form import Returning

_COLUMNS = "registration, epoch, seq, at_ms, klass, masked, last4, phone4, place, host, plate, purpose, due"
#: Whoever came again stands once in the list, as of the newest time.
_NEWEST = (
    "NOT EXISTS (SELECT 1 FROM visitor AS later"
    " WHERE later.same_epoch = visitor.epoch AND later.same_seq = visitor.seq)"
)


class VisitorsUnavailable(StationError, OSError):
    """The journal cannot be read just now; somebody who comes again is then registered anew."""

    code = "journal_unavailable"


class Visitors:
    """The table ``visitor`` of the journal at *path*, each question a short read on a connection of its own.

    :raises VisitorsUnavailable: from every method, if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def latest(self, limit: int) -> Sequence[Returning]:
        """The last who were registered, newest first."""
        return self._read(f"WHERE {_NEWEST} ORDER BY epoch DESC, seq DESC LIMIT ?", limit)

    def find(self, digits: str, limit: int) -> Sequence[Returning]:
        """Who fits the end of an ID or telephone number or of a plate, newest first."""
        begins = "(instr(last4, ?1) = 1 OR instr(phone4, ?1) = 1 OR instr(plate, ?1) > 0)"
        return self._read(f"WHERE {begins} AND {_NEWEST} ORDER BY epoch DESC, seq DESC LIMIT ?2", digits, limit)

    def one(self, registration: str) -> Returning | None:
        """That registration."""
        return next(iter(self._read("WHERE registration = ?", registration)), None)

    def due(self, limit: int) -> Sequence[Returning]:
        """Who has something to be filled in, oldest first."""
        return self._read(f"WHERE due != '[]' AND {_NEWEST} ORDER BY epoch, seq LIMIT ?", limit)

    def _read(self, condition: str, *arguments: object) -> list[Returning]:
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=1)) as db:
                rows = db.execute(f"SELECT {_COLUMNS} FROM visitor {condition}", arguments).fetchall()
        except sqlite3.Error as error:
            raise VisitorsUnavailable(f"{self._path}: visitors cannot be read ({error})") from error
        return [_returning(row) for row in rows]


def _returning(row: tuple[Any, ...]) -> Returning:
    registration, epoch, seq, at_ms, klass, masked, last4, phone4, place, host, plate, purpose, due = row
    return Returning(
        registration,
        (epoch, seq),
        at_ms,
        PersonClass(klass),
        masked,
        last4,
        phone4,
        place,
        host,
        plate,
        purpose,
        tuple(json.loads(due)),
    )
