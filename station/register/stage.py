"""A roster on its way in: read to its end into temporary tables, then put in the place of the old one at once.

The temporary tables are this connection's own and no part of the file, so a power cut leaves nothing of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from station.register.search import pack
from station.register.terms import terms_of
from station.roster.resident import Klass, Resident

#: The columns of a resident, in the order of the table, without row, terms and document.
COLUMNS = "id, name, place, compound, household, last4, phone4, klass, plates, tags, code, readings"
#: Between two plates, marks or readings; none of them can hold it.
_BETWEEN = "\n"
#: Rows that go to SQLite together: some hundred kB.
_TOGETHER = 500

_CREATE = """
    DROP TABLE IF EXISTS temp.staged;
    DROP TABLE IF EXISTS temp.staged_term;
    CREATE TEMP TABLE staged (row INTEGER PRIMARY KEY, id, name, place, compound, household, last4, phone4, klass,
        plates, tags, code, readings, terms);
    CREATE TEMP TABLE staged_term (kind, term, resident);
"""
_DROP = "DROP TABLE IF EXISTS temp.staged; DROP TABLE IF EXISTS temp.staged_term;"


def stage(db: sqlite3.Connection, numbered: Iterable[tuple[int, Resident]]) -> None:
    """Write residents with the numbers of their rows into the temporary tables.

    :raises ContentError: as the iterator does; nothing but temporary tables is touched.
    """
    db.executescript(_CREATE)
    waiting = iter(numbered)
    db.execute("BEGIN")
    try:
        while some := list(islice(waiting, _TOGETHER)):
            rows, terms = [], []
            for row, person in some:
                found = terms_of(person)
                rows.append((row, *to_values(person), pack(found)))
                terms += [(kind, term, row) for kind, term in found]
            db.executemany(f"INSERT INTO temp.staged VALUES ({', '.join('?' * 14)})", rows)
            db.executemany("INSERT INTO temp.staged_term VALUES (?, ?, ?)", terms)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def clear(db: sqlite3.Connection) -> None:
    """Take the temporary tables away."""
    db.executescript(_DROP)


def bring_in(db: sqlite3.Connection, document: int) -> None:
    """Everybody staged → the tables themselves, stamped with *document*; inside the caller's transaction."""
    db.execute(
        f"INSERT INTO resident (row, {COLUMNS}, terms, document) SELECT row, {COLUMNS}, terms, ? "
        "FROM temp.staged ORDER BY row",
        (document,),
    )
    plates = (
        (plate, row, document)
        for row, packed in db.execute("SELECT row, plates FROM temp.staged WHERE plates <> ''")
        for plate in packed.split(_BETWEEN)
    )
    db.executemany("INSERT INTO vehicle VALUES (?, ?, ?)", list(plates))
    # Sorted, the index is written page after page and not all over.
    db.execute("INSERT INTO term SELECT kind, term, resident FROM temp.staged_term ORDER BY kind, term, resident")


def to_values(person: Resident) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`."""
    return (
        person.id,
        person.name,
        person.place,
        person.compound,
        person.household,
        person.last4,
        person.phone4,
        person.klass.value,
        _BETWEEN.join(person.plates),
        _BETWEEN.join(person.tags),
        person.code,
        _BETWEEN.join(person.readings),
    )


def to_resident(values: Iterable[Any]) -> Resident:
    """The resident of a row of :data:`COLUMNS`."""
    identity, name, place, compound, household, last4, phone4, klass, plates, tags, code, readings = values
    return Resident(
        identity,
        name,
        place,
        compound,
        household,
        last4,
        phone4,
        Klass(klass),
        _parts(plates),
        _parts(tags),
        code,
        _parts(readings),
    )


def everybody(db: sqlite3.Connection) -> Iterator[tuple[int, Resident]]:
    """All residents with the numbers of their rows, as the roster lists them."""
    for row, *values in db.execute(f"SELECT row, {COLUMNS} FROM resident ORDER BY row"):
        yield row, to_resident(values)


def _parts(packed: str) -> tuple[str, ...]:
    return tuple(packed.split(_BETWEEN)) if packed else ()
