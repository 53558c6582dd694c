"""What the operator's keys do, fevers and their alarm, storage that fails, and a restart in the middle."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from drivers.patterns import Meaning
from station import kinds
from station.case.case import STEPS, Case, advance, possible
from station.facts import Direction, PassVerdict
from station.journal.draft import Draft
from station.journal.projections import KEEP_RECENT
from station.lane.action import Act
from station.lane.alerts import Alarm, due_escalation, raise_alarm
from station.lane.effects import Calm, Louder, Silence
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.restore import restore
from station.lane.timing import Timing
from station.lane.visit import TRANSITIONS, Stage, Visit, again, measure, move
from station.policy.file import parse_policy
from station.typed import kept
from station.wire.case_order import Handled
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import (
    LOW,
    MORNING_MS,
    Day,
    ann,
    ben,
    counting,
    day,
    isolated,
    resident,
    stranger,
    worker,
)

LANE_DOC = Path(__file__).parents[2] / "docs" / "lane.md"


def fever(title: str) -> Day:
    """Ann has been measured high twice; the alarm sounds."""
    return day(title).shows(ann).reads(37.6, ann).waits(300).shows(ann).reads(37.8, ann).expect("refer", "fever", ann)


# -- the table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", Stage)
@pytest.mark.parametrize("after", Stage)
def test_a_visit_moves_as_the_table_says_and_no_other_way(before: Stage, after: Stage) -> None:
    visit = Visit("1", Direction.IN, 0, stage=before)
    if after is before or after in TRANSITIONS[before]:
        assert move(visit, after).stage is after
    else:
        with pytest.raises(ValueError, match=f"{before} cannot become {after}"):
            move(visit, after)


def test_the_table_is_complete_and_every_stage_has_an_end() -> None:
    assert set(TRANSITIONS) == set(Stage)
    ends = {stage for stage, to in TRANSITIONS.items() if not to}
    assert ends == {Stage.DECIDED, Stage.LEFT}
    reachable = {Stage.OPEN}
    while more := {to for stage in reachable for to in TRANSITIONS[stage]} - reachable:
        reachable |= more
    assert reachable == set(Stage)


def test_the_documented_table_is_the_real_one() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", LANE_DOC.read_text("utf-8"), re.MULTILINE)
    documented = {stage: frozenset(re.findall(r"`(\w+)`", to)) for stage, to in rows}
    assert documented == {str(stage): frozenset(map(str, to)) for stage, to in TRANSITIONS.items()}


def test_a_retake_that_no_line_explains_measures_everybody_again() -> None:
    story = day("standing out").reads(36.6, ann)
    assert story.lane.visit is not None
    visit = again(story.lane.visit, False, LOW.lines, story.now_ms)
    assert (len(visit.round), len(visit.earlier), visit.high_before) == (0, 1, False)


# -- fevers ----------------------------------------------------------------------------------------------------


def test_a_refusal_signals_before_anything_is_written() -> None:
    story = day("red never waits").shows(ann).reads(37.6, ann).waits(300).disk_is_slow().shows(ann).reads(37.8, ann)
    story.signalled(Meaning.RETAKE, Meaning.FEVER)
    assert story.recorded(kinds.CASE_OPENED) == []
    story.disk_answers()
    assert [draft.kind for draft in story.recorded(kinds.CASE_OPENED)] == [kinds.CASE_OPENED]


def test_an_unanswered_fever_gets_louder_after_a_minute_and_once() -> None:
    story = fever("nobody comes").waits(59)
    assert story.recorded(kinds.CASE_ESCALATED) == []
    story.waits(1)
    (entry,) = story.recorded(kinds.CASE_ESCALATED)
    assert entry.facts == {"case": next(iter(story.lane.cases)), "delivered": False}
    assert story.effects == [Louder()]
    story.waits(200)
    assert len(story.recorded(kinds.CASE_ESCALATED)) == 1


def test_silence_is_two_minutes_and_escalation_ends_it() -> None:
    story = fever("silence").waits(10).presses(Act.SILENCE)
    assert story.effects == [Silence(120_000)]
    assert story.lane.alarm is not None
    assert story.lane.alarm.silent_until_ms == story.now_ms + 120_000
    story.waits(50)
    assert story.lane.alarm is not None
    assert (story.lane.alarm.escalated, story.lane.alarm.silent_until_ms) == (True, None)


def test_a_second_fever_ends_the_silence_and_is_escalated_in_its_own_time() -> None:
    story = fever("two fevers").waits(65)
    first = next(iter(story.lane.cases))
    story.presses(Act.SILENCE).shows(ben).reads(37.9, ben).waits(301).shows(ben).reads(37.9, ben)
    story.expect("refer", "fever", ben)
    second = list(story.lane.cases)[1]
    assert story.lane.alarm is not None
    assert (story.lane.alarm.cases, story.lane.alarm.silent_until_ms) == ((first, second), None)
    story.waits(59)
    assert [draft.facts["case"] for draft in story.recorded(kinds.CASE_ESCALATED)] == [first]
    story.waits(1)
    assert [draft.facts["case"] for draft in story.recorded(kinds.CASE_ESCALATED)] == [first, second]


def test_fevers_every_half_minute_do_not_put_off_the_first_escalation() -> None:
    alarm: Alarm | None = None
    for number in range(4):
        alarm = raise_alarm(alarm, str(number), number * 30_000)
    assert due_escalation(alarm, 90_000) == ("0", "1")


def test_the_lane_is_free_again_while_the_alarm_still_sounds() -> None:
    story = fever("side by side").waits(2).shows(ben).reads(36.5, ben).expect("admit", of=ben)
    assert story.lane.alarm is not None
    assert story.lane.alarm.holds_lane(story.lane.alarm.since_ms + 29_999)
    assert not story.lane.alarm.holds_lane(story.lane.alarm.since_ms + 30_000)
    story.ends()


def test_answering_calms_the_alarm_and_is_done_once() -> None:
    story = fever("answered").waits(22)
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case)
    assert story.effects == [Calm()]
    assert story.lane.alarm is None
    story.refuses("already_answered", Act.ANSWER, case=case).refuses("no_alarm", Act.SILENCE)
    story.refuses("case_unknown", Act.ANSWER, case="77").waits(100)
    assert story.recorded(kinds.CASE_ESCALATED) == []
    assert [draft.facts["step"] for draft in story.recorded(kinds.CASE_STEP)] == ["answered"]


def test_a_case_goes_step_by_step_to_its_end() -> None:
    story = fever("to the clinic")
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case)

    def step(name: str, **typed: str) -> Day:
        return story.presses(Act.CASE_STEP, case=case, step=name, **typed)

    story.refuses("step_not_next", Act.CASE_STEP, case=case, step="handed_over", to="doctor")
    story.refuses("centi_celsius_missing", Act.CASE_STEP, case=case, step="axillary")
    story.refuses("bad_temperature", Act.CASE_STEP, case=case, step="axillary", centi_celsius="98.6")
    step("axillary", centi_celsius="3830")
    step("observed")
    step("told")
    step("to_clinic", clinic="县医院 王医生")
    story.refuses("case_unknown", Act.CASE_STEP, case=case, step="dance")
    step("handed_over", to="李医生")
    step("disinfected")
    step("closed")
    assert story.lane.cases == {}
    story.refuses("case_unknown", Act.CASE_STEP, case=case, step="closed")
    steps = story.recorded(kinds.CASE_STEP)
    assert [draft.facts["ends"] for draft in steps] == [False] * 7 + [True]
    assert steps[1].facts["details"] == {"centi_celsius": 3830}
    # What an operator types may name somebody: that is for the office alone.
    assert all(set(draft.facts["details"]) <= {"centi_celsius"} for draft in steps)
    assert [draft.personal for draft in steps] == [None] * 8
    assert [(draft.private or {}).get("typed") for draft in steps] == [
        *(None, None, None, None),
        {"clinic": "县医院 王医生"},
        {"to": "李医生"},
        *(None, None),
    ]


def test_what_a_key_chose_and_a_few_digits_stay_at_the_gate() -> None:
    story = fever("chosen")
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case)
    story.presses(Act.CASE_STEP, case=case, step="closed_with_reason", reason="device_error")
    closed = story.recorded(kinds.CASE_STEP)[-1]
    assert (closed.facts["details"], closed.personal, closed.private) == ({"reason": "device_error"}, None, None)
    assert kept({"who": "51202", "end": "118X", "phone": "8812345", "name": "王"}) == {"who": "51202", "end": "118X"}


@pytest.mark.parametrize(
    "path", [("answered", "axillary", "ruled_out"), ("answered", "closed_with_reason")], ids="-".join
)
def test_a_case_may_end_early_by_a_measurement_or_a_reason(path: tuple[str, ...]) -> None:
    case = Case("1", "fever", 0)
    for number, name in enumerate(path):
        assert not case.ended
        case = advance(case, name, number)
    assert case.ended
    assert possible(case) == ()


def test_every_step_of_a_case_can_be_reached() -> None:
    reached: set[str] = set()
    front = [Case("1", "fever", 0, told=Handled("1", closed_by="office", closed_ms=1))]
    while front:
        case = front.pop()
        for step in possible(case):
            if len(case.done) < 7:
                reached.add(step.name)
                front.append(advance(case, step.name, 1))
    assert reached == {step.name for step in STEPS}


# -- keys ------------------------------------------------------------------------------------------------------


def test_undo_within_ten_seconds_and_not_after() -> None:
    story = day("undo").shows(ann).reads(36.5, ann).waits(9).presses(Act.UNDO)
    (void,) = story.recorded(kinds.ENTRY_VOIDED)
    assert void.facts["voids"] == [story.disk.entries[0][0].epoch, 1]
    story.refuses("nothing_to_undo", Act.UNDO).ends()
    day("too late").shows(ann).reads(36.5, ann).waits(10).refuses("nothing_to_undo", Act.UNDO).ends()


def test_undo_names_what_it_means_and_never_takes_back_another() -> None:
    story = day("two at once").shows(ann).reads(36.5, ann)
    first = story.lane.undoable
    story.shows(ben).reads(36.5, ben)
    assert first is not None
    story.refuses("nothing_to_undo", Act.UNDO, epoch=str(first.epoch), seq=str(first.seq))
    story.presses(Act.UNDO, epoch=str(first.epoch), seq="2").ends()


def test_a_referral_is_never_undone_and_a_denial_may_be() -> None:
    fever("no undo").refuses("nothing_to_undo", Act.UNDO)
    story = day("wrong pass").shows(worker("fix", PassVerdict.EXPIRED)).reads(36.5).expect("deny", "pass_expired")
    story.presses(Act.UNDO)
    assert len(story.recorded(kinds.ENTRY_VOIDED)) == 1


def test_an_emergency_opens_first_and_is_written_down_though_the_disk_fails() -> None:
    story = day("ambulance").shows(ann).disk_fails().presses(Act.EMERGENCY, people="3")
    assert story.opened == 1
    story.here(ann).reads(36.5, ann).asks("storage_full").disk_works().expect("admit", of=ann)
    first = story.recorded(kinds.VISIT_DECIDED)[0].facts
    assert (first["reason"], first["people"]) == ("emergency", 3)
    for wrong in ("0", "61", "-1", "x", "²", ""):
        if wrong:
            story.refuses("bad_people", Act.EMERGENCY, people=wrong)
    story.ends()


def test_deliveries_are_counted_and_can_be_taken_back() -> None:
    story = day("riders").shows(ann).presses(Act.DELIVERY).presses(Act.DELIVERY).here(ann)
    assert [draft.facts["pieces"] for draft in story.recorded(kinds.GOODS_HANDED)] == [1, 1]
    story.presses(Act.UNDO)
    assert story.recorded(kinds.ENTRY_VOIDED)[0].facts["voids"][1] == 2
    story.reads(36.5, ann).expect("admit", of=ann).ends()


def test_a_typed_reason_is_for_the_office_alone() -> None:
    story = day("exception").shows(stranger("q")).reads(36.5).asks("no_code")
    story.refuses("reason_needed", Act.EXCEPTION, reason="  ").presses(Act.EXCEPTION, reason="替李建国送药")
    story.expect("admit", "exception")
    (entry,) = story.recorded(kinds.VISIT_DECIDED)
    assert entry.facts["exception"] is True
    assert "李建国" not in str(entry.facts)
    assert (entry.personal, entry.private) == (None, {"typed": {"reason": "替李建国送药"}})


def test_the_facts_of_no_entry_name_anybody() -> None:
    story = day("names").shows(ann).reads(36.5, ann).shows(ben).reads(37.8, ben).waits(300).shows(ben).reads(37.9, ben)
    story.shows(worker("fix")).reads(33.0).presses(Act.CANCEL).shows(isolated).reads(36.5).ends()
    for _, draft in story.disk.entries:
        for name in ("ann", "ben", "fix", "1-1-101", "1234"):
            assert f"'{name}" not in str(draft.facts), draft


def test_a_mask_key_pressed_for_the_last_one_is_not_the_next_ones() -> None:
    story = day("mask").shows(ann).reads(36.5, ann)
    assert story.lane.shown is not None
    last = story.lane.shown.visit.id
    story.shows(ben).presses(Act.MASK, mask="none", visit=last)
    (noted,) = story.recorded(kinds.MASK_NOTED)
    assert noted.facts == {"visit": last, "mask": "none"}
    story.reads(36.6, ben).expect("admit", of=ben).ends()


def test_next_person_pressed_on_a_refusal_does_not_send_the_next_person_away() -> None:
    story = day("ok").shows(worker("fix", PassVerdict.EXPIRED)).reads(36.5).expect("deny")
    assert story.lane.shown is not None
    denied = story.lane.shown.visit.id
    story.shows(ben).presses(Act.CANCEL, visit=denied).here(ben, "open")
    assert story.lane.shown is None
    story.reads(36.6, ben).expect("admit", of=ben).ends()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        (Act.CODE_SEEN, {"colour": "green"}),
        (Act.MASK, {"mask": "none"}),
        (Act.COMPANION, {}),
        (Act.REMEASURE, {}),
        (Act.PARK, {}),
        (Act.READING_OF, {"person": "0"}),
        (Act.EXCEPTION, {"reason": "x"}),
        (Act.CANCEL, {}),
    ],
)
def test_a_key_pressed_for_somebody_who_is_gone_does_nothing(name: Act, arguments: dict[str, str]) -> None:
    story = day("too slow").shows(ann)
    assert story.lane.visit is not None
    gone = story.lane.visit.id
    story.waits(21).shows(ben).refuses("other_visit", name, visit=gone, **arguments).here(ben, "open").ends()


def test_a_colour_seen_decides_who_has_no_pass() -> None:
    day("green").reads(36.5).presses(Act.CODE_SEEN, colour="green").expect("admit", "green_code").ends()
    day("red").reads(36.5).presses(Act.CODE_SEEN, colour="red").expect("refer", "health_code").ends()
    day("first the colour").shows(stranger("q")).presses(Act.CODE_SEEN, colour="green").reads(36.5).expect("admit")


def test_measuring_again_keeps_the_older_reading_in_the_entry() -> None:
    story = day("again").reads(36.5, ann).presses(Act.REMEASURE).waits(2).reads(36.8, ann).shows(ann)
    story.expect("admit", of=ann)
    assert [one["centi_celsius"] for one in story.recorded(kinds.VISIT_DECIDED)[0].facts["readings"]] == [3650, 3680]
    story.ends()
    day("again, and away").reads(36.5, ann).presses(Act.REMEASURE).waits(70).left("timeout").ends()


def test_parking_starts_the_rest_and_needs_somebody_to_be_measured_again() -> None:
    day("nothing read").shows(ann).refuses("not_measured", Act.PARK).ends()
    story = day("frost").shows(ann).reads(33.0, ann).waits(10).presses(Act.PARK).rests(ann).shows(ann)
    story.noticed("rest_more").waits(300).shows(ann).here(ann, "open").reads(36.0, ann).expect("admit").ends()


def test_a_typed_temperature_is_marked_and_bounded() -> None:
    story = day("no thermometer").shows(ann)
    for wrong in ("36.4", "2999", "4501", "", "abcd", "³６４０", "36400"):
        story.refuses("bad_temperature", Act.BY_HAND, centi_celsius=wrong)
    story.refuses("bad_argument", Act.BY_HAND, centi_celsius="3640", site="ear")
    story.presses(Act.BY_HAND, centi_celsius="3640").expect("admit", of=ann)
    (reading,) = story.recorded(kinds.VISIT_DECIDED)[0].facts["readings"]
    assert (reading["by_hand"], reading["site"], reading["mode"]) == (True, "contact", "adjusted")


def test_the_direction_is_that_of_the_next_visit_too() -> None:
    story = day("out").presses(Act.DIRECTION, to="out").shows(isolated).reads(36.5).expect("deny", "home_isolation")
    story.presses(Act.DIRECTION).shows(ann).reads(36.5, ann)
    assert [draft.facts["direction"] for draft in story.recorded(kinds.VISIT_DECIDED)] == ["out", "in"]
    story.refuses("bad_direction", Act.DIRECTION, to="up")


def test_who_is_on_duty_stands_in_every_entry() -> None:
    story = day("duty").shows(ann).reads(36.5, ann)
    story.lane.on_duty = "wang"
    story.shows(ben).reads(36.5, ben)
    assert [draft.actor for _, draft in story.disk.entries] == ["unsigned", "wang"]


def test_small_keys() -> None:
    story = day("small").presses(Act.WIPE)
    assert story.lane.wiped_until_ms == story.now_ms + 20_000
    story.waits(20)
    assert story.lane.wiped_until_ms is None
    story.presses(Act.CALL_LEADER).noticed("leader_called").waits(10)
    assert story.lane.notice is None
    story.says("low").noticed("reading_low").presses(Act.CANCEL)
    story.refuses("no_visit", Act.FEWER).refuses("resident_unknown", Act.IDENTIFY)
    story.refuses("waiting_unknown", Act.RESUME, waiting="9").shows(ann)
    for _ in range(59):
        story.presses(Act.COMPANION)
    story.refuses("too_many_people", Act.COMPANION).ends()


def test_two_codes_in_one_image_are_nobodys() -> None:
    story = day("two in view")
    story.lane.seen_two_codes(story.now_ms)
    story.noticed("two_codes").idle()


# -- storage ---------------------------------------------------------------------------------------------------


def test_nobody_is_admitted_until_something_can_be_written() -> None:
    story = day("full card").disk_fails().shows(ann).reads(36.5, ann).asks("storage_full")
    assert story.opened == 0
    story.waits(10).shows(ben).reads(36.6, ben).disk_works().decided("admit", "admit")
    assert (story.opened, story.lane.storage_ok) == (2, True)
    assert len(story.recorded(kinds.STORAGE_FAILED)) == 1
    story.ends()


def test_red_still_signals_while_nothing_can_be_written() -> None:
    story = day("full card, fever").shows(ann).reads(37.6, ann).waits(300).disk_fails().shows(ann).reads(37.9, ann)
    story.signalled(Meaning.RETAKE, Meaning.FEVER)
    story.shows(worker("fix", PassVerdict.EXPIRED)).reads(36.4)
    assert story.signals[-1] is Meaning.DENY
    story.disk_works().decided("retake", "refer", "deny").ends()
    assert len(story.recorded(kinds.CASE_OPENED)) == 1


def test_who_was_green_on_a_failing_disk_is_written_down_once_only() -> None:
    story = day("fails in mid-admission").disk_is_slow().shows(ann).reads(36.5, ann).idle().shows(ben)
    story.disk_fails().disk_answers().here(ben, "open").disk_works().left("storage_full").decided()
    assert story.opened == 0
    story.reads(36.6, ben).expect("admit", of=ben).shows(ann).reads(36.5, ann).expect("admit", of=ann).ends()


STATES = {
    "idle": lambda s: s,
    "code": lambda s: s.shows(ann),
    "reading": lambda s: s.reads(36.5),
    "asked for a mask": lambda s: s.shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann),
    "somebody behind": lambda s: s.shows(ann).presses(Act.MASK, mask="none").reads(36.5, ann).shows(ben),
    "two people": lambda s: s.shows(ann).shows(ben).reads(36.5),
    "two readings": lambda s: s.reads(36.5).reads(36.6),
    "again": lambda s: s.shows(ann).reads(33.0, ann),
    "resting": lambda s: s.shows(ann).reads(37.6, ann),
    "was it you": lambda s: s.reads(37.6).shows(ann),
    "back from a rest": lambda s: s.shows(ann).reads(37.6, ann).waits(300).shows(ann),
    "recording": lambda s: s.disk_is_slow().shows(ann).reads(36.5, ann),
    "fever": lambda s: s.shows(ann).reads(37.6, ann).waits(300).shows(ann).reads(37.8, ann),
    "denied": lambda s: s.shows(worker("fix", PassVerdict.EXPIRED)).reads(36.4),
}


@pytest.mark.parametrize("state", STATES)
def test_the_disk_may_fail_and_recover_in_every_state(state: str) -> None:
    story = STATES[state](day(state)).disk_fails()
    story.shows(ben).reads(36.5).waits(3).shows(resident("cai")).reads(36.4).waits(30).disk_answers().waits(5)
    assert story.opened == len([d for d in story.recorded(kinds.VISIT_DECIDED) if d.facts["outcome"] == "admit"])
    story.disk_works().waits(400).shows(resident("dan")).reads(36.6).expect("admit", of=resident("dan")).ends()


# -- policy ----------------------------------------------------------------------------------------------------


def test_a_missing_reading_waits_whatever_the_rule_about_it_is_called() -> None:
    text = """
    [policy]
    regime = "test"
    number = 1
    issuer = "o"
    phone = "1"
    [lines]
    high = 37.3
    cold = 35.0
    [[rule]]
    name = "measure"
    outcome = "retake"
    reason = "measure_first"
    when = { temperature = "missing" }
    source = "[own]"
    [[rule]]
    name = "otherwise"
    outcome = "deny"
    reason = "closed"
    source = "[own]"
    """
    story = day("other words", parse_policy(text)).shows(ann).here(ann, "open").decided().reads(36.5, ann)
    story.expect("deny", "closed", ann).ends()


def test_a_decision_names_the_very_policy_it_was_made_by() -> None:
    story = day("policy").shows(ann).reads(36.5, ann)
    facts = story.recorded(kinds.VISIT_DECIDED)[0].facts
    assert (facts["policy"], facts["policy_sha256"], facts["regime"]) == (LOW.number, LOW.sha256, "low")


# -- restart ---------------------------------------------------------------------------------------------------


def test_who_rests_and_what_is_open_is_back_after_a_restart(tmp_path: Path) -> None:
    story = day("before").shows(ann).reads(37.6, ann).waits(10)
    story.shows(worker("fix")).reads(37.7).waits(10).reads(37.5).waits(20).shows(ben).reads(33.0, ben)
    story.shows(resident("eva")).presses(Act.COMPANION).reads(36.4).reads(37.9)
    story.shows(resident("dan")).reads(37.9).waits(300).shows(resident("dan")).reads(38.0).waits(5)
    story.rests(ann, worker("fix"), None, ben, resident("eva"))
    (case,) = story.lane.cases
    journal = journal_at(tmp_path)
    for appended, draft in story.disk.entries:
        journal.append(draft)
        assert appended.kind == draft.kind
    journal.close()

    # Killed here: nothing but the file is left.
    journal = journal_at(tmp_path)
    lane = Lane(LOW, counting(), Timing())
    known = {person.resident: person for person in (ann, ben, resident("dan"), resident("eva"))}
    now_ms = MORNING_MS + 400_000
    restore(
        lane,
        [tuple(row) for row in journal.rows("SELECT visit, tag, since_ms, facts, personal FROM waiting")],
        [tuple(row) for row in journal.rows("SELECT visit, opened_ms, cause, steps, personal FROM fever_case")],
        known.get,
        now_ms,
    )
    for before in story.lane.waiting.values():
        after = lane.waiting[before.id]
        assert after.stage is Stage.RESTING
        assert (after.high_before, after.cold_before) == (before.high_before, before.cold_before)
        assert [one.centi_celsius for one in after.readings] == [one.centi_celsius for one in before.readings]
        assert (len(after.round), after.people) == (len(before.round), before.people)
        assert (after.person and after.person.key) == (before.person and before.person.key)
        assert before.tag in (after.tag, 0)
        assert after.expects_reading
    tags = [visit.tag for visit in lane.waiting.values()]
    assert 0 not in tags
    assert len(set(tags)) == len(tags)
    assert list(lane.cases) == [case]
    assert lane.cases[case].masked == "dan*"
    assert lane.alarm is not None
    assert lane.alarm.cases == (case,)
    journal.close()

    # And life goes on from there.
    again_open = Day("after", lane, now_ms)
    again_open.shows(ann).reads(37.8).expect("refer", "fever", ann)
    again_open.shows(worker("fix")).reads(36.4).expect("admit", "pass_valid", worker("fix"))
    again_open.waits(61)
    assert len(again_open.recorded(kinds.CASE_ESCALATED)) == 2
    again_open.presses(Act.ANSWER, case=case).presses(Act.CASE_STEP, case=case, step="closed_with_reason", reason="x")
    assert case not in lane.cases


def test_an_answered_case_is_back_without_its_alarm(tmp_path: Path) -> None:
    story = fever("answered before")
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case).presses(Act.CASE_STEP, case=case, step="axillary", centi_celsius="3830")
    journal = journal_at(tmp_path)
    for _, draft in story.disk.entries:
        journal.append(draft)
    lane = Lane(LOW, counting())
    rows = journal.rows("SELECT visit, opened_ms, cause, steps, personal FROM fever_case WHERE ended = 0")
    restore(lane, [], [tuple(row) for row in rows], lambda _: None, MORNING_MS)
    assert lane.alarm is None
    assert [name for name, _ in lane.cases[case].done] == ["answered", "axillary"]
    journal.append(Draft(kinds.CASE_STEP, {"case": case, "step": "ruled_out", "ends": True, "details": {}}))
    assert journal.rows("SELECT visit FROM fever_case WHERE ended = 0") == []
    journal.close()
    assert len(tables(tmp_path)["recent"]) <= KEEP_RECENT


def test_somebody_who_was_forgotten_rests_on_without_a_name() -> None:
    row = (
        "7",
        4,
        MORNING_MS,
        '{"visit":"7","direction":"in","readings":[],"people":1,"rest":true,"class":"resident"}',
        None,
    )
    lane = Lane(LOW, counting())
    restore(lane, [row], [], lambda _: ann, MORNING_MS)
    assert lane.waiting["7"].person is None
    assert lane.waiting["7"].tag == 4


def test_a_person_is_a_value() -> None:
    assert dataclasses.replace(ann) == ann
    assert isinstance(ann, Person)
    story = day("values").reads(36.5)
    assert story.lane.visit is not None
    taken = story.lane.visit.round[0]
    assert measure(Visit("1", Direction.IN, 0), taken).round == (taken,)
