"""A visit and what is known so far.  Pure.

A visit is one person, or a group under one scan, at one gate in one direction.  It changes only by the functions
here; :data:`TRANSITIONS` is the whole of its life, and docs/lane.md and the tests read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from drivers.events import Mode, Site
from station.facts import Direction, Facts, HealthCode, Mask, PassVerdict, PersonClass, Status
from station.history import BACKFILLED, NO_LIMITS, History, Limits, Shown
from station.policy import Lines


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
class Person:
    """Who somebody is, as far as the gate knows.

    ``key`` tells two people apart and is not kept.  ``masked`` may face the queue; the other texts stand on the
    operator's strip.  ``notes`` are codes such as ``pass_expired`` that are shown but decide nothing.
    """

    key: str
    klass: PersonClass = PersonClass.UNKNOWN
    masked: str = ""
    name: str = ""
    place: str = ""
    last4: str = ""
    resident: str = ""
    pass_id: str = ""
    pass_verdict: PassVerdict = PassVerdict.NONE
    status: Status = Status.NONE
    place_closed: bool = False
    source: str = "scan"  # scan | search | operator
    notes: tuple[str, ...] = ()
    limits: Limits = NO_LIMITS

    @property
    def shown(self) -> Shown:
        """What the ledger is asked about them."""
        by_code = self.source == "scan"
        return Shown(
            self.klass, self.resident, self.pass_id, self.masked, self.last4, self.pass_verdict, self.limits, by_code
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """One temperature as it belongs to a visit; ``raw`` is what the device itself gave."""

    centi_celsius: int
    mode: Mode
    site: Site
    device: str
    seen_ms: int
    arrived_ns: int
    ambient_centi: int | None = None
    by_hand: bool = False
    raw: tuple[tuple[str, int | str], ...] = ()

    def body(self) -> dict[str, Any]:
        """The reading as it stands in an entry."""
        return {
            "centi_celsius": self.centi_celsius,
            "mode": self.mode,
            "site": self.site,
            "device": self.device,
            "seen_ms": self.seen_ms,
            "ambient_centi": self.ambient_centi,
            "by_hand": self.by_hand,
            "raw": dict(self.raw),
        }


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of one visit.

    ``round`` holds the readings that count now, ``earlier`` those that led to a retake.  ``rival`` is a second
    person who showed a code before the first was measured, ``held`` a reading that nobody can be given without
    asking, ``claims`` somebody unknown who rests and may be this very person.  Somebody who was told
    to be measured again (and has an entry that says so) was told at ``since_ms``, 0 for everybody else, and is rested
    at ``ready_ms``.  ``touched_ms`` is the last thing that happened,
    ``event_ns`` when the last event came in from its driver, in CLOCK_BOOTTIME.  ``history`` is what the ledger knew
    when it was last settled; ``compared`` says that the operator has compared who stands here with the pass.
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
    history: History | None = None
    compared: bool = False

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


def move(visit: Visit, stage: Stage, **changes: Any) -> Visit:
    """*visit* in another *stage*.

    :raises ValueError: for a step that :data:`TRANSITIONS` does not have (a bug in the caller).
    """
    if stage is not visit.stage and stage not in TRANSITIONS[visit.stage]:
        raise ValueError(f"visit: {visit.stage} cannot become {stage}")
    return replace(visit, stage=stage, **changes)


def identify(visit: Visit, person: Person, seen_ms: int, event_ns: int | None) -> Visit:
    """*visit* with the person it is about."""
    return replace(visit, person=person, person_ms=seen_ms, touched_ms=seen_ms, event_ns=event_ns)


def measure(visit: Visit, taken: Taken) -> Visit:
    """*visit* with one more reading of the current round."""
    return replace(visit, round=(*visit.round, taken), touched_ms=taken.seen_ms, held=None, event_ns=taken.arrived_ns)


def again(visit: Visit, rest: bool, lines: Lines, now_ms: int) -> Visit:
    """*visit* after a retake: readings off the lines leave the round, those of others in the group stay in it.

    Where no line explains the retake, nobody knows whom of the group it is about: all of them leave it.
    """
    off = tuple(taken for taken in visit.round if _off(taken, lines))
    kept = tuple(taken for taken in visit.round if not _off(taken, lines))
    if not off:
        off, kept = kept, off
    return move(
        visit,
        Stage.RESTING if rest else Stage.AGAIN,
        round=kept,
        earlier=visit.earlier + off,
        high_before=visit.high_before or any(taken.centi_celsius >= lines.high_centi for taken in off),
        cold_before=visit.cold_before or any(taken.centi_celsius < lines.cold_centi for taken in off),
        touched_ms=now_ms,
        since_ms=now_ms,
        ready_ms=now_ms + (lines.rest_ms if rest else 0),
        ask="",
    )


def deciding(visit: Visit, lines: Lines) -> Taken | None:
    """The reading that lies worst: the highest, or the lowest where that is too cold and none is high."""
    if not visit.round:
        return None
    highest = max(visit.round, key=lambda taken: taken.centi_celsius)
    lowest = min(visit.round, key=lambda taken: taken.centi_celsius)
    if highest.centi_celsius < lines.high_centi and lowest.centi_celsius < lines.cold_centi:
        return lowest
    return highest


def facts_of(visit: Visit, lines: Lines, clock_known: bool) -> Facts:
    """*visit* as the rules see it."""
    person = visit.person
    history = visit.history or History(verdict=PassVerdict.NONE if person is None else person.pass_verdict)
    taken = deciding(visit, lines)
    return Facts(
        direction=visit.direction,
        person=PersonClass.UNKNOWN if person is None else person.klass,
        pass_verdict=history.verdict,
        health_code=visit.health_code,
        mask=visit.mask,
        status=Status.NONE if person is None else person.status,
        place_closed=person is not None and person.place_closed,
        symptoms=visit.symptoms,
        exception=bool(visit.exception),
        clock_known=clock_known,
        people=visit.people,
        measured=len(visit.round),
        centi_celsius=None if taken is None else taken.centi_celsius,
        mode=None if taken is None else taken.mode,
        site=None if taken is None else taken.site,
        by_hand=taken is not None and taken.by_hand,
        attempt=len(visit.readings),
        high_before=visit.high_before,
        cold_before=visit.cold_before,
        whereabouts=history.whereabouts,
        overdue_minutes=history.overdue_minutes,
        outings_today=history.outings_today,
    )


def _off(taken: Taken, lines: Lines) -> bool:
    return not lines.cold_centi <= taken.centi_celsius < lines.high_centi
