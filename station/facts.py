"""Everything a decision may use, and nothing that names a person.  Pure.

The facts of a visit stay in its entry in clear, so any decision in the journal can be made again from its facts
and its policy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from drivers.events import Mode, Site


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
    FORGED = "forged"  # not signed by a key of ours
    CLOCK_UNKNOWN = "clock_unknown"


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


class Status(StrEnum):
    """What the community's list says of a person."""

    NONE = "none"
    ISOLATION = "isolation"
    SELF_MONITORING = "self_monitoring"


class Vehicle(StrEnum):
    """What somebody came in."""

    NONE = "none"
    PRIVATE = "private"
    TAXI = "taxi"
    OFFICIAL = "official"
    WORK = "work"
    EMERGENCY = "emergency"
    GOODS = "goods"


class Trip(StrEnum):
    """What somebody goes out for; asked only where the rules or the settings want to know."""

    NONE = "none"
    SHOPPING = "shopping"
    MEDICAL = "medical"
    WORK = "work"
    FARMING = "farming"
    FUNERAL = "funeral"
    SCHOOL = "school"
    DOG_OR_RUBBISH = "dog_or_rubbish"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Facts:
    """One visit as the rules see it.

    ``centi_celsius`` is the deciding reading of the newest round: of several people the one that lies worst (the
    highest, or the lowest where that is too cold and none is high), None before the first.  ``measured`` of
    ``people`` have been.  ``high_before`` and ``cold_before`` say that an earlier round of this visit was;
    ``attempt`` counts all readings.  ``above_baseline_centi`` is the distance from this gate's own normal, None
    where it has none yet.
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


def facts_body(facts: Facts) -> dict[str, Any]:
    """The facts as they stand in an entry."""
    return asdict(facts)


_ENUMS: dict[str, type[StrEnum]] = {
    "direction": Direction,
    "person": PersonClass,
    "pass_verdict": PassVerdict,
    "health_code": HealthCode,
    "mask": Mask,
    "status": Status,
    "mode": Mode,
    "site": Site,
    "vehicle": Vehicle,
    "trip": Trip,
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
