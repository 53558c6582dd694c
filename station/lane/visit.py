"""A visit and what is known so far.  Pure.

A visit is one person, or a group under one scan, at one gate in one direction.  It changes only by the functions
here; :data:`TRANSITIONS` is the whole of its life, and docs/lane.md and the tests read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from station.facts import Direction, HealthCode, Mask, Trip, Vehicle
from station.lane.declared import NOTHING_SAID, Declared
from station.lane.person import Person
from station.lane.taken import Taken, is_cold, is_off
from station.ledger.history import BACKFILLED, History
from station.policy.policy import Lines
from station.screening.standing import NO_OPINION, Standing, Verdict


class Stage(StrEnum):
    """Where a visit is."""

    OPEN = "open"  # a code or a reading came, the other is still missing
    ASK = "ask"  # the operator is asked for something other than a temperature
    AGAIN = "again"  # measured, to be measured again right here
    RESTING = "resting"  # measured, to be measured again after a rest: a chip on the screen
    RECORDING = "recording"  # decided to admit; the lamp waits for the disk
    DECIDED = "decided"
    LEFT = "left"  # went away undecided


TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.OPEN: frozenset(set(Stage) - {Stage.OPEN}),
    Stage.ASK: frozenset(set(Stage) - {Stage.ASK}),
    Stage.AGAIN: frozenset(set(Stage) - {Stage.AGAIN}),
    Stage.RESTING: frozenset({Stage.OPEN, Stage.LEFT}),
    Stage.RECORDING: frozenset({Stage.DECIDED, Stage.ASK}),
    Stage.DECIDED: frozenset(),
    Stage.LEFT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of one visit.

    ``round`` holds the readings that count now, ``earlier`` those that led to a retake.  ``rival`` is a second
    person who showed a code before the first was measured, ``held`` a reading that nobody can be given without
    asking, ``claims`` somebody unknown who rests and may be this very person.  Somebody who was told
    to be measured again (and has an entry that says so) was told at ``since_ms``, 0 for everybody else, and is rested
    at ``ready_ms``.  ``standing`` is what the gate's own normal says of this round, of several people of the one at
    ``stands``, and ``standing_before`` the gravest it said of an earlier one; ``prior`` are readings of this person
    that stand in another visit's entry.  ``touched_ms`` is the last thing that happened,
    ``event_ns`` when the last event came in from its driver, in CLOCK_BOOTTIME.  ``history`` is what the ledger knew
    when it was last settled; ``compared`` are the keys of those whom the operator has compared with their pass,
    ``doubted`` is of whom that is being asked.

    Of several people: ``person`` sits on ``own_seat`` (0 where nobody knows on which), ``others`` are those besides
    who showed a code of their own, by seat; ``turn`` is the seat that the operator wants measured next, 0 the first
    one missing.  ``joined`` says that the operator told us who belongs together (station/lane/party.py).
    """

    id: str
    direction: Direction
    touched_ms: int
    stage: Stage = Stage.OPEN
    person: Person | None = None
    person_ms: int = 0
    round: tuple[Taken, ...] = ()
    earlier: tuple[Taken, ...] = ()
    people: int = 1
    mask: Mask = Mask.UNCHECKED
    health_code: HealthCode = HealthCode.NONE
    symptoms: bool = False
    complaints: tuple[str, ...] = ()
    exception: str = ""
    high_before: bool = False
    cold_before: bool = False
    rival: Person | None = None
    held: Taken | None = None
    ask: str = ""
    tag: int = 0
    since_ms: int = 0
    ready_ms: int = 0
    claims: str = ""
    event_ns: int | None = None
    declared: Declared = NOTHING_SAID
    history: History | None = None
    compared: tuple[str, ...] = ()
    doubted: str = ""
    vehicle: Vehicle = Vehicle.NONE
    plate: str = ""
    joined: bool = False
    own_seat: int = 1
    others: tuple[tuple[int, Person], ...] = ()
    turn: int = 0
    trip: Trip = Trip.NONE
    standing: Standing = NO_OPINION
    standing_before: Verdict = Verdict.UNKNOWN
    stands: int = 0
    prior: tuple[Taken, ...] = ()

    def notes(self, admitted: bool) -> tuple[str, ...]:
        """What the screen and the entry say beside the outcome: the person's own notes and the ledger's.

        A missing passage is only added (补记) for somebody who is let through.
        """
        if self.person is None or self.history is None:
            return () if self.person is None else self.person.notes
        changed = self.history.verdict is not self.person.pass_verdict
        own = (note for note in self.person.notes if not (changed and note == "pass_valid"))
        notes = dict.fromkeys((*own, *self.history.notes))
        return tuple(note for note in notes if admitted or note not in BACKFILLED)

    @property
    def readings(self) -> tuple[Taken, ...]:
        """Every reading, oldest first."""
        return self.earlier + self.round

    @property
    def expects_reading(self) -> bool:
        """Whether the next reading can be this visit's."""
        return len(self.round) < self.people

    @property
    def is_party(self) -> bool:
        """Whether the operator said who belongs together: in a vehicle, or on foot."""
        return self.joined or self.vehicle is not Vehicle.NONE

    @property
    def next_seat(self) -> int:
        """Whose reading the next one is: the seat that was chosen, else the first one without a reading."""
        taken = {one.seat for one in self.round}
        if self.turn and self.turn not in taken:
            return self.turn
        return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)

    def knows(self, person: Person) -> bool:
        """Whether *person* is one of those whom this visit is about."""
        named = (self.person, *(other for _, other in self.others))
        return any(one is not None and one.key == person.key for one in named)


def move(visit: Visit, stage: Stage, **changes: Any) -> Visit:
    """*visit* in another *stage*.

    :raises ValueError: for a step that :data:`TRANSITIONS` does not have (a bug in the caller).
    """
    if stage is not visit.stage and stage not in TRANSITIONS[visit.stage]:
        raise ValueError(f"visit: {visit.stage} cannot become {stage}")
    return replace(visit, stage=stage, **changes)


def identify(visit: Visit, person: Person, seen_ms: int, event_ns: int | None) -> Visit:
    """*visit* with the person it is about; one of several shows their code once more, and nobody's place changes.

    A group that was measured before anybody in it had a name does not say on which seat the first name sits.
    """
    seen = replace(visit, person_ms=seen_ms, touched_ms=seen_ms, event_ns=event_ns)
    if any(other.key == person.key for _, other in visit.others):
        return seen
    same = visit.person is not None and visit.person.key == person.key
    declared = visit.declared if same else visit.declared.of_another()
    unclear = visit.person is None and visit.people > 1 and bool(visit.readings)
    return replace(seen, person=person, own_seat=0 if unclear else visit.own_seat, declared=declared)


def seated(visit: Visit, taken: Taken) -> Taken:
    """*taken* as the reading of whose turn it is in *visit*."""
    return replace(taken, seat=visit.next_seat)


def measure(visit: Visit, taken: Taken) -> Visit:
    """*visit* with one more reading of the current round."""
    whole = (*visit.round, seated(visit, taken))
    return replace(visit, round=whole, touched_ms=taken.seen_ms, held=None, event_ns=taken.arrived_ns, turn=0)


def again(visit: Visit, rest: bool, lines: Lines, now_ms: int) -> Visit:
    """*visit* after a retake: readings off the lines leave the round, those of others in the group stay in it.

    Where the gate's own normal explains it, whoever stands out most leaves.  Where nothing does, nobody knows whom of
    the group it is about: all of them leave it.
    """
    off = tuple(taken for taken in visit.round if is_off(taken, lines))
    kept = tuple(taken for taken in visit.round if not is_off(taken, lines))
    stands_out = visit.standing.verdict in (Verdict.AGAIN, Verdict.CHECK)
    if not off and stands_out:
        off = visit.round[visit.stands : visit.stands + 1]
        kept = tuple(taken for taken in kept if taken not in off)
    elif not off:
        off, kept = kept, off
    before = visit.earlier + off
    return move(
        visit,
        Stage.RESTING if rest else Stage.AGAIN,
        round=kept,
        earlier=before,
        high_before=visit.high_before or any(taken.centi_celsius >= lines.high_centi for taken in before),
        cold_before=visit.cold_before or any(is_cold(taken, lines) for taken in before),
        standing_before=max(visit.standing_before, visit.standing.verdict, key=lambda verdict: verdict.gravity),
        touched_ms=now_ms,
        since_ms=now_ms,
        ready_ms=now_ms + (lines.rest_ms if rest else 0),
        ask="",
    )
