"""Who is inside and who is outside, as this gate's own entries say.  Pure.

Promises:

1. Nothing is counted that no entry says; an entry that was voided never happened.
2. The table in the journal (station/ledger/table.py) and the copy in memory come from the functions here, so
   they say the same after a restart and after a rebuild.
3. Nothing looks back further than :data:`LOOK_BACK_MS`, the shortest time for which names are kept.

A move is one person who was let through.  People are told apart by their id in the roster, else by their pass, else
by surname and last four: a family under one scan is the one who showed the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station import kinds
from station.facts import Direction, PersonClass

DAY_MS = 86_400_000
#: The shortest retention that an office can set (REQUIREMENTS: 14-30 days).
LOOK_BACK_MS = 14 * DAY_MS
#: Today's outings are counted; a day begins at most so long ago wherever midnight is, with a day to spare.
COUNTED_MS = 2 * DAY_MS
#: What is kept of one person: sixteen outings in two days, and never less than the last two moves, so that the last
#: one can be voided.
MOST_KEPT, LEAST_KEPT = 32, 2
#: An outing with an emergency: no limit of time (REQUIREMENTS: 外出·就医).
MEDICAL = "medical"

_CLASSES = {str(klass): klass for klass in PersonClass}
_LIVES_HERE = frozenset({PersonClass.RESIDENT, PersonClass.RETURNEE})


@dataclass(frozen=True, slots=True)
class Move:
    """One person let through by the entry (*epoch*, *seq*).

    ``due_ms`` is when somebody who left has to be back, None without a limit; ``people`` came under the same scan.
    """

    key: str
    epoch: int
    seq: int
    at_ms: int
    direction: Direction
    klass: PersonClass
    masked: str = ""
    last4: str = ""
    place: str = ""
    pass_id: str = ""
    due_ms: int | None = None
    trip: str = ""
    people: int = 1

    @property
    def lives_here(self) -> bool:
        """Whether they belong inside: a resident, or one who has come back to live here."""
        return self.klass in _LIVES_HERE


def lives_here(klass: PersonClass) -> bool:
    """Whether somebody of *klass* belongs inside."""
    return klass in _LIVES_HERE


def keys_of(resident: str, pass_id: str, masked: str, last4: str) -> tuple[str, ...]:
    """What a person is called in the ledger, the surest first; none for somebody of whom nothing is known."""
    sure = tuple(key for key in (resident and f"r:{resident}", pass_id and f"p:{pass_id}") if key)
    return sure or ((f"n:{masked}{last4}",) if masked and last4 else ())


def moves_of(
    epoch: int, seq: int, kind: str, at_ms: int, facts: Mapping[str, Any], personal: Mapping[str, Any] | None
) -> list[Move]:
    """Who moved by an entry: the one person in *personal*, or everybody of a party under ``people``.

    Whoever was not admitted has not moved, and where the personal part is forgotten nobody is known.
    """
    if personal is None or not _moves(kind, facts):
        return []
    direction = Direction(facts["direction"])
    at_ms = facts.get("observed_at_ms", at_ms)
    people = personal.get("people", [personal])
    found: dict[str, Move] = {}
    for person in people:
        masked, last4, pass_id = (person.get(name) or "" for name in ("masked", "last4", "pass"))
        keys = keys_of(person.get("resident") or "", pass_id, masked, last4)
        if not keys:
            continue
        minutes = person.get("minutes_out") if direction is Direction.OUT else None
        found[keys[0]] = Move(
            keys[0],
            epoch,
            seq,
            at_ms,
            direction,
            _klass(person.get("class") or facts.get("class", "")),
            masked,
            last4,
            person.get("place") or "",
            pass_id,
            None if minutes is None or facts.get("trip") == MEDICAL else at_ms + minutes * 60_000,
            facts.get("trip", ""),
            facts.get("people", 1) if len(people) == 1 else 1,
        )
    return list(found.values())


def overtaken(held_ms: Sequence[int], move: Move, facts: Mapping[str, Any]) -> bool:
    """Whether *move* was written in from paper after the person had moved on: where they are now is known better.

    *held_ms*: when the person's moves so far were, oldest first.
    """
    return "observed_at_ms" in facts and bool(held_ms) and held_ms[-1] > move.at_ms


def kept(moves_ms: Sequence[int]) -> list[int]:
    """Which of one person's moves are kept, given when they were, oldest first: the last two, and those of two days."""
    since_ms, last = max(moves_ms, default=0) - COUNTED_MS, len(moves_ms) - LEAST_KEPT
    return [at for at, at_ms in enumerate(moves_ms) if at >= last or at_ms >= since_ms][-MOST_KEPT:]


class Ledger:
    """Every known person's moves in memory, for the lane: it never waits for the disk to know who is inside."""

    def __init__(self, moves: Iterable[Move] = ()) -> None:
        self._moves: dict[str, tuple[Move, ...]] = {}
        self.version = 0
        for move in sorted(moves, key=lambda move: (move.epoch, move.seq)):
            self._moves[move.key] = (*self._moves.get(move.key, ()), move)

    def entered(
        self, epoch: int, seq: int, kind: str, at_ms: int, facts: Mapping[str, Any], personal: Mapping[str, Any] | None
    ) -> None:
        """An entry is on the disk."""
        self.version += 1
        if kind == kinds.ENTRY_VOIDED:
            self._void(*facts["voids"])
        for move in moves_of(epoch, seq, kind, at_ms, facts, personal):
            held = self._moves.get(move.key, ())
            held_ms = [one.at_ms for one in held]
            if not overtaken(held_ms, move, facts):
                after = (*held, move)
                self._moves[move.key] = tuple(after[at] for at in kept([*held_ms, move.at_ms]))

    def of(self, keys: Iterable[str], now_ms: int) -> tuple[Move, ...]:
        """The moves of the person called *keys*, oldest first."""
        found = {(move.epoch, move.seq): move for key in keys for move in self._moves.get(key, ())}
        return tuple(found[name] for name in sorted(found) if found[name].at_ms >= now_ms - LOOK_BACK_MS)

    def last_moves(self, now_ms: int) -> list[Move]:
        """Everybody's newest move; who has not moved for two weeks is forgotten here, as on the disk."""
        for key in [key for key, moves in self._moves.items() if moves[-1].at_ms < now_ms - LOOK_BACK_MS]:
            del self._moves[key]
        return [moves[-1] for moves in self._moves.values()]

    def _void(self, epoch: int, seq: int) -> None:
        # One walk over some thousand people; an entry is voided a few times a day.
        for key, moves in list(self._moves.items()):
            left = tuple(move for move in moves if (move.epoch, move.seq) != (epoch, seq))
            if not left:
                del self._moves[key]
            elif len(left) < len(moves):
                self._moves[key] = left


def concerns(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether an entry changes the ledger."""
    return kind == kinds.ENTRY_VOIDED or _moves(kind, facts)


def _moves(kind: str, facts: Mapping[str, Any]) -> bool:
    if kind == kinds.DETAILS_ADDED:
        return facts.get("trip") == MEDICAL
    return kind == kinds.VISIT_DECIDED and facts.get("outcome") == "admit"


def _klass(name: str) -> PersonClass:
    # A class that a newer program wrote is nobody we know; the move itself counts.
    return _CLASSES.get(name, PersonClass.UNKNOWN)
