"""Morning and evening of everybody in isolation: measured, missed, or not yet due.  Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from station.roster.isolation import StatusRow

#: When a half day begins and by when somebody is to be measured, in minutes of the day, as the gates remind.
_HALVES = (("morning", 0, 10 * 60), ("evening", 12 * 60, 20 * 60))
DAY_MS = 86_400_000
#: Two weeks at home, with what came before somewhere else.
LOOK_BACK_MS = 22 * DAY_MS


@dataclass(frozen=True, slots=True)
class Half:
    """One half of one day of somebody.  ``state``: taken, no_answer, missed, due, or not_yet."""

    day: str
    half: str
    state: str
    centi_celsius: int | None = None
    by: str = ""
    symptoms: tuple[str, ...] = ()
    high: bool = False


def halves_of(
    row: StatusRow, noted: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]], now_ms: int, zone: tzinfo
) -> list[Half]:
    """Every half day since the row began, the newest first."""
    first = max(row.from_ms or now_ms, now_ms - LOOK_BACK_MS)
    found = []
    for back in range(days_between(first, now_ms, zone) + 1):
        day = (_local(now_ms, zone).date() - datetime.timedelta(days=back)).isoformat()
        for half, begins, due in reversed(_HALVES):
            minute = 24 * 60 if back else _local(now_ms, zone).hour * 60 + _local(now_ms, zone).minute
            found.append(_half(day, half, noted.get((day, half), ()), minute, begins, due))
    return found


def _half(day: str, half: str, noted: Sequence[Mapping[str, Any]], minute: int, begins: int, due: int) -> Half:
    taken = next((facts for facts in reversed(noted) if type(facts.get("centi_celsius")) is int), None)
    symptoms = tuple(dict.fromkeys(str(each) for facts in noted for each in facts.get("symptoms") or ()))
    if taken is not None:
        high = any(facts.get("high") is True for facts in noted)
        return Half(day, half, "taken", int(taken["centi_celsius"]), str(taken.get("by", "")), symptoms, high)
    if noted and not any(facts.get("answered") is True for facts in noted):
        return Half(day, half, "no_answer")
    state = "not_yet" if minute < begins else "due" if minute < due else "missed"
    return Half(day, half, state, symptoms=symptoms)


def _local(at_ms: int, zone: tzinfo) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at_ms / 1000, zone)


def day_of(at_ms: int, zone: tzinfo) -> str:
    """The day of *at_ms* where the hub is, as 2020-11-22."""
    return _local(at_ms, zone).date().isoformat()


def days_between(from_ms: int, to_ms: int, zone: tzinfo) -> int:
    """How many midnights lie between the two; 0 for an end before the beginning."""
    return max(0, (_local(to_ms, zone).date() - _local(from_ms, zone).date()).days)
