"""Which shifts there were, and what was handed over at the end of each.  Pure.

A shift begins when it is handed over, or when somebody signs in whom nobody handed over to, and ends when it is handed
over.  One whose beginning nobody can give a time belongs to the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from station import kinds
from station.report.noted import Noted
from station.report.survey import Survey

#: The kinds that tell of shifts.
SHIFT_KINDS = (kinds.OPERATOR_SIGNED_IN, kinds.SHIFT_OPENED, kinds.OPERATOR_MEASURED, kinds.SHIFT_HANDED_OVER)
#: A quarter of a year of five shifts a day; older ones are asked for by the day.
MAX_SHIFTS = 500


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over with a shift, as the desk counted it at that moment; ``lost`` are devices.

    ``late_minutes`` is how late the relief was, None where nobody knew the time.
    """

    to: str
    late_minutes: int | None
    cases: int
    parked: int
    overdue: int
    unsent: int
    to_fill_in: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of ``operator``; times are wall milliseconds.

    ``ended_ms`` and ``handed`` are None while it goes on; ``opened_ms`` is None where it never was opened.
    ``own_centi`` is the operator's own last temperature, ``self_test`` empty, ok or faulty.
    """

    operator: str
    began_ms: int
    stand_in: bool = False
    leader: str = ""
    opened_ms: int | None = None
    own_centi: int | None = None
    self_test: str = ""
    ended_ms: int | None = None
    handed: HandedOver | None = None

    def body(self) -> dict[str, Any]:
        """The shift as JSON can hold it; people by their ids."""
        return asdict(self)


def shifts(entries: Iterable[Noted], surveyed: Survey) -> list[Shift]:
    """The shifts that *entries*, of which only those of :data:`SHIFT_KINDS` matter, tell of; oldest first."""
    found: list[Shift] = []
    for noted in entries:
        at_ms, facts = surveyed.at_ms(noted), noted.facts
        if at_ms is None:
            continue
        match noted.kind:
            case kinds.OPERATOR_SIGNED_IN | kinds.SHIFT_HANDED_OVER:
                if found and found[-1].ended_ms is None:
                    found[-1] = replace(found[-1], ended_ms=at_ms, handed=_handed(noted))
                # An older program named whoever signed in by the actor alone.
                who, leader = str(facts.get("operator", noted.actor)), str(facts.get("leader", ""))
                found.append(Shift(who, at_ms, facts.get("stand_in") is True, leader))
                del found[:-MAX_SHIFTS]
            case kinds.OPERATOR_MEASURED if found:
                found[-1] = replace(found[-1], own_centi=int(facts["reading"]["centi_celsius"]))
            case kinds.SHIFT_OPENED if found:
                found[-1] = replace(
                    found[-1], opened_ms=at_ms, own_centi=facts["own_centi"], self_test=str(facts["self_test"])
                )
    return found


def shift_at(found: list[Shift], at_ms: int) -> Shift | None:
    """The shift that was on duty at *at_ms*; of two, where the clock was set back between them, the later one."""
    on = (one for one in reversed(found) if one.began_ms <= at_ms and (one.ended_ms is None or at_ms < one.ended_ms))
    return next(on, None)


def chosen_shift(found: list[Shift], at_ms: int | None, previous: bool) -> Shift:
    """Of the shifts *found*: that at *at_ms*, the one before the newest, or the newest.

    :raises ValueError: if there is none.
    """
    shift = shift_at(found, at_ms) if at_ms is not None else found[-2] if previous and len(found) > 1 else None
    if shift is None and at_ms is None and not previous and found:
        shift = found[-1]
    if shift is None:
        raise ValueError("no such shift is in the journal; --list says which there are")
    return shift


def _handed(noted: Noted) -> HandedOver | None:
    facts = noted.facts
    if noted.kind != kinds.SHIFT_HANDED_OVER:
        return None
    late = facts.get("late_minutes")
    parked, overdue, unsent, to_fill_in = (
        int(facts.get(name) or 0) for name in ("parked", "overdue", "unsent", "to_fill_in")
    )
    return HandedOver(
        str(facts.get("operator", noted.actor)),
        late if type(late) is int else None,
        len(facts.get("cases") or ()),
        parked,
        overdue,
        unsent,
        to_fill_in,
        tuple(str(name) for name in facts.get("lost") or ()),
    )
