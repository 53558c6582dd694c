"""What is written down beside passages: rounds, supplies, incidents, inspections, isolation, symptoms."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from station import kinds
from station.case.case import Case, advance, possible
from station.journal.draft import Draft
from station.journal.projections import forget_names
from station.journal.rebuild import rebuild_file
from station.lane.action import Act
from station.lane.alerts import ESCALATE_MS
from station.notebook import table as notebook_table
from station.notebook.incidents import open_ones
from station.notebook.inspections import inspections
from station.notebook.isolation import Isolated, open_cases, round_of
from station.notebook.notebook import KEPT_MS, Note, Notebook
from station.notebook.round_times import RoundTimes
from station.notebook.rounds import last
from station.notebook.supplies import days_left, per_day
from station.screen.elements import Key, Word
from station.screen.log import badges
from station.screen.screen import Surroundings, view
from station.screen.view import View
from station.web.keys import lay_out, with_choices
from station.web.requests import parse_act
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import MORNING_MS, Day, ann, day

SHANGHAI = "Asia/Shanghai"
ZHOU, WU = Isolated("zhou", "周**", "1302"), Isolated("wu", "吴**", "5301")
HOUR_MS = 3_600_000


def screen(story: Day) -> View:
    return view(story.lane, Surroundings("东门", "", SHANGHAI, "0393-5550123", story.now_ms, 1))


def keys(story: Day) -> list[Key]:
    """Every key that sends something, those behind others too."""
    layout = lay_out(screen(story))
    everything = [*layout.row, *layout.more]
    nested = [choice for key in with_choices(everything) for choice in key.choices]
    cases = [key for case in screen(story).cases for key in case.keys]
    deeper = [choice for key in with_choices(cases) for choice in key.choices]
    return [key for key in (*everything, *nested, *cases, *deeper) if not key.choices]


def shows(story: Day, code: str) -> bool:
    """Whether a key, or one that opens others, says *code*."""
    layout = lay_out(screen(story))
    opened = with_choices([*layout.row, *layout.more])
    return any(key.word.code == code for key in (*keys(story), *opened))


def marks(story: Day) -> list[str]:
    return [badge.word.code for badge in badges(story.lane, story.now_ms)]


def isolated(*people: Isolated) -> Day:
    story = day("isolation")
    story.lane.isolated = people
    return story


# -- the notebook ----------------------------------------------------------------------------------------------


def test_every_key_of_the_log_sends_what_the_door_takes() -> None:
    story = isolated(ZHOU, WU)
    story.presses(Act.INCIDENT, what="quarrel").presses(Act.INSPECTION, by="street")
    story.presses(Act.INSPECTION, inspection=inspections(story.lane.notebook)[0].id, finding="no_rota")
    story.presses(Act.ISOLATION, subject="wu", symptom="cough")
    log = {Act.ROUND, Act.SUPPLIES, Act.INCIDENT, Act.INSPECTION, Act.ISOLATION}
    seen: set[str] = set()
    for key in keys(story):
        given = dict(key.arguments)
        act, field = given.pop("act", key.act), given.pop("field", "")
        if act not in log:
            continue
        if key.act == "page:number":
            given[field] = "1746" if field == "time" else "18"
        if key.act == "page:by_hand":
            given |= {"centi_celsius": "3650", "site": "contact"}
        parse_act({"act": act, "nonce": "12345678", "arguments": given})
        seen.add(act)
    assert seen == log


def test_notes_are_the_same_in_the_table_after_a_restart_and_after_a_rebuild(tmp_path: Path) -> None:
    story = isolated(ZHOU).presses(Act.ROUND, what="daily", place="gate", agent="chlorine_500")
    story.presses(Act.SUPPLIES, item="masks", left="18").presses(Act.ISOLATION, subject="zhou", centi_celsius="3650")
    journal = journal_at(tmp_path)
    for _, draft in story.disk.entries:
        journal.append(draft)
    rows = [tuple(row) for row in journal.rows(notebook_table.SELECT)]
    journal.close()
    woken = Notebook(notebook_table.notes(rows))
    assert [(n.kind, n.facts, n.personal) for n in woken.of(*kinds.MEANING)] == [
        (n.kind, n.facts, n.personal) for n in story.lane.notebook.of(*kinds.MEANING)
    ]
    before = tables(tmp_path)
    assert len(before["note"]) == 3
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before


def test_the_table_forgets_who_it_was_and_keeps_what_was_done(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    facts = {"day": "2020-11-22", "half": "morning", "answered": True, "high": False}
    personal = {"subject": "zhou", "masked": "周**"}
    appended = journal.append(Draft(kinds.ISOLATION_MEASURED, facts, "wang", personal))
    journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db, db:
        forget_names(db, appended.epoch, appended.seq, appended.at_ms + 1)
        ((kept, named),) = db.execute("SELECT facts, personal FROM note").fetchall()
    assert (json.loads(kept), named) == (facts, None)


def test_a_voided_note_never_happened_and_an_old_one_leaves() -> None:
    notebook = Notebook()
    notebook.entered(1, 1, kinds.ROUND_DONE, 0, {"what": "daily"}, None)
    notebook.entered(1, 2, kinds.ROUND_DONE, 10, {"what": "waste"}, None)
    notebook.entered(1, 3, kinds.ENTRY_VOIDED, 20, {"voids": [1, 1]}, None)
    assert [note.facts["what"] for note in notebook.of(kinds.ROUND_DONE)] == ["waste"]
    notebook.entered(1, 4, kinds.ROUND_DONE, KEPT_MS + 11, {"what": "final"}, None)
    assert [note.facts["what"] for note in notebook.of(kinds.ROUND_DONE)] == ["final"]


# -- rounds and supplies ---------------------------------------------------------------------------------------


def test_a_round_is_five_presses_and_the_key_says_when() -> None:
    story = day("row 21").presses(Act.ROUND, what="daily", place="gate", agent="chlorine_500")
    (draft,) = story.recorded(kinds.ROUND_DONE)
    assert draft.facts == {"what": "daily", "place": "gate", "agent": "chlorine_500"}
    assert draft.personal is None
    assert shows(story, "round_daily_at")
    assert shows(story, "round_anytime")
    assert not shows(story, "round_anytime_at")


def test_the_header_reminds_of_a_day_without_disinfection() -> None:
    story = day("due")
    assert marks(story) == []
    story.lane.rounds = RoundTimes(disinfect=8 * 60)
    assert marks(story) == ["disinfection_due"]
    story.presses(Act.ROUND, what="barriers")
    assert marks(story) == ["disinfection_due"]
    story.presses(Act.ROUND, what="anytime", place="stairs", agent="alcohol_75")
    assert marks(story) == []
    story.now_ms += 24 * HOUR_MS
    assert marks(story) == ["disinfection_due"]
    story.lane.rounds = RoundTimes(disinfect=8 * 60 + 1)
    assert marks(story) == []


def test_eighteen_masks_at_nine_a_day_last_two_days_and_the_office_is_told() -> None:
    story = day("row 35").presses(Act.SUPPLIES, item="masks", left="18")
    assert marks(story) == []
    story.presses(Act.SUPPLIES, item="masks", per_day="9")
    assert [draft.facts for draft in story.recorded(kinds.SUPPLIES_COUNTED)] == [
        {"item": "masks", "left": 18},
        {"item": "masks", "per_day": 9, "days": 2},
    ]
    assert [badge.word for badge in badges(story.lane, story.now_ms)] == [Word("supplies", (("n", "2"),))]
    story.presses(Act.SUPPLIES, item="masks", left="27")
    assert marks(story) == []
    story.refuses("bad_number", Act.SUPPLIES, item="masks", left="100000")
    story.refuses("missing_argument", Act.SUPPLIES, item="masks")


def test_what_a_day_takes_is_reckoned_from_the_counts_where_nobody_typed_it() -> None:
    def counted(*lefts: tuple[float, int]) -> Notebook:
        facts = [(int(days * 86_400_000), {"item": "masks", "left": left}) for days, left in lefts]
        return Notebook(Note(1, n, at_ms, kinds.SUPPLIES_COUNTED, body) for n, (at_ms, body) in enumerate(facts))

    assert per_day(counted(), "masks") is None
    assert per_day(counted((0, 50), (0.5, 30)), "masks") is None
    assert per_day(counted((0, 50), (2, 33)), "masks") == 9
    assert days_left(counted((0, 50), (2, 33)), "masks") == 3
    # A delivery in between is not used up.
    assert per_day(counted((0, 20), (1, 10), (1.1, 100), (2, 90)), "masks") == 10
    assert per_day(counted((0, 900), (20, 50), (22, 30)), "masks") == 10


# -- incidents and inspections ---------------------------------------------------------------------------------


def test_a_refused_mask_is_turned_back_comes_again_and_the_incident_is_told_later() -> None:
    story = day("row 40").shows(ann).presses(Act.MASK, mask="none").reads(36.7, ann).asks("no_mask")
    assert any(key.word.code == "mask_refused_key" for key in screen(story).panel.keys)
    story.presses(Act.MASK, mask="refused").expect("deny", "mask_refused", ann)
    story.presses(Act.INCIDENT, what="mask_refused").waits(720)
    (incident,) = open_ones(story.lane.notebook)
    story.presses(Act.INCIDENT, incident=incident.id, step="leader_came")
    story.presses(Act.INCIDENT, incident=incident.id, step="police_called", time="0806")
    story.refuses("step_done", Act.INCIDENT, incident=incident.id, step="police_called")
    story.refuses("bad_time", Act.INCIDENT, incident=incident.id, step="police_came", time="2561")
    story.shows(ann).presses(Act.MASK, mask="worn").reads(36.7, ann).expect("admit")
    story.presses(Act.INCIDENT, incident=incident.id, step="mask_on")
    assert open_ones(story.lane.notebook) == []
    story.refuses("incident_gone", Act.INCIDENT, incident=incident.id, step="mask_on")
    steps = story.recorded(kinds.INCIDENT_STEP)
    assert [(draft.facts["step"], draft.facts["ends"]) for draft in steps] == [
        ("leader_came", False),
        ("police_called", False),
        ("mask_on", True),
    ]
    assert steps[1].facts["observed_at_ms"] == MORNING_MS + 6 * 60_000
    assert story.recorded(kinds.INCIDENT_NOTED)[0].facts["visit"]


def test_a_finding_is_put_right_by_the_disinfection_that_was_made_since() -> None:
    story = day("rows 20 to 22").presses(Act.ROUND, what="daily", place="gate", agent="quat").waits(60)
    story.presses(Act.INSPECTION, by="street")
    (inspection,) = inspections(story.lane.notebook)
    for finding in ("no_disinfection", "no_rota"):
        story.presses(Act.INSPECTION, inspection=inspection.id, finding=finding)
    wanting, rota = inspections(story.lane.notebook)[0].findings
    story.waits(1200).presses(Act.ROUND, what="daily", place="gate", agent="chlorine_500")
    made = last(story.lane.notebook, "daily")
    assert made is not None
    for finding in (wanting, rota):
        story.presses(Act.INSPECTION, inspection=inspection.id, right=finding.id)
    linked, unlinked = story.recorded(kinds.INSPECTION_PUT_RIGHT)
    assert linked.facts["round"] == [made.epoch, made.seq]
    assert "round" not in unlinked.facts
    story.refuses("inspection_gone", Act.INSPECTION, inspection=inspection.id, right=rota.id)
    assert not inspections(story.lane.notebook)[0].is_over
    story.presses(Act.INSPECTION, inspection=inspection.id, close="1")
    assert inspections(story.lane.notebook)[0].is_over
    story.refuses("inspection_gone", Act.INSPECTION, inspection=inspection.id, close="1")


def test_a_disinfection_before_the_finding_does_not_put_it_right() -> None:
    story = day("before").presses(Act.ROUND, what="daily", place="gate", agent="quat").waits(60)
    story.presses(Act.INSPECTION, by="own")
    (inspection,) = inspections(story.lane.notebook)
    story.presses(Act.INSPECTION, inspection=inspection.id, finding="no_disinfection")
    finding = inspections(story.lane.notebook)[0].findings[0]
    story.presses(Act.INSPECTION, inspection=inspection.id, right=finding.id)
    assert "round" not in story.recorded(kinds.INSPECTION_PUT_RIGHT)[0].facts


# -- isolation -------------------------------------------------------------------------------------------------


def states(story: Day) -> dict[str, str]:
    lane = story.lane
    listed = round_of(lane.isolated, lane.notebook, lane.rounds, SHANGHAI, story.now_ms)
    return {reading.who.subject: reading.state for reading in listed}


def test_of_four_readings_that_are_due_three_are_taken() -> None:
    """Rows 10 and 43 of the day."""
    story = isolated(ZHOU, WU)
    assert states(story) == {"zhou": "due", "wu": "due"}
    story.presses(Act.ISOLATION, subject="zhou", centi_celsius="3650", by="doctor", site="contact")
    story.presses(Act.ISOLATION, subject="wu", no_answer="1")
    assert states(story) == {"wu": "no_answer", "zhou": "taken"}
    story.now_ms += 10 * HOUR_MS + HOUR_MS // 2
    assert states(story) == {"zhou": "due", "wu": "due"}
    story.presses(Act.ISOLATION, subject="zhou", centi_celsius="3660", by="doctor", site="contact")
    story.presses(Act.ISOLATION, subject="wu", centi_celsius="3640", by="doctor", site="contact")
    assert states(story) == {"zhou": "taken", "wu": "taken"}
    assert story.recorded(kinds.ISOLATION_CASE) == []
    story.presses(Act.ISOLATION, subject="wu", symptom="cough")
    (opened,) = story.recorded(kinds.ISOLATION_CASE)
    assert (opened.facts["step"], opened.facts["causes"]) == ("opened", ["symptoms"])
    # It is the doctor's, and no fever of the gate.
    assert (story.lane.cases, story.lane.alarm) == ({}, None)
    facts = [draft.facts for draft in story.recorded(kinds.ISOLATION_MEASURED)]
    assert sum("centi_celsius" in body for body in facts) == 3
    assert "周" not in json.dumps(facts, ensure_ascii=False)
    assert "zhou" not in json.dumps(facts)


def test_who_was_not_measured_in_time_was_missed_and_the_header_says_so() -> None:
    story = isolated(ZHOU, WU).presses(Act.ISOLATION, subject="zhou", centi_celsius="3650")
    story.now_ms += 2 * HOUR_MS
    assert states(story) == {"wu": "missed", "zhou": "taken"}
    assert [badge.word for badge in badges(story.lane, story.now_ms)] == [Word("isolation_missed_n", (("n", "1"),))]
    story.now_ms += 2 * HOUR_MS
    assert states(story) == {"zhou": "due", "wu": "due"}


@pytest.mark.parametrize(("centi", "opens"), [("3729", False), ("3730", True)])
def test_over_the_line_is_a_case_for_the_doctor(centi: str, opens: bool) -> None:
    story = isolated(ZHOU).presses(Act.ISOLATION, subject="zhou", centi_celsius=centi)
    assert list(open_cases(story.lane.notebook)) == (["zhou"] if opens else [])


def test_the_doctors_case_is_told_and_closed_once() -> None:
    story = isolated(ZHOU).presses(Act.ISOLATION, subject="zhou", centi_celsius="3800", by="self")
    story.presses(Act.ISOLATION, subject="zhou", symptom="chest")
    assert marks(story) == ["isolation_doctor_n"]
    story.presses(Act.ISOLATION, subject="zhou", step="told")
    assert marks(story) == []
    story.refuses("case_unknown", Act.ISOLATION, subject="zhou", step="told")
    story.presses(Act.ISOLATION, subject="zhou", step="closed")
    assert [draft.facts["step"] for draft in story.recorded(kinds.ISOLATION_CASE)] == ["opened", "told", "closed"]
    story.refuses("case_unknown", Act.ISOLATION, subject="zhou", step="closed")
    story.refuses("isolated_unknown", Act.ISOLATION, subject="nobody", symptom="cough")
    story.refuses("missing_argument", Act.ISOLATION, subject="zhou")


def test_nobody_in_isolation_is_no_key() -> None:
    assert not shows(day("none"), "isolation_key")
    assert shows(isolated(ZHOU), "isolation_key_n")


# -- symptoms and the fever case -------------------------------------------------------------------------------


def test_symptoms_open_a_case_at_36_5_too() -> None:
    story = day("cough").shows(ann).presses(Act.SYMPTOMS, which="cough").decided().reads(36.5, ann)
    story.expect("refer", "symptoms", ann)
    (opened,) = story.recorded(kinds.CASE_OPENED)
    assert (opened.facts["cause"], opened.facts["complaints"]) == ("symptoms", ["cough"])


def test_symptoms_of_somebody_just_let_through_hold_them_back_and_their_entry_stays() -> None:
    story = day("coughs on green").shows(ann).reads(36.5, ann).expect("admit")
    shown = story.lane.shown
    assert shown is not None
    story.presses(Act.SYMPTOMS, visit=shown.visit.id, which="chest").decided("admit")
    assert list(story.lane.cases) == [shown.visit.id]
    assert story.lane.alarm is not None
    assert screen(story).panel.kind == "fever"


def test_symptoms_of_nobody_are_refused_and_offered_to_nobody() -> None:
    story = day("nobody").refuses("no_visit", Act.SYMPTOMS, which="cough")
    assert not any(key.act == "symptoms" for key in keys(story))
    story.presses(Act.EMERGENCY).refuses("not_now", Act.SYMPTOMS, which="cough")


def test_a_fever_is_not_ruled_out_against_the_contact_thermometer() -> None:
    story = day("38.3").shows(ann).reads(37.9, ann).waits(300).shows(ann).reads(38.1, ann).expect("refer", "fever")
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case)
    story.presses(Act.CASE_STEP, case=case, step="axillary", centi_celsius="3830")
    story.refuses("axillary_high", Act.CASE_STEP, case=case, step="ruled_out")
    assert not any(("step", "ruled_out") in key.arguments for key in keys(story))
    # A slip of the finger is measured again.
    story.presses(Act.CASE_STEP, case=case, step="axillary", centi_celsius="3640")
    story.presses(Act.CASE_STEP, case=case, step="ruled_out")
    assert story.lane.cases == {}
    assert [draft.facts.get("high") for draft in story.recorded(kinds.CASE_STEP)][1:3] == [True, None]


def test_symptoms_are_told_of_before_anybody_rules_them_out() -> None:
    case = Case("1", "symptoms", 0)
    for step in ("answered", "axillary"):
        case = advance(case, step, 1)
    assert "ruled_out" not in {step.name for step in possible(case)}
    assert "ruled_out" in {step.name for step in possible(advance(case, "told", 1))}
    with pytest.raises(ValueError, match="ruled_out cannot follow"):
        advance(case, "ruled_out", 1)


def test_who_goes_along_and_in_what_are_codes_and_anything_else_can_be_forgotten() -> None:
    story = day("clinic").shows(ann).reads(37.9, ann).waits(300).shows(ann).reads(38.1, ann)
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case).presses(Act.CASE_STEP, case=case, step="told")
    offered = [dict(key.arguments) for key in keys(story) if dict(key.arguments).get("step") == "to_clinic"]
    assert {(one["escort"], one["vehicle"]) for one in offered} >= {("doctor", "ambulance"), ("family", "own_car")}
    story.presses(Act.CASE_STEP, case=case, step="to_clinic", clinic="nearest", escort="王医生", vehicle="ambulance")
    draft = story.recorded(kinds.CASE_STEP)[-1]
    assert draft.facts["details"] == {"clinic": "nearest", "vehicle": "ambulance"}
    assert draft.personal is None
    assert draft.private == {"typed": {"escort": "王医生"}}


def test_after_a_minute_the_number_is_large_and_a_call_is_written_down_once() -> None:
    story = day("nobody comes").shows(ann).reads(37.9, ann).waits(300).shows(ann).reads(38.1, ann)
    (case,) = story.lane.cases
    assert not any(key.act == "called" for key in keys(story))
    story.waits(ESCALATE_MS // 1000 + 1)
    (told,) = story.recorded(kinds.CASE_ESCALATED)
    assert told.facts == {"case": case, "delivered": False}
    alarm = screen(story).alarm
    assert alarm is not None
    assert alarm.phone == "0393-5550123"
    story.presses(Act.CALLED, case=case)
    assert [draft.facts for draft in story.recorded(kinds.CASE_CALLED)] == [{"case": case, "delivered": False}]
    story.refuses("case_unknown", Act.CALLED, case="99999")
