"""What an entry means to the hub: what it counts, which case it is about, what it takes back.  Pure.

Parsed once, at the door.  A kind that is not known here means nothing to the hub and is kept all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from station.wire.entry import ClockState, is_hash
from station.wire.errors import WireError

#: A bus full of people; more at once is a mistake in the entry.
MAX_PEOPLE = 1000
#: Names of cases, steps and causes are codes of a few letters or one identifier.
MAX_CODE = 100
#: The day of what was written while the gate's clock was not known.
UNKNOWN_DAY = 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Kinds that do more than count on their own day, and what makes any entry one that does.
REMARKABLE = frozenset(
    {"case.opened", "case.step", "clock.anchored", "details.added", "entry.voided", "epoch.opened"},
)
OBSERVED = "observed_at_ms"
#: Every time zone's hours begin at a multiple of this.
_QUARTER_MS = 15 * 60 * 1000
#: A gate that sends its backlog of two weeks has 1,344 quarters.
_QUARTERS = 4096


class Counts(NamedTuple):
    """People, as the daily report counts them (人次).

    ``inward`` and ``outward`` were let through; ``measured`` were measured, each once per visit however often the
    thermometer was held up.
    """

    inward: int = 0
    outward: int = 0
    measured: int = 0
    turned_back: int = 0
    referred: int = 0


#: The counts by name, as the tables and the pages have them.
NAMES = Counts._fields


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A case began."""

    case: str
    cause: str


@dataclass(frozen=True, slots=True)
class CaseStepped:
    """A step of a case was done; ``ends`` if it was the last."""

    case: str
    step: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Voids:
    """Another entry of the same station does not count."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Founded:
    """A chain began, after another or as the first."""

    public_key: bytes
    previous_epoch: int | None
    previous_head: bytes | None


Meaning = Counts | CaseOpened | CaseStepped | Voids | Founded | None


def meaning_of(kind: str, facts: dict[str, Any]) -> Meaning:
    """What an entry of *kind* with these *facts* means.

    :raises WireError: if its facts do not hold what its kind promises.
    """
    if facts.get("drill") is True and kind != "epoch.opened":
        return None  # practice counts nowhere
    match kind:
        case "visit.decided" | "visit.left" | "waiting.left":
            return _counts(kind, facts)
        case "case.opened":
            return CaseOpened(_code(facts, "case"), _code(facts, "cause"))
        case "case.step":
            step = _code(facts, "step")
            return CaseStepped(_code(facts, "case"), step, facts.get("ends") is True)
        case "entry.voided":
            voids = facts.get("voids")
            if not isinstance(voids, list) or len(voids) != 2 or not all(type(n) is int and n >= 0 for n in voids):
                raise WireError("voids: expected [epoch, seq]")
            return Voids(voids[0], voids[1])
        case "epoch.opened":
            return _founded(facts)
    return None


def add_counts(counts: Counts, more: Counts, times: int = 1) -> Counts:
    """*counts* and *times* as many as *more*; less with -1."""
    return Counts(*(count + times * each for count, each in zip(counts, more, strict=True)))


def local_hour(at_ms: int, clock: ClockState, zone: tzinfo) -> tuple[int, int]:
    """The day (20201122) and hour of *at_ms* where the hub is; :data:`UNKNOWN_DAY` if the *clock* was not known."""
    if clock is ClockState.UNKNOWN:
        return UNKNOWN_DAY, 0
    return _hour_of_quarter(at_ms // _QUARTER_MS, zone)


@lru_cache(_QUARTERS)
def _hour_of_quarter(quarter: int, zone: tzinfo) -> tuple[int, int]:
    try:
        local = (_EPOCH + timedelta(milliseconds=quarter * _QUARTER_MS)).astimezone(zone)
    except OverflowError:
        return UNKNOWN_DAY, 0
    return day_number(local), local.hour


def day_number(local: datetime) -> int:
    """The day of *local* as one number: 20201122."""
    return local.year * 10_000 + local.month * 100 + local.day


def _counts(kind: str, facts: dict[str, Any]) -> Counts:
    if kind == "waiting.left":
        # Measured in the visit that sent this person to rest; that entry does not count itself.
        return Counts(measured=1)
    people, readings = facts.get("people"), facts.get("readings")
    if type(people) is not int or not 1 <= people <= MAX_PEOPLE:
        raise WireError(f"people: expected 1 to {MAX_PEOPLE}")
    if not isinstance(readings, list):
        raise WireError("readings: expected a list")
    measured = min(people, len(readings))
    if kind == "visit.left":
        return Counts(measured=measured)
    outcome, direction = facts.get("outcome"), facts.get("direction")
    if not isinstance(outcome, str) or not (direction is None or isinstance(direction, str)):
        raise WireError("outcome or direction: expected text")
    return _counts_of(outcome, direction, people, measured)


@lru_cache(1024)  # half a microsecond instead of four for what nearly every entry is: one person who is let through
def _counts_of(outcome: str, direction: str | None, people: int, measured: int) -> Counts:
    match outcome, direction:
        case "admit", "in":
            return Counts(inward=people, measured=measured)
        case "admit", "out":
            return Counts(outward=people, measured=measured)
        case "deny", _:
            return Counts(turned_back=people, measured=measured)
        case "refer", _:
            return Counts(referred=people, measured=measured)
        case "retake", _:
            return Counts()
    raise WireError("outcome or direction: unknown")


def _founded(facts: dict[str, Any]) -> Founded:
    key, epoch, head = facts.get("public_key"), facts.get("previous_epoch"), facts.get("previous_head")
    # A public key and a hash are both 32 bytes in hex.
    if not is_hash(key) or not (head is None or is_hash(head)) or not (epoch is None or type(epoch) is int):
        raise WireError("epoch.opened: public_key, previous_epoch or previous_head is wrong")
    return Founded(bytes.fromhex(str(key)), epoch, None if head is None else bytes.fromhex(head))


def _code(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_CODE or not value.isprintable():
        raise WireError(f"{name}: expected a short name")
    return value
