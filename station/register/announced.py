"""Passes, notices and papers, asked of an open register."""

from __future__ import annotations

import json
import sqlite3

from station.register.records import Paper
from station.roster.notices import Notice
from station.roster.passes import KnownPass

_PASS = "id, from_ms, until_ms, resident, holder, leave, enter, minutes_out, outings_a_day"


def known_pass(db: sqlite3.Connection, identity: bytes) -> KnownPass | None:
    """The pass with these 8 bytes."""
    row = db.execute(f"SELECT {_PASS} FROM known_pass WHERE id = ?", (identity,)).fetchone()
    return None if row is None else _pass(row)


def passes_of(db: sqlite3.Connection, resident: str) -> list[KnownPass]:
    """The passes of the resident of that id, the one that lasts longest first."""
    found = db.execute(f"SELECT {_PASS} FROM known_pass WHERE resident = ? ORDER BY until_ms DESC, id", (resident,))
    return [_pass(row) for row in found]


def notices(db: sqlite3.Connection, at_ms: int) -> list[Notice]:
    """What the idle screen shows at *at_ms*, in its order."""
    found = db.execute(
        "SELECT id, text, from_ms, until_ms, spoken FROM notice "
        "WHERE from_ms <= ? AND (until_ms IS NULL OR until_ms > ?) ORDER BY place",
        (at_ms, at_ms),
    )
    return [Notice(row[0], json.loads(row[1]), row[2], row[3], bool(row[4])) for row in found]


def paper(db: sqlite3.Connection, kind: str) -> Paper | None:
    """The order of *kind* that is kept as it came."""
    row = db.execute(
        "SELECT number, sha256, content FROM paper JOIN document ON document.id = paper.document WHERE paper.kind = ?",
        (kind,),
    ).fetchone()
    return None if row is None else Paper(*row)


def _pass(row: tuple[bytes, int, int, str, str, int, int, int | None, int | None]) -> KnownPass:
    identity, from_ms, until_ms, resident, holder, leave, enter, minutes_out, outings = row
    return KnownPass(identity, from_ms, until_ms, resident, holder, bool(leave), bool(enter), minutes_out, outings)
