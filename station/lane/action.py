"""What an operator can do at the gate: the name of each act and what it must come with.  Pure.

The page sends an act with a nonce; the desk answers the same nonce only once, so a form posted twice does its
work once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.errors import StationError


class ActionError(StationError, ValueError):
    """An act that cannot be done now; ``code`` is what the page shows."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Act(StrEnum):
    """Every act, by the name the page sends."""

    DIRECTION = "direction"  # to: in | out
    IDENTIFY = "identify"  # resident: id from the search
    CODE_SEEN = "code_seen"  # colour: green | yellow | red
    MASK = "mask"  # mask: none | given | worn | refused
    COMPANION = "companion"  # 同行+1; with nobody at the gate two people begin
    FEWER = "fewer"  # one less
    VEHICLE = "vehicle"  # kind, plate: who is here, or comes now, sits in one
    SEAT = "seat"  # seat: that one is measured next, or the new name sits there
    TOGETHER = "together"  # the two who showed their codes belong together
    REMEASURE = "remeasure"  # the next reading belongs to who stands here
    PARK = "park"  # rest and measure again
    RESUME = "resume"  # waiting: id; that person stands here again
    READING_OF = "reading_of"  # person: 0 | 1; whose reading it is
    HOLDER = "holder"  # same: yes | no; whether who stands here is the holder of the pass
    BY_HAND = "by_hand"  # centi_celsius, site: a contact thermometer, typed in
    EMERGENCY = "emergency"  # people
    DETAILS = "details"  # of: an event let through first; people, service, plate, resident, complete
    DELIVERY = "delivery"  # 门口交接; pieces: -1 takes the last one back
    PAPER = "paper"  # time, to, centi_celsius, resident or who: what stood on paper
    TRIP = "trip"  # trip: 事由
    EXCEPTION = "exception"  # reason: 特批放行; of: the visit that was turned back last
    UNDO = "undo"  # reason after ten seconds
    DECLARE = "declare"  # fact, value: what the person says, or the operator sees (station/lane/declared.py)
    CANCEL = "cancel"  # back to idle; what was measured is recorded as left
    CALL_LEADER = "call_leader"
    ANSWER = "answer"  # case: the alarm is heard: 留观并上报
    CASE_STEP = "case_step"  # case, step, and what the step asks for
    CALLED = "called"  # case: the office was rung, there being no line
    SYMPTOMS = "symptoms"  # which: fever | cough | fatigue | chest
    ROUND = "round"  # what, place, agent: 巡查 (station/notebook/rounds.py)
    SUPPLIES = "supplies"  # item, and left or per_day
    INCIDENT = "incident"  # what; or incident, step and perhaps its time
    INSPECTION = "inspection"  # by; or inspection, and finding, right or close
    TRAVEL = "travel"  # where, days, resident: 出行报备
    UNDO_NOTE = "undo_note"  # note: EPOCH-SEQ, the newest of its sheet (station/notebook/note_undo.py)
    ISOLATION = "isolation"  # subject, and centi_celsius with by, symptom, no_answer or step
    SILENCE = "silence"  # two minutes
    SIGN_IN = "sign_in"  # operator (an id of the rota, or stand-in) or resident, pin
    HAND_OVER = "hand_over"  # the same, of whoever takes over: 交班
    READ_CASE = "read_case"  # case: seen by who takes over
    SELF_TEST = "self_test"  # lamps, buzzer and voice, one after another
    SELF_TEST_SEEN = "self_test_seen"  # result: ok | faulty, as a person saw and heard it
    OWN_TEMPERATURE = "own_temperature"  # centi_celsius, site; without them the gate's thermometer takes the next one
    DRILL = "drill"  # to: on | off; operator, pin: a leader, where none is on duty
    ENROL = "enrol"  # do: open | same | other | close; operator, pin: an admin, where this gate is let in already
    WIPE = "wipe"  # 擦屏, 20 s
    CONFIRM_REPORT = "confirm_report"  # day, sha256: 确认上报 of the figures on the screen


@dataclass(frozen=True, slots=True)
class Action:
    """One press: what, with what, and the nonce that makes it count once.

    ``visit`` is the visit that was on the screen when the key was pressed, 0 where nobody stood there.
    """

    act: Act
    nonce: str
    arguments: tuple[tuple[str, str], ...] = ()
    visit: int = 0

    def get(self, name: str, default: str = "") -> str:
        """The argument *name*, or *default*."""
        return dict(self.arguments).get(name, default)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an action: accepted, or a code that the page translates."""

    accepted: bool
    code: str = "ok"
    version: int = 0
