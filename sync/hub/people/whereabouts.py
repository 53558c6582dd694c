"""Everybody's newest passage at each gate, kept up to date in the transaction that takes entries in.

The newest by the time that the entry names wins, so that the order in which batches arrive makes no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from station.facts import Direction
from station.ledger.ledger import DAY_MS, Move
from station.wire.errors import WireError
from sync.hub.database import tables
from sync.hub.database.recent import recent
from sync.hub.examination.headers import read_header
from sync.hub.examination.meaning import Voids
from sync.hub.examination.run import Link, Run
from sync.hub.people.passages import PASSING, passed_by

#: A visitor who came before that and was not seen leaving left by a way without a gate.
LOOK_BACK_MS = 3 * DAY_MS
#: Who passed unknown is counted under this and the day.
NAMELESS = "?"
#: A masked name and a room; more is not one.
_MAX_TEXT = 40
_COLUMNS = tuple(column.name for column in tables.person.columns)
_NEWER = "(excluded.at_ms, excluded.epoch, excluded.seq) >= (person.at_ms, person.epoch, person.seq)"
_SET = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
_MOVE = f"DO UPDATE SET {_SET} WHERE {_NEWER}"
_COUNT = "DO UPDATE SET people = person.people + excluded.people"


class _Said(msgspec.Struct, gc=False):
    """What of a header matters here."""

    epoch: int
    seq: int
    kind: str
    at_ms: int
    facts: dict[str, Any]


_decode = msgspec.json.Decoder(_Said).decode


def follow_people(connection: Connection, run: Run, fresh: Sequence[Link], now_ms: int) -> list[Move]:
    """Keep who moved by the *fresh* links of *run*, as far as that is not over by *now_ms*; all those moves."""
    moves: list[Move] = []
    since_ms = now_ms - LOOK_BACK_MS
    passed = [link for link in fresh if link.kind in PASSING and not link.why and (link.at_ms or 0) >= since_ms]
    if passed:
        gone = _voided(connection, run, passed)
        moves = _write(connection, run.station, [link for link in passed if link.seq not in gone])
    for link in fresh:
        if link.remarkable and isinstance(link.meaning, Voids):
            _void(connection, run.station, link.meaning, since_ms)
    return moves


def forget_people(connection: Connection, now_ms: int) -> None:
    """Leave nobody who is not looked for any more."""
    connection.execute(delete(tables.person).where(tables.person.c.at_ms < now_ms - LOOK_BACK_MS))


def _voided(connection: Connection, run: Run, links: Sequence[Link]) -> Collection[int]:
    void = tables.void
    return set(
        connection.scalars(
            select(void.c.seq).where(
                void.c.station == run.station,
                void.c.epoch == run.epoch,
                void.c.seq.between(links[0].seq, links[-1].seq),
            )
        )
    )


def _write(connection: Connection, station: str, links: Iterable[Link]) -> list[Move]:
    newest: dict[str, Move] = {}
    everybody: list[Move] = []
    nameless: dict[int, dict[str, Any]] = {}
    for link in links:
        # Checked at the door: what is read here is only what is asked for.
        said = _decode(link.header)
        moves, unknown = passed_by(said.epoch, said.seq, said.kind, said.at_ms, said.facts, link.personal)
        _keep_newest(newest, moves)
        everybody += moves
        if unknown:
            day = link.day or 0
            row = nameless.setdefault(day, _nameless(station, day, said.epoch, said.seq, said.at_ms))
            row["people"] += unknown
    _upsert(connection, station, newest.values())
    if nameless:
        _put(connection, [tuple(row.values()) for row in nameless.values()], _COUNT)
    return everybody


def _upsert(connection: Connection, station: str, moves: Iterable[Move]) -> None:
    rows = [_row(station, move) for move in moves]
    if rows:
        _put(connection, rows, _MOVE)


def _put(connection: Connection, rows: Sequence[tuple[Any, ...]], otherwise: str) -> None:
    """Insert *rows*, or do *otherwise* with those that are there; tuples straight to the driver, as in bulk.py."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in _COLUMNS)
    connection.exec_driver_sql(
        f"INSERT INTO person ({', '.join(_COLUMNS)}) VALUES ({marks}) ON CONFLICT (station, person_key) {otherwise}",
        list(rows),
    )


def _keep_newest(newest: dict[str, Move], moves: Iterable[Move]) -> None:
    for move in moves:
        before = newest.get(move.key)
        if before is None or _order(before) <= _order(move):
            newest[move.key] = move


def _order(move: Move) -> tuple[int, int, int]:
    return move.at_ms, move.epoch, move.seq


def _void(connection: Connection, station: str, voids: Voids, since_ms: int) -> None:
    """Somebody did not pass after all: where they are now is what the entries before it say."""
    person, entry, part = tables.person, tables.entry, tables.part
    of_entry = (person.c.station == station, person.c.epoch == voids.epoch, person.c.seq == voids.seq)
    keys = set(connection.scalars(select(person.c.person_key).where(*of_entry)).all())
    known = {key for key in keys if not key.startswith(NAMELESS)}
    if known:
        connection.execute(delete(person).where(*of_entry, person.c.person_key.in_(known)))
        newest: dict[str, Move] = {}
        for each in recent(connection, {station}, PASSING, since_ms):
            moves, _ = passed_by(each.epoch, each.seq, each.kind, each.at_ms, each.facts, each.personal)
            _keep_newest(newest, [move for move in moves if move.key in known])
        _upsert(connection, station, newest.values())
        return
    same = (part.c.station == entry.c.station) & (part.c.epoch == entry.c.epoch) & (part.c.seq == entry.c.seq)
    row = connection.execute(
        select(entry.c.header, part.c.personal)
        .outerjoin(part, same)
        .where(entry.c.station == station, entry.c.epoch == voids.epoch, entry.c.seq == voids.seq)
    ).first()
    if row is not None:
        _uncount(connection, station, row.header, row.personal)


def _uncount(connection: Connection, station: str, header: bytes, personal: bytes | None) -> None:
    try:
        said = read_header(header)
    except WireError:
        return  # set aside at the door; it never counted
    _, unknown = passed_by(said.epoch, said.seq, said.kind, said.at_ms, said.facts, personal)
    if not unknown:
        return
    person = tables.person
    # Of its day there is one row, of the same or the next day where the hub is.
    row = connection.execute(
        select(person.c.person_key, person.c.people)
        .where(person.c.station == station, person.c.person_key.startswith(NAMELESS))
        .where(person.c.at_ms <= said.at_ms)
        .order_by(person.c.at_ms.desc())
        .limit(1)
    ).first()
    if row is not None:
        connection.execute(
            update(person)
            .where(person.c.station == station, person.c.person_key == row.person_key)
            .values(people=max(0, row.people - unknown))
        )


def _row(station: str, move: Move) -> tuple[Any, ...]:
    """A row in the order of the table's columns."""
    return (
        station,
        move.key,
        move.epoch,
        move.seq,
        move.at_ms,
        move.direction is Direction.IN,
        move.lives_here,
        str(move.klass),
        move.masked[:_MAX_TEXT],
        move.last4[:_MAX_TEXT],
        move.place[:_MAX_TEXT],
        move.due_ms,
        move.people,
    )


def _nameless(station: str, day: int, epoch: int, seq: int, at_ms: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(_COLUMNS, ""),
        "station": station,
        "person_key": f"{NAMELESS}{day}",
        "epoch": epoch,
        "seq": seq,
        "at_ms": at_ms,
        "inward": True,
        "lives_here": False,
        "due_ms": None,
        "people": 0,
    }
