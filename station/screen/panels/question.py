"""The keys that answer the question on the panel.  Pure."""

from __future__ import annotations

from station.facts import PersonClass
from station.lane.doubt import DOUBTS
from station.lane.visit import Visit
from station.screen import party as party_screen
from station.screen.elements import Key, Word
from station.screen.lane_keys import TRIPS
from station.screen.panels.keys import CANCEL, CODES, LEADER, REGISTER, SEARCH
from station.screen.questions import ANSWERS, EACH, TO_CLINIC, VISITOR


def question_keys(visit: Visit) -> tuple[Key, ...]:
    """The answers to what is being asked."""
    if visit.claims:
        return (
            Key("reading_of", Word("this_person"), "warn", "1", (("person", "0"),)),
            Key("reading_of", Word("other_person"), "action", "2", (("person", "1"),)),
        )
    if visit.ask == "which_seat":
        return (*party_screen.seat_keys(visit), CANCEL)
    if visit.rival is not None:
        names = [_choice_name(visit, 0), _choice_name(visit, 1)]
        return (
            Key("reading_of", Word("choose", (("name", names[0]),)), "action", "1", (("person", "0"),)),
            Key("reading_of", Word("choose", (("name", names[1]),)), "action", "2", (("person", "1"),)),
            *((party_screen.TOGETHER,) if visit.person is not None and visit.held is None else ()),
            CANCEL,
        )
    if visit.ask == "whose_reading":
        return (
            Key("reading_of", Word("same_person"), "action", "1", (("person", "0"),)),
            Key("reading_of", Word("next_person"), "action", "2", (("person", "1"),)),
            CANCEL,
        )
    if visit.ask in DOUBTS:
        return (
            Key("holder", Word("holder_yes"), "action", "1", (("same", "yes"),)),
            Key("holder", Word("holder_no"), "warn", "2", (("same", "no"),)),
            CANCEL,
        )
    if visit.ask == "trip":
        return (*TRIPS, CANCEL)
    if visit.ask == "no_mask":
        return (
            Key("mask", Word("mask_given_key"), "action", "4", (("mask", "given"),)),
            Key("mask", Word("mask_refused_key"), "stop", "3", (("mask", "refused"),)),
            CANCEL,
            LEADER,
        )
    if visit.ask in ANSWERS:
        return (*ANSWERS[visit.ask], LEADER, CANCEL)
    if visit.ask == "no_pass":
        return (SEARCH, TO_CLINIC, LEADER, CANCEL)
    if visit.ask == "who_is_it":
        return (SEARCH, VISITOR, CANCEL)
    codes = CODES
    register = (REGISTER,) if visit.person is None or visit.person.klass is PersonClass.UNKNOWN else ()
    return (SEARCH, *register, *codes, CANCEL)


def asked_of_all(visit: Visit) -> tuple[Word, ...]:
    """What stands beside a question whose answer counts for everybody of several: that each of them is asked."""
    if visit.people == 1 or visit.ask not in EACH:
        return ()
    return (Word("ask_each", (("n", str(visit.people)),)),)


def _choice_name(visit: Visit, which: int) -> str:
    """What stands on the key: a name, or with one person and two readings the temperature."""
    if visit.person is None:
        taken = visit.round[-1] if which == 0 and visit.round else visit.held
        return "" if taken is None else _degrees(taken.centi_celsius)
    person = visit.person if which == 0 else visit.rival
    return "" if person is None else (person.name or person.masked or "?")


def _degrees(centi_celsius: int) -> str:
    return f"{centi_celsius // 100}.{centi_celsius % 100:02d}"
