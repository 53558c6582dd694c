"""Journeys 出行报备 that were told, and who is back from one.  Pure.

A journey is over with the first time the ledger sees them come in after it began.  Nothing looks back further than the
ledger does: somebody who has not passed for longer is asked once more than needed, and nobody is refused for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station import kinds
from station.facts import Direction
from station.lane.person import Person
from station.ledger.ledger import Ledger, keys_of
from station.notebook.notebook import Notebook

#: Whoever told of a journey and was not seen to leave is taken for away after this: half a day, a missed exit.
LONG_MS = 12 * 3_600_000
#: Stands beside the outcome, and in the entry, of whoever is back from a journey.
NOTE = "travel_return"


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody of the roster is away from ``from_ms`` on, as they have told."""

    resident: str
    from_ms: int = 0


def told_at_gate(notebook: Notebook) -> Iterable[Journey]:
    """The journeys in the duty log, oldest first; whose name is forgotten is nobody any more."""
    for note in notebook.of(kinds.TRAVEL_ANNOUNCED):
        if note.personal.get("resident"):
            yield Journey(note.personal["resident"], note.at_ms)


def comes_back(journeys: Iterable[Journey], ledger: Ledger, person: Person, direction: Direction, now_ms: int) -> bool:
    """Whether *person*, who goes in *direction*, is back from one of *journeys*."""
    if direction is not Direction.IN or not person.resident:
        return False
    began_ms = [one.from_ms for one in journeys if one.resident == person.resident and one.from_ms <= now_ms]
    if not began_ms:
        return False
    shown = person.shown
    moves = ledger.of(keys_of(shown.resident, shown.pass_id, shown.masked, shown.last4), now_ms)
    since = {move.direction for move in moves if move.at_ms >= max(began_ms)}
    return Direction.IN not in since and (Direction.OUT in since or now_ms - max(began_ms) >= LONG_MS)
