"""A registered person at the lane: the ordinary rules, the right reading, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from station import kinds
from station.facts import PersonClass
from station.journal.draft import Draft
from station.lane.action import Act, ActionError
from station.lane.person import Person
from station.registration import at_lane
from station.registration.entry import Registered
from tests.station.storyboard import Day, ann, ben, day, stranger

VISITOR = Person("v:500", PersonClass.VISITOR, "周*", place="2-2-301", last4="6626", source="registration")
DRAFT = Draft(kinds.VISITOR_REGISTERED, {"registration": "500"}, personal={"masked": "周*"})


def registers(day: Day, visit: str = "", **person: Any) -> Day:
    registered = Registered("500", DRAFT, replace(VISITOR, **person), visit)
    return day._after(lambda: at_lane.stand(day.lane, registered, day.now_ms))


def kinds_of(day: Day) -> list[str]:
    return [draft.kind for _, draft in day.disk.entries]


def here(day: Day) -> str:
    assert day.lane.visit is not None
    return day.lane.visit.id


def test_a_registered_person_is_measured_and_shows_a_green_code() -> None:
    gate = registers(day("registered first")).here(VISITOR)
    gate.reads(36.5, VISITOR).asks("no_code").presses(Act.CODE_SEEN, colour="green").expect("admit", "green_code")
    used = gate.recorded(kinds.VISIT_DECIDED)[-1].facts
    assert (used["class"], used["source"]) == ("visitor", "registration")
    gate.ends()


def test_who_was_measured_first_keeps_the_reading_and_is_registered_before_they_are_decided() -> None:
    gate = day("measured first").reads(36.6, VISITOR)
    visit = here(gate)
    for _ in range(8):
        # Every press on the form holds their place.
        gate.waits(15)
        at_lane.hold(gate.lane, {visit}, gate.now_ms)
    registers(gate, visit, risk_origin=True).expect("refer", "risk_area", VISITOR)
    assert kinds_of(gate) == [kinds.VISITOR_REGISTERED, kinds.VISIT_DECIDED]
    gate.idle().ends()


def test_a_place_is_held_only_as_long_as_somebody_answers() -> None:
    day("walked away").reads(36.6, VISITOR).waits(25).idle().left("timeout")


def test_the_reading_of_somebody_else_is_never_given_to_a_registered_person() -> None:
    gate = day("another stands there").reads(36.6, ann)
    with pytest.raises(ActionError) as refused:
        registers(gate, "12345")
    assert refused.value.code == "lane_busy"
    assert kinds_of(gate) == []
    gate.shows(ann).expect("admit", of=ann)
    registers(gate, "12345").here(VISITOR).ends()


def test_the_lane_goes_on_while_somebody_is_registered() -> None:
    gate = day("side by side").reads(36.6, VISITOR)
    visit = here(gate)
    gate.waits(16).shows(ann).left("no_code").reads(36.5, ann).expect("admit", of=ann)
    # Their own visit is over, so they are measured again.
    registers(gate, visit).here(VISITOR).reads(36.4, VISITOR).asks("no_code").ends()


def test_with_somebody_else_at_the_thermometer_the_screen_asks_who_stands_there() -> None:
    gate = registers(day("two people").shows(ann)).asks("two_people")
    gate.presses(Act.READING_OF, person="1").reads(36.5, VISITOR).asks("no_code")
    gate.presses(Act.CODE_SEEN, colour="green").expect("admit", of=VISITOR)
    gate.reads(36.4, ann).expect("admit", of=ann).ends()


def test_behind_somebody_who_is_being_asked_about_the_registered_person_comes_next() -> None:
    someone = stranger("x")
    gate = registers(day("one behind").shows(someone).reads(36.5, someone).asks("no_code"))
    assert gate.lane.following is not None
    assert gate.lane.following.person == VISITOR
    with pytest.raises(ActionError):
        registers(gate, key="v:501")
    gate.presses(Act.CODE_SEEN, colour="green").here(VISITOR).ends()


def test_whose_code_says_nothing_is_registered_where_they_stand() -> None:
    someone = stranger("x")
    gate = day("unknown code").shows(someone).reads(36.5, VISITOR).asks("no_code")
    registers(gate, here(gate)).asks("no_code").here(VISITOR)
    gate.presses(Act.CODE_SEEN, colour="green").expect("admit", "green_code", VISITOR).ends()


def test_a_registration_is_taken_back_for_ten_seconds_and_nobody_is_left_standing() -> None:
    gate = registers(day("wrong person")).here(VISITOR)
    gate.presses(Act.UNDO).idle()
    assert kinds_of(gate) == [kinds.VISITOR_REGISTERED, kinds.ENTRY_VOIDED]
    assert gate.recorded(kinds.ENTRY_VOIDED)[0].facts["voids"][1] == 1
    registers(gate).waits(11).refuses("nothing_to_undo", Act.UNDO).ends()


def test_no_question_is_answered_by_a_registration() -> None:
    gate = day("a question").shows(ann).shows(ben).asks("two_people")
    with pytest.raises(ActionError):
        registers(gate)
    gate.asks("two_people").ends()


def test_a_completion_is_written_and_nobody_stands_at_the_lane() -> None:
    gate = day("completed later").shows(ann)
    done = Registered("501", replace(DRAFT, kind=kinds.VISITOR_COMPLETED), None, "")
    gate._after(lambda: at_lane.stand(gate.lane, done, gate.now_ms))
    assert kinds_of(gate) == [kinds.VISITOR_COMPLETED]
    gate.here(ann).ends()


def test_the_host_and_the_origin_reach_the_rules() -> None:
    gate = registers(day("facts"), host_isolated=True, place_closed=True).reads(36.5, VISITOR).expect("deny")
    used = gate.recorded(kinds.VISIT_DECIDED)[-1].facts["used"]
    assert (used["host_isolated"], used["place_closed"], used["risk_origin"]) == (True, True, False)
    gate.ends()


def test_who_registered_stands_in_the_entry_as_its_actor() -> None:
    gate = day("on duty")
    gate.lane.on_duty = "wang"
    registers(gate)
    draft = gate.recorded(kinds.VISITOR_REGISTERED)[0]
    assert (draft.actor, draft.facts["direction"]) == ("wang", "in")
    gate.ends()
