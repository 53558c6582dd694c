"""Isolation 居家隔离: who is to be measured morning and evening, who was, by whom, and what came of it.  Pure.

Who is on the list is the office's order alone (station/register/standing.py): nothing here releases anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from station import kinds
from station.notebook.notebook import Notebook
from station.notebook.round_times import RoundTimes, day_of, minute_of

#: Who measured [002-4]: the village doctor, they themselves, a spot check, the gate.
BY = ("doctor", "self", "check", "gate")
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Isolated:
    """Somebody on the list.  ``subject`` is the id in the roster, or the household where nobody of it is known."""

    subject: str
    masked: str = field(default="", repr=False)
    last4: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is recorded of somebody in one half of one day.  ``state``: taken, no_answer, due or missed."""

    who: Isolated
    state: str
    centi_celsius: int | None = None
    by: str = ""
    symptoms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoctorsCase:
    """Somebody in isolation with a temperature or symptoms: a case for the doctor, and no fever of the gate."""

    id: str
    subject: str
    opened_ms: int
    told: bool = False


def slot_of(at_ms: int, zone: ZoneInfo) -> tuple[str, str]:
    """The day and half of it at *at_ms*: ``("2020-11-22", "morning")``."""
    return day_of(at_ms, zone), "morning" if minute_of(at_ms, zone) < NOON else "evening"


def round_of(
    listed: Iterable[Isolated], notebook: Notebook, times: RoundTimes, timezone: str, now_ms: int
) -> list[Reading]:
    """Everybody on the list with what is recorded of them in this half of the day; who is missing comes first."""
    zone = ZoneInfo(timezone)
    day, half = slot_of(now_ms, zone)
    late = minute_of(now_ms, zone) >= (times.morning if half == "morning" else times.evening)
    found = [_reading(one, notebook, day, half, late) for one in listed]
    order = ("missed", "due", "no_answer", "taken")
    return sorted(found, key=lambda reading: order.index(reading.state))


def _reading(who: Isolated, notebook: Notebook, day: str, half: str, late: bool) -> Reading:
    centi, by, answered, asked = None, "", False, False
    symptoms: dict[str, None] = {}
    for note in notebook.of(kinds.ISOLATION_MEASURED):
        facts = note.facts
        if note.personal.get("subject") != who.subject or (facts["day"], facts["half"]) != (day, half):
            continue
        asked, answered = True, answered or facts["answered"]
        centi, by = facts.get("centi_celsius", centi), facts.get("by", by)
        symptoms |= dict.fromkeys(facts.get("symptoms", ()))
    if centi is not None:
        return Reading(who, "taken", centi, by, tuple(symptoms))
    state = "no_answer" if asked and not answered else "missed" if late else "due"
    return Reading(who, state, None, by, tuple(symptoms))


def open_cases(notebook: Notebook) -> dict[str, DoctorsCase]:
    """The doctor's cases that are not closed, by subject."""
    found: dict[str, DoctorsCase] = {}
    for note in notebook.of(kinds.ISOLATION_CASE):
        facts, subject = note.facts, note.personal.get("subject", "")
        if facts["step"] == "closed":
            found = {key: case for key, case in found.items() if case.id != facts["case"]}
        elif facts["step"] == "told":
            found = {
                key: DoctorsCase(case.id, key, case.opened_ms, True) if case.id == facts["case"] else case
                for key, case in found.items()
            }
        elif subject:
            found[subject] = DoctorsCase(facts["case"], subject, note.at_ms)
    return found
