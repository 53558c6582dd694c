"""The open fever cases on the gate's screen, the keys of their next steps, and what sounds.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.case.case import CODES, Case, StepKind, possible
from station.case.word import office_word
from station.lane.alerts import Alarm as LaneAlarm
from station.screen.beside import Alarm, CaseLine, CaseStep
from station.screen.elements import Key, Word


def case_line(case: Case) -> CaseLine:
    """The steps of *case* that are done, the next one, and the keys of what is possible."""
    done = tuple(CaseStep(name, at_ms) for name, at_ms in case.done)
    ahead = possible(case)
    following = tuple(CaseStep(step.name, None, next=True) for step in ahead[:1])
    keys = tuple(_case_key(case, step) for step in ahead)
    return CaseLine(int(case.id), case.masked, case.opened_ms, case.answered, done + following, keys, office_word(case))


def _case_key(case: Case, step: StepKind) -> Key:
    """The key of *step*; one that asks for a temperature opens the pad, one that asks for a word its choices."""
    about = (("case", case.id), ("step", step.name))
    word = Word(f"step_{step.name}")
    if step.name == "answered":
        return Key("answer", word, "stop", "3", about[:1])
    if step.needs == "centi_celsius":
        return Key("page:by_hand", word, "action", "", (("act", "case_step"), *about))
    asked = (step.needs, *step.also) if step.needs else ()
    return _asking(Key("case_step", word, "action", "", about), asked)


def _asking(key: Key, names: tuple[str, ...]) -> Key:
    """*key* with the choices of *names* behind it, one after the other: which clinic, who goes along, in what."""
    if not names:
        return key
    choices = tuple(
        _asking(Key(key.act, Word(f"{names[0]}_{value}"), "action", "", (*key.arguments, (names[0], value))), names[1:])
        for value in CODES[names[0]]
    )
    return replace(key, choices=choices)


def sounding(alarm: LaneAlarm | None, phone: str) -> Alarm | None:
    """What sounds, with the office's *phone* once nobody came."""
    if alarm is None:
        return None
    return Alarm(alarm.since_ms, alarm.silent_until_ms, alarm.escalated, phone if alarm.escalated else "")
