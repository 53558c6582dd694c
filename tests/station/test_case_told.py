"""The office's word on a case at the gate: shown, never the end of an alarm that nobody there has answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.case.case import Case, advance, possible, tell
from station.case.word import is_closed_unseen, office_word
from station.lane.action import Act
from station.lane.alerts import raise_alarm
from station.screen.case_lines import case_line
from station.screen.panels.fever import fever_panel
from station.wire.case_order import Handled, encode_cases
from station.wire.order import Order, OrderKind
from tests.station.storyboard import MORNING_MS, day
from tests.station.test_office import ROOT, Gate, keys_order

TAKEN = Handled("7", "wang", MORNING_MS)
CLOSED = Handled("7", "wang", MORNING_MS, "manager", MORNING_MS + 60_000)
OPEN = Case("7", "fever", MORNING_MS, "徐*")


def told(case: Case, handled: Handled) -> Case:
    cases = {case.id: case}
    tell(cases, {handled.case: handled})
    return cases[case.id]


def names(case: Case) -> list[str]:
    return [step.name for step in possible(case)]


def test_who_took_it_up_is_shown_and_changes_no_step() -> None:
    line = case_line(told(OPEN, TAKEN))
    assert line.office == ("case_taken", "wang", MORNING_MS)
    assert names(told(OPEN, TAKEN)) == names(OPEN) == ["answered"]
    assert office_word(OPEN) is None
    assert office_word(told(OPEN, Handled("8", "li", 5))) is None, "of another case"


def test_closed_by_the_office_it_is_ended_by_a_tap_here_and_not_before_it_was_answered() -> None:
    case = told(OPEN, CLOSED)
    assert office_word(case) == ("case_office_closed", "manager", MORNING_MS + 60_000)
    assert names(case) == ["answered"], "the alarm is answered first"
    assert is_closed_unseen(case)
    with pytest.raises(ValueError, match="office_closed"):
        advance(case, "office_closed", MORNING_MS)
    answered = advance(case, "answered", MORNING_MS + 90_000)
    assert not is_closed_unseen(answered)
    assert names(answered)[0] == "office_closed"
    assert advance(answered, "office_closed", MORNING_MS + 95_000).ended
    assert "office_closed" not in names(advance(told(OPEN, TAKEN), "answered", MORNING_MS))


def test_an_alarm_sounds_on_and_says_why(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.give(keys_order(), ROOT)
    story = day("told")
    story.lane.cases["7"] = OPEN
    story.lane.alarm = raise_alarm(None, "7", story.now_ms)
    gate.give(Order(OrderKind.CASE, 1, ("east",), "office", MORNING_MS, encode_cases("east", [CLOSED])))
    tell(story.lane.cases, gate.office.handled)
    assert story.lane.alarm is not None, "the office's word is no answer"
    assert fever_panel(story.lane, story.lane.alarm).reasons[0].code == "office_closed_unanswered"
    story.refuses("step_not_next", Act.CASE_STEP, case="7", step="office_closed")
    story.presses(Act.ANSWER, case="7")
    assert story.lane.alarm is None
    story.presses(Act.CASE_STEP, case="7", step="office_closed")
    assert story.lane.cases == {}
    assert [draft.facts["step"] for draft in story.recorded("case.step")] == ["answered", "office_closed"]
    assert story.recorded("case.step")[-1].facts["ends"]
