"""Journeys 出行报备 that were told, and who is back from one.  Pure.

A journey is over with the first time the ledger sees them come in after it began.  Nothing looks back further than the
ledger does: somebody who has not passed for longer is asked once more than needed, and nobody is refused for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from station import kinds
from station.facts import Direction
from station.lane.person import Person
from station.ledger.ledger import LOOK_BACK_MS, Ledger, keys_of
from station.notebook.notebook import Notebook

#: Whoever told of a journey and was not seen to leave is taken for away after this: half a day, a missed exit.
LONG_MS = 12 * 3_600_000
#: So long somebody is called overdue whose leaving the ledger no longer remembers: three days to telephone.
OVERDUE_MS = 3 * 86_400_000
#: Stands beside the outcome, and in the entry, of whoever is back from a journey.
NOTE = "travel_return"


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody of the roster is away from ``from_ms`` on, as they have told; back by ``back_ms``, None for no day."""

    resident: str
    from_ms: int = 0
    masked: str = field(default="", repr=False)
    last4: str = field(default="", repr=False)
    back_ms: int | None = None


def told_at_gate(notebook: Notebook) -> Iterable[Journey]:
    """The journeys in the duty log, oldest first; whose name is forgotten is nobody any more."""
    for note in notebook.of(kinds.TRAVEL_ANNOUNCED):
        if note.personal.get("resident"):
            who = note.personal
            masked, last4 = who.get("masked", ""), who.get("last4", "")
            yield Journey(who["resident"], note.at_ms, masked, last4, note.facts["back_ms"])


def comes_back(journeys: Iterable[Journey], ledger: Ledger, person: Person, direction: Direction, now_ms: int) -> bool:
    """Whether *person*, who goes in *direction*, is back from one of *journeys*."""
    if direction is not Direction.IN or not person.resident:
        return False
    began_ms = [one.from_ms for one in journeys if one.resident == person.resident and one.from_ms <= now_ms]
    if not began_ms:
        return False
    shown = person.shown
    since = _moved(ledger, keys_of(shown.resident, shown.pass_id, shown.masked, shown.last4), max(began_ms), now_ms)
    return Direction.IN not in since and (Direction.OUT in since or now_ms - max(began_ms) >= LONG_MS)


def announced_away(journeys: Iterable[Journey], ledger: Ledger, now_ms: int) -> tuple[Journey, ...]:
    """Of everybody with a journey that has begun and is not over the newest one; the overdue first, then who is next.

    Whoever has told of it and was not seen to leave yet stands among them: they are announced all the same.  Whose
    journey began before what the ledger remembers may be back without its knowing, and goes from the list soon after
    the day of return.
    """
    newest: dict[str, Journey] = {}
    for one in sorted(journeys, key=lambda one: one.from_ms):
        surely = one.from_ms >= now_ms - LOOK_BACK_MS or one.back_ms is None
        if one.from_ms <= now_ms and (surely or (one.back_ms or 0) >= now_ms - OVERDUE_MS):
            newest[one.resident] = one
    away = [
        one
        for one in newest.values()
        if Direction.IN not in _moved(ledger, keys_of(one.resident, "", "", ""), one.from_ms, now_ms)
    ]
    return tuple(sorted(away, key=lambda one: (one.back_ms is None, one.back_ms or 0, one.from_ms)))


def _moved(ledger: Ledger, keys: Iterable[str], since_ms: int, now_ms: int) -> set[Direction]:
    return {move.direction for move in ledger.of(keys, now_ms) if move.at_ms >= since_ms}
