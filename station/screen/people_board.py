"""Who is out, who is overdue, who has not left: the ledger as lists and counts.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from station.facts import Direction
from station.ledger.ledger import MEDICAL, Move

#: Lines of each list on the gate's screen; the counts are of everybody.
MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class PersonOut:
    """One line: who, since when, and until when they may be out; ``trip`` is medical for an outing without limit."""

    masked: str
    last4: str
    place: str = field(repr=False)
    klass: str = ""
    since_ms: int = 0
    due_ms: int | None = None
    trip: str = ""
    people: int = 1


@dataclass(frozen=True, slots=True)
class PeopleBoard:
    """Everybody this gate knows to be elsewhere than usual.

    ``outside`` live here and are out, the overdue among them longest first in ``overdue``; ``visitors`` came in and do
    not live here.  ``inside`` is None where there is no roster to count from.  With several gates (not *only_gate*) all
    of it is what this gate alone has seen.  ``away`` are the roster's ids of who is in ``outside``.
    """

    overdue: tuple[PersonOut, ...] = ()
    outside: tuple[PersonOut, ...] = ()
    visitors: tuple[PersonOut, ...] = ()
    inside: int | None = None
    only_gate: bool = False
    away: frozenset[str] = frozenset()


def people_board(last_moves: Iterable[Move], residents: int, only_gate: bool, now_ms: int) -> PeopleBoard:
    """The board from everybody's newest move; *residents* is how many the roster has, 0 if there is none."""
    moves = sorted(last_moves, key=lambda move: (move.at_ms, move.epoch, move.seq))
    out = [move for move in moves if move.lives_here and move.direction is Direction.OUT]
    guests = [move for move in moves if not move.lives_here and move.direction is Direction.IN]
    late = [move for move in out if move.due_ms is not None and move.due_ms < now_ms]
    late.sort(key=lambda move: move.due_ms or 0)
    return PeopleBoard(
        tuple(map(_line, late)),
        tuple(map(_line, out)),
        tuple(map(_line, guests)),
        max(0, residents - len(out)) + len(guests) if residents else None,
        only_gate,
        frozenset(move.key.removeprefix("r:") for move in out if move.key.startswith("r:")),
    )


def overdue_minutes(person: PersonOut, now_ms: int) -> int:
    """How long *person* is overdue."""
    return 0 if person.due_ms is None else max(0, (now_ms - person.due_ms) // 60_000)


def is_medical(person: PersonOut) -> bool:
    """Whether *person* left with an emergency."""
    return person.trip == MEDICAL


def _line(move: Move) -> PersonOut:
    return PersonOut(move.masked, move.last4, move.place, move.klass, move.at_ms, move.due_ms, move.trip, move.people)
