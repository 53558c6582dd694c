"""What stands beside the panel: who rests, the last visits, open cases, an alarm.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.screen.elements import Key


@dataclass(frozen=True, slots=True)
class Chip:
    """Somebody who rests before the next measurement: 待复测."""

    waiting: int
    masked: str
    tag: int
    since_ms: int
    ready_ms: int
    until_ms: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the last visits, masked: 刚才."""

    outcome: str
    masked: str
    at_ms: int
    direction: str
    void: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """The last entry can be taken back without a reason until then."""

    epoch: int
    seq: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a fever case: done at a time, or to be done next."""

    step: str
    done_ms: int | None
    next: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case beside the lane; ``office`` is what the office did with it: a code, who of it, and when."""

    case: int
    masked: str
    opened_ms: int
    answered: bool
    steps: tuple[CaseStep, ...]
    keys: tuple[Key, ...] = ()
    office: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A fever that nobody has answered yet sounds until somebody does."""

    since_ms: int
    silent_until_ms: int | None = None
    escalated: bool = False
    phone: str = ""
