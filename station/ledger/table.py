"""The ledger's table in the journal: station/ledger/ledger.py on the disk, in the append's own transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from station import kinds
from station.facts import Direction, PersonClass
from station.ledger.ledger import LOOK_BACK_MS, Move, kept, moves_of, overtaken
from station.wire.entry import ClockState, Header

COLUMNS = "key, epoch, seq, at_ms, direction, class, masked, last4, place, pass, due_ms, trip, people"
#: Every move, for the desk's copy at its start.
SELECT = f"SELECT {COLUMNS} FROM passage ORDER BY epoch, seq, key"
_INSERT = f"INSERT OR REPLACE INTO passage ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#: As much of somebody's moves as says which of them are kept.
_TIMES = "SELECT epoch, seq, at_ms FROM passage WHERE key = ? ORDER BY epoch, seq"


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: Mapping[str, Any] | None) -> None:
    """Bring the table up to date with one entry."""
    facts = header.facts
    if header.kind == kinds.ENTRY_VOIDED:
        db.execute("DELETE FROM passage WHERE epoch = ? AND seq = ?", tuple(facts["voids"]))
    for move in moves_of(epoch, seq, header.kind, header.at_ms, facts, personal):
        before = db.execute(_TIMES, (move.key,)).fetchall()
        held_ms = [row[2] for row in before]
        if overtaken(held_ms, move, facts):
            continue
        stay = kept([*held_ms, move.at_ms])
        if len(stay) <= len(before):
            gone = [(move.key, *before[at][:2]) for at in set(range(len(before))).difference(stay)]
            db.executemany("DELETE FROM passage WHERE key = ? AND epoch = ? AND seq = ?", gone)
        db.execute(_INSERT, _row(move))
    if header.clock in (ClockState.SYNCED, ClockState.RTC):
        # A clock that nobody vouches for forgets nobody.
        db.execute("DELETE FROM passage WHERE at_ms < ?", (header.at_ms - LOOK_BACK_MS,))


def moves(rows: Iterable[tuple[Any, ...]]) -> list[Move]:
    """The moves in *rows* of :data:`COLUMNS`."""
    return [Move(row[0], row[1], row[2], row[3], Direction(row[4]), PersonClass(row[5]), *row[6:]) for row in rows]


def _row(move: Move) -> tuple[Any, ...]:
    return (
        move.key,
        move.epoch,
        move.seq,
        move.at_ms,
        move.direction,
        move.klass,
        move.masked,
        move.last4,
        move.place,
        move.pass_id,
        move.due_ms,
        move.trip,
        move.people,
    )
