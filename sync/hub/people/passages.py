"""Who passes a gate by an entry, or how many where nobody can say who.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from station.ledger.ledger import Move, moves_of
from station.wire.canonical import MAX_INTEGER
from sync.hub.examination.meaning import MAX_PEOPLE

#: The kinds that let somebody through.
PASSING = ("visit.decided", "details.added")
#: An id of the roster or a pass with its letter before it, or a name and four digits.
_MAX_KEY = 80
#: Who moved by an entry, or how many passed unknown by it.
Passed = tuple[Sequence[Move], int]


def passed_by(epoch: int, seq: int, kind: str, at_ms: int, facts: dict[str, Any], personal: bytes | None) -> Passed:
    """Who was let through by an entry, or, where nobody can say who, how many."""
    try:
        moves = moves_of(epoch, seq, kind, at_ms, facts, _personal(personal))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, msgspec.MsgspecError):
        moves = []  # from a program that writes these entries in another form
    moves = [move for move in moves if _is_sound(move)]
    if moves or kind != "visit.decided" or facts.get("outcome") != "admit":
        return moves, 0
    people = facts.get("people")
    return [], people if type(people) is int and 1 <= people <= MAX_PEOPLE else 1


def _is_sound(move: Move) -> bool:
    """Whether *move* can be kept: a gate may write what it likes into its own part of an entry."""
    numbers = (move.at_ms, move.people, *(() if move.due_ms is None else (move.due_ms,)))
    texts = (move.key, move.masked, move.last4, move.place)
    return (
        all(type(each) is int and 0 <= each <= MAX_INTEGER for each in numbers)
        and all(isinstance(each, str) and each.isprintable() for each in texts)
        and len(move.key) <= _MAX_KEY
    )


def _personal(source: bytes | None) -> dict[str, Any] | None:
    if source is None:
        return None
    body = msgspec.json.decode(source)
    return body if isinstance(body, dict) else None
