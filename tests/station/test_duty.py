"""Duty at the gate: signing in, opening a shift, handing it over, standing in; passage goes on beside all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.events import Mode, Site
from drivers.patterns import Meaning
from station import kinds
from station.case.case import Case
from station.duty import badge
from station.duty import table as duty_table
from station.duty.around import Around
from station.duty.post import ACTS, OWN_MS, Post
from station.duty.proof import BADGE_MS
from station.duty.relief import STAND_IN
from station.duty.rota import Operator, Role, Rota, Shift
from station.duty.sheet import drill_key, duty_line
from station.journal.draft import Draft
from station.journal.rebuild import rebuild_file
from station.journal.writer import Journal
from station.lane.action import Act, Action, ActionError
from station.lane.effects import SelfTest
from station.lane.person import Person
from station.lane.taken import Taken
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import MORNING_MS, Day, ann, ben, day, resident

HOUR_MS = 3_600_000
TAG = bytes(range(8))
PIN = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$6sSPjhJfZDSWvXvTbaMhkCA0DjU4dCOPLDE1r44VMZQ"
#: 王秀兰 until eight, then 赵国强; 李主任 leads both; 马建军 comes at night.
ROTA = Rota(
    {
        one.id: one
        for one in (
            Operator("wang", "王秀兰"),
            Operator("zhao", "赵国强", pin=PIN, badge=badge.fingerprint(TAG)),
            Operator("li", "李主任", Role.LEADER, phone="138 0000 1234"),
            Operator("ma", "马建军"),
        )
    },
    (
        Shift(MORNING_MS - 6 * HOUR_MS, MORNING_MS, ("wang",), "li"),
        Shift(MORNING_MS, MORNING_MS + 6 * HOUR_MS, ("zhao",), "li"),
        Shift(MORNING_MS + 12 * HOUR_MS, MORNING_MS + 18 * HOUR_MS, ("ma",)),
    ),
)


class Gate:
    """A lane with its post: what is pressed for the one goes there, everything else to the other."""

    def __init__(self, rota: Rota = ROTA, **around: Any) -> None:
        self.day: Day = day("duty")
        self.rota = rota
        self.post = Post(lambda: self.rota)
        self.around = around

    @property
    def now(self) -> Around:
        return replace(Around(self.day.now_ms, devices=2), **self.around)

    def does(self, act: Act, who: Person | None = None, **arguments: str) -> Gate:
        assert act in ACTS
        action = Action(act, "nonce", tuple(sorted(arguments.items())))
        self.day._after(lambda: self.post.act(self.day.lane, action, who, self.now))
        return self

    def refuses(self, code: str, act: Act, who: Person | None = None, **arguments: str) -> Gate:
        before = (self.post.on, self.day.lane.on_duty, self.day.lane.drill, self.day.disk.seq)
        with pytest.raises(ActionError) as refused:
            self.does(act, who, **arguments)
        assert refused.value.code == code
        assert (self.post.on, self.day.lane.on_duty, self.day.lane.drill, self.day.disk.seq) == before
        return self

    def badge(self, tag: bytes) -> Gate:
        payload = badge.encode(tag).encode()
        self.day._after(lambda: self.post.scanned(self.day.lane, payload, self.now))
        return self

    def reads(self, celsius: float, of: Person | None = None) -> Gate:
        """A reading goes to whoever opens a shift, or to the lane, as at the desk."""
        taken = Taken(round(celsius * 100), Mode.SURFACE, Site.FOREHEAD, "t1", self.day.now_ms, 1, raw=(("hex", "00"),))
        mine: list[bool] = []
        self.day._after(lambda: mine.append(self.post.takes(self.day.lane, taken, self.now)))
        if not mine[0]:
            self.day.reads(celsius, of)
        return self

    def passes(self, person: Person) -> Gate:
        self.day.shows(person)
        self.reads(36.5, person)
        self.day.expect("admit", of=person)
        return self

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [draft.facts for draft in self.day.recorded(kind)]


def opened(gate: Gate) -> Gate:
    return (
        gate.does(Act.SELF_TEST).does(Act.SELF_TEST_SEEN, result="ok").does(Act.OWN_TEMPERATURE, centi_celsius="3640")
    )


# -- signing in ------------------------------------------------------------------------------------------------


def test_passage_works_with_nobody_signed_in_and_after_a_wrong_sign_in() -> None:
    gate = Gate().passes(ann).refuses("operator_missing", Act.SIGN_IN, operator="nobody")
    gate.refuses("pin_needed", Act.SIGN_IN, operator="zhao").passes(ben)
    assert [draft.actor for draft in gate.day.recorded(kinds.VISIT_DECIDED)] == ["unsigned", "unsigned"]
    assert gate.day.lane.operator == ""


def test_entries_name_an_id_and_the_screen_a_name() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").passes(ann)
    assert (gate.day.lane.actor, gate.day.lane.operator) == ("wang", "王秀兰")
    (signed,) = gate.day.recorded(kinds.OPERATOR_SIGNED_IN)
    assert signed.personal == {"name": "王秀兰"}
    assert "王" not in repr(signed.facts)
    gate.refuses("already_on_duty", Act.SIGN_IN, operator="ma")


def test_a_proven_pin_signs_in_and_says_so() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="zhao", proven="pin")
    assert gate.facts(kinds.OPERATOR_SIGNED_IN)[0]["by"] == "pin"


def test_a_badge_signs_in_where_nobody_is_on_duty() -> None:
    gate = Gate().badge(TAG)
    assert gate.post.on.id == "zhao"
    assert gate.facts(kinds.OPERATOR_SIGNED_IN)[0]["by"] == "badge"


def test_a_badge_never_ends_a_shift_by_itself_but_stands_for_the_pin() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").badge(TAG)
    gate.day.noticed("badge_seen")
    assert gate.post.on.id == "wang"
    assert gate.does(Act.HAND_OVER, operator="zhao").facts(kinds.SHIFT_HANDED_OVER)[0]["by"] == "badge"
    late = Gate().does(Act.SIGN_IN, operator="wang").badge(TAG)
    late.day.waits(BADGE_MS / 1000)
    late.refuses("pin_needed", Act.HAND_OVER, operator="zhao")


def test_a_badge_that_is_not_on_the_rota_is_said_and_changes_nothing() -> None:
    gate = Gate().badge(bytes(8))
    gate.day.noticed("badge_unknown")
    assert gate.day.disk.seq == 0
    gate.day._after(lambda: gate.post.scanned(gate.day.lane, b"VB1:\xff", gate.now))
    assert gate.post.on.id == ""


def test_somebody_who_is_not_on_the_rota_stands_in_and_is_marked() -> None:
    gate = Gate().refuses("resident_unknown", Act.SIGN_IN, resident="r-1")
    gate.does(Act.SIGN_IN, resident("sun"), resident="r-1").passes(ann)
    (signed,) = gate.day.recorded(kinds.OPERATOR_SIGNED_IN)
    assert (signed.actor, signed.facts["operator"], signed.facts["stand_in"]) == (STAND_IN, STAND_IN, True)
    assert signed.personal == {"name": "sun*"}
    assert gate.day.lane.operator == "sun*"
    # Another one, without a name.
    gate.does(Act.HAND_OVER, operator=STAND_IN)
    assert gate.day.recorded(kinds.SHIFT_HANDED_OVER)[0].facts["by"] == "unnamed"


def test_somebody_of_another_shift_stands_in() -> None:
    turns = {id: Gate().does(Act.SIGN_IN, operator=id, proven="pin") for id in ("zhao", "wang")}
    marked = {id: gate.facts(kinds.OPERATOR_SIGNED_IN)[0]["stand_in"] for id, gate in turns.items()}
    assert marked == {"zhao": False, "wang": True}


def test_without_a_rota_or_a_clock_nobody_is_a_stand_in_or_late() -> None:
    gate = Gate(clock_known=False).does(Act.SIGN_IN, operator="wang")
    assert gate.facts(kinds.OPERATOR_SIGNED_IN)[0]["stand_in"] is False
    gate.day.waits(2 * 3600)
    gate.does(Act.HAND_OVER, operator="ma")
    assert gate.facts(kinds.SHIFT_HANDED_OVER)[0]["late_minutes"] is None
    assert gate.post.badges(gate.now)[0].word.code == "shift_not_opened"


# -- opening a shift -------------------------------------------------------------------------------------------


def test_a_shift_opens_with_self_test_and_own_temperature() -> None:
    gate = Gate(lost=("t1",)).does(Act.SIGN_IN, operator="wang")
    gate.post.act(gate.day.lane, Action(Act.SELF_TEST, "nonce"), None, gate.now)
    assert gate.day.lane.drain() == [SelfTest()]
    gate.does(Act.SELF_TEST_SEEN, result="ok")
    assert gate.facts(kinds.SHIFT_OPENED) == []
    gate.does(Act.OWN_TEMPERATURE, centi_celsius="3640", site="contact")
    assert gate.facts(kinds.SHIFT_OPENED) == [
        {"operator": "wang", "own_centi": 3640, "self_test": "ok", "devices": 2, "lost": ["t1"]}
    ]
    assert gate.post.badges(gate.now) == ()
    gate.refuses("no_shift_to_open", Act.OWN_TEMPERATURE).refuses("no_shift_to_open", Act.SELF_TEST)


def test_the_gates_thermometer_takes_the_own_temperature_only_when_asked_and_nobody_stands_there() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").does(Act.OWN_TEMPERATURE).reads(36.4)
    assert gate.facts(kinds.OPERATOR_MEASURED)[0]["reading"]["centi_celsius"] == 3640
    assert gate.day.lane.visit is None
    # The next one is a resident's again.
    gate.passes(ann)
    # Somebody shows a code in between: the reading is theirs.
    gate.does(Act.OWN_TEMPERATURE)
    gate.passes(ben)
    assert len(gate.facts(kinds.OPERATOR_MEASURED)) == 1
    # Asked for and forgotten: whoever comes later is measured at the lane.
    gate.does(Act.OWN_TEMPERATURE)
    gate.day.waits(OWN_MS / 1000)
    gate.reads(36.6, ann)
    assert gate.day.lane.visit is not None
    assert len(gate.facts(kinds.OPERATOR_MEASURED)) == 1


def test_a_clock_that_is_set_back_never_gives_a_residents_reading_to_whoever_is_on_duty() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").does(Act.OWN_TEMPERATURE)
    gate.post.stepped(-HOUR_MS, was_known=False)
    gate.day.now_ms += OWN_MS - HOUR_MS
    gate.reads(36.6, ann)
    assert gate.facts(kinds.OPERATOR_MEASURED) == []
    assert gate.day.lane.visit is not None
    opened(gate)
    since_ms, opened_ms = gate.post.on.since_ms, gate.post.on.opened_ms
    assert opened_ms is not None
    gate.post.stepped(5_000, was_known=False)
    assert (gate.post.on.since_ms, gate.post.on.opened_ms) == (since_ms + 5_000, opened_ms + 5_000)
    gate.post.stepped(5_000, was_known=True)
    assert gate.post.on.since_ms == since_ms + 5_000


@pytest.mark.parametrize(("celsius", "verdict"), [(37.3, "high"), (33.1, "cold")])
def test_whoever_is_too_warm_or_too_cold_does_not_open_the_shift_and_passage_goes_on(
    celsius: float, verdict: str
) -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").does(Act.SELF_TEST).does(Act.SELF_TEST_SEEN, result="faulty")
    gate.does(Act.OWN_TEMPERATURE).reads(celsius)
    gate.day.noticed(f"own_{verdict}")
    assert gate.facts(kinds.OPERATOR_MEASURED)[0]["verdict"] == verdict
    assert gate.facts(kinds.SHIFT_OPENED) == []
    gate.passes(ann)
    gate.does(Act.OWN_TEMPERATURE, centi_celsius="3660")
    assert gate.facts(kinds.SHIFT_OPENED)[0]["self_test"] == "faulty"


def test_lamps_are_not_tested_while_somebody_is_held() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    gate.day.shows(ann).reads(37.6, ann).waits(300).shows(ann).reads(37.8, ann)
    gate.refuses("not_now", Act.SELF_TEST)


# -- handing over ----------------------------------------------------------------------------------------------


def test_a_hand_over_is_two_presses_and_says_what_is_handed_over() -> None:
    gate = opened(Gate(overdue=2, unsent=12, lost=("c1",)).does(Act.SIGN_IN, operator="wang"))
    gate.day.shows(ann).reads(37.5, ann)
    gate.does(Act.HAND_OVER, operator="ma")
    (entry,) = gate.day.recorded(kinds.SHIFT_HANDED_OVER)
    assert entry.actor == "ma"
    facts = entry.facts
    assert (facts["from"], facts["operator"], facts["opened"]) == ("wang", "ma", True)
    counts = ("parked", "overdue", "unsent", "to_fill_in", "lost", "cases")
    assert [facts[name] for name in counts] == [1, 2, 12, 0, ["c1"], []]
    assert entry.personal == {"name": "马建军", "from_name": "王秀兰"}
    assert not any(name in repr(facts) for name in ("马", "王"))
    assert (gate.day.lane.actor, gate.post.on.opened_ms) == ("ma", None)
    gate.refuses("already_on_duty", Act.HAND_OVER, operator="ma")
    Gate().refuses("nobody_on_duty", Act.HAND_OVER, operator="ma")


def test_an_unread_case_is_not_handed_over() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    gate.day.shows(ann).reads(37.6, ann).waits(300).shows(ann).reads(37.8, ann)
    (case,) = gate.day.lane.cases
    gate.refuses("case_unread", Act.HAND_OVER, operator="ma").refuses("case_unknown", Act.READ_CASE, case="77")
    assert duty_line(gate.post, gate.day.lane, gate.now).unread == 1
    gate.does(Act.READ_CASE, case=case)
    line = duty_line(gate.post, gate.day.lane, gate.now)
    assert (line.unread, line.cases[0].read) == (0, True)
    gate.does(Act.HAND_OVER, operator="ma")
    assert gate.facts(kinds.SHIFT_HANDED_OVER)[0]["cases"] == [case]
    # Whoever takes over next looks at it again.
    gate.refuses("case_unread", Act.HAND_OVER, operator="wang")
    # Somebody who answers a case that was answered is told so.
    gate.day.presses(Act.ANSWER, case=case).refuses("already_answered", Act.ANSWER, case=case)


def test_of_many_cases_those_that_were_not_looked_at_come_first() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    gate.day.lane.cases |= {str(n): Case(str(n), "fever", gate.day.now_ms) for n in range(1, 8)}
    for n in range(1, 8):
        assert [("case", str(n))] in [
            list(one.key.arguments) for one in duty_line(gate.post, gate.day.lane, gate.now).cases
        ]
        gate.does(Act.READ_CASE, case=str(n))
    assert gate.does(Act.HAND_OVER, operator="ma").facts(kinds.SHIFT_HANDED_OVER)[0]["cases"] == list("1234567")


def test_the_old_shift_stays_until_somebody_comes_and_the_hand_over_says_how_late() -> None:
    gate = opened(Gate(ROTA).does(Act.SIGN_IN, operator="zhao", proven="pin"))
    gate.day.waits(6 * 3600 + 59)
    assert gate.post.badges(gate.now) == ()
    gate.day.waits(13 * 60 + 1)
    gate.passes(ann)
    assert gate.post.badges(gate.now)[0].word.gaps == (("n", "14"),)
    gate.does(Act.HAND_OVER, operator="ma")
    facts = gate.facts(kinds.SHIFT_HANDED_OVER)[0]
    assert (facts["late_minutes"], gate.day.recorded(kinds.VISIT_DECIDED)[0].actor) == (14, "zhao")


def test_who_signs_in_early_is_not_late_for_the_shift_before() -> None:
    gate = Gate(ROTA)
    gate.day.now_ms = MORNING_MS - 600_000
    gate.does(Act.SIGN_IN, operator="zhao", proven="pin")
    gate.day.waits(3600)
    assert gate.post.late_minutes(gate.now) == 0


def test_somebody_is_let_through_in_the_middle_of_a_hand_over() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    gate.day.shows(ann)
    gate.does(Act.HAND_OVER, operator="ma")
    gate.reads(36.5, ann)
    gate.day.expect("admit", of=ann)
    assert gate.day.recorded(kinds.VISIT_DECIDED)[0].actor == "ma"


# -- what is shown ---------------------------------------------------------------------------------------------


def test_who_comes_next_stands_first_and_who_has_a_pin_is_asked_for_it() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    near = duty_line(gate.post, gate.day.lane, gate.now).near
    assert [dict(key.arguments).get("operator") for key in near] == ["zhao", "li", "ma", None]
    assert [key.act for key in near] == ["page:pin", "hand_over", "hand_over", "page:relief"]
    assert dict(near[0].arguments)["act"] == "hand_over"
    gate.badge(TAG)
    assert duty_line(gate.post, gate.day.lane, gate.now).near[0].act == "hand_over"
    empty = Gate(Rota())
    line = duty_line(empty.post, empty.day.lane, empty.now)
    assert (line.stage, [key.act for key in line.near]) == ("nobody", ["page:search", "sign_in"])


def test_the_leader_of_the_shift_stands_there_with_their_phone() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang")
    line = duty_line(gate.post, gate.day.lane, gate.now)
    assert (line.leader, line.leader_phone) == ("李主任", "138 0000 1234")


def test_the_actor_of_a_report_is_shown_by_name() -> None:
    gate = Gate().does(Act.SIGN_IN, resident("sun"), resident="r-1")
    names = [gate.post.name_of(id) for id in ("wang", "gone", STAND_IN)]
    assert names == ["王秀兰", "gone", "sun*"]


# -- drills ----------------------------------------------------------------------------------------------------


def test_a_drill_takes_a_leader_and_a_free_lane() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="wang").refuses("leader_needed", Act.DRILL, to="on")
    gate.refuses("leader_needed", Act.DRILL, to="on", operator="ma").refuses(
        "no_drill", Act.DRILL, to="off", operator="li"
    )
    gate.day.shows(ann)
    gate.refuses("drill_not_now", Act.DRILL, to="on", operator="li")
    gate.reads(36.5, ann).does(Act.DRILL, to="on", operator="li")
    assert gate.day.lane.drill
    gate.refuses("drill_running", Act.HAND_OVER, operator="ma")
    Gate(Rota()).does(Act.DRILL, to="on").does(Act.DRILL, to="off")
    led = Gate().does(Act.SIGN_IN, operator="li").does(Act.DRILL, to="on")
    assert drill_key(led.post, led.day.lane, led.day.now_ms).arguments == (("to", "off"),)
    assert drill_key(gate.post, gate.day.lane, gate.day.now_ms).choices[0].arguments == (
        ("operator", "li"),
        ("to", "off"),
    )


def test_in_a_drill_the_gate_opens_for_an_emergency_alone_and_nobody_moves() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="li").does(Act.DRILL, to="on")
    before = gate.day.lane.ledger.version
    gate.passes(ann)
    assert gate.day.signals == [Meaning.ADMIT]
    assert gate.day.opened == 0
    assert gate.day.lane.ledger.version == before
    assert gate.day.lane.moving == {}
    gate.day.presses(Act.EMERGENCY, people="1")
    assert gate.day.opened == 1
    gate.does(Act.DRILL, to="off").passes(ben)
    assert gate.day.opened == 2
    assert gate.day.lane.ledger.version > before


def test_whoever_was_played_is_gone_when_a_drill_ends_and_every_reading_is_in_an_entry() -> None:
    gate = Gate().does(Act.SIGN_IN, operator="li").does(Act.DRILL, to="on")
    gate.day.shows(ann).reads(37.6, ann).waits(300).shows(ann).reads(37.8, ann)
    gate.day.waits(40).shows(ben).reads(37.6, ben).reads(36.6)
    gate.day.presses(Act.DELIVERY)
    gate.does(Act.DRILL, to="off")
    lane = gate.day.lane
    assert (lane.cases, lane.waiting, lane.alarm, lane.visit, lane.handed, lane.undoable) == (
        {},
        {},
        None,
        None,
        [],
        None,
    )
    reasons = [facts["reason"] for facts in gate.facts(kinds.EPOCH_OPENED)]
    assert reasons == ["drill", "drill_ended"]
    gate.day.ends()


# -- the journal -----------------------------------------------------------------------------------------------


def signed(id: str, name: str) -> Draft:
    return Draft(kinds.OPERATOR_SIGNED_IN, {"operator": id}, id, {"name": name})


def rows(journal: Journal) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in journal.rows(duty_table.SELECT)]


def test_a_restart_and_a_rebuild_know_who_is_on_duty(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    assert rows(journal) == []
    journal.append(signed("wang", "王秀兰"))
    journal.append(Draft(kinds.SHIFT_HANDED_OVER, {"operator": "gone", "from": "wang"}, "gone", {"name": "赵国强"}))
    journal.append(Draft(kinds.SHIFT_OPENED, {"operator": "gone"}, "gone"))
    before = rows(journal)
    assert before[0][:2] == ("gone", "赵国强")
    gate = Gate()
    gate.post.take_up(gate.day.lane, before)
    assert (gate.day.lane.actor, gate.day.lane.operator, gate.post.on.opened_ms) == ("gone", "赵国强", before[0][3])
    assert gate.post.on.opened_ms is not None
    journal.close()
    held = tables(tmp_path)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == held


def test_forgetting_drops_the_name_and_a_rebuild_comes_to_the_same(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    last = journal.append(signed("gone", "赵国强"))
    assert journal.forget(last.at_ms + 1, 100, alone=True) == 1
    assert rows(journal)[0][:2] == ("gone", "")
    journal.close()
    held = tables(tmp_path)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == held


def test_an_entry_of_an_older_program_names_its_actor(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(Draft(kinds.OPERATOR_SIGNED_IN, {}, "wang"))
    assert rows(journal)[0][:2] == ("wang", "")
    journal.close()


def test_a_restart_in_a_drill_stays_in_it_and_nothing_of_it_counts(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(signed("wang", "王秀兰"))
    held = tables(tmp_path)
    journal.append(Draft(kinds.EPOCH_OPENED, {"reason": "drill"}, "li"))
    drill = journal.epoch
    journal.append(Draft(kinds.VISIT_DECIDED, {"visit": "5", "outcome": "retake", "direction": "in", "tag": 1}, "wang"))
    journal.append(Draft(kinds.CASE_OPENED, {"case": "9", "visit": "9", "cause": "fever", "direction": "in"}))
    assert tables(tmp_path) == held
    journal.close()
    journal = journal_at(tmp_path, lots=500)
    assert (journal.in_drill, journal.epoch) == (True, drill)
    journal.append(signed("zhao", "赵国强"))
    assert rows(journal)[0][0] == "zhao"
    ended = journal.append(Draft(kinds.EPOCH_OPENED, {"reason": "drill_ended"}, "li"))
    assert (journal.in_drill, ended.epoch > drill, ended.seq) == (False, True, 1)
    journal.append(Draft(kinds.CASE_OPENED, {"case": "10", "visit": "10", "cause": "fever", "direction": "in"}))
    journal.close()
    after = tables(tmp_path)
    assert [row[0] for row in after["fever_case"]] == ["10"]
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == after
