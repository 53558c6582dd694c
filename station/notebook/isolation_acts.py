"""What is pressed of somebody in isolation, and the keys for it.  Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from station import kinds
from station.case.symptom_codes import SYMPTOMS
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.isolation import BY, DoctorsCase, Reading, open_cases, round_of, slot_of
from station.notebook.rounds import LOG
from station.screen.elements import Badge, Key, Level, Word

#: As many names as a sheet shows, those first of whom nothing is recorded; who is done makes room.
MAX_LISTED = 24
#: The list comes back after each press: who stands at the door of a family measures one after the other.
LIST = (("log", "isolation"),)


def measured(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """A temperature, a symptom, no answer, or what became of the doctor's case.

    :raises ActionError: if that person is not on the list, there is no such case, or nothing is said of them.
    """
    who = next((one for one in lane.isolated if one.subject == action.get("subject")), None)
    if who is None:
        raise ActionError("isolated_unknown", "isolation: nobody of that name is on the list")
    personal = {"subject": who.subject, "masked": who.masked, "last4": who.last4}
    case = open_cases(lane.notebook).get(who.subject)
    if action.get("step"):
        if case is None or (case.told and action.get("step") == "told"):
            raise ActionError("case_unknown", "isolation: no open case of theirs")
        lane.record(Draft(kinds.ISOLATION_CASE, {"case": case.id, "step": action.get("step")}, lane.actor, personal))
        lane.say("isolation_noted", now_ms)
        return
    day, half = slot_of(now_ms, ZoneInfo(lane.timezone))
    facts: dict[str, object] = {"day": day, "half": half, "answered": not action.get("no_answer")}
    centi, symptom = action.get("centi_celsius"), action.get("symptom")
    if centi:
        facts |= {"centi_celsius": int(centi), "by": action.get("by") or "gate"}
    if symptom:
        facts["symptoms"] = [symptom]
    if not (centi or symptom or action.get("no_answer")):
        raise ActionError("missing_argument", "isolation: nothing is said of them")
    high = bool(centi) and int(centi) >= lane.policy.lines.high_centi
    facts["high"] = high
    lane.record(Draft(kinds.ISOLATION_MEASURED, facts, lane.actor, personal))
    lane.say("isolation_noted", now_ms)
    if (high or symptom) and case is None:
        causes = (["temperature"] if high else []) + (["symptoms"] if symptom else [])
        opened = {"case": lane.new_id(), "step": "opened", "causes": causes}
        lane.record(Draft(kinds.ISOLATION_CASE, opened, lane.actor, personal))
        lane.say("isolation_for_doctor", now_ms)


def badges(lane: Lane, now_ms: int) -> tuple[Badge, ...]:
    """How many were missed, and how many wait for the doctor."""
    missed = sum(one.state == "missed" for one in _round(lane, now_ms))
    waiting = sum(not case.told for case in open_cases(lane.notebook).values())
    found = [Badge(Word("isolation_missed_n", (("n", str(missed)),)), Level.NOTE)] if missed else []
    found += [Badge(Word("isolation_doctor_n", (("n", str(waiting)),)), Level.WARN)] if waiting else []
    return tuple(found)


def keys(lane: Lane, now_ms: int) -> tuple[Key, ...]:
    """居家隔离, where anybody is on the list."""
    if not lane.isolated:
        return ()
    listed, cases = _round(lane, now_ms), open_cases(lane.notebook)
    waits = any(not case.told for case in cases.values())
    names = tuple(_name(one, cases.get(one.who.subject)) for one in listed[:MAX_LISTED])
    missing = sum(one.state != "taken" for one in listed)
    word = Word("isolation_key_n", (("n", str(missing)),)) if missing else Word("isolation_key")
    return (Key("isolation", word, "warn" if missing or waits else "action", "", LIST, choices=names),)


def _round(lane: Lane, now_ms: int) -> list[Reading]:
    return round_of(lane.isolated, lane.notebook, lane.rounds, lane.timezone, now_ms)


def _name(reading: Reading, case: DoctorsCase | None) -> Key:
    who = reading.who
    about = (("subject", who.subject),)
    name = ("name", f"{who.masked} {who.last4}".strip() or "?")
    word = Word(f"isolated_{reading.state}", (name,))
    if reading.state == "taken":
        centi = reading.centi_celsius or 0
        word = Word("isolated_taken", (name, ("t", f"{centi // 100}.{centi % 100 // 10}")))
    if case is not None:
        word = Word("isolated_told" if case.told else "isolated_doctor", (name,))
    pads = tuple(
        Key("page:by_hand", Word(f"measured_by_{by}"), "action", "", (("act", "isolation"), *about, ("by", by)))
        for by in BY
    )
    symptoms = tuple(
        Key(
            "isolation",
            Word(f"symptom_{name}"),
            "warn" if name in reading.symptoms else "neutral",
            "",
            (*about, ("symptom", name)),
        )
        for name in SYMPTOMS
    )
    silent = Key("isolation", Word("no_answer_key"), "neutral", "", (*about, ("no_answer", "1")))
    steps = [] if case is None else ["closed"] if case.told else ["told", "closed"]
    doctor = tuple(
        Key("isolation", Word(f"doctor_{step}"), "warn" if step == "told" else "action", "", (*about, ("step", step)))
        for step in steps
    )
    look = "action" if reading.state == "taken" and case is None else "warn"
    return Key("isolation", word, look, "", (*LOG, *about), choices=(*doctor, *pads, *symptoms, silent))
