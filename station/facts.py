"""Everything a decision may use, and nothing that names a person.  Pure.

The facts of a visit stay in its entry in clear, so any decision in the journal can be made again from its facts
and its policy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from drivers.events import Mode, Site
from station.screening.standing import Verdict


class Direction(StrEnum):
    """Which way a person goes through the gate."""

    IN = "in"
    OUT = "out"


class PersonClass(StrEnum):
    """Who somebody is to the rules (REQUIREMENTS: classes)."""

    UNKNOWN = "unknown"
    RESIDENT = "resident"
    RETURNEE = "returnee"
    VISITOR = "visitor"
    WORKER = "worker"
    OFFICIAL = "official"
    EMERGENCY = "emergency"


class PassVerdict(StrEnum):
    """What became of the gate pass that was shown."""

    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    SPENT = "spent"
    BORROWED = "borrowed"
    WRONG_WAY = "wrong_way"  # it does not allow this direction
    FORGED = "forged"  # names a key of ours, and that key did not sign it
    CLOCK_UNKNOWN = "clock_unknown"
    UNKNOWN_KEY = "unknown_key"  # signed with a key that does not count, or does not any more


class Whereabouts(StrEnum):
    """Where this gate's own entries last had a person."""

    UNKNOWN = "unknown"
    INSIDE = "inside"
    OUTSIDE = "outside"
    UNCERTAIN = "uncertain"  # where they are going to already: by another gate, or unrecorded


class HealthCode(StrEnum):
    """The colour that the operator saw; never assumed."""

    NONE = "none"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Mask(StrEnum):
    """What is known of the mask; ``unchecked`` is the passage without a tap."""

    UNCHECKED = "unchecked"
    WORN = "worn"
    NONE = "none"
    GIVEN = "given"
    REFUSED = "refused"  # offered one and would not wear it


class Status(StrEnum):
    """What the community's list says of a person."""

    NONE = "none"
    ISOLATION = "isolation"
    SELF_MONITORING = "self_monitoring"


class Answer(StrEnum):
    """What somebody was asked at the gate; unknown until the operator has pressed a key."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


class Vehicle(StrEnum):
    """What they come or go in."""

    NONE = "none"
    PRIVATE = "private"
    TAXI = "taxi"
    OFFICIAL = "official"
    EMERGENCY = "emergency"
    GOODS = "goods"
    WORK = "work"


class Trip(StrEnum):
    """事由: what they go for, where they were asked."""

    NONE = "none"
    SHOPPING = "shopping"
    MEDICAL = "medical"
    WORK = "work"
    FARMING = "farming"
    FUNERAL = "funeral"
    SCHOOL = "school"
    DUTY = "duty"
    REPAIR = "repair"
    DOG_OR_RUBBISH = "dog_or_rubbish"
    OTHER = "other"


class HealthProof(StrEnum):
    """What a health certificate of another system is worth at this moment."""

    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"
    UNPROVEN = "unproven"  # not forged, and not proven: an unknown signer, no clock, not valid yet
    FORGED = "forged"


class Air(StrEnum):
    """The air around the thermometer: outside of 16 to 35 °C no maker vouches for a reading."""

    UNKNOWN = "unknown"
    COLD = "cold"
    FIT = "fit"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Facts:
    """One visit as the rules see it.

    ``centi_celsius`` is the deciding reading of the newest round: of several people the one that lies worst (the
    highest, or the lowest where that is too cold and none is high), None before the first.  ``measured`` of
    ``people`` have been.  ``high_before`` and ``cold_before`` say that an earlier round of this visit was;
    ``attempt`` counts all readings.  ``above_baseline_centi`` is the distance from this gate's own normal, None
    where it has none yet; ``standing`` is what that normal says, ``standing_before`` the gravest it said in an earlier
    round.  Below ``cold_below_centi`` the reading is too cold, None where the policy's line holds.
    ``test_hours`` is the age of a negative nucleic-acid test in whole hours, rounded up; None
    where nobody has shown one.  ``pass_checked`` says that the operator held the person against their pass.
    ``travel_return`` says that they are back from a journey they had told of (station/notebook/journeys.py),
    ``risk_visited`` that they say they were in a risk area on it.
    ``overdue_minutes`` is how much longer than their pass allows somebody was out, and ``outings_today`` how often
    they went out today (others: came in), both by the ledger (station/ledger/history.py).
    """

    direction: Direction = Direction.IN
    person: PersonClass = PersonClass.UNKNOWN
    pass_verdict: PassVerdict = PassVerdict.NONE
    health_code: HealthCode = HealthCode.NONE
    mask: Mask = Mask.UNCHECKED
    status: Status = Status.NONE
    host_isolated: bool = False
    place_closed: bool = False
    risk_origin: bool = False
    symptoms: bool = False
    exception: bool = False
    clock_known: bool = True
    people: int = 1
    measured: int = 0
    centi_celsius: int | None = None
    mode: Mode | None = None
    site: Site | None = None
    by_hand: bool = False
    attempt: int = 0
    high_before: bool = False
    cold_before: bool = False
    above_baseline_centi: int | None = None
    vehicle: Vehicle = Vehicle.NONE
    trip: Trip = Trip.NONE
    essential: Answer = Answer.UNKNOWN
    leaving_city: Answer = Answer.UNKNOWN
    test_shown: Answer = Answer.UNKNOWN
    pass_checked: Answer = Answer.UNKNOWN
    travel_return: bool = False
    risk_visited: Answer = Answer.UNKNOWN
    health_proof: HealthProof = HealthProof.NONE
    vaccinated: bool = False
    recovered: bool = False
    test_hours: int | None = None
    whereabouts: Whereabouts = Whereabouts.UNKNOWN
    overdue_minutes: int = 0
    outings_today: int = 0
    standing: Verdict = Verdict.UNKNOWN
    standing_before: Verdict = Verdict.UNKNOWN
    cold_below_centi: int | None = None
    air: Air = Air.UNKNOWN


def facts_body(facts: Facts) -> dict[str, Any]:
    """The facts as they stand in an entry."""
    # All of them are plain values: nothing to copy in depth, which took a sixth of the time of a whole visit.
    return {name: getattr(facts, name) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Facts))


_ENUMS: dict[str, type[StrEnum]] = {
    "direction": Direction,
    "person": PersonClass,
    "pass_verdict": PassVerdict,
    "whereabouts": Whereabouts,
    "health_code": HealthCode,
    "mask": Mask,
    "status": Status,
    "mode": Mode,
    "site": Site,
    "vehicle": Vehicle,
    "trip": Trip,
    "essential": Answer,
    "leaving_city": Answer,
    "test_shown": Answer,
    "pass_checked": Answer,
    "risk_visited": Answer,
    "health_proof": HealthProof,
    "standing": Verdict,
    "standing_before": Verdict,
    "air": Air,
}


def choices(name: str) -> tuple[str, ...] | None:
    """The values that the fact *name* can have, or None where it is a number, a truth or free text."""
    return tuple(_ENUMS[name]) if name in _ENUMS else None


def parse_facts(body: dict[str, Any]) -> Facts:
    """The facts that :func:`facts_body` wrote, for deciding again.

    A fact that a newer program added is not known here and one that an older did not write has its default.
    """
    known = {field.name for field in fields(Facts)}
    values: dict[str, Any] = {
        name: _ENUMS[name](value) if name in _ENUMS and value is not None else value
        for name, value in body.items()
        if name in known
    }
    return Facts(**values)
