"""Questions about people, households and vehicles, asked of an open register."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from station.register.records import Household, Vehicle
from station.register.stage import COLUMNS, to_resident
from station.roster import plate as plates
from station.roster.resident import Resident

_SELECT = f"SELECT {COLUMNS} FROM resident WHERE"


def by_id(db: sqlite3.Connection, identity: str) -> Resident | None:
    """The resident of that id."""
    return _one(db, "id = ?", identity)


def by_code(db: sqlite3.Connection, code: bytes) -> Resident | None:
    """Whose tag carries *code*; of a household with one tag the first whom the roster lists."""
    return _one(db, "code = ? ORDER BY row LIMIT 1", code)


def holder(db: sqlite3.Connection, name: str, household: str) -> Resident | None:
    """The one resident of that name in that household or place; None if there is none or more than one."""
    rows = db.execute(f"{_SELECT} name = ? AND household = ? LIMIT 2", (name, household)).fetchall()
    return to_resident(rows[0]) if len(rows) == 1 else None


def of_rows(db: sqlite3.Connection, rows: Sequence[int]) -> list[Resident]:
    """The residents of these rows, in their order."""
    marks = ", ".join("?" * len(rows))
    found = {
        row: values for row, *values in db.execute(f"SELECT row, {COLUMNS} FROM resident WHERE row IN ({marks})", rows)
    }
    return [to_resident(found[row]) for row in rows if row in found]


def household(db: sqlite3.Connection, key: str) -> Household | None:
    """Who lives in the household called *key*."""
    members = tuple(map(to_resident, db.execute(f"{_SELECT} household = ? ORDER BY row", (key,)))) if key else ()
    return Household(key, members[0].place, members) if members else None


def vehicle(db: sqlite3.Connection, plate: str) -> Vehicle | None:
    """The vehicle with that number plate, however it is written."""
    normal = plates.normalise(plate)
    rows = [row for (row,) in db.execute("SELECT resident FROM vehicle WHERE plate = ? ORDER BY resident", (normal,))]
    return Vehicle(normal, tuple(of_rows(db, rows))) if rows else None


def vehicles(db: sqlite3.Connection, tail: str, limit: int) -> list[Vehicle]:
    """At most *limit* vehicles whose plate ends in *tail*, in capitals."""
    # Compared, not matched: no sign of a plate means anything else then.
    rows = db.execute(
        "SELECT DISTINCT plate FROM vehicle WHERE substr(plate, -length(?1)) = ?1 ORDER BY plate LIMIT ?2",
        (tail, limit),
    )
    found = (vehicle(db, plate) for (plate,) in rows.fetchall())
    return [one for one in found if one is not None]


def brought_by(db: sqlite3.Connection, identity: str) -> str | None:
    """The SHA-256 of the document that brought the resident of that id."""
    statement = "SELECT sha256 FROM resident JOIN document ON document.id = resident.document WHERE resident.id = ?"
    row = db.execute(statement, (identity,)).fetchone()
    return None if row is None else str(row[0])


def _one(db: sqlite3.Connection, condition: str, value: str | bytes) -> Resident | None:
    values = db.execute(f"{_SELECT} {condition}", (value,)).fetchone()
    return None if values is None else to_resident(values)
