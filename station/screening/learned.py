"""The readings behind the gate's own normal, kept as a projection of the journal.

Each entry says under ``learned`` what is learned from it; these are the newest of each kind of reading, so that a
restart needs not read the journal again; and beside them the last word on each device's offset.  Runs inside the
append's own transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from station import kinds
from station.wire.canonical import canonical
from station.wire.entry import Header

#: Of each kind of reading; a normal rests on 300, and those who stood out stand between them.
KEEP = 1_000
#: Older rows are looked for once in so many entries: each kind then has at most KEEP and a few of these.
TRIM_EVERY = 100

_KIND = ("device", "site", "mode", "direction", "rested")
_NAMES = (*_KIND, "centi_celsius", "at_ms", "ambient_centi", "stood_out")


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header) -> None:
    """Bring the tables up to date with the entry (*epoch*, *seq*)."""
    if header.kind == kinds.DEVICE_CALIBRATED:
        calibrated = (header.facts["device"], canonical(header.facts).decode())
        db.execute("INSERT OR REPLACE INTO calibrated VALUES (?, ?)", calibrated)
    for place, row in enumerate(header.facts.get("learned", ())):
        values = (epoch, seq, place, *(_plain(row[name]) for name in _NAMES))
        db.execute("INSERT INTO learned VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    if seq % TRIM_EVERY == 0:
        _trim(db)


def rows(read: Callable[[str], Sequence[Sequence[Any]]]) -> list[dict[str, Any]]:
    """What was learned, oldest first; *read* runs a query."""
    found = read(f"SELECT {', '.join(_NAMES)} FROM learned ORDER BY epoch, seq, place")
    return [dict(zip(_NAMES, row, strict=True)) for row in found]


def _trim(db: sqlite3.Connection) -> None:
    for kind in db.execute(f"SELECT DISTINCT {', '.join(_KIND)} FROM learned").fetchall():
        where = " AND ".join(f"{name} = ?" for name in _KIND)
        last = db.execute(
            f"SELECT epoch, seq FROM learned WHERE {where} ORDER BY epoch DESC, seq DESC LIMIT 1 OFFSET ?",
            (*kind, KEEP),
        ).fetchone()
        if last is not None:
            db.execute(f"DELETE FROM learned WHERE {where} AND (epoch, seq) <= (?, ?)", (*kind, *last))


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
