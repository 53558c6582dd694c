"""Who is inside, who is out for too long, which visitors have not left: what the gates' own entries say, masked."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from station.facts import Direction
from station.ledger import DAY_MS, Move, moves_of
from sync.hub.recent import recent

#: A visitor who came before that and was not seen leaving left by a way without a gate.
LOOK_BACK_MS = 3 * DAY_MS
#: A page has room for so many; how many there are stands beside.
MAX_SHOWN = 300
_MAX_TEXT = 40


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One person by their last passage, by the ``key`` of the gates' ledgers; masked, the place as gates show it."""

    key: str
    station: str
    masked: str
    place: str
    klass: str
    at_ms: int
    due_ms: int | None
    people: int


@dataclass(frozen=True, slots=True)
class People:
    """Who is where: ``visitors`` still in, residents ``out``, of them ``overdue``; each list the longest first."""

    visitors: tuple[Whereabouts, ...]
    out: tuple[Whereabouts, ...]
    overdue: tuple[Whereabouts, ...]
    residents_in: int
    visitors_in: int
    nameless: int


def read_people(connection: Connection, gates: Collection[str], now_ms: int) -> People:
    """Who is where by the passages of :data:`LOOK_BACK_MS` at *gates*; whoever passed unknown is ``nameless``."""
    last: dict[str, tuple[str, Move]] = {}
    nameless = 0
    for entry in recent(connection, gates, ("visit.decided",), now_ms - LOOK_BACK_MS):
        try:
            personal = _personal(entry.personal)
            moves = moves_of(entry.epoch, entry.seq, entry.kind, entry.at_ms, entry.facts, personal)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # from a program that writes these entries in another form
        if not moves and entry.facts.get("outcome") == "admit":
            nameless += 1
        for move in moves:
            before = last.get(move.key)
            if before is None or before[1].at_ms <= move.at_ms:
                last[move.key] = (entry.station, move)
    visitors, out, inside = [], [], 0
    for station, move in last.values():
        if move.lives_here:
            inside += move.direction is Direction.IN
            if move.direction is Direction.OUT:
                out.append(_where(station, move))
        elif move.direction is Direction.IN:
            visitors.append(_where(station, move))
    visitors.sort(key=lambda each: each.at_ms)
    out.sort(key=lambda each: each.at_ms)
    overdue = [each for each in out if each.due_ms is not None and each.due_ms < now_ms]
    overdue.sort(key=lambda each: each.due_ms or 0)
    return People(tuple(visitors), tuple(out), tuple(overdue), inside, sum(each.people for each in visitors), nameless)


def _where(station: str, move: Move) -> Whereabouts:
    return Whereabouts(
        move.key,
        station,
        move.masked[:_MAX_TEXT],
        move.place[:_MAX_TEXT],
        str(move.klass),
        move.at_ms,
        move.due_ms,
        move.people,
    )


def _personal(source: bytes | None) -> dict[str, Any] | None:
    if source is None:
        return None
    body = json.loads(source)
    return body if isinstance(body, dict) else None
